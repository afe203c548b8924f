"""What feedback says of whole visits: one outcome per inspection, and which subjects have been inspected.

Belongs here: reading judgements visit by visit. Does not belong here: those of single cases (`history.py`), or what a
plan's results come to (`plan_results.py`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from assets.history import LATEST_FIRST

_SUBJECT = ("subject_kind", "subject_key")


def judged_visits(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """inspection_id, outcome, recovered (yuan), checked_on (the last day), subject_kind, subject_key of each judged visit.

    What was said of the visit as a whole counts. Where only cases were judged under its inspection_id, it is confirmed
    if one of them is, and recovered is their sum; while one is open and none confirmed, it is not judged. The latest
    judgement of a visit, and of a case, replaces those before.
    """
    return connection.execute(
        f"""WITH latest AS (
                SELECT *
                FROM (SELECT *, row_number() OVER (PARTITION BY inspection_id, case_id ORDER BY {LATEST_FIRST}) AS place
                      FROM feedback WHERE inspection_id IS NOT NULL)
                WHERE place = 1),
            telling AS (
                SELECT *, bool_or(case_id IS NULL AND outcome <> 'open') OVER (PARTITION BY inspection_id) AS has_whole FROM latest)
            SELECT
                inspection_id, CASE WHEN bool_or(outcome = 'confirmed') THEN 'confirmed' ELSE 'dismissed' END AS outcome,
                sum(recovered_amount) FILTER (outcome = 'confirmed') AS recovered, max(checked_on) AS checked_on,
                min(subject_kind) AS subject_kind, min(subject_key) AS subject_key
            FROM telling WHERE case_id IS NULL OR NOT has_whole
            GROUP BY inspection_id HAVING bool_or(outcome = 'confirmed') OR NOT bool_or(outcome = 'open')
            ORDER BY inspection_id"""
    ).pl()


def inspected(connection: duckdb.DuckDBPyConnection, plans: Path) -> pl.DataFrame:
    """subject_kind, subject_key, checked_on: what has been visited and judged, and on which day last (null: nobody said).

    ``plans``: the folder of plans, which tells the subject of a judgement that names an inspection_id alone.
    """
    paths = sorted(plans.glob("*/plan.parquet"))
    visits = pl.concat(
        [
            pl.DataFrame(schema=dict.fromkeys(("inspection_id", *_SUBJECT), pl.String)),
            *(pl.read_parquet(path, columns=["inspection_id", *_SUBJECT]) for path in paths),
        ]
    ).unique("inspection_id", keep="first", maintain_order=True)
    return (
        judged_visits(connection)
        .join(visits, on="inspection_id", how="left", suffix="_planned")
        .select(*(pl.coalesce(f"{name}_planned", name).alias(name) for name in _SUBJECT), "checked_on")
        .drop_nulls(_SUBJECT)
        .group_by(_SUBJECT)
        .agg(pl.col("checked_on").max())
    )
