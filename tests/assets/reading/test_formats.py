"""The door: whatever the format, encoding and layout, the same rows come out, each with the line on which it stands."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.reading.file import read as read_file
from assets.reading.grid import Unreadable, as_text
from assets.reading.header import find_header
from assets.reading.rows import Rows, read_rows
from assets.reading.workbook import read_workbook
from models.source import load_sources
from tests.assets.reading.files import HEADER, LEDGER, ROW, grid_of, write_csv, write_parquet, write_xlsx

SECOND = ["V2", "140200", "2021年7月9日", "退回", "", "", "", "300元"]
TITLE = ["太原市2021年7月专账资金台账"] + [""] * 7
TOTAL = ["合计"] + [""] * 6 + ["1500"]
BLANK = [""] * 8


def read(path: Path) -> Rows:
    grid = read_workbook(path, LEDGER.titles) if path.suffix == ".xlsx" else grid_of(path)
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
    assert "第 10 格" in rows.quarantined["reason"][2] and "(cell 10)" in rows.quarantined["reason"][2]
    assert "多出来" in rows.quarantined["row"][2] and "记账日期" in rows.quarantined["reason"][0]
    assert len(rows.accepted) == 1 and rows.read == 5


def test_blanks_beyond_the_header_are_no_cells(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ROW])
    line = path.read_text(encoding="utf-8").splitlines()[1]
    lines = [
        f"{line.replace('V1', f'V{n}')}{more}" for n, more in enumerate((",,", ',"",""', ", ,\u3000", ",,,,,,", ", ,x"))
    ]
    path.write_text("\n".join([",".join(HEADER), *lines]), encoding="utf-8")
    rows = read(path)
    assert rows.accepted["voucher_no"].to_list() == ["V0", "V1", "V2", "V3"]
    assert rows.quarantined.select("line", "reason_code").rows() == [(6, "too_many_cells")]


FEEDBACK = load_sources()["feedback"]
JUDGED = "检查编号,线索编号,对象类型,对象编号,抽查方式,核查结论,追回金额,核查日期,核查人,说明\n"


@pytest.mark.parametrize(
    ("note", "read_so"),
    [
        ('"第一行\n第二行,后半"', "第一行\n第二行,后半"), ('"第一行\n1,2,3,4,5,6,7"', "第一行\n1,2,3,4,5,6,7"), ('"他说""好"",\n走了,"', '他说"好",\n走了,'),
        ('"第一行\nI9,C9"', None), ('"第一行\n1,2,3,4,5,6,7,8,9,10"', None), ('"第一行\n他说"好",了"', None), ('"第一行\n第二行,后半",多', None),
    ],
)  # fmt: skip
def test_a_quoted_cell_with_line_breaks_and_commas_is_read_where_it_is_sound(
    tmp_path: Path, note: str, read_so: str | None
) -> None:
    path = tmp_path / "a.csv"
    line = "I{},C1,,,重点,属实,100,2021-01-01,张,{}\n"
    path.write_text(JUDGED + line.format(1, note) + "".join(line.format(n, "好") for n in (2, 3)), encoding="utf-8")
    grid = grid_of(path)
    header = find_header(grid, FEEDBACK)
    assert header is not None
    rows = read_rows(grid, header, FEEDBACK)
    notes = rows.accepted["note"].to_list()
    assert notes[-2:] == ["好", "好"] and notes[:-2] == ([] if read_so is None else [read_so])
    assert set(rows.quarantined["reason_code"]) <= {"damaged_text", "too_many_cells"} and rows.read >= 3


def test_no_phone_is_no_unreadable_one(tmp_path: Path) -> None:
    source = load_sources()["enrolments"]
    head = ["班级编号", "身份证号", "姓名", "手机号", "人员类别", "户籍区划", "是否结业"]
    phones = ["无", "-", "138****5678", "+86 138 1234 5678", ""]
    rows = [[f"K{n}", "140105199001010018", "王", phone, "企业职工", "140105", "是"] for n, phone in enumerate(phones)]
    grid = grid_of(write_csv(tmp_path / "a.csv", [head, *rows]))
    header = find_header(grid, source)
    assert header is not None
    read_so = read_rows(grid, header, source)
    assert read_so.accepted["phone"].to_list() == [None, None, "138****5678", "13812345678", None]
    assert read_so.quarantined.is_empty()


def test_many_narrow_lines_above_the_header_hide_no_column(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*([f"第{n}条说明"] for n in range(27)), HEADER, ROW])
    assert brief(read(path)) == [("V1", "140100", date(2021, 7, 8), "payment", Decimal("1200.00"), 29)]


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


ATTENDANCE = load_sources()["attendance"]
SESSION_HEADER = ["班级编号", "身份证号", "上课日期", "签到时间", "签退时间", "签到方式"]


def test_time_cells_of_a_workbook_are_of_the_session_s_day_and_may_end_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "考勤签到.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page, clock = book.add_worksheet(), book.add_format({"num_format": "hh:mm"})
        page.write_row(0, 0, SESSION_HEADER)
        page.write_row(1, 0, ["K1", "140105199001010018", "2021-07-08"])
        page.write_datetime(1, 3, time(22, 0), clock)
        page.write_datetime(1, 4, time(1, 0), clock)
        page.write_string(1, 5, "人脸")
        page.write_row(2, 0, ["K1", "140105199001010018", "2021-07-09", "0.9583333333", "0.0416666667", "人脸"])
    grid = read_workbook(path, ATTENDANCE.titles)
    header = find_header(grid, ATTENDANCE)
    assert header is not None
    rows = read_rows(grid, header, ATTENDANCE).accepted
    assert rows.select("check_in", "check_out").rows() == [
        (datetime(2021, 7, 8, 22, 0), datetime(2021, 7, 9, 1, 0)),
        (datetime(2021, 7, 9, 23, 0), datetime(2021, 7, 10, 1, 0)),
    ]


def test_times_alone_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "考勤签到.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        page, clock = book.add_worksheet(), book.add_format({"num_format": "hh:mm"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, SESSION_HEADER)
        page.write_row(1, 0, ["K1", "140105199001010018"])
        page.write_datetime(1, 2, date(2021, 7, 8), day)
        for column, when in ((3, time(22, 0)), (4, time(1, 0))):
            page.write_datetime(1, column, when, clock)
        page.write_string(1, 5, "人脸")
    grid = read_workbook(path, ATTENDANCE.titles)
    header = find_header(grid, ATTENDANCE)
    assert header is not None
    assert read_rows(grid, header, ATTENDANCE).accepted.select("session_date", "check_in", "check_out").rows() == [
        (date(2021, 7, 8), datetime(2021, 7, 8, 22, 0), datetime(2021, 7, 9, 1, 0))
    ]


def test_typed_columns_of_parquet_with_times_and_without_values(tmp_path: Path) -> None:
    cells = {column.name: [value, value] for column, value in zip(LEDGER.columns, ROW, strict=True)}
    moment = datetime(2021, 7, 8, 8, 30)
    path = tmp_path / "ledger_140100.parquet"
    pl.DataFrame(
        cells | {"voucher_no": ["V1", "V2"], "booked_on": [moment] * 2, "amount": [float("nan"), 1.5]}
    ).write_parquet(path)
    (rows,) = read_file(path.name, path, load_sources()).pieces or ()
    assert rows.accepted.select("booked_on", "amount").rows() == [
        (date(2021, 7, 8), None),
        (date(2021, 7, 8), Decimal("1.50")),
    ]


@pytest.mark.parametrize(
    "foot", ["合计（元）", "合计：1500", "总计(单位:元)", "小 计", "制表人：张三", "审核：李四", "填表日期: 2021-07-08"]
)
def test_what_stands_below_a_table_is_no_row(tmp_path: Path, foot: str) -> None:
    for place in (0, 1):
        below = ["", "", "", "", "", "", "复核人：王五", "1500"]
        below[place] = foot
        rows = read(write_csv(tmp_path / f"{place}.csv", [HEADER, ROW, below]))
        assert rows.read == 1 and rows.quarantined.is_empty()
    assert read(write_csv(tmp_path / "a.csv", [HEADER, ["合计:划", *ROW[1:]], ["共计划1", *ROW[1:]]])).read == 1


def test_a_moment_of_a_time_zone_is_told_by_the_clock_on_the_wall() -> None:
    utc = pl.Series([datetime(2021, 7, 8, 0, 59)]).dt.replace_time_zone("UTC")
    assert as_text(utc).to_list() == ["2021-07-08 08:59:00"]


@pytest.mark.parametrize("unit", ["（元/人）", "（单位：元）", "(人民币元)", "[元]", "【元】", "/元"])
def test_unit_notes_in_use(tmp_path: Path, unit: str) -> None:
    assert brief(read(write_csv(tmp_path / "a.csv", [[*HEADER[:-1], f"金额{unit}"], ROW])))[0][4] == Decimal("1200.00")


def test_ten_thousands_of_yuan_are_not_read_as_yuan(tmp_path: Path) -> None:
    header = find_header(grid_of(write_csv(tmp_path / "a.csv", [[*HEADER[:-1], "金额（万元）"], ROW])), LEDGER)
    assert header is not None and header.missing == ("amount",)


@pytest.mark.parametrize("sheet", ["2021年7月专账资金台账", "太原 Ledger 2021"])
def test_the_sheet_that_bears_the_title_anywhere_counts(tmp_path: Path, sheet: str) -> None:
    notes = ("填表说明", [["本表由财务科填写"]])
    assert len(brief(read(write_xlsx(tmp_path / "a.xlsx", [HEADER, ROW], sheet, notes)))) == 1


@pytest.mark.parametrize(
    ("before", "named", "behind"),
    [
        ("专账资金台账填表说明", "专账资金台账", ""),
        ("专账资金台账填表说明", "太原市专账资金台账", ""),
        ("填表说明", " 专账资金台账 ", "专账资金台账说明"),
        ("", "数据", "专账资金台账填表说明"),
        ("专账资金台账填表说明", "数据", ""),
    ],
)
def test_a_sheet_of_notes_that_bears_the_title_does_not_count(
    tmp_path: Path, before: str, named: str, behind: str
) -> None:
    path = tmp_path / "专账资金台账_140100_202107.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in ((before, [["说明"], ["请填写"]]), (named, [HEADER, ROW]), (behind, [["说明"]])):
            page = book.add_worksheet(name) if name else None
            for row, cells in enumerate(rows if page else []):
                page.write_row(row, 0, cells)
    reading = read_file(path.name, path, load_sources())
    assert reading.meta["status"] == "read" and reading.meta["sheet"] == named


def test_names_are_masked_in_a_quarantined_row_that_is_shifted_or_damaged(tmp_path: Path) -> None:
    source = load_sources()["enrolments"]
    head = ["班级编号", "身份证号", "姓名", "手机号", "人员类别", "用人单位代码", "户籍区划", "是否结业"]
    shifted = ["C1", "", "", "欧阳修文", "企业职工", "", "140105", "是"]
    open_quote = '"C2,140105199003071236,张三丰,13812345678,企业职工,,140105,是'
    path = write_csv(tmp_path / "a.csv", [head, shifted])
    path.write_text(path.read_text(encoding="utf-8") + open_quote + "\r\n", encoding="utf-8")
    grid = grid_of(path)
    header = find_header(grid, source)
    assert header is not None
    masked = read_rows(grid, header, source).quarantined["row_masked"].to_list()
    assert len(masked) == 2 and "企业职工" in masked[0]
    assert not any(name in row for row in masked for name in ("欧阳修文", "张三丰"))


def test_a_file_that_was_misnamed_counts_under_its_right_name(tmp_path: Path) -> None:
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    sources = load_sources()
    wrong = write_csv(inbox / "专账资金台账_太原市_202107.xls", [HEADER, ROW])
    other = write_csv(inbox / "银行流水_大同市_202107.csv", [HEADER, SECOND])
    take_in(inbox, store, sources)
    wrong.rename(inbox / "专账资金台账_太原市_202107.csv")
    other.rename(inbox / "专账资金台账_大同市_202107.csv")
    assert len(take_in(inbox, store, sources).read) == 2
    assert take_in(inbox, store, sources).read == ()
    with duckdb.connect() as connection:
        accept(connection, store, sources)
        files = connection.execute("SELECT file, status, rows_accepted FROM delivered.files ORDER BY ALL").fetchall()
        assert files == [
            ("专账资金台账_大同市_202107.csv", "accepted", 1),
            ("专账资金台账_太原市_202107.csv", "accepted", 1),
            ("专账资金台账_太原市_202107.xls", "duplicate", 0),
            ("银行流水_大同市_202107.csv", "duplicate", 0),
        ]
        assert connection.execute("SELECT count(*) FROM delivered.missing_columns").fetchone() == (0,)


def test_a_header_that_stands_again_on_every_page_is_no_row(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "a.csv", [TITLE, HEADER, ROW, HEADER, SECOND]))
    assert [row[0] for row in brief(rows)] == ["V1", "V2"] and rows.read == 2


def test_a_child_that_nobody_knows_does_not_hide_the_others_of_a_two_row_header(tmp_path: Path) -> None:
    upper = ["凭证号", "区划", "记账日期", "方向", "业务", "", "", "", ""]
    lower = ["", "", "", "", "拨付批次", "补贴类别", "对方区划", "金额（元）", "经办意见"]
    assert len(brief(read(write_xlsx(tmp_path / "a.xlsx", [upper, lower, [*ROW, "同意"]])))) == 1


def test_a_column_of_lists_ends_no_file(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = write_parquet(inbox / "ledger_140100_202107.parquet", [column.name for column in LEDGER.columns], [ROW])
    pl.read_parquet(path).with_columns(extra=pl.Series([[1, 2]])).write_parquet(path)
    take_in(inbox, tmp_path / "deliveries", load_sources())
    with duckdb.connect() as connection:
        accept(connection, tmp_path / "deliveries", load_sources())
        assert connection.execute("SELECT status, rows_accepted FROM delivered.files").fetchall() == [("accepted", 1)]
