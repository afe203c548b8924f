"""The workbook, opened again: sheets, texts that stay texts, what is cut and says so."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from assets import workbook
from assets.changes import changes
from assets.wording import VERDICTS
from assets.workbook import About, write_cases_workbook, write_tables_workbook
from tests.assets.made_up import case, cases, frames

ABOUT = About("2022-02-28-0123456789ab", "2022-02-28", "山西省", "abcd " * 16, {"线索": "31 条"})
NAMES = ("cases", "rules", "evidence", "files", "changes")


def written(path: Path, **more: object) -> openpyxl.Workbook:
    tables = {**{name: frames()[name] for name in NAMES}, **more}
    write_cases_workbook(path, ABOUT, **tables)
    return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, sheet: str, header: int = 1) -> list[dict[str, object]]:
    values = list(book[sheet].iter_rows(values_only=True))
    return [dict(zip(values[header - 1], row, strict=True)) for row in values[header:]]


def test_its_sheets_and_what_the_first_one_says(tmp_path: Path) -> None:
    book = written(tmp_path / "cases.xlsx")
    assert book.sheetnames == ["说明", "规则汇总", "线索清单", "证据", "未接受的文件", "变化"]
    told = "\n".join(str(cell) for row in book["说明"].iter_rows(values_only=True) for cell in row if cell)
    for words in (
        "线索不等于结论",
        ABOUT.scan_id,
        ABOUT.as_of,
        ABOUT.fingerprint,
        "openssl pkeyutl -verify",
        "31 条",
        "遮盖",
    ):
        assert words in told
    revealed = About(ABOUT.scan_id, ABOUT.as_of, ABOUT.scope, ABOUT.fingerprint, {}, masked=False)
    write_cases_workbook(tmp_path / "r.xlsx", revealed, **{name: frames()[name] for name in NAMES})
    first = openpyxl.load_workbook(tmp_path / "r.xlsx")["说明"]
    assert any("不得外传" in str(cell) for row in first.iter_rows(values_only=True) for cell in row)


def test_cases_are_filtered_frozen_and_in_chinese(tmp_path: Path) -> None:
    sheet = written(tmp_path / "cases.xlsx")["线索清单"]
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A1:AB32"
    titles = [cell.value for cell in sheet[1]]
    assert titles[:6] == ["线索编号", "级别", "性质", "事项", "具体情况", "涉及金额（元）"]
    assert titles[-5:] == ["核查结论", "追回金额", "核查日期", "核查人", "核查说明"]
    assert not any(title.isascii() for title in titles)
    assert sheet.data_validations.dataValidation[0].formula1 == f'"{",".join(VERDICTS)}"'


def test_no_cell_is_a_formula_a_link_or_a_number_that_lost_its_digits(tmp_path: Path) -> None:
    book = written(tmp_path / "cases.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            assert [cell.coordinate for cell in row if cell.data_type == "f" or cell.hyperlink] == []
    listed = rows(book, "线索清单")
    night = next(row for row in listed if row["规则"] == "night_class")
    assert night["实际情况"] == '=HYPERLINK("x")' and night["规定"] == "@SUM(A1)" and night["差距"] == "+1"
    assert listed[29]["对象编号"] == "SL1402002112200000029" and listed[29]["区划"] == "140200"
    assert listed[29]["涉及金额（元）"] == 29 and listed[29]["性质"] == "违规" and night["状态"] == "待核查"


def test_at_most_twenty_claims_and_their_number(tmp_path: Path) -> None:
    listed = rows(written(tmp_path / "cases.xlsx"), "线索清单")
    night = next(row for row in listed if row["规则"] == "night_class")
    assert str(night["涉及申领"]).count("SL") == 20 and str(night["涉及申领"]).endswith("等 35 个")
    assert night["申领笔数"] == 35
    assert listed[29]["涉及申领"] == "SL1402002112200000029"


def test_files_that_were_not_accepted_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    book = written(tmp_path / "cases.xlsx", missing=pl.DataFrame({"source": ["bank"], "city": ["140300"]}))
    values = list(book["未接受的文件"].iter_rows(values_only=True))
    assert values[0][0] == "共 3 个文件：接受 1，部分接受 1，隔离 1"
    assert [row["文件"] for row in rows(book, "未接受的文件", 2)] == ["银行流水_阳泉市.csv", "坏.xlsx"]
    assert rows(book, "未送达的数据") == [{"来源": "银行流水", "市": "140300"}]


def test_an_accepted_file_with_a_note_is_listed_too(tmp_path: Path) -> None:
    files = frames()["files"].with_columns(note=pl.when(pl.col("status") == "accepted").then(pl.lit("没有这些列")))
    listed = rows(written(tmp_path / "cases.xlsx", files=files), "未接受的文件", 2)
    assert len(listed) == files.height and any("没有这些列" in row.values() for row in listed)


def test_long_tables_and_long_texts_are_cut_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "EVIDENCE_ROWS", 10)
    long = cases(case("certificate_amount", "SL1", explanation_zh="长" * 40_000))
    book = written(tmp_path / "cases.xlsx", cases=long)
    values = list(book["证据"].iter_rows(values_only=True))
    assert values[0][0] == "共 31 行，此处只列前 10 行，全部见 evidence.parquet"
    assert len(values) == 12
    text = str(rows(book, "线索清单")[0]["具体情况"])
    assert text.endswith("…（未列完）") and len(text) < 32_767


def test_empty_tables_are_sheets_with_a_header(tmp_path: Path) -> None:
    nothing = cases()
    book = written(
        tmp_path / "cases.xlsx", cases=nothing, changes=changes(None, nothing), evidence=frames()["evidence"].clear()
    )
    assert book["线索清单"].max_row == 1 and book["变化"]["A1"].value == "变化"


def test_the_same_rows_are_the_same_bytes_with_fixed_dates(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_tables_workbook(tmp_path / f"{name}.xlsx", "x & y", {"z": frames()["rules"], "a": frames()["files"]})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["a", "z"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"], "no temporary files are left"


def test_no_header_and_no_code_of_a_source_is_left_in_english(tmp_path: Path) -> None:
    summary = frames()["rules"].with_columns(judged=1, rule_sha=pl.lit("ab"), precision_low=0.1, precision_high=0.9)
    titles = [str(cell.value) for cell in written(tmp_path / "cases.xlsx", rules=summary)["规则汇总"][1]]
    assert not any(title.isascii() for title in titles) and "属实率下限（90% 区间）" in titles
    payments = pl.DataFrame({"subsidy_kind": ["certificate"], "training_kind": ["apprenticeship"], "level": ["3"]})
    write_tables_workbook(tmp_path / "reports.xlsx", "", {"拨付": payments})
    shown = rows(openpyxl.load_workbook(tmp_path / "reports.xlsx"), "拨付")[0]
    assert not any(str(value).isascii() for value in shown.values()), shown
