"""The tables that models write and rules may read: who writes each, and what it needs.

A model's table is no SELECT of its own file; where a rule reads one, it is written after the tables in ``reads``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from assets.duplicates import CLAIM_PAIRS_READS, PAIR_QUERIES, write_claim_pairs
from assets.networks import (
    INSTITUTION_GROUPS_READS,
    ROSTER_PAIRS_READS,
    TIE_QUERIES,
    write_institution_groups,
    write_roster_pairs,
)
from assets.scores import SCORES_READS, write_scores
from models.query import Query


@dataclass(frozen=True)
class ModelTable:
    """How a table of the models is written, from which tables, by which SQL files; and which tables are written beside it."""

    reads: tuple[str, ...]
    write: Callable[[duckdb.DuckDBPyConnection], object]
    queries: Mapping[str, Query] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def code(self) -> dict[str, str]:
        """The SQL that it is computed with; the rest of its code counts for every node."""
        return {name: query.sql for name, query in self.queries.items()}


MODEL_TABLES: Mapping[str, ModelTable] = {
    "claim_pairs": ModelTable(CLAIM_PAIRS_READS, write_claim_pairs, PAIR_QUERIES),
    "roster_pairs": ModelTable(ROSTER_PAIRS_READS, write_roster_pairs, TIE_QUERIES),
    "institution_groups": ModelTable(
        INSTITUTION_GROUPS_READS, write_institution_groups, TIE_QUERIES, ("institution_links",)
    ),
    "scores": ModelTable(SCORES_READS, write_scores),
    "score_reasons": ModelTable(SCORES_READS, write_scores),
}
