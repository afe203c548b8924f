"""What was not delivered: months of a source that most cities have delivered and one has not.

Belongs here: telling that from the list of files. Does not belong here: what a late file does to a case (the rules'
counterparts), or how it is shown (`workbook.py`, the portal).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import polars as pl

SCHEMA = pl.Schema(
    {"source": pl.String, "city": pl.String, "period": pl.String, "delivered_by": pl.Int64, "cities": pl.Int64}
)
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


def missing_deliveries(files: pl.DataFrame) -> pl.DataFrame:
    """One row per source, city and missing month (SCHEMA), with how many of the cities have delivered it.

    A source that comes for no city (a catalogue) is never missing; nor is a month that fewer than half of the cities have.
    """
    delivered: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in files.filter(~pl.col("status").is_in(list(_GONE))).iter_rows(named=True):
        if row["source"] and row["city"]:
            delivered[row["source"]][row["city"]] |= set(months(row["period"]))
    cities = sorted({city for by_city in delivered.values() for city in by_city})
    rows = []
    for source, by_city in sorted(delivered.items()):
        for month, having in sorted(_counted(by_city.values()).items()):
            if 2 * having >= len(cities):
                rows += [
                    (source, city, month, having, len(cities))
                    for city in cities
                    if month not in by_city.get(city, set())
                ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _counted(delivered: Iterable[set[str]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in delivered:
        for month in one:
            found[month] += 1
    return found
