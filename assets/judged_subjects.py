"""Which subjects people have judged: a feedback row names its subject, or the case by which a rule over the scores pointed at it.

Belongs here: finding the subject of a judgement, and which judgement counts. Does not belong here: what the ranking learns
from it (`models/learning.py`), or what a case's own status is (`history.py`).
"""

from __future__ import annotations

import duckdb
import polars as pl

from assets.history import LATEST_FIRST
from models.case import case_id

POINTED_AT_BY = {
    "class": "suspicious_class",
    "institution": "suspicious_institution",
    "assessor": "suspicious_assessor",
}
"""Per level the rule whose cases are about the subject as a whole. What another rule finds in a class does not make it fake."""


def judgements_of(
    connection: duckdb.DuckDBPyConnection, level: str, subjects: pl.Series, key: bytes | None = None
) -> pl.DataFrame:
    """Judgements on the ``subjects`` of a level: key, outcome, arm, sorted by key; the latest counts, and where it leaves the
    subject open there is none.

    ``key``: that of the installation's case ids (`models/case.py`); without it only judgements that name their subject count.
    """
    connection.register("pointed_at", _cases_of(connection, level, subjects, key).to_arrow())
    judged = connection.execute(
        f"""
        WITH told AS (
            SELECT f.* REPLACE (coalesce(p.subject_key, f.subject_key) AS subject_key)
            FROM feedback AS f
            LEFT JOIN pointed_at AS p ON p.case_id = f.case_id
            WHERE p.case_id IS NOT NULL OR f.subject_kind = ? AND f.subject_key IS NOT NULL
        ),
        ranked AS (
            SELECT subject_key AS key, outcome, arm, row_number() OVER (PARTITION BY subject_key ORDER BY {LATEST_FIRST}, arm) AS place
            FROM told
        )
        SELECT key, outcome, arm FROM ranked WHERE place = 1 AND outcome IN ('confirmed', 'dismissed') ORDER BY key""",
        [level],
    ).pl()
    connection.unregister("pointed_at")
    return judged


def _cases_of(
    connection: duckdb.DuckDBPyConnection, level: str, subjects: pl.Series, key: bytes | None
) -> pl.DataFrame:
    """The judged cases that are about one of the subjects: case_id, subject_key. An id cannot be read back: it is worked out for every subject."""
    judged = {case for (case,) in connection.execute("SELECT DISTINCT case_id FROM feedback").fetchall() if case}
    rows = []
    if judged and key is not None and level in POINTED_AT_BY:
        ids = ((case_id(key, POINTED_AT_BY[level], subject), subject) for subject in subjects)
        rows = [row for row in ids if row[0] in judged]
    return pl.DataFrame(rows, schema={"case_id": pl.String, "subject_key": pl.String}, orient="row")
