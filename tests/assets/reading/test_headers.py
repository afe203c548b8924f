"""Headers as clerks make them: titles, groups and notes above, units and remarks behind, the header again on every page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assets.reading.file import Reading, read
from assets.reading.header import find_header, units_told
from assets.reading.rows import Rows
from models.source import load_sources
from tests.assets.reading.files import HEADER, LEDGER, ROW, Cells, grid_of, write_csv, write_xlsx

SOURCES = load_sources()


def opened(path: Path) -> Reading:
    return read(path.name, path, SOURCES)


def rows_of(path: Path) -> Rows:
    reading = opened(path)
    assert reading.pieces is not None, reading.meta
    (rows,) = reading.pieces
    return rows


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["区划", "报表月份", "补贴类别", "补贴人次", "金额", "", "", "培训任务完成人次"], [""] * 4 + ["期初余额", "支出金额", "期末余额", ""]),
        (["区划", "报表月份", "补贴类别", "补贴人次", "金额", "", "", "培训任务完成人次"], [""] * 4 + ["期初余额", "金额", "期末余额", ""]),
        (["区划", "报表月份", "补贴类别", "人次", "金额", "", "", "培训任务完成人次"], ["", "", "", "补贴人次", "期初余额", "支出金额", "期末余额", ""]),
    ],
)  # fmt: skip
def test_a_header_below_a_group_wins_over_the_group_s_name(tmp_path: Path, upper: list[str], lower: list[str]) -> None:
    values = ["140300", "202001", "培训补贴", "3", "100", "40", "60", "5"]
    rows = rows_of(write_xlsx(tmp_path / "资金使用月报_140300_2020.xlsx", [upper, lower, values]))
    names = ("persons", "opening_balance", "amount", "closing_balance", "task_persons")
    assert rows.accepted.select(names).rows() == [(3, 100, 40, 60, 5)] and rows.read == 1


TITLES: list[Cells] = [
    [["填报单位：", "太原市人社局", "填报日期：", "2020年8月1日"]],
    [["序号", "基本情况", "", "下达资金", "任务人数", "备注"], ["", "区划", "年度", "", "", ""]],
    [["序号", "地区", "基本情况", "", "下达资金", "任务人数", "备注", "填报人"], ["", "", "区划", "年度", "", "", "", ""]],
]  # fmt: skip


@pytest.mark.parametrize("above", TITLES)
def test_titles_and_groups_above_the_header_are_no_rows(tmp_path: Path, above: Cells) -> None:
    places = {"区划": "140100", "年度": "2020", "下达资金": "1000", "任务人数": "3"}
    head = above if len(above) > 1 else [*above, [*places]]
    labels = [next((row[at] for row in reversed(head) if row[at] in places), "") for at in range(len(head[-1]))]
    row = [places.get(label, "注") for label in labels]
    rows = rows_of(write_xlsx(tmp_path / "资金与任务分配_140100_2020.xlsx", [*head, row]))
    assert rows.quarantined.is_empty() and rows.accepted.select("year", "task_persons").rows() == [(2020, 3)]


def test_a_row_of_the_table_above_its_header_is_still_told(tmp_path: Path) -> None:
    rows = rows_of(write_csv(tmp_path / "专账资金台账.csv", [["专账资金台账", "单", "位", "元"], ROW, HEADER, ROW]))
    assert rows.quarantined.select("line", "reason_code").rows() == [(2, "above_header")] and rows.read == 2


@pytest.mark.parametrize(
    "note", ["（元）", "（元/月）", "[元]", " 单位：元", "（人民币元，保留两位小数）", "（必填）", "（必填）（元）", "（yuan）", "/元", "〔元〕"]
)  # fmt: skip
def test_what_is_noted_behind_a_header_is_no_part_of_it(tmp_path: Path, note: str) -> None:
    head = [*HEADER[:2], "记账日期（年月日）", *HEADER[3:-1], f"金额{note}"]
    rows = rows_of(write_csv(tmp_path / "专账资金台账.csv", [head, ROW]))
    assert rows.accepted.select("booked_on", "amount").rows() == [(date(2021, 7, 8), Decimal("1200.00"))]


def test_a_header_without_a_note_wins_over_one_with_it(tmp_path: Path) -> None:
    rows = rows_of(
        write_csv(tmp_path / "专账资金台账.csv", [["金额（预算）", *HEADER], ["5", *ROW], ["6", *ROW[:7], "7"]])
    )
    assert rows.accepted["amount"].to_list() == [Decimal("1200.00"), Decimal("7.00")]


@pytest.mark.parametrize("unit", ["万元", "千元", "单位：百万元", "万", "角", "单位：分", "美元"])
def test_another_unit_is_never_read_as_yuan_and_is_named(tmp_path: Path, unit: str) -> None:
    reading = opened(write_csv(tmp_path / "专账资金台账.csv", [[*HEADER[:-1], f"金额（{unit}）"], ROW]))
    assert reading.meta["reason_code"] == "missing_columns"
    named = f"金额({unit.replace('：', ':')})"
    assert f"表头里不认识：{named}" in reading.meta["reason"] and f"“{named}”的单位不是元" in reading.meta["reason"]
    assert units_told([named, "经办人"], LEDGER)[1].count("(") == 1


def test_a_missing_column_is_told_with_the_headers_that_nobody_knows(tmp_path: Path) -> None:
    head = ["金额数" if title == "金额" else title for title in HEADER]
    reason = opened(write_csv(tmp_path / "专账资金台账.csv", [head, ROW])).meta["reason"]
    assert "缺少必需的列：金额" in reason and "表头里不认识：金额数" in reason and "Unknown headers: 金额数." in reason
    assert "单位不是" not in reason


def test_points_are_the_unit_of_a_score_and_not_of_money() -> None:
    assert SOURCES["enrolments"].column_under("结业成绩（分）") is SOURCES["enrolments"].column("exam_score")
    assert SOURCES["projects"].column_under("职业（工种）（必填）") is SOURCES["projects"].column("occupation")
    assert SOURCES["reports"].column_under("补贴人次(万人次)") is None
    assert SOURCES["reports"].column_under("（元）") is None


def test_a_header_that_stands_again_may_be_written_otherwise(tmp_path: Path) -> None:
    head = [" 凭证号 ", *HEADER[1:-1], "金额（元）"]
    again = ["凭证\n号", *HEADER[1:-1], "金 额(元)"]
    path = write_csv(tmp_path / "专账资金台账.csv", [head, ROW, head, ["V2", *ROW[1:]], again, ["V3", *ROW[1:]]])
    header = find_header(grid_of(path), LEDGER)
    assert header is not None and header.last_row == 0
    rows = rows_of(path)
    assert rows.accepted["voucher_no"].to_list() == ["V1", "V2", "V3"] and rows.quarantined.is_empty()
