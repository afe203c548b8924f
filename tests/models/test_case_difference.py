"""Cases and yuan gained and lost between two lists, worked by hand."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from models.case_difference import difference

CLAIMS = pl.DataFrame(
    {
        "claim_id": ["A", "B", "C"],
        "amount": ["1000", "2000", "3000"],
        "claimed_on": ["2021-08-01", "2021-08-02", "2021-08-03"],
    }
).with_columns(pl.col("amount").cast(pl.Decimal(14, 2)), pl.col("claimed_on").str.to_date())
SCHEMA = {
    "case_id": pl.String, "rule_id": pl.String, "severity": pl.String, "subject_kind": pl.String, "subject_key": pl.String,
    "institution_id": pl.String, "division": pl.String, "claim_ids": pl.List(pl.String), "amount_at_risk": pl.Decimal(14, 2),
}  # fmt: skip


def cases(*rows: tuple[str, str, str, str | None, str, str]) -> pl.DataFrame:
    """rule, severity, claim, institution, division, yuan."""
    listed = [
        (f"{rule}-{claim}", rule, severity, "claim", claim, who, place, [claim], Decimal(yuan))
        for rule, severity, claim, who, place, yuan in rows
    ]
    return pl.DataFrame(listed, schema=SCHEMA, orient="row")


def changes(**kinds: str) -> pl.DataFrame:
    return pl.DataFrame(
        [(name.replace("_", "-"), kind) for name, kind in kinds.items()], schema=["case_id", "change"], orient="row"
    )


BEFORE = cases(
    ("cap", "violation", "A", "X", "140105", "100"),
    ("cap", "violation", "B", "Y", "140212", "200"),
    ("night", "lead", "B", "Y", "140212", "2000"),
)
AFTER = cases(
    ("cap", "violation", "A", "X", "140105", "400"),
    ("cap", "violation", "C", None, "140105", "50"),
    ("night", "lead", "B", "Y", "140212", "2000"),
)
FOUND = {
    (row["dimension"], row["key"]): row
    for row in difference(BEFORE, AFTER, changes(cap_A="changed", cap_B="gone", cap_C="new"), CLAIMS, CLAIMS).iter_rows(
        named=True
    )
}


def figures(dimension: str, key: str) -> tuple[int, int, int, str, str]:
    row = FOUND[dimension, key]
    return row["gained"], row["lost"], row["changed"], str(row["yuan_gained"]), str(row["yuan_lost"])


def test_a_rule_counts_its_own_cases_and_claims() -> None:
    assert figures("rule", "cap") == (1, 1, 1, "350.00", "200.00")
    assert ("rule", "night") not in FOUND, "only what differs is listed"


def test_in_all_no_yuan_is_lost_that_another_rule_still_puts_at_risk() -> None:
    assert figures("all", "") == (1, 1, 1, "350.00", "0.00")
    assert FOUND["all", ""]["cases_before"] == FOUND["all", ""]["cases_after"] == 3
    assert (str(FOUND["all", ""]["yuan_before"]), str(FOUND["all", ""]["yuan_after"])) == ("2100.00", "2450.00")


def test_cities_and_institutions_are_told_apart() -> None:
    assert figures("city", "140100") == (1, 0, 1, "350.00", "0.00")
    assert figures("city", "140200") == (0, 1, 0, "0.00", "0.00"), "the lead still names that claim"
    assert figures("institution", "") == (1, 0, 0, "50.00", "0.00")
    assert figures("institution", "X") == (0, 0, 1, "300.00", "0.00")


def test_gained_less_lost_is_the_difference_everywhere() -> None:
    for row in FOUND.values():
        assert row["yuan_gained"] - row["yuan_lost"] == row["yuan_after"] - row["yuan_before"]
        assert row["gained"] - row["lost"] == row["cases_after"] - row["cases_before"]


def test_a_case_that_changed_its_severity_is_lost_there_and_gained_here() -> None:
    lead = BEFORE.with_columns(pl.lit("lead").alias("severity"))
    moved = difference(BEFORE.head(1), lead.head(1), changes(cap_A="changed"), CLAIMS, CLAIMS).filter(
        pl.col("dimension") == "severity"
    )
    assert moved.select("key", "gained", "lost").rows() == [("lead", 1, 0), ("violation", 0, 1)]


def test_the_same_list_differs_in_nothing() -> None:
    same = difference(BEFORE, BEFORE, changes().cast(pl.String), CLAIMS, CLAIMS)
    assert same.select("dimension", "gained", "lost", "yuan_gained", "yuan_lost").rows() == [
        ("all", 0, 0, Decimal(0), Decimal(0))
    ]
