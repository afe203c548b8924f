"""Builds the tables of the warehouse: one SELECT in one file each, in the order that their SQL says.

Belongs here: running table files. Does not belong here: any fact about training; that is in `tables/*.sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from assets.deltas import compute_part
from assets.engine import DuckEngine, Engine
from assets.freshness import Freshness, Outcome
from models.law import NATION, ParameterRow, load_parameters, resolve
from models.query import Query, build_order, needed, read_queries

TABLES = Path(__file__).parent / "tables"

# Two tables are no SELECT of their own file: `scan` (the as-of date) and `parameter` (the law resolved per city).
SCAN_READS = ("delivered.claims", "delivered.ledger", "delivered.bank")
CODED_READS = {"delivered.payroll": "employer_id", "delivered.certificates": "assessor_id"}
PARAMETER_READS = tuple(
    f"delivered.{source}"
    for source in ("claims", "classes", "projects", "institutions", "ledger", "bank", "reports", "allocations")
)


@lru_cache(maxsize=1)
def table_queries() -> dict[str, Query]:
    """All table files by name."""
    return read_queries(TABLES)


@lru_cache(maxsize=1)
def law_rows() -> tuple[ParameterRow, ...]:
    """The values of the law as its files give them, without overrides."""
    return tuple(load_parameters())


def default_as_of(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The latest claimed_on or booked_on of the accepted rows; None when there is neither."""
    row = connection.execute(
        """SELECT max(day) FROM (
            SELECT max(claimed_on) AS day FROM delivered.claims
            UNION ALL SELECT max(booked_on) FROM delivered.ledger
            UNION ALL SELECT max(booked_on) FROM delivered.bank)"""
    ).fetchone()
    return row[0] if row else None


def build_scan(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write the one-row table `scan` (as_of DATE)."""
    connection.execute("CREATE OR REPLACE TABLE scan AS SELECT CAST(? AS DATE) AS as_of", [as_of])


def build_parameters(connection: duckdb.DuckDBPyConnection, overrides: Iterable[ParameterRow] = ()) -> pl.DataFrame:
    """Write the table `parameter` (`parameters_in_force`); returns it."""
    frame = parameters_in_force(connection, overrides)
    connection.register("resolved_parameters", frame.to_arrow())
    connection.execute("CREATE OR REPLACE TABLE parameter AS SELECT * FROM resolved_parameters ORDER BY ALL")
    connection.unregister("resolved_parameters")
    return frame


def parameters_in_force(connection: duckdb.DuckDBPyConnection, overrides: Iterable[ParameterRow] = ()) -> pl.DataFrame:
    """Every value in force, per city that occurs in the data."""
    cities = connection.execute(f"SELECT city FROM ({cities_sql()}) ORDER BY city").fetchall()
    return parameters_of(tuple(overrides), tuple(city for (city,) in cities))


def cities_sql(*further: str) -> str:
    """SQL of the cities (city) that occur in the data, each once, with ``further`` columns that all these tables have."""
    more = "".join(f", {column}" for column in further)
    divisions = [f"SELECT division{more} FROM {table}" for table in PARAMETER_READS]
    # Employers and assessors that stand in no catalogue have their place in their credit code.
    coded = [f"SELECT substr({column}, 3, 6){more} FROM {table}" for table, column in CODED_READS.items()]
    return f"""SELECT DISTINCT concat(left(division, 4), '00') AS city{more} FROM ({" UNION ".join([*divisions, *coded])})
               WHERE regexp_full_match(division, '[0-9]{{6}}')"""


@lru_cache(maxsize=16)
def parameters_of(overrides: tuple[ParameterRow, ...], cities: tuple[str, ...]) -> pl.DataFrame:
    """Every value in force in these cities, and for those of whom neither a catalogue nor the code says where they are."""
    return resolve(law_rows(), overrides, [NATION, *cities])


def build_table(connection: duckdb.DuckDBPyConnection, query: Query, engine: Engine | None = None) -> int:
    """Materialise one table, computed by ``engine`` (default: the warehouse itself); returns its number of rows."""
    return (engine or DuckEngine(connection)).materialise(query.name, query.sql)


def refresh_table(connection: duckdb.DuckDBPyConnection, freshness: Freshness, query: Query, engine: Engine) -> Outcome:
    """Bring one table up to date: not at all, in part, or whole. Only the warehouse itself computes in part."""
    return freshness.refresh(
        query.name,
        query.sql,
        query.reads,
        lambda: build_table(connection, query, engine),
        part=(lambda deltas: compute_part(connection, query, deltas)) if isinstance(engine, DuckEngine) else None,
    )


def build_tables(
    connection: duckdb.DuckDBPyConnection,
    names: Iterable[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> dict[str, int]:
    """Build the named tables and whatever they read (all when None), in order; returns rows per table."""
    queries = table_queries()
    wanted = needed(set(names), queries) if names is not None else set(queries)
    rows: dict[str, int] = {}
    for name in build_order({name: queries[name] for name in wanted}):
        if progress:
            progress(name)
        rows[name] = build_table(connection, queries[name])
    return rows
