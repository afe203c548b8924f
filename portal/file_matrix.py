"""Who has delivered what: source by city by month, from the publication's list of files.

Belongs here: building the matrix. Does not belong here: which month is missing (`assets/missing_deliveries.py`), how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from assets.delivery_matrix import MISSING, delivery_matrix
from assets.missing_deliveries import missing_deliveries, months

_WORSE = {"accepted": 0, "partly": 1, "quarantined": 2}
SHARED = ""
"""The column of what is delivered for no city: catalogues of the province."""


@dataclass(frozen=True)
class Cell:
    """Files that count, their rows, the worst that came of one, and how many were not read at all; `late` are months that most
    others have and this one has not."""

    files: int
    rows: int
    quarantined: int
    worst: str
    unread: int = 0
    late: int = 0


@dataclass(frozen=True)
class Matrix:
    rows: list[str]
    columns: list[str]
    cells: dict[tuple[str, str], Cell]


def by_city(files: pl.DataFrame, everybody: pl.DataFrame, sees: Callable[[str], bool], as_of: date) -> Matrix:
    """Sources down, cities across. `everybody` are the files of all cities, against which lateness on the scan's date is
    told; `sees` says of which cities that may be shown."""
    live = _live(files)
    late = {
        (source, city): many
        for source, city, many in missing_deliveries(everybody, as_of)
        .group_by("source", "city")
        .agg(pl.col("months").sum())
        .iter_rows()
        if sees(city)
    }
    cities = [SHARED, *sorted({row["city"] for row in live if row["city"]} | {city for _, city in late})]
    sources = sorted({row["source"] for row in live if row["source"]} | {source for source, _ in late})
    cells = {}
    for source in sources:
        for city in cities:
            inside = [row for row in live if (row["source"], row["city"]) == (source, city)]
            if inside or (source, city) in late:
                cells[source, city] = _cell(inside, late.get((source, city), 0))
    return Matrix(sources, cities, cells)


def by_month(
    files: pl.DataFrame, source: str, everybody: pl.DataFrame, sees: Callable[[str], bool], as_of: date
) -> Matrix:
    """For one source: months down, the newest first, cities across; the others as in `by_city`."""
    live = [row for row in _live(files) if row["source"] == source]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in live:
        for month in months(row["period"]) or ["—"]:
            found.setdefault((month, row["city"]), []).append(row)
    cells = {key: _cell(inside) for key, inside in found.items()}
    cities = {row["city"] for row in live}
    missing = delivery_matrix(everybody, as_of).filter((pl.col("source") == source) & (pl.col("standing") == MISSING))
    for month, city in missing.select("month", "city").iter_rows():
        if sees(city):
            cells[month, city] = Cell(0, 0, 0, "", late=1)
            cities.add(city)
    return Matrix(sorted({month for month, _ in cells}, reverse=True), sorted(cities), cells)


def _live(files: pl.DataFrame) -> list[dict[str, Any]]:
    """Copies and versions that were replaced tell nothing of who has delivered."""
    return files.filter(~pl.col("status").is_in(["duplicate", "superseded"])).to_dicts()


def _cell(rows: Iterable[dict[str, Any]], late: int = 0) -> Cell:
    listed = list(rows)
    return Cell(
        len(listed), sum(row["rows_accepted"] or 0 for row in listed), sum(row["rows_quarantined"] or 0 for row in listed),
        max((row["status"] for row in listed), key=lambda status: _WORSE.get(status, 0), default=""),
        sum(row["status"] == "quarantined" for row in listed), late,
    )  # fmt: skip
