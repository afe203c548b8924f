"""Cases: ids, merging, explanations, ratings, totals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from models.case import (
    CASE_SCHEMA,
    MONEY,
    amount_at_risk_total,
    blanks,
    case_id,
    case_ids,
    fill,
    fill_all,
    merge_hits,
    rating,
    score,
)  # fmt: skip

KEY = b"k" * 32


def test_the_schema_is_the_published_one() -> None:
    assert CASE_SCHEMA.names() == [
        "case_id",
        "rule_id",
        "clause",
        "severity",
        "rating",
        "subject_kind",
        "subject_key",
        "institution_id",
        "division",
        "claim_ids",
        "amount_at_risk",
        "score",
        "title_zh",
        "title_en",
        "explanation_zh",
        "explanation_en",
        "innocent_zh",
        "remedy_zh",
        "observed",
        "allowed",
        "margin",
        "rule_sha",
        "first_seen",
        "last_seen",
        "status",
    ]
    assert CASE_SCHEMA["claim_ids"] == pl.List(pl.String) and CASE_SCHEMA["amount_at_risk"] == pl.Decimal(14, 2)


def test_a_case_id_rests_on_key_rule_and_subject() -> None:
    one = case_id(KEY, "ghost_trainee", "SL1")
    assert len(one) == 20 and int(one, 16) >= 0
    others = [
        case_id(b"j" * 32, "ghost_trainee", "SL1"),
        case_id(KEY, "hours_short", "SL1"),
        case_id(KEY, "ghost_trainee", "SL2"),
    ]
    assert len({one, *others}) == 4
    assert case_id(KEY, "a", "b|c") != case_id(KEY, "a|b", "c")
    frame = pl.DataFrame({"rule_id": ["ghost_trainee"], "subject_key": ["SL1"]})
    assert case_ids(KEY, frame).to_list() == [one]


def hits(rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {"rule_id": pl.String, "subject_key": pl.String, "claim_ids": pl.List(pl.String), "amount_at_risk": MONEY,
              "level": pl.String, "day": pl.Date}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def test_hits_with_one_key_are_one_case_in_whatever_order_they_come() -> None:
    day = dt.date(2021, 7, 8)
    rows: list[dict[str, object]] = [
        {"rule_id": "r", "subject_key": "b", "claim_ids": ["3", "1"], "amount_at_risk": Decimal("5"), "level": "4", "day": day},
        {"rule_id": "r", "subject_key": "b", "claim_ids": ["2", "1"], "amount_at_risk": Decimal("9"), "level": "3", "day": None},
        {"rule_id": "r", "subject_key": "a", "claim_ids": [], "amount_at_risk": Decimal("1"), "level": None, "day": day},
    ]  # fmt: skip
    merged = merge_hits(hits(rows))
    assert merged.equals(merge_hits(hits(rows[::-1])))
    assert merged.schema == hits(rows).schema
    assert merged["subject_key"].to_list() == ["a", "b"]
    assert merged["claim_ids"].to_list() == [[], ["1", "2", "3"]]
    assert merged["amount_at_risk"].to_list() == [Decimal("1.00"), Decimal("9.00")]
    assert merged.row(1, named=True)["level"] == "3" and merged.row(1, named=True)["day"] is None, "all from one row"
    assert merge_hits(hits([])).is_empty()


def test_an_explanation_is_filled_as_an_analyst_reads_it() -> None:
    template = "{level}|{amount}|{issued_on}|{month}|{check_in}|{completed}|{sites}|{phone}|{count}|{share}|{year}"
    values = {
        "level": "3", "amount": Decimal("1200.00"), "issued_on": dt.date(2021, 7, 8), "month": dt.date(2021, 7, 1),
        "check_in": dt.datetime(2021, 7, 8, 8, 59, 7), "completed": False, "sites": ["甲", "乙"], "phone": None,
        "count": 12000, "share": 0.8125, "year": 2021,
    }  # fmt: skip
    labels = {"level": {"3": "三级/高级工"}}
    assert fill(template, values, labels) == (
        "三级/高级工|1,200.00|2021-07-08|2021-07|2021-07-08 08:59:07|否|甲、乙|（空）|12000|0.8125|2021"
    )
    assert fill("{completed} {phone} {sites}", values, language="en") == "no (empty) 甲, 乙"


def test_blanks_are_known_when_the_rule_is_loaded() -> None:
    assert blanks("证书{certificate_no}（{level}）") == {"certificate_no", "level"}
    for wrong in ("{Level}", "{level", "level}", "{}", "{level!r}"):
        with pytest.raises(ValueError, match="brace"):
            blanks(wrong)
    with pytest.raises(ValueError, match="allowed"):
        fill_all(pl.DataFrame({"level": ["3"]}), "{level}{allowed}")
    assert fill_all(pl.DataFrame({"level": ["3", None]}), "等级{level}").to_list() == ["等级3", "等级（空）"]
    assert fill_all(pl.DataFrame({"level": ["3", "4"]}), "同").to_list() == ["同", "同"]


@pytest.mark.parametrize(
    ("severity", "amount", "counterpart", "families", "probability", "expected"),
    [
        ("violation", "0.01", True, 1, None, "A"),
        ("violation", "0", True, 1, None, "B"),
        ("violation", "800", False, 1, None, "C"),
        ("lead", "800", True, 1, None, "C"),
        ("lead", "800", True, 2, None, "B"),
        ("lead", "0", True, 1, 0.5, "B"),
        ("lead", "0", True, 1, 0.4999, "C"),
        ("lead", "800", False, 3, 0.9, "C"),
        ("notice", "800", True, 2, 0.9, "C"),
    ],
)
def test_ratings(
    severity: str, amount: str, counterpart: bool, families: int, probability: float | None, expected: str
) -> None:
    assert rating(severity, Decimal(amount), counterpart, families, probability) == expected


def test_scores() -> None:
    assert score("violation", True, 0.1) == 1.0
    assert score("violation", False, 1.0) < 0.5
    assert score("lead", True, 0.31) == 0.31
    assert score("lead", False, 0.9) < 0.5
    assert score("lead", False, 0.2) == 0.2


def case(rule: str, kind: str, key: str, claims: list[str], amount: str, division: str = "140105", severity: str = "violation") -> dict[str, object]:  # fmt: skip
    return {"rule_id": rule, "severity": severity, "subject_kind": kind, "subject_key": key, "division": division,
            "claim_ids": claims, "amount_at_risk": Decimal(amount)}  # fmt: skip


def totals(*rows: dict[str, object]) -> tuple[str, str]:
    schema = {name: CASE_SCHEMA[name] for name in case("", "", "", [], "0")}
    claims = pl.DataFrame(
        {"claim_id": ["1", "2", "3", "4"], "amount": [800, 800, 600, 400],
         "claimed_on": [dt.date(2021, 7, d) for d in (2, 1, 3, 4)]},
        schema={"claim_id": pl.String, "amount": MONEY, "claimed_on": pl.Date},
    )  # fmt: skip
    found = amount_at_risk_total(pl.DataFrame(list(rows), schema=schema), claims)
    return str(found.amount_at_risk), str(found.amount_unreconciled)


def test_nothing_is_at_risk_without_violations() -> None:
    assert totals() == ("0.00", "0.00")
    assert totals(case("hours_short", "claim", "1", ["1"], "800", severity="lead")) == ("0.00", "0.00")


def test_a_claim_counts_once_with_its_largest_figure() -> None:
    excess = case("standard_exceeded", "claim", "1", ["1"], "50")
    assert totals(excess) == ("50.00", "0.00")
    assert totals(excess, case("directed_over_cap", "claim", "1", ["1"], "70")) == ("70.00", "0.00")
    assert totals(excess, case("ghost_trainee", "claim", "1", ["1"], "800")) == ("800.00", "0.00")
    assert totals(excess, case("directed_duration", "class", "B", ["1", "3"], "1400")) == ("1400.00", "0.00")


def test_the_earlier_claim_is_not_put_at_risk_by_the_later() -> None:
    assert totals(case("upskilling_repeated", "claim", "3", ["1", "3"], "600")) == ("600.00", "0.00")


def test_of_a_certificate_claimed_twice_the_largest_then_earliest_is_spared() -> None:
    twice = case("certificate_claimed_twice", "certificate", "C", ["1", "2", "3"], "1400")
    assert totals(twice) == ("1400.00", "0.00")
    # claim 2 (800, the earlier day) is the one that is spared, so another case of it adds its whole amount
    assert totals(twice, case("ghost_trainee", "claim", "2", ["2"], "800")) == ("2200.00", "0.00")
    assert totals(twice, case("ghost_trainee", "claim", "1", ["1"], "800")) == ("1400.00", "0.00")


def test_claims_that_are_not_live_and_rules_without_money_count_nothing() -> None:
    assert totals(case("paid_while_rejected", "claim", "9", ["9"], "500")) == ("0.00", "0.00")
    assert totals(case("some_rule", "class", "B", ["1", "2"], "0")) == ("0.00", "0.00")


def test_accounts_that_do_not_add_up_stand_apart() -> None:
    assert totals(
        case("ledger_bank_differs", "batch", "140105|P1", ["1"], "100"),
        case("ledger_bank_differs", "division + batch", "140105|P2", ["2"], "100"),
        case("balance_broken", "division", "140105|2021-07", [], "150"),
        case("transfer_unmatched", "voucher", "V1", [], "30", division="140200"),
        case("paid_elsewhere", "bank_transaction", "T1", ["1"], "40", division="140200"),
    ) == ("0.00", "240.00")
