"""The ranking as it is published: the frame behind `risk.parquet`.

Belongs here: joining scores with their reasons. Does not belong here: masking (`scan_publication.py`) or computing either (`scores.py`).
"""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

MONEY = pl.Decimal(14, 2)
REASON = pl.Struct({"feature": pl.String, "value": pl.Float64, "typical": pl.Float64, "contribution": pl.Float64})
_COLUMNS: dict[str, Any] = {
    "subject_kind": pl.String, "subject_key": pl.String, "score": pl.Float64, "rank": pl.Int64, "amount": MONEY, "expected_loss": MONEY,
    "reasons": pl.List(REASON), "score_low": pl.Float64, "score_high": pl.Float64,
}  # fmt: skip
RISK_SCHEMA = pl.Schema(_COLUMNS)


def risk_frame(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """RISK_SCHEMA: every class, institution, assessor and live claim, by kind and rank; unmasked. ``expected_loss`` is score x amount;
    ``reasons`` name the strongest features first, by their id; the probability lies between ``score_low`` and ``score_high``
    with 95 %, as far as judgements go (wide where there are none)."""
    frame = connection.execute(
        """
        SELECT
            s.subject_kind, s.subject_key, s.score, CAST(s.rank AS BIGINT) AS rank, s.amount,
            CAST(round(CAST(s.score AS DECIMAL(6, 4)) * s.amount, 2) AS DECIMAL(14, 2)) AS expected_loss,
            coalesce(r.reasons, []) AS reasons, s.score_low, s.score_high
        FROM scores AS s
        LEFT JOIN (
            SELECT
                subject_kind, subject_key,
                list({'feature': feature, 'value': value, 'typical': typical, 'contribution': contribution} ORDER BY place) AS reasons
            FROM score_reasons
            GROUP BY subject_kind, subject_key
        ) AS r ON r.subject_kind = s.subject_kind AND r.subject_key = s.subject_key
        ORDER BY s.subject_kind, s.rank"""
    ).pl()
    return frame.cast(RISK_SCHEMA)
