"""Writes the same rows as the files that clerks send (csv in several encodings, workbooks with titles, Parquet), and reads a small csv file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from assets.reading.grid import Grid
from assets.reading.text import read_text
from models.source import load_sources

Cells = Sequence[Sequence[str]]
LEDGER = load_sources()["ledger"]
HEADER = ["凭证号", "区划", "记账日期", "方向", "拨付批次", "补贴类别", "对方区划", "金额"]
ROW = ["V1", "140100", "2021-07-08", "支出", "B1", "培训补贴", "", "1,200.00"]


def write_csv(path: Path, rows: Cells, encoding: str = "utf-8", separator: str = ",") -> Path:
    """A text file in the encoding, not announced anywhere."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Cells, sheet: str = "Sheet1", first: tuple[str, Cells] | None = None) -> Path:
    """A workbook of texts; `first` is another sheet before it."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, cells in [*([first] if first else []), (sheet, rows)]:
            page = book.add_worksheet(name)
            for row, values in enumerate(cells):
                for column, value in enumerate(values):
                    page.write_string(row, column, value)
    return path


def write_parquet(path: Path, header: Sequence[str], rows: Cells) -> Path:
    """Texts under canonical names."""
    pl.DataFrame({name: [row[place] or None for row in rows] for place, name in enumerate(header)}).write_parquet(path)
    return path


def grid_of(path: Path) -> Grid:
    """A text file that is one block."""
    (grid,) = read_text(path)
    return grid
