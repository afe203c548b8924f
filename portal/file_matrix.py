"""Who has delivered what: source by city by month, from the publication's list of files.

Belongs here: building the matrix. Does not belong here: how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

_BAD = {"accepted": 0, "partly": 1, "quarantined": 2}
_PERIOD = re.compile(r"(\d{4})(?:Q([1-4])|(\d{2}))?")
SHARED = ""
"""The column of what is delivered for no city: catalogues of the province."""


@dataclass(frozen=True)
class Cell:
    """Files that count, their rows, the worst that came of one; `late` are months that most others have and this one has not."""

    files: int
    rows: int
    quarantined: int
    worst: str
    late: int = 0


@dataclass(frozen=True)
class Matrix:
    rows: list[str]
    columns: list[str]
    cells: dict[tuple[str, str], Cell]


def months(period: str) -> list[str]:
    """The months of 2021, 2021Q3 or 202107; none where the name gave no period."""
    found = _PERIOD.fullmatch(period or "")
    if not found:
        return []
    year, quarter, month = found.groups()
    if month:
        return [f"{year}-{month}"]
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (1, 12)
    return [f"{year}-{number:02d}" for number in range(first, last + 1)]


def by_city(files: pl.DataFrame) -> Matrix:
    """Sources down, cities across."""
    live = _live(files)
    cities = [SHARED] + sorted({row["city"] for row in live if row["city"]})
    sources = sorted({row["source"] for row in live if row["source"]})
    cells = {}
    for source in sources:
        own = [row for row in live if row["source"] == source]
        delivered = {city: {m for row in own if row["city"] == city for m in months(row["period"])} for city in cities}
        common = _common([delivered[city] for city in cities if city != SHARED])
        for city in cities:
            inside = [row for row in own if row["city"] == city]
            late = len(common - delivered[city]) if city != SHARED else 0
            if inside or late:
                cells[source, city] = _cell(inside, late)
    return Matrix(sources, cities, cells)


def by_month(files: pl.DataFrame, source: str) -> Matrix:
    """For one source: months down, the newest first, cities across."""
    live = [row for row in _live(files) if row["source"] == source]
    cities = sorted({row["city"] for row in live})
    found: dict[tuple[str, str], list[dict]] = {}
    for row in live:
        for month in months(row["period"]) or ["—"]:
            found.setdefault((month, row["city"]), []).append(row)
    rows = sorted({month for month, _ in found}, reverse=True)
    return Matrix(rows, cities, {key: _cell(inside, 0) for key, inside in found.items()})


def _live(files: pl.DataFrame) -> list[dict]:
    """Copies and versions that were replaced tell nothing of who has delivered."""
    return files.filter(~pl.col("status").is_in(["duplicate", "superseded"])).with_columns(pl.col("period").fill_null("")).to_dicts()


def _common(delivered: list[set[str]]) -> set[str]:
    """Months that at least half of the cities have delivered."""
    everything = set().union(*delivered) if delivered else set()
    return {month for month in everything if 2 * sum(month in one for one in delivered) >= len(delivered)}


def _cell(rows: Iterable[dict], late: int) -> Cell:
    listed = list(rows)
    return Cell(
        len(listed), sum(row["rows_accepted"] or 0 for row in listed), sum(row["rows_quarantined"] or 0 for row in listed),
        max((row["status"] for row in listed), key=lambda status: _BAD.get(status, 0), default=""), late,
    )  # fmt: skip
