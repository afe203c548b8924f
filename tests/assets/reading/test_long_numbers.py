"""Numbers of 16 digits and more in a workbook say what stands in the file, and never become another person's."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from assets.reading import long_numbers
from assets.reading.file import read
from assets.reading.workbook import read_workbook
from models.source import load_sources
from tests.assets.reading.files import HEADER

LOST = 140202197304157000  # the nearest binary number ends in 6992, with a check digit that holds
CLAIM = {
    "申领编号": "C1", "补贴类别": "培训补贴", "审核区划": "140100", "申领单位代码": "x", "收款单位代码": "x", "收款账号": 6222021001012345678,
    "身份证号": LOST, "姓名": "王", "补贴标准": 100, "补贴金额": 100, "申领日期": "2021-01-01", "状态": "已拨付", "资金来源": "专账资金",
}  # fmt: skip


def write(path: Path, rows: list[list[object]], sheet: str = "数据") -> Path:
    """A workbook whose numbers are numbers; another sheet with other numbers stands before the one asked for."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("别的").write_row(2, 2, [9999999999999998, 1])
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            page.write_row(row + 2, 2, cells)
    return path


def cells(path: Path, row: int, sheet: str = "数据") -> list[str | None]:
    return read_workbook(path, (sheet,)).row(row)


def mended(path: Path, change: tuple[str, str], part: str = "xl/worksheets/sheet2.xml") -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts[part] = re.sub(*change, parts[part])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def test_numbers_are_told_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = [
        ["a"],
        [LOST, 6222021001012345678, "张", 123456789012345, 1e20, 12.5, 1e300],
        [LOST],
        ["140202197304156992"],
    ]
    path = write(tmp_path / "a.xlsx", rows)
    assert cells(path, 3)[:6] == [str(LOST), "6222021001012350000", "张", "123456789012345", "1" + "0" * 20, "12.5"]  # fmt: skip
    assert [cells(path, row)[0] for row in (4, 5)] == [str(LOST), "140202197304156992"], "a text is not touched"


def test_digits_that_stand_in_the_file_in_full_are_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [[LOST, "1402021973041574"]])
    mended(path, (r"1\.40202197304157E\+17", "140202197304157442"))
    assert cells(path, 2) == ["140202197304157442", "1402021973041574"]
    mended(path, ("140202197304157442", "1.40202197304157E+17"))
    mended(path, (r"1\.40202197304157E\+17", "6.222021001012345E15"))
    assert cells(path, 2) == ["6222021001012345", "1402021973041574"], "16 digits that a binary number holds"
    mended(path, (r"6\.222021001012345E15", "1.4020219730415699e+17"))
    assert cells(path, 2)[0] == str(LOST), "its last digits are none"


@pytest.mark.parametrize(
    "change", [(r' r="[A-Z]+\d+"', ""), (r'<row r="\d+"', "<row"), (r"<(/?)([a-zA-Z])", r"<\1x:\2")]
)
@pytest.mark.parametrize("chunk", [64, 1 << 22])
def test_however_the_sheet_is_written(
    tmp_path: Path, change: tuple[str, str], chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_numbers, "_CHUNK", chunk)
    path = write(tmp_path / "a.xlsx", [["a", LOST], [LOST, "b"]])
    if change[0].startswith("<(/"):
        mended(path, ("xmlns=", "xmlns:x="))
    mended(path, change)
    found = [cell for row in read_workbook(path, ("数据",)).cells.iter_rows() for cell in row if cell]
    assert found == ["a", str(LOST), str(LOST), "b"]


def test_a_workbook_that_does_not_tell_which_part_is_the_sheet(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [[LOST]])
    with zipfile.ZipFile(path) as archive:
        assert long_numbers._parts(archive, "数据") == ["xl/worksheets/sheet2.xml"]
        assert long_numbers._parts(archive, "没有") == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]
    for encoding in ("UTF-99", "UTF-7", "utf-16"):
        mended(path, ('encoding="[^"]*"', f'encoding="{encoding}"'), "xl/workbook.xml")
        with zipfile.ZipFile(path) as archive:
            assert long_numbers._parts(archive, "数据") == ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]


def test_what_a_spreadsheet_destroyed_is_refused_but_in_claims(tmp_path: Path) -> None:
    sources = load_sources()
    register = write(
        tmp_path / "比对名单.xlsx", [["身份证号", "名单类别", "起始日期"], [LOST, "死亡", "20210101"]], "比对名单"
    )
    (rows,) = list(read(register.name, register, sources).pieces or ())
    assert rows.accepted.is_empty() and rows.quarantined["reason_code"].to_list() == ["identity_destroyed"]
    claims = write(tmp_path / "补贴申领.xlsx", [list(CLAIM), list(CLAIM.values())], "补贴申领")
    (rows,) = list(read(claims.name, claims, sources).pieces or ())
    assert rows.accepted.select("id_number", "payee_account").rows() == [(str(LOST), "6222021001012350000")]


def test_a_workbook_without_numbers_so_long_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.xlsx", [HEADER, ["V1", 999, "x" * 30]])
    monkeypatch.setattr(long_numbers, "_parts", lambda *_: pytest.fail("read again"))
    assert cells(path, 3)[:3] == ["V1", "999", "x" * 30]
