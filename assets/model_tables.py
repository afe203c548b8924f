"""The tables that models write and rules may read: who writes each, and what it needs.

A model's table is no SELECT of its own file; where a rule reads one, it is written after the tables in ``reads``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from assets.duplicates import CLAIM_PAIRS_READS, write_claim_pairs
from assets.networks import INSTITUTION_GROUPS_READS, ROSTER_PAIRS_READS, write_institution_groups, write_roster_pairs
from assets.scores import SCORES_READS, write_scores


@dataclass(frozen=True)
class ModelTable:
    """How a table of the models is written, from which tables."""

    reads: tuple[str, ...]
    write: Callable[[duckdb.DuckDBPyConnection], object]


MODEL_TABLES: Mapping[str, ModelTable] = {
    "claim_pairs": ModelTable(CLAIM_PAIRS_READS, write_claim_pairs),
    "roster_pairs": ModelTable(ROSTER_PAIRS_READS, write_roster_pairs),
    "institution_groups": ModelTable(INSTITUTION_GROUPS_READS, write_institution_groups),
    "scores": ModelTable(SCORES_READS, write_scores),
    "score_reasons": ModelTable(SCORES_READS, write_scores),
}
