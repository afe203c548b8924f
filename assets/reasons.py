"""Why a subject ranks where it does: the table `score_reasons`, its strongest features in words.

Belongs here: the words. Does not belong here: which features are the strongest (`models/ranking.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import polars as pl

from assets.appending import append
from assets.live_subjects import in_parts
from models.evidence import Evidence
from models.feature import Feature
from models.ranking import reasons

REASONS_SCHEMA: dict[str, Any] = {
    "subject_kind": pl.String, "subject_key": pl.String, "place": pl.Int64, "feature": pl.String, "title": pl.String, "value": pl.Float64,
    "typical": pl.Float64, "contribution": pl.Float64, "says": pl.String, "high": pl.String, "innocent": pl.String,
}  # fmt: skip


def add_reasons(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    evidence: Evidence,
    live: np.ndarray,
    features: Mapping[str, Feature],
) -> None:
    """Add to `score_reasons` what the evidence says of the subjects in these rows, which `live_<level>` has."""
    explained = _explained(features)
    for subjects in in_parts(connection, level, "row, subject_key", live):
        told_of = reasons(evidence, of=slice(subjects["row"][0], subjects["row"][-1] + 1))
        why = (
            told_of.join(subjects, on="row", how="inner")
            .join(explained, on="feature", how="left")
            .with_columns(
                pl.concat_str("title", pl.lit("："), told("value"), pl.lit("，同类通常"), told("typical")).alias(
                    "says"
                ),
                pl.lit(level).alias("subject_kind"),
            )
            .sort("subject_key", "place")
        )
        append(connection, "score_reasons", why, REASONS_SCHEMA)


def told(column: str) -> pl.Expr:
    """A number with its unit as an analyst reads it; shares as per cent."""
    share = pl.col("unit") == "占比"
    number = pl.when(share).then(100 * pl.col(column).clip(lower_bound=0.0)).otherwise(pl.col(column)).round_sig_figs(3)
    text = number.cast(pl.String).str.replace(r"\.0$", "")
    return pl.when(share).then(text + "%").otherwise(pl.concat_str(text, pl.lit("（"), "unit", pl.lit("）")))


def _explained(features: Mapping[str, Feature]) -> pl.DataFrame:
    """What is said of every feature: feature, title, high, innocent, unit."""
    return pl.DataFrame(
        [
            (feature.name, feature.title["zh"], feature.high, feature.innocent, feature.unit)
            for feature in features.values()
        ],
        schema=["feature", "title", "high", "innocent", "unit"],
        orient="row",
    )
