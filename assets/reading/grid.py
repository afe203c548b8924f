"""What every format is turned into first: a grid of text, with the line on which each row stands.

Belongs here: the grid, and what makes a file unreadable as a whole. Does not belong here: any format, header or type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

PIECE = 500_000
"""So many rows are typed at once: a file of tens of millions needs no more memory than one of these."""
_WALL_CLOCK = "Asia/Shanghai"
# What stands below a table, and the signs by which a row that may be such a one is found.
_FOOT = ["计", ":", "："]
_TOTAL = r"^(?:合|总|小|共)计(?:[(（\[][^()（）]*[)）\]])?(?:[:：].*)?$"
_SIGNED = r"^(?:制表|填表|填报|编制|审核|复核|经办|负责|主管|领导|单位负责|财务负责)人?(?:签字|签名|签章|单位|日期|时间)?[:：]"


class Unreadable(Exception):
    """A file that cannot be read at all: ``code`` for programs, the message for the one who sent it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooLarge(Unreadable):
    """A file that is larger than a limit allows: under other limits it is tried again."""


@dataclass(frozen=True)
class Grid:
    """Cells (columns c0, c1, ...; an empty cell is null), and the line of each row (1-based). Cells are text, but for columns of a
    Parquet file that are typed there.

    ``spilled`` holds, by position, the cells of rows that are longer than the grid is wide. ``about`` tells how the file was
    read (encoding, separator), for the record. ``damaged`` are the positions of rows whose cells cannot be trusted.
    """

    cells: pl.DataFrame
    lines: pl.Series
    sheet: str = ""
    spilled: dict[int, list[str]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    damaged: frozenset[int] = frozenset()

    def row(self, position: int) -> list[str | None]:
        """The cells of one row, as text."""
        return list(self.rows([position])[0])

    def rows(self, positions: list[int]) -> list[tuple[str | None, ...]]:
        """The cells of some rows, as text."""
        return pl.DataFrame([as_text(column) for column in self.cells[positions]]).rows()

    def pieces(self, rows: int = PIECE) -> Iterator[Grid]:
        """The grid in pieces of so many rows; one without rows is one piece."""
        for first in range(0, max(self.cells.height, 1), rows):
            within = range(first, first + rows)
            yield Grid(
                self.cells.slice(first, rows),
                self.lines.slice(first, rows),
                self.sheet,
                {position - first: cells for position, cells in self.spilled.items() if position in within},
                self.about,
                frozenset(position - first for position in self.damaged if position in within),
            )


def as_text(column: pl.Series) -> pl.Series:
    """A column as text, whatever it was typed as; a moment without its fraction of a second, one of a time zone as the clock on
    the wall tells it."""
    if column.dtype == pl.String:
        return column
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is not None:
            column = column.dt.convert_time_zone(_WALL_CLOCK)
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(column.dtype, pl.List | pl.Array):  # of no column of ours; it tells nothing, and ends no file
        return pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, len(column))
    return column.cast(pl.String, strict=False)


def without_blank_and_total_rows(grid: Grid) -> pl.Series:
    """For each row whether it is data: not blank, and its first filled cell is no 合计 and no 制表人： below the table."""
    if grid.cells.width == 0:
        return pl.Series([], dtype=pl.Boolean)
    column = as_text(grid.cells.to_series(0))
    plainly = (column.str.strip_chars() != "").fill_null(False) & ~column.str.contains_any(_FOOT).fill_null(False)
    at = (~plainly).arg_true()
    return plainly if at.is_empty() else plainly.scatter(at, _filled_and_no_total(grid.cells[at]))


def _filled_and_no_total(cells: pl.DataFrame) -> pl.Series:
    texts = pl.DataFrame([as_text(column) for column in cells])
    first = pl.coalesce(pl.all().str.strip_chars().replace("", None))
    filled = texts.select(first.str.replace_all(r"\s", "").alias("first")).to_series()
    return filled.is_not_null() & ~filled.str.contains(f"{_TOTAL}|{_SIGNED}").fill_null(False)


def verbatim(cells: list[str | None]) -> str:
    """A row as it is kept in the quarantine: its cells joined by ` | `."""
    return " | ".join("" if cell is None else cell for cell in cells)
