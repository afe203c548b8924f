"""What can be inspected, and what an inspection of each is expected to recover: classes, and what institutions claim beside them.

Belongs here: putting the warehouse's claims and the latest publication's cases and scores together. Does not belong here:
which are chosen (`models/planning.py`) or drawn (`models/random_arm.py`).

Every live claim belongs to one unit (`inspections/units.sql`), so no yuan is recovered twice. What is expected of a claim
is the largest of: probability x what a case puts at risk of it, over the open violations and leads that name it; and the
model's score x its amount, of its class where it has one, else of itself. That an institution is conspicuous as a whole
says nothing of a single claim: leads over the scores of institutions, assessors and groups name a visit, and add no yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.keys import load_keys
from assets.known_persons import known_persons
from assets.model_tables import MODEL_TABLES
from checks.rule import read_rules
from models.case import MONEY, money_shares
from models.privacy import Pseudonyms, mask_payee
from models.query import read_query

QUERY = read_query(Path(__file__).parent / "inspections" / "units.sql")
_COLUMNS: dict[str, Any] = {
    "subject_kind": pl.String, "subject_key": pl.String, "institution_id": pl.String, "institution": pl.String, "division": pl.String,
    "start_date": pl.Date, "end_date": pl.Date, "claims": pl.Int64, "amount": MONEY, "expected_recovery": MONEY, "case_ids": pl.List(pl.String),
}  # fmt: skip
UNITS_SCHEMA = pl.Schema(_COLUMNS)
_UNIT = ("subject_kind", "subject_key")
_OPEN = ("new", "open")


@dataclass(frozen=True)
class Units:
    """``frame``: UNITS_SCHEMA, the most promising first; ``cases``: the open violations and leads behind them."""

    frame: pl.DataFrame
    cases: pl.DataFrame


def units_of(connection: duckdb.DuckDBPyConnection, publication: Path) -> Units:
    """Every unit that live claims of the warehouse make up, with what the publication's cases and scores say of it; named
    as it names them."""
    claims = connection.execute(f"SELECT * FROM ({QUERY.sql}) ORDER BY claim_id").pl()
    pseudonyms = Pseudonyms(load_keys(publication.parent.parent).pseudonym, known_persons(connection))
    claims = claims.with_columns(
        pl.col(name).replace(pseudonyms.replacing(claims[name])) for name in ("claim_id", "subject_key")
    )
    cases = pl.read_parquet(publication / "cases.parquet").filter(
        pl.col("status").is_in(_OPEN) & pl.col("severity").is_in(["violation", "lead"])
    )
    expected = claims.join(_of_cases(cases, claims), on="claim_id", how="left").join(
        _of_models(publication, claims), on="claim_id", how="left"
    )
    expected = expected.with_columns(
        pl.max_horizontal(pl.col("by_cases", "by_models").fill_null(0.0)).round(2).cast(MONEY).alias("expected")
    )
    frame = (
        expected.group_by(_UNIT)
        .agg(
            pl.col("institution_id", "institution", "division", "start_date", "end_date").min(),
            pl.len().cast(pl.Int64).alias("claims"),
            pl.col("amount").sum(),
            pl.col("expected").sum().alias("expected_recovery"),
        )
        .join(_named(cases, claims), on=_UNIT, how="left")
        .with_columns(
            pl.col("case_ids").fill_null([]),
            pl.col("institution").map_elements(
                mask_payee, return_dtype=pl.String
            ),  # a sole proprietor may bear a person's name
        )
        .sort("expected_recovery", *_UNIT, descending=[True, False, False])
    )
    return Units(frame.select(UNITS_SCHEMA.names()).cast(UNITS_SCHEMA), cases)


def _of_cases(cases: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """claim_id, by_cases: the largest of probability x yuan over the cases that put something of the claim at risk."""
    telling = cases.filter(~pl.col("rule_id").is_in(sorted(_of_wholes())))
    shares = money_shares(telling, claims, by=["score"]).filter(pl.col("unit_kind") == "claim")
    worth = pl.col("score") * pl.col("share").cast(pl.Float64)
    return shares.group_by(pl.col("unit").alias("claim_id")).agg(worth.max().alias("by_cases"))


def _of_wholes() -> set[str]:
    """The rules over models' tables whose subject is larger than a class."""
    return {
        name
        for name, rule in read_rules().items()
        if rule.query.reads & MODEL_TABLES.keys() and rule.subject not in ("class", "claim")
    }


def _of_models(publication: Path, claims: pl.DataFrame) -> pl.DataFrame:
    """claim_id, by_models: the score of its class, or of itself where it has none, x its amount; nothing without risk.parquet."""
    path = publication / "risk.parquet"
    if not path.is_file():
        return pl.DataFrame(schema={"claim_id": pl.String, "by_models": pl.Float64})
    risk = pl.scan_parquet(path).select("subject_kind", "subject_key", "score")
    scored = (
        claims.lazy()
        .select("claim_id", "amount", "subject_kind", "subject_key")
        .with_columns(
            pl.when(pl.col("subject_kind") == "class").then(pl.lit("class")).otherwise(pl.lit("claim")).alias("kind"),
            pl.when(pl.col("subject_kind") == "class").then("subject_key").otherwise("claim_id").alias("key"),
        )
        .join(risk, left_on=["kind", "key"], right_on=["subject_kind", "subject_key"], how="inner")
    )
    return scored.select("claim_id", (pl.col("score") * pl.col("amount").cast(pl.Float64)).alias("by_models")).collect()


def _named(cases: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Per unit the cases that name one of its claims; a case of an institution without claims goes with the institution."""
    named = cases.select("case_id", pl.col("claim_ids").alias("claim_id")).explode("claim_id")
    by_claim = (
        named.drop_nulls("claim_id")
        .join(claims.select("claim_id", *_UNIT), on="claim_id", how="inner")
        .select(*_UNIT, "case_id")
    )
    claimless = cases.filter((pl.col("claim_ids").list.len() == 0) & pl.col("institution_id").is_not_null()).select(
        pl.lit("institution").alias("subject_kind"), pl.col("institution_id").alias("subject_key"), "case_id"
    )
    return pl.concat([by_claim, claimless]).group_by(_UNIT).agg(pl.col("case_id").unique().sort().alias("case_ids"))
