"""Writes the table `claim_pairs`: pairs of live claims that are probably one, though no number of theirs is equal.

Belongs here: fetching candidates (`duplicates/*.sql`) and keeping the result. What speaks for and against a pair is in
`models/claim_certificates.py` and `models/claim_persons.py`, which two claims would be the same thing in `models/claim_matching.py`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from models.claim_certificates import certificate_pairs
from models.claim_matching import certificate_rows, old_identity_rows, person_rows
from models.claim_persons import consistent, person_pairs
from models.query import read_queries

PAIR_QUERIES = read_queries(Path(__file__).parent / "duplicates")
_BY_TABLE = {"person_candidates", "linked_persons"}
CLAIM_PAIRS_READS = tuple(sorted(frozenset().union(*(query.reads for query in PAIR_QUERIES.values())) - _BY_TABLE))
LEAST = 0.05
"""A pair less probable than this is not kept at all; from when on it is a lead is a parameter of the rule."""


def write_claim_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """Write `claim_pairs` (`models.claim_matching.PAIR_SCHEMA`) from the tables of ``connection``; returns its rows."""
    certificates = certificate_pairs(_fetch(connection, "certificate_candidates")).filter(
        pl.col("probability") >= LEAST
    )
    persons = consistent(_persons(connection)).filter(pl.col("probability") >= LEAST)
    claims = _given(connection, "claims_of_persons", "linked_persons", persons.select("id_number_a", "id_number_b"))
    again = old_identity_rows(_fetch(connection, "old_identity_pairs"))
    found = pl.concat([certificate_rows(certificates), again, person_rows(persons, claims)])
    # A pair found on both ways stands once, with what speaks most for it.
    found = found.sort(["claim_a", "claim_b", "probability", "grounds"], descending=[False, False, True, False])
    found = found.unique(["claim_a", "claim_b"], keep="first", maintain_order=True)
    connection.register("found_pairs", found.to_arrow())
    connection.execute("CREATE OR REPLACE TABLE claim_pairs AS SELECT * FROM found_pairs ORDER BY claim_a, claim_b")
    connection.unregister("found_pairs")
    return found.height


def _persons(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Pairs of persons with their probability of being one; of several spellings of a name the likeliest."""
    joined, namesakes = _fetch(connection, "contact_candidates"), _fetch(connection, "namesake_candidates")
    known = joined.select("id_number_a", "id_number_b").unique()
    candidates = pl.concat([joined, namesakes.join(known, on=["id_number_a", "id_number_b"], how="anti")])
    order = ["id_number_a", "id_number_b", "name_a", "name_b"]
    persons = candidates.select(order[:2])
    for name in ("presence", "common_training"):
        candidates = candidates.join(_given(connection, name, "person_candidates", persons), on=order[:2], how="left")
    candidates = candidates.sort(order)
    scored = person_pairs(candidates).sort(
        [*order[:2], "probability", *order[2:]], descending=[False, False, True, False, False]
    )
    return scored.unique(["id_number_a", "id_number_b"], keep="first", maintain_order=True)


def _fetch(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    return connection.execute(f"FROM ({PAIR_QUERIES[name].sql}) ORDER BY ALL").pl()


def _given(connection: duckdb.DuckDBPyConnection, name: str, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The result of a query that reads ``rows`` under the name ``table``."""
    connection.register(table, rows.to_arrow())
    try:
        return _fetch(connection, name)
    finally:
        connection.unregister(table)
