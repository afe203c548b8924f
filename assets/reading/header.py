"""Finds the header of a grid: below titles, over one row or two, under whatever names clerks give the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.reading.grid import Grid, Unreadable
from models.source import Source, plain_header

# Titles and notes stand above the header, never this many.
_SEARCHED_ROWS = 30
_TOLD, _LONGEST = 20, 40  # unknown headers, and letters of one, that a file's record holds


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


def find_header(grid: Grid, source: Source) -> Header | None:
    """The header of ``source`` in the grid, or None where no row looks like it."""
    known = {header: column.name for column in source.columns for header in column.headers}
    best: Header | None = None
    rows = [grid.row(position) for position in range(min(grid.cells.height, _SEARCHED_ROWS))]
    for position, row in enumerate(rows):
        below = rows[position + 1] if position + 1 < len(rows) else []
        second = _is_second_row(below, row, known)
        found = _positions(row, below if second else [], known)
        if found and (best is None or len(found) > len(best.positions)):
            cells = [high if low is None else low for high, low in zip(row, below, strict=True)] if second else row
            best = header_of(position + 1 if second else position, cells, found, source)
    enough = max(2, len([column for column in source.columns if column.required]) // 2)
    return best if best is not None and len(best.positions) >= enough else None


def rows_above(grid: Grid, header: Header, source: Source) -> list[int]:
    """Positions above the header that are filled like rows of the table, and are no headers themselves: a header in the middle
    of its rows is that of a damaged file. Titles and notes fill fewer cells."""
    known = {name for column in source.columns for name in column.headers}
    found = []
    for position in range(header.last_row + 1):
        filled = [plain_header(cell) for cell in grid.row(position) if cell is not None and cell.strip()]
        headers = sum(cell in known for cell in filled)
        if len(filled) >= max(4, 0.75 * len(header.positions)) and headers * 2 < len(filled):
            found.append(position)
    return found


def repeated_headers(grid: Grid, header: Header, source: Source) -> list[int]:
    """Positions below the header on which it stands again, as on every page of a printed list."""
    name, place = next(iter(header.positions.items()))
    first = grid.cells[f"c{place}"]
    if first.dtype != pl.String:
        return []
    found = []
    for position in first.is_in(list(source.column(name).headers)).fill_null(False).arg_true():
        row = grid.row(position)
        if all(plain_header(row[at] or "") in source.column(of).headers for of, at in header.positions.items()):
            found.append(position)
    return found


def _is_second_row(row: list[str | None], above: list[str | None], known: Mapping[str, str]) -> bool:
    """A row below a header belongs to it when all that it holds are headers, or it has some and stands under merged parents
    alone: a row of the table fills cells under headers too."""
    filled = {place: plain_header(cell) for place, cell in enumerate(row) if cell is not None and cell.strip()}
    headers = [header in known for header in filled.values()]
    return any(headers) and (all(headers) or not any(plain_header(above[place] or "") in known for place in filled))


def _positions(row: list[str | None], below: list[str | None], known: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, cell in enumerate(row):
        for candidate in (cell, below[position] if position < len(below) else None):
            name = known.get(plain_header(candidate)) if candidate is not None else None
            if name is not None and name not in found:
                found[name] = position
                break
    return found


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
