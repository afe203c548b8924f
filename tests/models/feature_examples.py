"""The harness of the features' worked examples: rows of sources, many at a time, become a world in which one feature is computed.

Belongs here: writing out `for` rows, building only the tables that the feature needs. The examples themselves are data:
`tests/models/features/<feature>.yaml`; how they are written stands in CONTRIBUTING.md, "A feature".
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from assets.features import feature_values
from assets.tables import build_parameters, build_scan, build_table, table_queries
from models.feature import Feature
from models.query import build_order, needed
from tests.checks.examples import AS_OF, insert_rows, scratch

FIRST = date(2021, 8, 1)


def noise(size: int, *numbers: int) -> int:
    """A number from 0 to size - 1 that looks like chance and is always the same for the same numbers."""
    return zlib.crc32(str(numbers).encode()) % size


def rows(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows that one line of an example stands for.

    ``for: {p: 6, d: 4}`` repeats it for p = 1..6 and d = 1..4; then `{...}` in a text is an expression over p and d. Of
    attendance ``day`` (1 is 2021-08-01), ``came`` (seconds of the day) and ``stays`` (seconds) stand for the three times.
    """
    names = dict(given.get("for") or {})
    for numbers in product(*(range(1, count + 1) for count in names.values())):
        scope = dict(zip(names, numbers, strict=True))
        row = {name: _written(value, scope) for name, value in given.items() if name != "for"}
        if "unless" in row and _number(row.pop("unless"), scope):
            continue
        if "came" in row:
            row = _session(row, scope)
        yield row


def _written(value: Any, scope: Mapping[str, int]) -> Any:
    if isinstance(value, str) and "{" in value:
        return eval(f"f{value!r}", {"noise": noise, "min": min, "max": max}, dict(scope))
    return value


def _number(value: Any, scope: Mapping[str, int]) -> int:
    return int(eval(str(value), {"noise": noise, "min": min, "max": max}, dict(scope)))


def _session(row: dict[str, Any], scope: Mapping[str, int]) -> dict[str, Any]:
    day = FIRST + timedelta(days=_number(row.pop("day"), scope) - 1)
    start = datetime(day.year, day.month, day.day) + timedelta(seconds=_number(row.pop("came"), scope))
    stays = row.pop("stays", 10800)
    end = None if stays is None else start + timedelta(seconds=_number(stays, scope))
    return {**row, "session_date": day, "check_in": start, "check_out": end}


def written_out(example: Mapping[str, Any]) -> dict[str, Any]:
    """The example with every row that its lines stand for."""
    given = {
        source: lines if source == "as_of" else [row for line in lines for row in rows(line)]
        for source, lines in example["given"].items()
    }
    return {**example, "given": given}


def computed(feature: Feature, given: Mapping[str, Any]) -> dict[str, float]:
    """The feature's value per subject in the world of an example that is `written_out`."""
    with scratch() as connection:
        for source, lines in given.items():
            if source != "as_of":
                insert_rows(connection, source, lines)
        build_scan(connection, given.get("as_of", AS_OF))
        build_parameters(connection)
        queries = table_queries()
        for name in build_order({name: queries[name] for name in needed(set(feature.query.reads), queries)}):
            build_table(connection, queries[name])
        return dict(feature_values(connection, feature).iter_rows())
