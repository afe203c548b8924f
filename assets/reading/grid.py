"""What every format is turned into first: a grid of text, with the line on which each row stands.

Belongs here: the grid, and what makes a file unreadable as a whole. Does not belong here: any format, header or type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

PIECE = 500_000
"""So many rows are typed at once: a file of tens of millions needs no more memory than one of these."""
_TOTAL = re.compile(r"(?:合|总|小|共)计[:：]?")


class Unreadable(Exception):
    """A file that cannot be read at all: ``code`` for programs, the message for the one who sent it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Grid:
    """Cells as text (columns c0, c1, ...; an empty cell is null), and the line of each row (1-based).

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
        """The cells of one row."""
        return list(self.cells.row(position))

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


def without_blank_and_total_rows(grid: Grid) -> pl.Series:
    """For each row whether it is data: not blank, and its first filled cell is not 合计."""
    if grid.cells.width == 0:
        return pl.Series([], dtype=pl.Boolean)
    first = pl.coalesce(pl.all().str.strip_chars().replace("", None))
    filled = grid.cells.select(first.str.replace_all(r"\s", "").alias("first")).to_series()
    return filled.is_not_null() & ~filled.str.contains(f"^{_TOTAL.pattern}$").fill_null(False)


def verbatim(cells: list[str | None]) -> str:
    """A row as it is kept in the quarantine: its cells joined by ` | `."""
    return " | ".join("" if cell is None else cell for cell in cells)
