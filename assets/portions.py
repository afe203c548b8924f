"""SELECTs over many rows, computed in portions of their keys, so that what sorts and groups need not spill.

Belongs here: whether and where to cut. Does not belong here: the proof that a SELECT falls apart (`models/separable.py`), or running it
(`engine.py`).

The portions of a SELECT are together the rows that it gives whole, in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import duckdb

from assets.deltas import columns_of, number
from assets.memory import memory_limit
from models.query import Query
from models.separable import Separation, narrowed, separations

ROWS = 4_000_000
"""A portion reads about so many rows of the largest table: of 70 million sessions neither more nor fewer was quicker."""
BYTES_A_ROW = 500
"""And no more than memory has room for, where what sorts and groups sessions takes so much of it a row."""
ROWS_A_KEY = 50
"""Nor where so few rows have one key: these lie all over the table (photos, persons), and each portion would read it again."""


class Portions:
    """How the SELECTs over the tables of one warehouse are cut; one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: int | None = None) -> None:
        """``rows``: a portion reads about so many rows of the largest table (default: ROWS, or what memory allows)."""
        self._connection = connection
        self._rows = rows
        self._cuts: dict[tuple[str, str, int], list[str]] = {}
        self._keys: dict[tuple[str, str], int] = {}

    def of(self, sql: str) -> list[str]:
        """SELECTs whose rows are together those of ``sql``: itself alone where what it reads is small, or it does not fall apart."""
        sizes = self._sizes()
        query = _query(sql)
        read = {table: sizes.get(table, 0) for table in query.reads}
        at_once = self._rows or min(ROWS, memory_limit(self._connection) // BYTES_A_ROW)
        large = {table for table, rows in read.items() if rows > at_once}
        if not large:
            return [sql]
        columns = {table: dict(columns_of(self._connection, table)) for table in query.reads}
        for way in separations(query.tree, columns, frozenset(large)):
            if not way.touched or way.links or way.whole & large:
                continue
            table, column = max(way.touched, key=lambda one: (read[one[0]], one))
            if self._number_of_keys(table, column) * ROWS_A_KEY <= read[table]:
                bounds = self._bounds(table, column, -(-read[table] // at_once))
                return _cut(query, way, [f"CAST({one} AS {columns[table][column]})" for one in bounds])
        return [sql]

    def _number_of_keys(self, table: str, column: str) -> int:
        """About how many."""
        if (table, column) not in self._keys:
            self._keys[table, column] = number(
                self._connection, f'SELECT approx_count_distinct("{column}") FROM {table}'
            )
        return self._keys[table, column]

    def _bounds(self, table: str, column: str, portions: int) -> list[str]:
        """SQL of the keys at which a portion begins, so that each has about as many of the table's rows."""
        asked = table, column, portions
        if asked not in self._cuts:
            self._cuts[asked] = [
                "'" + key.replace("'", "''") + "'"
                for (key,) in self._connection.execute(
                    f"""SELECT CAST(min(key) AS VARCHAR) FROM (
                            SELECT key, CAST((sum(rows) OVER (ORDER BY key) - rows) * ? // sum(rows) OVER () AS BIGINT) AS portion
                            FROM (SELECT "{column}" AS key, count(*) AS rows FROM {table} WHERE "{column}" IS NOT NULL GROUP BY 1)
                        ) GROUP BY portion ORDER BY portion OFFSET 1""",
                    [portions],
                ).fetchall()
            ]
        return self._cuts[asked]

    def _sizes(self) -> dict[str, int]:
        """About how many rows each table has; main's by their bare name."""
        found = self._connection.execute(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables()"
        ).fetchall()
        return {name if schema == "main" else f"{schema}.{name}": rows for schema, name, rows in found}


def _cut(query: Query, way: Separation, bounds: Iterable[str]) -> list[str]:
    return [narrowed(query.tree, way, within) for within in _ranges(bounds)]


@lru_cache(maxsize=1024)
def _query(sql: str) -> Query:
    return Query("select", Path("select"), {}, sql)


def _ranges(bounds: Iterable[str]) -> list[Callable[[str], str]]:
    """`within` of each portion: those without a key first, for no bound finds them."""
    bounds = list(bounds)
    found: list[Callable[[str], str]] = [lambda column: f"{column} IS NULL"]
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        found.append(lambda column, low=low, high=high: _between(column, low, high))  # type: ignore[misc]
    return found


def _between(column: str, low: str | None, high: str | None) -> str:
    parts = [f"{column} >= {low}"] * (low is not None) + [f"{column} < {high}"] * (high is not None)
    return " AND ".join(parts) or f"{column} IS NOT NULL"
