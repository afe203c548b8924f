"""How probably two certificate claims of one person mean one certificate, written under two numbers.

A person holds several certificates, now and then with neighbouring numbers, and no register has received everything. So each piece of
evidence has its probability under both explanations; how often a number is missing from the register is counted, not assumed.
The tables are judgements about clerks, no law and no estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from models.linkage.numbers import NUMBER_LEVELS, number_level

_PRIOR = 0.01
_EVIDENCE = {  # evidence: {value: (same certificate, another certificate)}
    "number": {
        "confused": (0.30, 1e-5), "old_number": (0.05, 1e-6), "transposed": (0.25, 3e-4), "dropped": (0.25, 5e-5), "substituted": (0.09, 3e-4),
        "one_batch": (0.01, 0.04), "two_edits": (0.05, 0.15), "equal": (1e-3, 1e-3), "different": (1e-3, 0.80),
    },
    "facts": {"equal": (0.90, 0.002), "differ": (0.10, 0.998)},
    "occupation": {"equal": (0.98, 0.15), "differ": (0.02, 0.85)},
    "amount": {"equal": (0.95, 0.5), "differ": (0.05, 0.5)},
}  # fmt: skip
_SPOILT_REGISTERED = 0.05
"""A number wrongly written is now and then another that the register has, for this very person."""
_MISSING = (1.0, 30.0)
"""Belief of how many of how many numbers the register does not have, added to what is counted."""
_MOST = 0.5
"""Where it lacks more than a half, the register says nothing."""


def certificate_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` with `number_level` and `probability` that both claims mean one certificate of one person.

    Reads, with suffixes _a and _b: number (normalised), registered (to this person), occupation, level, kind, issued_on, amount;
    `others`, the normalised numbers of the person's further registered certificates: an unregistered number that is nearer to one of
    these is that certificate, wrongly typed; and how many claims with a number there are in all (`claimed`), and how many of these
    numbers the register does not have (`unregistered`).
    """
    levels, probabilities = [], []
    for row in pairs.iter_rows(named=True):
        level = number_level(row["number_a"], row["number_b"])
        levels.append(level)
        probabilities.append(
            0.0 if level in ("equal", "different") or _another(row, level) else _probability(row, level)
        )
    return pairs.with_columns(
        pl.Series("number_level", levels, dtype=pl.String),
        pl.Series("probability", probabilities, dtype=pl.Float64).round(4),
    )


def _probability(row: Mapping[str, Any], level: str) -> float:
    known = row["registered_a"] + row["registered_b"]
    occupations = (row["occupation_a"], row["occupation_b"])
    facts = [row[f"{name}_a"] == row[f"{name}_b"] for name in ("occupation", "level", "issued_on")]
    evidence = [("number", level), ("amount", "equal" if row["amount_a"] == row["amount_b"] else "differ")]
    if known == 2:
        evidence.append(("facts", "equal" if all(facts) else "differ"))
    elif None not in occupations:
        evidence.append(("occupation", "equal" if occupations[0] == occupations[1] else "differ"))
    odds = float(np.log(_PRIOR) - np.log1p(-_PRIOR)) + _registered(known, row)
    for name, value in evidence:
        same, another = _EVIDENCE[name][value]
        odds += float(np.log(same) - np.log(another))
    return float(1 / (1 + np.exp(-odds)))


def _registered(known: int, row: Mapping[str, Any]) -> float:
    """Log of how much likelier it is, were both one certificate, that the register has so many of the two numbers."""
    missing = min((row["unregistered"] + _MISSING[0]) / (row["claimed"] + _MISSING[1]), _MOST)
    there = 1 - missing
    same = (missing, there * (1 - _SPOILT_REGISTERED), there * _SPOILT_REGISTERED)[known]
    another = (missing * missing, 2 * there * missing, there * there)[known]
    return float(np.log(same) - np.log(another))


def _another(row: Mapping[str, Any], level: str) -> bool:
    """Lawful by what is written: one number shared by two occupations, or an unregistered number that is a third certificate's."""
    shared = {"special_operation", "special_equipment"} & {row["kind_a"], row["kind_b"]}
    if shared and None not in (row["occupation_a"], row["occupation_b"]) and row["occupation_a"] != row["occupation_b"]:
        return True
    for side, other in (("a", "b"), ("b", "a")):
        if not row[f"registered_{side}"]:
            rest = [number for number in row["others"] or () if number != row[f"number_{other}"]]
            nearest = min(
                (NUMBER_LEVELS.index(number_level(row[f"number_{side}"], number)) for number in rest),
                default=len(NUMBER_LEVELS),
            )
            if nearest <= NUMBER_LEVELS.index(level):
                return True
    return False


assert set(_EVIDENCE["number"]) == set(NUMBER_LEVELS)
