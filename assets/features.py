"""Runs the feature files: one wide frame per level, a row per subject, rounded to 6 significant digits where numbers are born.

Belongs here: running SELECTs and putting their columns side by side. Does not belong here: what a feature means (its
file), or how features are weighed (`models/ranking.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.engine import FAILURES, DuckEngine, Engine
from assets.freshness import Freshness, Outcome
from models.feature import Feature, read_features
from models.query import Query

SUBJECTS = {
    "class": """
        SELECT class_id AS key FROM class_profiles
        UNION SELECT class_id FROM class_claims WHERE class_id IS NOT NULL""",
    "institution": """
        SELECT organiser_id AS key FROM class_claims WHERE organiser_id IS NOT NULL
        UNION SELECT claimant_id FROM live_claims WHERE subsidy_kind = 'work_training' AND claimant_id IS NOT NULL""",
    "assessor": "SELECT DISTINCT assessor_id AS key FROM certificate_claims WHERE assessor_id IS NOT NULL",
    "claim": "SELECT DISTINCT claim_id AS key FROM live_claims",
}
DIGITS = 6
EXACT = 12
"""Beyond so many digits a value says in which order its rows were added up. They go first: a value half way between two of six
digits would else fall either way."""


@dataclass(frozen=True)
class Update:
    """Of one feature: the keys that are ``touched`` (key), and what it gives for them ``anew`` (key, value)."""

    touched: pl.DataFrame
    anew: pl.DataFrame


class FeatureError(ValueError):
    """A feature that cannot be computed; the message names its file."""


def feature_values(
    connection: duckdb.DuckDBPyConnection, feature: Feature, engine: Engine | None = None, sql: str = ""
) -> pl.DataFrame:
    """key VARCHAR, value DOUBLE of one feature, sorted by key; what cannot be computed has no row.

    ``engine`` computes it (default: the warehouse itself); ``sql``: of some of its rows, in place of all.
    """
    try:
        found = (engine or DuckEngine(connection)).frame(
            f"SELECT CAST(key AS VARCHAR) AS key, CAST(value AS DOUBLE) AS value FROM ({sql or feature.query.sql})"
        )
    except FAILURES as error:
        raise FeatureError(f"models/features/{feature.name}.sql cannot be run: {error}") from error
    found = found.filter(pl.col("key").is_not_null() & pl.col("value").is_finite()).sort("key")
    if found["key"].is_duplicated().any():
        raise FeatureError(
            f"models/features/{feature.name}.sql returns a key twice, e.g. {found.filter(pl.col('key').is_duplicated())['key'][0]}."
        )
    return found.with_columns(pl.col("value").round_sig_figs(EXACT).round_sig_figs(DIGITS))


def feature_frame(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    features: Iterable[Feature] | None = None,
    engine: Engine | None = None,
    held: pl.DataFrame | None = None,
    updates: Mapping[str, Update] | None = None,
) -> pl.DataFrame:
    """One row per subject of the level, sorted by key; one column per feature, null where it has no value.

    What is a column of ``held`` (and its ``key``) is taken from there, with its ``updates``.
    """
    chosen = [feature for feature in (features or read_features().values()) if feature.level == level]
    frame = connection.execute(SUBJECTS[level]).pl().select(pl.col("key").cast(pl.String)).sort("key")
    if held is not None:
        frame = frame.join(held, on="key", how="left", maintain_order="left")
    for feature in chosen:
        if feature.name not in frame.columns:
            values = feature_values(connection, feature, engine).rename({"value": feature.name})
            frame = frame.join(values, on="key", how="left", maintain_order="left")
        elif updates and feature.name in updates:
            frame = frame.with_columns(_updated(frame.select("key", feature.name), updates[feature.name]))
    return frame.select("key", *(feature.name for feature in chosen))


def _updated(column: pl.DataFrame, update: Update) -> pl.Series:
    """The second column, with the values anew of those keys that were touched, null where they have none any more."""
    touched = column.select("key").with_row_index().join(update.touched, on="key", how="semi", maintain_order="left")
    anew = touched.join(update.anew, on="key", how="left", maintain_order="left")
    return column.to_series(1).scatter(anew["index"], anew["value"])


def feature_tables(connection: duckdb.DuckDBPyConnection, engine: Engine | None = None) -> dict[str, int]:
    """Write `features_<level>` for every level; returns the number of rows of each."""
    return {level: _write(connection, level, feature_frame(connection, level, None, engine)) for level in SUBJECTS}


def refresh_features(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, level: str, engine: Engine
) -> tuple[Outcome, int]:
    """Write `features_<level>` unless it still holds; returns how many features were computed.

    Of a feature that still holds the column is taken over: it rests on the level's subjects too, so these are the same.
    """
    table, features = f"features_{level}", [one for one in read_features().values() if one.level == level]
    subjects = Query(level, Path(level), {}, SUBJECTS[level])
    rest_on = {
        one.name: freshness.rests_on([one.query.sql, subjects.sql], one.query.reads | subjects.reads)
        for one in features
    }
    there = freshness.is_there(table)
    held = [name for name, on in rest_on.items() if there and freshness.rested(_node(name), on)]
    before, updates = None, dict[str, Update]()
    if there and not freshness.holds(table, freshness.rests_on(rest_on, ())):
        if isinstance(engine, DuckEngine):
            updates = _updates(connection, freshness, subjects, [one for one in features if one.name not in held])
        before = connection.execute(f"SELECT {', '.join(['key', *held, *updates])} FROM {table}").pl()

    def build() -> None:
        _write(connection, level, feature_frame(connection, level, features, engine, before, updates))
        for name, on in rest_on.items():
            freshness.record(_node(name), on, on)

    return freshness.refresh(table, rest_on, (), build), len(features) - len(held)


def _updates(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, subjects: Query, features: Iterable[Feature]
) -> dict[str, Update]:
    """Of those features that need not be computed whole: what came and went can touch, and who is a new subject."""
    new = f"new_{subjects.name}"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {new} AS
            SELECT DISTINCT CAST(key AS VARCHAR) AS key FROM ({subjects.sql}) AS s
            WHERE CAST(key AS VARCHAR) NOT IN (SELECT key FROM features_{subjects.name})"""
    )
    found = {}
    for feature in features:
        query = feature.query
        deltas = freshness.deltas(_node(feature.name), [query.sql, subjects.sql], query.reads | subjects.reads)
        if deltas is None:
            continue
        touched = freshness.slices.of(query, query.reads & deltas.keys(), ("key",), more=new)
        if touched is not None:
            keys = connection.execute(f"SELECT key FROM {touched.keys}").pl()
            found[feature.name] = Update(keys, feature_values(connection, feature, sql=touched.sql))
    return found


def _node(feature: str) -> str:
    return f"feature.{feature}"


def _write(connection: duckdb.DuckDBPyConnection, level: str, frame: pl.DataFrame) -> int:
    connection.register("computed", frame.to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE features_{level} AS SELECT * FROM computed")
    connection.unregister("computed")
    return frame.height
