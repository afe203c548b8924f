"""The door: whatever the format, encoding and layout, the same rows come out, each with the line on which it stands."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.deliveries import take_in
from assets.reading.grid import Unreadable
from assets.reading.header import find_header
from assets.reading.rows import Rows, read_rows
from assets.reading.text import read_text
from assets.reading.workbook import read_workbook
from models.source import load_sources
from tests.assets.reading.files import HEADER, LEDGER, ROW, write_csv, write_parquet, write_xlsx

SECOND = ["V2", "140200", "2021年7月9日", "退回", "", "", "", "300元"]
TITLE = ["太原市2021年7月专账资金台账"] + [""] * 7
TOTAL = ["合计"] + [""] * 6 + ["1500"]
BLANK = [""] * 8


def read(path: Path) -> Rows:
    grid = read_workbook(path, LEDGER.titles) if path.suffix == ".xlsx" else read_text(path)
    header = find_header(grid, LEDGER)
    assert header is not None and not header.missing
    return read_rows(grid, header, LEDGER)


def brief(rows: Rows) -> list[tuple[str, str, date, str, Decimal, int]]:
    names = ("voucher_no", "division", "booked_on", "direction", "amount", "source_line")
    return list(rows.accepted.select(names).iter_rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_text_in_every_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = write_csv(tmp_path / "专账资金台账.csv", [TITLE, HEADER, ROW, BLANK, SECOND, TOTAL], encoding, separator)
    rows = read(path)
    assert brief(rows) == [
        ("V1", "140100", date(2021, 7, 8), "payment", Decimal("1200.00"), 3),
        ("V2", "140200", date(2021, 7, 9), "return", Decimal("300.00"), 5),
    ]
    assert rows.read == 2 and rows.quarantined.is_empty()


def test_a_rare_character_of_four_bytes_survives_gb18030(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ["V𠮷1", *ROW[1:]]], "gb18030")
    assert read(path).accepted["voucher_no"].to_list() == ["V𠮷1"]


def test_a_workbook_with_title_two_row_header_blank_and_total_rows(tmp_path: Path) -> None:
    upper = ["凭证号", "区划", "记账日期", "业务", "", "", "", ""]
    lower = ["", "", "", "方向", "拨付批次", "补贴类别", "对方区划", "金额（元）"]
    notes = ("填表说明", [["本表由财务科填写"]])
    path = write_xlsx(tmp_path / "a.xlsx", [TITLE, upper, lower, ROW, BLANK, SECOND, TOTAL], "专账资金台账", notes)
    assert [row[-1] for row in brief(read(path))] == [4, 6]


def test_headers_with_blanks_line_breaks_and_units(tmp_path: Path) -> None:
    odd = [" 凭证号 ", "区 划", "记账\n日期", "方向", "拨付批次", "补贴类别", "对方区划", "金额(元)"]
    assert len(read(write_xlsx(tmp_path / "a.xlsx", [odd, ROW])).accepted) == 1


def test_a_quoted_cell_may_span_lines_and_the_next_row_keeps_its_line(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "a.csv", [HEADER, ["V\n1", *ROW[1:]], SECOND]))
    assert [row[-1] for row in brief(rows)] == [2, 4]


def test_unreadable_rows_are_kept_with_line_column_reason_and_text(tmp_path: Path) -> None:
    bad_date, bad_kind, long, no_key = [*ROW], [*ROW], [*ROW, "", "多出来"], [*ROW]
    bad_date[2], bad_kind[3], no_key[0] = "2021-13-40", "不知道", ""
    rows = read(write_csv(tmp_path / "a.csv", [HEADER, bad_date, bad_kind, long, no_key, ROW]))
    assert rows.quarantined.select("line", "column_name", "reason_code").rows() == [
        (2, "booked_on", "date_unreadable"), (3, "direction", "enum_unreadable"), (4, "", "too_many_cells"), (5, "voucher_no", "key_missing"),
    ]  # fmt: skip
    assert rows.quarantined["row"][0].startswith("V1 | 140100 | 2021-13-40 | 支出")
    assert "多出来" in rows.quarantined["row"][2] and "记账日期" in rows.quarantined["reason"][0]
    assert len(rows.accepted) == 1 and rows.read == 5


def test_identity_numbers_that_a_spreadsheet_destroyed_are_quarantined_but_in_claims(tmp_path: Path) -> None:
    sources = load_sources()
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    write_csv(inbox / "比对名单.csv", [["身份证号", "名单类别", "起始日期"], ["1.40105E+17", "死亡", "20210101"]])
    claim = {column.name: "x" for column in sources["claims"].columns if column.required} | {
        "subsidy_kind": "培训补贴", "division": "140100", "id_number": "1.40105E+17", "standard": "1", "amount": "1",
        "claimed_on": "20210101", "status": "已申报", "fund": "专账资金",
    }  # fmt: skip
    write_csv(inbox / "补贴申领.csv", [list(claim), list(claim.values())])
    take_in(inbox, store, sources)
    metas = {
        meta["source"]: meta for path in store.glob("[0-9a-f]*.json") for meta in [json.loads(path.read_text("utf-8"))]
    }
    assert metas["status_registers"]["rows_quarantined"] == 1 and metas["claims"]["rows_quarantined"] == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("专账资金台账.csv", b"", "empty_file"),
        ("专账资金台账.csv", b" \r\n\r\n", "empty_file"),
        ("专账资金台账.csv", b"\xff\xff\xff\x81\x20", "unknown_encoding"),
        ("专账资金台账.xlsx", b"PK\x03\x04 cut", "broken_workbook"),
        ("ledger_2021.parquet", b"PAR1 cut", "broken_parquet"),
        ("专账资金台账.doc", b"x", "unknown_format"),
        ("食堂采购清单.csv", "品名,数量\n白菜,3\n".encode(), "unknown_source"),
        ("专账资金台账.csv", "品名,数量\n白菜,3\n".encode(), "no_header"),
    ],
)
def test_a_file_that_cannot_be_read_is_quarantined_whole_with_its_reason(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    (inbox / name).write_bytes(content)
    take_in(inbox, store, load_sources())
    (meta,) = [json.loads(path.read_text("utf-8")) for path in store.glob("[0-9a-f]*.json")]
    assert meta["status"] == "quarantined" and meta["rows_read"] == 0 and meta["reason_code"] == code and meta["reason"]


def test_a_file_is_told_by_its_headers_where_its_name_tells_nothing(tmp_path: Path) -> None:
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    write_xlsx(inbox / "新建工作表.xlsx", [HEADER, ROW])
    names = ("voucher_no", "division", "booked_on", "direction", "amount")
    write_parquet(inbox / "export.parquet", names, [["V9", "140100", "2021-07-08", "payment", "5"]])
    take_in(inbox, store, load_sources())
    metas = [json.loads(path.read_text("utf-8")) for path in store.glob("[0-9a-f]*.json")]
    assert [meta["source"] for meta in metas] == ["ledger", "ledger"] and all(meta["rows_read"] == 1 for meta in metas)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    monkeypatch.setenv("SKILLWATCH_READ_UNPACKED", "900KB")
    with pytest.raises(Unreadable) as refused:
        read_workbook(path, LEDGER.titles)
    assert refused.value.code == "workbook_too_large"


def test_a_header_without_rows_is_fine(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "a.csv", [HEADER]))
    assert rows.read == 0 and rows.accepted.is_empty()
