"""What one list of cases has that another has not: cases and yuan gained and lost, in all and per rule, city, institution.

Here: plain arithmetic over two frames of cases. Not here: where the lists come from (`assets/backtest.py`), or how one
case's change is put into words (`assets/changes.py`).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from models.case import MONEY, money_shares

DIMENSIONS = {"all": "", "severity": "severity", "rule": "rule_id", "city": "city", "institution": "institution_id"}
"""Name of each dimension -> the column of the cases by whose values it is cut."""
_COUNTS = ("cases_before", "cases_after", "gained", "lost", "changed")
_YUAN = ("yuan_before", "yuan_after", "yuan_gained", "yuan_lost")
_COLUMNS: dict[str, Any] = {
    "dimension": pl.String, "key": pl.String, **dict.fromkeys(_COUNTS, pl.Int64), **dict.fromkeys(_YUAN, MONEY),
}  # fmt: skip
DIFFERENCE_SCHEMA = pl.Schema(_COLUMNS)


def difference(
    before: pl.DataFrame,
    after: pl.DataFrame,
    changes: pl.DataFrame,
    claims_before: pl.DataFrame,
    claims_after: pl.DataFrame,
) -> pl.DataFrame:
    """One row per dimension and key in which something differs (DIFFERENCE_SCHEMA), sorted.

    `before` and `after`: cases; `changes`: change (`new`, `gone`, `changed`) and case_id; the claims: claim_id, amount,
    claimed_on. Yuan count as in `money_shares`, within the rule, city or institution: gained is what single claims (or a
    division's sums) have more at risk than before, lost what they have less, so that gained - lost = after - before.
    """
    frames = [
        _along(dimension, column, _placed(before), _placed(after), changes, claims_before, claims_after)
        for dimension, column in DIMENSIONS.items()
    ]
    return pl.concat(frames).sort("dimension", "key")


def city_of(division: str) -> pl.Expr:
    """The city of a column of divisions; empty where there is no division."""
    return pl.concat_str(pl.col(division).str.slice(0, 4), pl.lit("00")).fill_null("")


def _placed(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.with_columns(city_of("division").alias("city"), pl.col("institution_id").fill_null(""))


def _along(
    dimension: str,
    column: str,
    before: pl.DataFrame,
    after: pl.DataFrame,
    changes: pl.DataFrame,
    claims_before: pl.DataFrame,
    claims_after: pl.DataFrame,
) -> pl.DataFrame:
    key = pl.col(column) if column else pl.lit("")
    old, new = before.with_columns(key.alias("key")), after.with_columns(key.alias("key"))
    money = (
        money_shares(old, claims_before, ["key"])
        .join(
            money_shares(new, claims_after, ["key"]),
            on=["key", "unit_kind", "unit"],
            how="full",
            coalesce=True,
            suffix="_after",
        )
        .with_columns(pl.col("share", "share_after").fill_null(0))
        .with_columns(more=pl.col("share_after") - pl.col("share"))
        .group_by("key")
        .agg(
            pl.col("share").sum().alias("yuan_before"),
            pl.col("share_after").sum().alias("yuan_after"),
            pl.col("more").filter(pl.col("more") > 0).sum().alias("yuan_gained"),
            (-pl.col("more").filter(pl.col("more") < 0)).sum().alias("yuan_lost"),
        )
    )
    # A case that moved to another city or severity is lost in the one and gained in the other.
    moved = changes.select("case_id", "change")
    both = old.select("key", "case_id", was=pl.lit(True)).join(
        new.select("key", "case_id", now=pl.lit(True)), on=["key", "case_id"], how="full", coalesce=True
    )
    counted = (
        both.join(moved, on="case_id", how="left")
        .group_by("key")
        .agg(
            pl.col("was").is_not_null().sum().alias("cases_before"),
            pl.col("now").is_not_null().sum().alias("cases_after"),
            pl.col("was").is_null().sum().alias("gained"),
            pl.col("now").is_null().sum().alias("lost"),
            (pl.col("was") & pl.col("now") & (pl.col("change") == "changed")).fill_null(False).sum().alias("changed"),
        )
    )
    rows = counted.join(money, on="key", how="left").with_columns(
        pl.col(_YUAN).fill_null(0), pl.lit(dimension).alias("dimension")
    )
    differs = pl.any_horizontal(pl.col("gained", "lost", "changed", "yuan_gained", "yuan_lost") != 0)
    return (
        rows.select(DIFFERENCE_SCHEMA.names()).cast(DIFFERENCE_SCHEMA).filter(differs | (pl.col("dimension") == "all"))
    )
