"""What was not delivered: months of a source that most cities have delivered and one has not.

Belongs here: telling that from the list of files. Does not belong here: what a late file does to a case (the rules'
counterparts), or how it is shown (`workbook.py`, the portal).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import polars as pl

from models.divisions import cities_of_provinces

SCHEMA = pl.Schema({
    "source": pl.String, "city": pl.String, "period": pl.String, "months": pl.Int64, "delivered_by": pl.Int64, "cities": pl.Int64,
})  # fmt: skip
SHARE = 0.75
"""A month is due when so many of the cities have delivered it: where fewer have, there may have been nothing to deliver."""
_PERIOD = re.compile(r"(\d{4})(?:Q([1-4])|(\d{2}))?")
_GONE = ("duplicate", "superseded", "quarantined")


def months(period: str | None) -> list[str]:
    """The months of 2021, 2021Q3 or 202107, as 2021-07; none where the name gave no period."""
    found = _PERIOD.fullmatch(period or "")
    if not found:
        return []
    year, quarter, month = found.groups()
    if month:
        return [f"{year}-{month}"]
    first, last = (3 * int(quarter) - 2, 3 * int(quarter)) if quarter else (1, 12)
    return [f"{year}-{number:02d}" for number in range(first, last + 1)]


def begun(month: str, as_of: date | None) -> bool:
    """Had the month begun on the scan's date? What one city's file of a quarter or a year covers beyond it nobody owes yet; the
    month of the date itself may be due, for that date is mostly the day of the last claim. Without a date every month counts."""
    return as_of is None or month <= f"{as_of:%Y-%m}"


def due_cities(delivering: set[str]) -> list[str]:
    """The cities of which deliveries are expected: those that deliver, and where most of a province does, all of it."""
    whole = (cities for cities in cities_of_provinces().values() if len(cities & delivering) >= SHARE * len(cities))
    return sorted(delivering.union(*whole))


def missing_deliveries(files: pl.DataFrame, as_of: date | None = None) -> pl.DataFrame:
    """One row per source, city and run of missing months (SCHEMA), with how many of the cities have delivered all of them.

    A source that comes for no city (a catalogue) is never missing, nor is a month that had not begun on the scan's date.
    """
    delivered: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in files.filter(~pl.col("status").is_in(list(_GONE))).iter_rows(named=True):
        if row["source"] and row["city"]:
            delivered[row["source"]][row["city"]] |= set(months(row["period"]))
    cities = due_cities({city for by_city in delivered.values() for city in by_city})
    rows = []
    for source, by_city in sorted(delivered.items()):
        counted = {month: having for month, having in _counted(by_city.values()).items() if begun(month, as_of)}
        due = {month: having for month, having in counted.items() if having >= SHARE * len(cities)}
        for city in cities:
            for run in _runs(sorted(due.keys() - by_city.get(city, set()))):
                period = run[0] if len(run) == 1 else f"{run[0]} 至 {run[-1]}"
                rows.append((source, city, period, len(run), min(due[month] for month in run), len(cities)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _runs(listed: Iterable[str]) -> list[list[str]]:
    """Months that follow one another, together."""
    runs: list[list[str]] = []
    last = None
    for month in listed:
        number = int(month[:4]) * 12 + int(month[5:])
        if last is not None and number == last + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
        last = number
    return runs


def _counted(delivered: Iterable[set[str]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in delivered:
        for month in one:
            found[month] += 1
    return found
