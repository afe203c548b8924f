"""The truth beside a planted province: one row for each case that a scan must find. Near misses are listed apart."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from models.province.schema import MONEY

if TYPE_CHECKING:
    from models.province.plants.workshop import Truth

SCHEMA: dict[str, Any] = {
    "rule_id": pl.String,
    "subject_key": pl.String,
    "claim_ids": pl.List(pl.String),
    "amount_at_risk": MONEY,
    "what": pl.String,
    "mechanism": pl.String,
}


def truth_frame(truths: list[Truth]) -> pl.DataFrame:
    """The violations, one row for each rule and subject."""
    rows: dict[tuple[str, str], tuple[Any, ...]] = {}
    for truth in truths:
        if truth.violation:
            claims = {claim["claim_id"]: claim for claim in truth.claims}
            amount = (
                sum((Decimal(str(claim["amount"])) for claim in claims.values()), Decimal(0))
                if truth.amount is None
                else Decimal(str(truth.amount))
            )
            key = (truth.rule, _key(truth))
            if key in rows:
                raise ValueError(f"the truth names {truth.rule} twice for one subject: two plants share a row")
            rows[key] = (*key, sorted(claims), amount.quantize(Decimal("0.01")), truth.what, truth.mechanism)
    return pl.DataFrame([rows[key] for key in sorted(rows)], schema=SCHEMA, orient="row")


def near_frame(truths: list[Truth]) -> pl.DataFrame:
    """What looks like a violation and must not be raised."""
    rows = sorted({(truth.rule, _key(truth), truth.what) for truth in truths if not truth.violation})
    return pl.DataFrame(rows, schema={"rule_id": pl.String, "subject_key": pl.String, "what": pl.String}, orient="row")


def _key(truth: Truth) -> str:
    if callable(truth.key):
        return truth.key()
    return str(truth.key["claim_id"] if isinstance(truth.key, dict) else truth.key)


def write_truth(truth: pl.DataFrame, folder: Path) -> None:
    """truth.parquet and, for a spreadsheet, truth.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    truth.write_parquet(folder / "truth.parquet", compression="zstd", statistics=False)
    truth.with_columns(pl.col("claim_ids").list.join(";")).write_csv(folder / "truth.csv", include_bom=True)
