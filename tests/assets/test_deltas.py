"""A table of which only a part is computed anew holds the rows that it holds when it is computed whole: every table, rule and
feature of the house, after random rows have come, gone and changed in random sources."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from assets import slices
from assets.deltas import columns_of
from assets.engine import DuckEngine
from assets.features import feature_values, refresh_features
from assets.freshness import Freshness, content
from assets.hits import reads_of, refresh_rule, run_rule
from assets.model_tables import MODEL_TABLES
from assets.tables import build_parameters, build_scan, build_table, refresh_table, table_queries
from checks.rule import Rule, read_rules
from models.feature import LEVELS, read_features
from models.query import Query, build_order
from pipelines.home import Home
from tests.survival.sequences import nothing_too_small

Connection = duckdb.DuckDBPyConnection
SEED = 0


@pytest.fixture
def warehouse(province: Home) -> Iterator[Connection]:
    """The delivered rows of a tiny province in memory."""
    connection = duckdb.connect()
    connection.execute(
        f"ATTACH '{province.warehouse}' AS latest (READ_ONLY); CREATE SCHEMA delivered; CREATE SCHEMA kept"
    )
    for (name,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'latest' AND schema_name = 'delivered'"
    ).fetchall():
        connection.execute(f"CREATE TABLE kept.{name} AS FROM latest.delivered.{name}")
        connection.execute(f"CREATE TABLE delivered.{name} AS FROM kept.{name}")
    build_scan(connection, date(2022, 1, 31))
    build_parameters(connection)
    yield connection
    connection.close()


def changed(connection: Connection, fresh: Freshness, chance: random.Random, sources: list[str]) -> None:
    """In each of the sources some rows go, some come back, and some have a value of another row in a random column."""
    for source in sources:
        table = f"delivered.{source}"
        column = chance.choice([name for name, _ in columns_of(connection, table) if name != "delivery_order"])
        seed = chance.randrange(10**6)

        def build(table: str = table, source: str = source, column: str = column, seed: int = seed) -> None:
            with fresh.made_anew(table):
                connection.execute(
                    f"""CREATE OR REPLACE TABLE {table} AS
                        WITH numbered AS (SELECT *, rowid AS n FROM kept.{source}),
                        rolled AS (SELECT *, hash(n + {seed}) % 40 AS roll, lag("{column}") OVER (ORDER BY n) AS other FROM numbered)
                        SELECT * EXCLUDE (n, roll, other) REPLACE (CASE WHEN roll = 1 THEN other ELSE "{column}" END AS "{column}")
                        FROM rolled WHERE roll <> 0"""
                )

        fresh.refresh(table, seed, (), build, in_place=True)


def refreshed(connection: Connection, chance: random.Random, sources: list[str]) -> set[str]:
    """One scan; returns the tables and hits that were computed in part."""
    fresh, engine, partly = Freshness(connection), DuckEngine(connection), set()
    for name in ("scan", "parameter"):
        fresh.refresh(name, "", (), lambda: None, in_place=True)
    changed(connection, fresh, chance, sources)
    for name in build_order(table_queries()):
        if refresh_table(connection, fresh, table_queries()[name], engine).partly:
            partly.add(name)
    for rule in rules():
        if refresh_rule(connection, fresh, rule, engine)[1].partly:
            partly.add(f"hits.{rule.rule_id}")
    for level in LEVELS:
        refresh_features(connection, fresh, level, engine)
    return partly


def rules() -> list[Rule]:
    """All but those that read what models say."""
    return [rule for rule in read_rules().values() if not reads_of(rule) & MODEL_TABLES.keys()]


def counted(connection: Connection, rule: Rule) -> Any:
    return connection.execute("SELECT examined, hits FROM rule_counts WHERE rule_id = ?", [rule.rule_id]).fetchone()


def same(connection: Connection, one: str, other: str) -> bool:
    columns = columns_of(connection, one)
    return columns == columns_of(connection, other) and content(connection, one, columns) == content(
        connection, other, columns
    )


@nothing_too_small()
def test_whatever_changes_every_table_rule_and_feature_is_as_if_computed_whole(
    warehouse: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(SEED)
    features: set[str] = set()

    of = slices.Slices.of

    def asked(self: slices.Slices, query: Query, *given: Any, **more: Any) -> slices.Slice | None:
        found = of(self, query, *given, **more)
        if found and query.name in read_features():
            features.add(query.name)
        return found

    monkeypatch.setattr(slices.Slices, "of", asked)
    delivered = sorted(
        {read.partition(".")[2] for query in table_queries().values() for read in query.reads if "." in read}
    )
    refreshed(warehouse, chance, delivered)
    partly: set[str] = set()
    for _ in range(2):
        # most tables and features rest on these two; the others are drawn
        drawn = {"attendance", "enrolments", *chance.sample(delivered, k=chance.randint(3, 6))}
        partly |= refreshed(warehouse, chance, sorted(drawn))
        for name in build_order(table_queries()):
            warehouse.execute(f"ALTER TABLE {name} RENAME TO in_part")
            build_table(warehouse, table_queries()[name])
            assert same(warehouse, "in_part", name), name
            warehouse.execute(f"DROP TABLE {name}; ALTER TABLE in_part RENAME TO {name}")
        for rule in rules():
            table, told = f"hits.{rule.rule_id}", counted(warehouse, rule)
            warehouse.execute(f"ALTER TABLE {table} RENAME TO in_part")
            run_rule(warehouse, rule)
            assert counted(warehouse, rule) == told, rule.rule_id
            assert same(warehouse, "hits.in_part", table), rule.rule_id
            warehouse.execute(f"DROP TABLE {table}; ALTER TABLE hits.in_part RENAME TO {rule.rule_id}")
        for feature in read_features().values():
            whole = dict(feature_values(warehouse, feature).rows())
            told = warehouse.execute(f"SELECT key, {feature.name} FROM features_{feature.level}").fetchall()
            assert [one for one in told if whole.get(one[0]) != one[1]] == [], feature.name
    told = f"little was computed in part: {sorted(partly | features)}"
    hits = {name for name in partly if name.startswith("hits.")}
    assert len(partly - hits) > 9 and len(hits) > 20 and len(features) > 30, told
