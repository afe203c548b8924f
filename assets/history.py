"""What earlier publications and judgements say: first sight of each case, its latest judgement, counts per rule.

Belongs here: reading publications that stand and the table `feedback`. Does not belong here: what follows from it for
a case (`cases.py`) or for a rule's probability (`probabilities.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from assets.reopening import Dismissal
from models.precision import Precision

LATEST_FIRST = "checked_on DESC NULLS LAST, source_file DESC, source_line DESC, outcome, recovered_amount"
"""Of two judgements of one day the one in the later file counts: files of the portal bear the moment in their names."""


@dataclass(frozen=True)
class History:
    """First as-of date and judged status per case id, and the judgements counted per rule id."""

    first_seen: Mapping[str, date] = field(default_factory=dict)
    judged: Mapping[str, str] = field(default_factory=dict)
    precision: Mapping[str, Precision] = field(default_factory=dict)

    def status(self, case_id: str) -> str:
        """`confirmed`, `dismissed` or `recovered` where a person has judged it, else `open`, or `new` at first sight."""
        return self.judged.get(case_id) or ("open" if case_id in self.first_seen else "new")

    def precision_of(self, rule_id: str) -> Precision:
        return self.precision.get(rule_id, Precision(0, 0))


def read_history(connection: duckdb.DuckDBPyConnection, publications: Path, without: Path | None = None) -> History:
    """The history in the folder of masked publications; `without` is the publication of this very scan, if it stands."""
    files = [path for path in sorted(publications.glob("*/cases.parquet")) if path.parent != without]
    seen = (
        pl.scan_parquet(files).group_by("case_id").agg(pl.col("first_seen").min(), pl.col("rule_id").min()).collect()
        if files
        else pl.DataFrame(schema={"case_id": pl.String, "first_seen": pl.Date, "rule_id": pl.String})
    )
    judged = dict(
        connection.execute(
            f"""SELECT case_id, CASE WHEN outcome = 'confirmed' AND recovered_amount > 0 THEN 'recovered' ELSE outcome END
               FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY {LATEST_FIRST}) AS place
                     FROM feedback WHERE case_id IS NOT NULL)
               WHERE place = 1 AND outcome <> 'open' ORDER BY case_id"""
        ).fetchall()
    )
    rules = dict(seen.select("case_id", "rule_id").iter_rows())
    return History(dict(seen.select("case_id", "first_seen").iter_rows()), judged, _per_rule(judged, rules))


def read_dismissals(connection: duckdb.DuckDBPyConnection) -> dict[str, Dismissal]:
    """Per case whose latest judgement dismisses it: when, and in which file."""
    rows = connection.execute(
        f"""SELECT case_id, checked_on, sha256
            FROM (SELECT f.*, row_number() OVER (PARTITION BY case_id ORDER BY {LATEST_FIRST}) AS place FROM feedback AS f WHERE case_id IS NOT NULL) AS f
            JOIN (SELECT file, min(sha256) AS sha256 FROM delivered.files WHERE source = 'feedback' GROUP BY file) AS d ON d.file = f.source_file
            WHERE place = 1 AND outcome = 'dismissed' ORDER BY case_id"""
    ).fetchall()
    return {case_id: Dismissal(checked_on, sha256) for case_id, checked_on, sha256 in rows}


def _per_rule(judged: Mapping[str, str], rules: Mapping[str, str]) -> dict[str, Precision]:
    counts = Counter((rules[one], status == "dismissed") for one, status in judged.items() if one in rules)
    return {rule: Precision(counts[rule, False], counts[rule, True]) for rule, _ in counts}
