"""Where the SELECTs of tables, rules and features are computed: DuckDB in this process, or a Spark that is given the same files.

Belongs here: what every engine does, and the one that needs nothing more. Does not belong here: what is computed.
Whatever computes, the warehouse (DuckDB) holds the result, so that everything after is the same.
"""

from __future__ import annotations

from typing import Protocol

import duckdb
import polars as pl

from assets.portions import Portions


class EngineError(RuntimeError):
    """A SELECT that an engine cannot run; the message is the engine's own."""


# What `Engine`'s methods raise where a SELECT does not fit.
FAILURES = (duckdb.Error, EngineError)


class Engine(Protocol):
    """Computes SELECTs written in the shared SQL (DuckDB's dialect) over the tables of one warehouse."""

    name: str

    def materialise(self, table: str, sql: str, *, temporary: bool = False) -> int:
        """Make ``table`` of the warehouse what ``sql`` selects, in place of what it was; returns its number of rows.

        A ``temporary`` table is gone with the connection.
        """

    def frame(self, sql: str) -> pl.DataFrame:
        """The rows that ``sql`` selects, in no particular order."""

    def count(self, sql: str) -> int:
        """The one number that ``sql`` selects."""


class DuckEngine:
    """The warehouse computes by itself; a table over many rows in portions."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._portions = Portions(connection)

    def materialise(self, table: str, sql: str, *, temporary: bool = False) -> int:
        # What is temporary is small: hits, which a portion at a time would only read more for.
        first, *more = [sql] if temporary else self._portions.of(sql)
        self._connection.execute(f"CREATE OR REPLACE {'TEMP TABLE' if temporary else 'TABLE'} {table} AS {first}")
        for portion in more:
            self._connection.execute(f"INSERT INTO {table} {portion}")
        return self.count(f"SELECT count(*) FROM {table}")

    def frame(self, sql: str) -> pl.DataFrame:
        return self._connection.execute(sql).pl()

    def count(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0
