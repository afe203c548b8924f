"""Finds the header of a grid: below titles, over one row or two, under whatever names clerks give the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.reading.grid import Grid, Unreadable, as_text
from models.source import Column, Source, plain_header
from models.values import PARSERS, parse_choice, plain

# Titles and notes stand above the header, never this many.
_SEARCHED_ROWS = 30
_TOLD, _LONGEST = 20, 40  # unknown headers, and letters of one, that a file's record holds
_VALUES_OF_A_ROW = 2
# Types that not just any text can be of: by the shape of a value, or because their parser refuses the others.
_SHAPES = {
    "id_number": r"^(?:\d{15}|\d{17}[\dXx])$", "uscc": "^[0-9A-Za-z]{18}$", "occupation_code": r"^\d(?:-\d\d){1,3}$",
    "phone": r"^\d{7,12}$",
}  # fmt: skip
_TELLING = ("division", "date", "month", "money", "integer", "number", "boolean", "level")


@dataclass(frozen=True)
class Header:
    """Where the header ends, and which position holds which column; which required columns are missing; how wide the header
    is; which optional columns are absent, and what stands there that names no column."""

    last_row: int
    positions: Mapping[str, int]
    missing: tuple[str, ...]
    width: int
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def header_of(last_row: int, cells: Iterable[str | None], found: Mapping[str, int], source: Source) -> Header:
    """The header that these cells make (those of a second row after those of the first), of which ``found`` names columns."""
    lacking = [column for column in source.columns if column.name not in found]
    row = list(cells)
    width = 1 + max((index for index, cell in enumerate(row) if cell is not None), default=-1)
    named = set(found.values())
    strange = {plain_header(cell): None for index, cell in enumerate(row) if cell and index not in named}
    return Header(
        last_row,
        found,
        tuple(column.name for column in lacking if column.required),
        width,
        tuple(column.name for column in lacking if not column.required),
        tuple(text[:_LONGEST] for text in strange if text)[:_TOLD],
    )


def units_told(unknown: Iterable[str], source: Source) -> tuple[str, str]:
    """Which of the headers that nobody knows would be known in our unit, in Chinese and English; nothing where none would."""
    others = [(header, column) for header in unknown if (column := source.in_another_unit(header)) is not None]
    if not others:
        return "", ""
    chinese = (
        f"“{header}”的单位不是{'元' if column.type == 'money' else '个数'}，请换算后改正表头再交。"
        for header, column in others
    )
    return "".join(chinese), f" In another unit: {', '.join(header for header, _ in others)}; convert the values."


def find_header(grid: Grid, source: Source) -> Header | None:
    """The header of ``source`` in the grid, or None where no row looks like it."""
    best: Header | None = None
    rows = [grid.row(position) for position in range(min(grid.cells.height, _SEARCHED_ROWS))]
    for position, row in enumerate(rows):
        below = rows[position + 1] if position + 1 < len(rows) else []
        second = _is_second_row(below, row, source)
        found = positions_of(row, below if second else [], source)
        if found and (best is None or len(found) > len(best.positions)):
            cells = [high if low is None else low for high, low in zip(row, below, strict=True)] if second else row
            best = header_of(position + 1 if second else position, cells, found, source)
    enough = max(2, len([column for column in source.columns if column.required]) // 2)
    return best if best is not None and len(best.positions) >= enough else None


def rows_above(grid: Grid, header: Header, source: Source) -> list[int]:
    """Positions above the header that are rows of the table: filled like them, and several cells read as values of their
    columns. A header in the middle of its rows is that of a damaged file; titles, notes and groups of columns hold no values."""
    found = []
    for position in range(header.last_row + 1):
        filled = [cell for cell in grid.row(position) if cell is not None and cell.strip()]
        headers = sum(source.column_under(cell) is not None for cell in filled)
        if len(filled) >= max(4, 0.75 * len(header.positions)) and headers * 2 < len(filled):
            found.append(position)
    if not found:
        return []
    cells = grid.cells[found]
    read = [_reads(as_text(cells[f"c{place}"]), source.column(name)) for name, place in header.positions.items()]
    values = pl.select(pl.sum_horizontal(read)).to_series()
    return [position for position, count in zip(found, values, strict=True) if count >= _VALUES_OF_A_ROW]


def _reads(texts: pl.Series, column: Column) -> pl.Series:
    """Whether each text is a value of its column, as 1 or 0, where not just any text would be."""
    text = plain(pl.col("text"))
    if column.type in _SHAPES:
        told = text.str.contains(_SHAPES[column.type])
    elif column.type == "enum":
        told = parse_choice(text, column.labels).is_not_null()
    else:
        told = PARSERS[column.type](text).is_not_null() if column.type in _TELLING else pl.lit(value=False)
    return texts.to_frame("text").select(told.fill_null(value=False).cast(pl.Int64).alias(column.name)).to_series()


def repeated_headers(grid: Grid, header: Header, source: Source) -> list[int]:
    """Positions below the header on which it stands again, as on every page of a printed list."""
    # Seldom does a number or a day begin like a header; names and addresses do.
    name, place = min(header.positions.items(), key=lambda one: source.column(one[0]).type in ("text", "enum"))
    texts = grid.cells[f"c{place}"]
    if texts.dtype != pl.String:
        return []
    letters = sorted({letter for text in source.column(name).headers for letter in (text[0], text[0].upper())})
    maybe = texts.str.contains_any(letters).fill_null(value=False).arg_true()
    titles = [text for text in texts.gather(maybe).unique() if _names(source, text, name)]
    found = []
    for position in maybe.filter(texts.gather(maybe).is_in(titles)):
        row = grid.row(position)
        if all(_names(source, row[at] or "", of) for of, at in header.positions.items()):
            found.append(position)
    return found


def _names(source: Source, text: str, name: str) -> bool:
    column = source.column_under(text)
    return column is not None and column.name == name


def _is_second_row(row: list[str | None], above: list[str | None], source: Source) -> bool:
    """A row below a header belongs to it when it holds headers, and what else it holds stands under no header: a row of the
    table fills cells under headers too."""
    filled = {place: cell for place, cell in enumerate(row) if cell is not None and cell.strip()}
    others = [place for place, cell in filled.items() if source.column_under(cell) is None]
    return len(others) < len(filled) and not any(source.column_under(above[place] or "") for place in others)


def positions_of(row: list[str | None], below: list[str | None], source: Source) -> dict[str, int]:
    """Which position holds which column: by the lower of two rows where it names one (the upper may name a group), and by a
    header without a note before one with it."""
    labels = dict[int, tuple[str, bool]]()
    for position, cell in enumerate(row):
        for candidate in (below[position] if position < len(below) else None, cell):
            column = source.column_under(candidate) if candidate is not None else None
            if candidate is not None and column is not None:
                labels[position] = column.name, plain_header(candidate) in column.headers
                break
    found: dict[str, int] = {}
    for position, (name, _) in sorted(labels.items(), key=lambda one: not one[1][1]):
        found.setdefault(name, position)
    return dict(sorted(found.items(), key=lambda one: one[1]))


def tell_source(grids: Mapping[str, Grid], sources: Mapping[str, Source]) -> Source:
    """The source that a file's headers tell, where its name tells nothing. Raises Unreadable when none or several fit.

    ``grids`` holds, per source, the grid that would count for it (a workbook's sheet depends on the source).
    """
    fitting = []
    for name, source in sources.items():
        header = find_header(grids[name], source)
        if header is not None and not header.missing:
            fitting.append((len(header.positions) / len(source.columns), len(header.positions), name))
    fitting.sort(reverse=True)
    if not fitting or (len(fitting) > 1 and fitting[0][:2] == fitting[1][:2]):
        known = "、".join(source.titles[0] for source in sources.values())
        raise Unreadable(
            "unknown_source",
            f"从文件名和表头都看不出是哪种文件。文件名请以下列名称之一开头：{known}。 / "
            f"Neither name nor headers tell what this is; begin the name with one of {', '.join(sources)}.",
        )
    return sources[fitting[0][2]]
