"""Runs the feature files: one wide frame per level, a row per subject, rounded to 6 significant digits where numbers are born.

Belongs here: running SELECTs and putting their columns side by side. Does not belong here: what a feature means (its
file), or how features are weighed (`models/ranking.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from assets.engine import FAILURES, DuckEngine, Engine
from models.feature import Feature, read_features

SUBJECTS = {
    "class": "SELECT class_id AS key FROM class_profiles",
    "institution": """
        SELECT organiser_id AS key FROM class_claims WHERE organiser_id IS NOT NULL
        UNION SELECT claimant_id FROM live_claims WHERE subsidy_kind = 'work_training' AND claimant_id IS NOT NULL""",
    "assessor": "SELECT DISTINCT assessor_id AS key FROM certificate_claims WHERE assessor_id IS NOT NULL",
    "claim": "SELECT DISTINCT claim_id AS key FROM live_claims",
}
DIGITS = 6


class FeatureError(ValueError):
    """A feature that cannot be computed; the message names its file."""


def feature_values(
    connection: duckdb.DuckDBPyConnection, feature: Feature, engine: Engine | None = None
) -> pl.DataFrame:
    """key VARCHAR, value DOUBLE of one feature, sorted by key; what cannot be computed has no row.

    ``engine`` computes it (default: the warehouse itself).
    """
    try:
        found = (engine or DuckEngine(connection)).frame(
            f"SELECT CAST(key AS VARCHAR) AS key, CAST(value AS DOUBLE) AS value FROM ({feature.query.sql})"
        )
    except FAILURES as error:
        raise FeatureError(f"models/features/{feature.name}.sql cannot be run: {error}") from error
    found = found.filter(pl.col("key").is_not_null() & pl.col("value").is_finite()).sort("key")
    if found["key"].is_duplicated().any():
        raise FeatureError(
            f"models/features/{feature.name}.sql returns a key twice, e.g. {found.filter(pl.col('key').is_duplicated())['key'][0]}."
        )
    return found.with_columns(pl.col("value").round_sig_figs(DIGITS))


def feature_frame(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    features: Iterable[Feature] | None = None,
    engine: Engine | None = None,
) -> pl.DataFrame:
    """One row per subject of the level, sorted by key; one column per feature, null where it has no value."""
    chosen = [feature for feature in (features or read_features().values()) if feature.level == level]
    frame = connection.execute(SUBJECTS[level]).pl().select(pl.col("key").cast(pl.String)).sort("key")
    for feature in chosen:
        frame = frame.join(
            feature_values(connection, feature, engine).rename({"value": feature.name}),
            on="key",
            how="left",
            maintain_order="left",
        )
    return frame


def feature_tables(connection: duckdb.DuckDBPyConnection, engine: Engine | None = None) -> dict[str, int]:
    """Write `features_<level>` for every level; returns the number of rows of each."""
    features = read_features().values()
    rows: dict[str, int] = {}
    for level in SUBJECTS:
        frame = feature_frame(connection, level, features, engine)
        connection.register("computed", frame.to_arrow())
        connection.execute(f"CREATE OR REPLACE TABLE features_{level} AS SELECT * FROM computed")
        connection.unregister("computed")
        rows[level] = frame.height
    return rows
