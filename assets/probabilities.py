"""With which probability a lead starts: the dated parameter of its rule, moved by the judgements of its cases so far.

Belongs here: reading `lead_probability` from the table `parameter`. Does not belong here: how judgements move it
(`models/precision.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from assets.history import History
from assets.judged_subjects import POINTED_AT_BY
from models.precision import updated

PARAMETER = "lead_probability"
_UNKNOWN = 0.3  # no parameter at all in force: only a test's bare warehouse


@dataclass(frozen=True)
class Probabilities:
    """Starting values in force, per parameter id and city (`""`: a case without a division), and the judgements."""

    starts: Mapping[tuple[str, str], float] = field(default_factory=dict)
    history: History = field(default_factory=History)

    def of(self, rule_id: str, division: str | None, told: float | None = None) -> float:
        """The probability that an inspection confirms a lead of this rule there.

        ``told``: what a model says of this very hit; it goes before the rule's own start. Where the model has heard the judgements
        itself (`judged_subjects.py`) they do not count again.
        """
        judged = self.history.precision_of(rule_id)
        if told is not None:
            return told if rule_id in POINTED_AT_BY.values() or not judged.judged else updated(told, judged)
        city = f"{division[:4]}00" if division else ""
        named = (
            self.starts.get((name, place)) for name in (f"{PARAMETER}.{rule_id}", PARAMETER) for place in (city, "")
        )
        start = next((value for value in named if value is not None), _UNKNOWN)
        return updated(start, judged)


def read_probabilities(connection: duckdb.DuckDBPyConnection, as_of: date, history: History) -> Probabilities:
    """The starting values in force at the scan's date; where cities differ, a case without a place takes the lowest."""
    rows = connection.execute(
        """SELECT id, city, CAST(number AS DOUBLE) FROM parameter
           WHERE (id = ? OR starts_with(id, ?)) AND valid_from <= ? AND ? < valid_until ORDER BY id, city""",
        [PARAMETER, f"{PARAMETER}.", as_of, as_of],
    ).fetchall()
    starts = {(name, city): value for name, city, value in rows}
    for name, _, value in rows:
        starts[name, ""] = min(value, starts.get((name, ""), value))
    return Probabilities(starts, history)
