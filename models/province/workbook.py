"""Writes one Excel workbook as a bureau fills it in: titles, merged headers, notes, blank and 合计 rows. Texts come ready from cells.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from models.province.labels import GROUPS
from models.province.schema import DAY, INTEGER, MONEY, MONTH_COLUMNS, NUMBER, TITLES, TYPES

Rows = list[list[Any]]


def write_workbook(
    path: Path,
    source: str,
    heading: str,
    names: list[str],
    rows: Rows,
    raw: Sequence[Sequence[Any]],
    rng: np.random.Generator,
) -> None:
    """`rows` are texts in file order; `raw` holds the canonical values of those rows that have them, for cells typed as numbers and dates."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": dt.datetime(2022, 3, 1), "author": "", "comments": ""})
    notes = rng.random() < 0.25
    if notes:
        sheet = book.add_worksheet("填表说明")
        sheet.write_string(0, 0, "请勿改动表头，日期按实际填写。")
        sheet = book.add_worksheet(TITLES[source])
    else:
        sheet = book.add_worksheet("Sheet1" if rng.random() < 0.5 else TITLES[source])
        if rng.random() < 0.2:
            book.add_worksheet("Sheet2")
    bold = book.add_format({"bold": True, "align": "center", "text_wrap": True})
    line = 0
    if rng.random() < 0.6:
        if len(names) > 2:
            sheet.merge_range(0, 0, 0, len(names) - 1, heading, bold)
        else:
            sheet.write_string(0, 0, heading, bold)
        line = 1
        if rng.random() < 0.3:
            sheet.write_string(1, 0, "填报单位：")
            sheet.write_string(1, min(3, len(names) - 1), "填报日期：")
            line = 2
        if rng.random() < 0.2:
            line += 1
    line = _header(sheet, line, source, names, bold, rng.random() < 0.35)
    typed = _typed(source, rng)
    gaps = {int(at) for at in rng.integers(1, max(len(rows), 2), 1)} if rng.random() < 0.2 else set()
    for at, row in enumerate(rows):
        if at in gaps:
            line += 1
        for column, text in enumerate(row):
            value = raw[at][column] if at < len(raw) and column < len(raw[at]) else None
            if text is None or text == "":
                continue
            if column in typed and value is not None:
                _write_typed(sheet, line, column, value)
            else:
                sheet.write_string(line, column, str(text))
        line += 1
    if rng.random() < 0.4:
        _total(sheet, line, source, raw)
    book.close()


def _header(sheet: Any, line: int, source: str, names: list[str], bold: Any, grouped: bool) -> int:
    if not grouped or source not in GROUPS:
        for column, name in enumerate(names):
            sheet.write_string(line, column, name, bold)
        return line + 1
    parent, members = GROUPS[source]
    columns = list(TYPES[source])
    inside = [columns.index(member) for member in members]
    sheet.merge_range(line, inside[0], line, inside[-1], parent, bold)
    for column, name in enumerate(names):
        if column in inside:
            sheet.write_string(line + 1, column, name, bold)
        else:
            sheet.merge_range(line, column, line + 1, column, name, bold)
    return line + 2


def _typed(source: str, rng: np.random.Generator) -> set[int]:
    """The columns that are typed in as numbers and dates rather than as text."""
    out = set()
    for column, (name, kind) in enumerate(TYPES[source].items()):
        number = kind in (INTEGER, NUMBER, MONEY) and rng.random() < 0.6
        if number or (kind == DAY and name not in MONTH_COLUMNS and rng.random() < 0.4):
            out.add(column)
    return out


def _write_typed(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(line, column, dt.datetime(value.year, value.month, value.day))
    else:
        sheet.write_number(line, column, float(value))


def _total(sheet: Any, line: int, source: str, raw: Sequence[Sequence[Any]]) -> None:
    sheet.write_string(line, 0, "合计")
    for column, kind in enumerate(TYPES[source].values()):
        if column and kind == MONEY:
            sheet.write_number(line, column, float(sum(row[column] or 0 for row in raw)))
