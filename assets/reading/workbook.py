"""Workbooks: the right sheet, every cell as text, and the worksheet's own row numbers."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import fastexcel
import polars as pl

from assets.reading.grid import Grid, TooLarge, Unreadable
from assets.reading.limits import limits_in_force, told
from assets.reading.long_numbers import with_long_numbers

_OLD_OR_LOCKED = bytes.fromhex("d0cf11e0a1b11ae1")
_CHUNK = 1 << 20
_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def read_workbook(path: Path, titles: tuple[str, ...], fits: Callable[[Grid], bool] = lambda _: True) -> Grid:
    """The sheet that is called by one of ``titles``, else one that bears a title and fits, else the first of the others, as a grid.

    Raises Unreadable for a broken workbook.
    """
    _prove(path, limits_in_force().unpacked)
    try:
        book = fastexcel.read_excel(path)
        called, bearing = _sheets(book.sheet_names, titles)
        if called is None:
            grids = (_grid(book, path, name) for name in bearing)
            fitting = next((grid for grid in grids if fits(grid)), None)
            others = [name for name in book.sheet_names if name not in bearing]
            return fitting if fitting is not None else _grid(book, path, (others or book.sheet_names)[0])
        return _grid(book, path, called)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, IndexError, ValueError, OSError) as error:
        raise Unreadable(
            "broken_workbook",
            "工作簿打不开（可能没有传完或已损坏），请重新导出后再交。 / The workbook cannot be opened; export it again.",
        ) from error


def _sheets(names: list[str], titles: tuple[str, ...]) -> tuple[str | None, list[str]]:
    """The sheet whose name is a title; and those that bear one (太原市培训学员名册), first those that begin with it. A sheet of
    notes (培训学员名册填表说明) bears it too."""
    lowered = tuple(title.lower() for title in titles)
    told = {name: name.strip().lower() for name in names}
    called = next((name for name in names if told[name] in lowered), None)
    bearing = [name for name in names if any(title in told[name] for title in lowered)]
    return called, sorted(bearing, key=lambda name: not told[name].startswith(lowered))


def _grid(book: fastexcel.ExcelReader, path: Path, name: str) -> Grid:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(pl.from_arrow(batch))
    cells.columns = [f"c{position}" for position in range(cells.width)]
    cells = _with_errors(cells, [(error.offset_position, error.detail) for error in errors.errors] if errors else [])
    cells = with_long_numbers(cells, path, name)
    lines = pl.Series("line", range(1, cells.height + 1), dtype=pl.Int64)
    return Grid(cells.with_columns(pl.all().replace("", None)), lines, name)


def _with_errors(cells: pl.DataFrame, errors: list[tuple[tuple[int, int], str]]) -> pl.DataFrame:
    """Cells that hold a formula's error (#REF!) as their text: an error is unreadable, not empty."""
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), detail in errors:
        found = re.search(r"Error\((\w+)\)", detail)
        if found:
            by_column.setdefault(column, {})[row] = _ERRORS.get(found[1], "#ERROR!")
    for column, rows in by_column.items():
        values = cells[f"c{column}"].to_list()
        for row, text in rows.items():
            values[row] = text
        cells = cells.with_columns(pl.Series(f"c{column}", values, dtype=pl.String))
    return cells


def _prove(path: Path, limit: int) -> None:
    """Unpack every part that is read once, and count: an archive may say of itself what it likes, and a part whose checksum
    is wrong would be read with wrong values."""
    with path.open("rb") as file:
        if file.read(len(_OLD_OR_LOCKED)) == _OLD_OR_LOCKED:
            raise Unreadable(
                "old_or_locked_workbook",
                "这是旧版 xls 或加了密码的工作簿，请去掉密码、另存为 xlsx 后再交。 / An old or locked workbook; save it as xlsx without a password.",
            )
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > limit:
                raise _too_large(limit)
            unpacked = 0
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > limit:
                            raise _too_large(limit)
    # By each of these zipfile tells of a damaged archive, a part cut off, a password, or a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(
            "broken_workbook",
            "工作簿打不开（可能没有传完，或不是真正的 xlsx），请重新导出后再交。 / No workbook, or not complete; export it again.",
        ) from error


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        "workbook_too_large",
        f"工作簿展开后超过上限 {told(limit)}，请拆成几个文件或改用 CSV。 / Unpacks to more than {told(limit)}; split it or send CSV.",
    )
