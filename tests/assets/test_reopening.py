"""A dismissed case stays dismissed while what it rests on is the same; else it is open again, and it is said why."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.cases import cases_of
from assets.changes import changes
from assets.evidence import SCHEMA, Evidence, evidence_of
from assets.evidence_digests import DIGESTS
from assets.hits import run_rule
from assets.probabilities import Probabilities
from assets.publication import write_publication
from assets.reopening import Dismissal, reopened, statuses_of
from checks.rule import read_rules
from models.privacy import Pseudonyms
from models.source import load_sources
from tests.assets.made_up import KEY, SCAN, case, cases, frames
from tests.checks.examples import scratch, settle

ROW = {"claim_id": "C1", "amount": "400.00", "note": None}
ON = dt.date(2022, 2, 10)
RULES = read_rules()
CASE = case("class_claimed_twice", "K1")["case_id"]


def evidence(*rows: dict[str, Any], file: str = "补贴申领_大同市_202112.xlsx", line: int = 3) -> Evidence:
    """Rows of claims as an earlier release published them: shown, and no digest."""
    listed = [(CASE, "claims", file, "", line + place, json.dumps(row)) for place, row in enumerate(rows)]
    return Evidence(pl.DataFrame(listed, schema=SCHEMA, orient="row"), pl.DataFrame(schema=DIGESTS))


def digested(*told: tuple[str, int, str], asked: str = "so") -> Evidence:
    """Source, number of rows and digest of each."""
    rows = [(CASE, source, asked, many, digest) for source, many, digest in told]
    return Evidence(evidence(ROW).rows, pl.DataFrame(rows, schema=DIGESTS, orient="row"))


def one(status: str = "dismissed", **more: Any) -> pl.DataFrame:
    return cases(case("class_claimed_twice", "K1", status=status, **more))


def published(
    root: Path,
    status: str,
    seen: Evidence,
    *,
    inputs: tuple[str, ...] = ("old",),
    as_of: str = "2022-01-31",
    **more: Any,
) -> Path:
    """The publication that the one who dismissed the case saw."""
    tables = {**frames(), "cases": one(status, **more), "evidence": seen.rows}
    if seen.digests.height:
        tables["evidence_digests"] = seen.digests
    return write_publication(root, SCAN, tables, {"as_of": as_of, "inputs": list(inputs)}, KEY)


def outcome(root: Path, now: pl.DataFrame, rows: Evidence, sha: str = "new") -> tuple[str, str]:
    found, reasons = reopened(now, rows, {now["case_id"][0]: Dismissal(ON, sha)}, root, RULES)
    return found["status"][0], reasons.get(now["case_id"][0], "")


def test_the_same_evidence_wherever_it_stands_keeps_it_dismissed(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW))
    moved = evidence({"claim_id": "C1", "amount": "400.00"}, file="补贴申领_大同市_202112_更正.xlsx", line=99)
    assert outcome(tmp_path, one(explanation_zh="至今40天"), moved) == ("dismissed", "")


def test_a_changed_row_opens_it_and_says_so(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW))
    status, why = outcome(tmp_path, one(), evidence({**ROW, "amount": "900.00"}))
    assert status == "open" and why == "排除后证据有变化，重新待核查：补贴申领有改动"
    found = changes(one("open"), one("open"), {one()["case_id"][0]: why})
    assert found["what_zh"].to_list() == [why], "although its status in the list did not change"
    assert "状态由“排除”变为“待核查”；排除后" in changes(one(), one("open"), {one()["case_id"][0]: why})["what_zh"][0]


def test_another_claim_opens_it(tmp_path: Path) -> None:
    published(tmp_path, "dismissed", evidence(ROW))
    assert outcome(tmp_path, one(claim_ids=["K1", "K2"]), evidence(ROW)) == (
        "open",
        "排除后证据有变化，重新待核查：涉及申领由 1 笔变为 2 笔",
    )


def test_once_open_again_it_stays_open_until_somebody_judges_it_anew(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW), inputs=("judgement",), as_of="2022-02-28")
    assert outcome(tmp_path, one(), evidence(ROW), "judgement") == ("open", "")
    assert outcome(tmp_path, one(), evidence(ROW), "a later judgement") == ("dismissed", "")


def test_a_judgement_that_was_not_yet_due_is_new(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW), inputs=("judgement",), as_of="2022-01-31")
    assert outcome(tmp_path, one(), evidence(ROW), "judgement") == ("dismissed", "")


def test_what_nobody_dismissed_or_nobody_ever_saw_is_left_alone(tmp_path: Path) -> None:
    assert outcome(tmp_path, one(), evidence(ROW)) == ("dismissed", "")
    assert outcome(tmp_path, one("confirmed"), evidence()) == ("confirmed", "")
    assert reopened(one(), evidence(ROW), {}, tmp_path, RULES)[1] == {}


def test_the_revealed_publication_has_the_statuses_of_the_masked_one(tmp_path: Path) -> None:
    folder = published(tmp_path, "open", evidence(ROW))
    assert statuses_of(one("dismissed"), folder)["status"].to_list() == ["open"]


def test_digests_tell_of_rows_that_are_not_shown(tmp_path: Path) -> None:
    published(tmp_path, "open", digested(("claims", 30, "aa"), ("classes", 0, "bb")))
    assert outcome(tmp_path, one(), digested(("claims", 30, "aa"), ("classes", 0, "bb"))) == ("dismissed", "")
    assert outcome(tmp_path, one(), digested(("claims", 30, "ac"), ("classes", 0, "bb"))) == (
        "open",
        "排除后证据有变化，重新待核查：补贴申领有改动",
    )
    assert outcome(tmp_path, one(), digested(("claims", 30, "aa"), ("classes", 1, "bc"))) == (
        "open",
        "排除后证据有变化，重新待核查：开班信息由 0 行变为 1 行",
    )


def test_what_a_release_asks_for_in_another_way_opens_nothing_by_itself(tmp_path: Path) -> None:
    published(tmp_path, "open", digested(("claims", 30, "aa")))
    assert outcome(tmp_path, one(), digested(("claims", 12, "zz"), asked="otherwise")) == ("dismissed", "")
    assert outcome(tmp_path, one(), digested(("claims", 30, "aa"), ("classes", 9, "bb"))) == ("dismissed", "")
    assert outcome(tmp_path, one(observed="2.00"), digested(("claims", 12, "zz"), asked="otherwise"))[0] == "open"


def test_rows_that_an_earlier_release_showed_are_compared_where_the_rule_is_the_same(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW), rule_sha="cd" * 32)
    other = evidence({**ROW, "amount": "900.00"})
    assert outcome(tmp_path, one(), other) == ("dismissed", "")
    assert outcome(tmp_path, one(rule_sha="cd" * 32), other)[0] == "open"


def test_a_claim_that_is_paid_is_the_claim_that_was_dismissed(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence({**ROW, "status": "approved"}))
    assert outcome(tmp_path, one(), evidence({**ROW, "status": "paid", "batch_no": "B1"})) == ("dismissed", "")


@pytest.mark.parametrize(
    ("now", "title"),
    [({"observed": "2.00"}, "实际情况"), ({"allowed": "2.00"}, "规定"), ({"amount_at_risk": 2}, "涉及金额")],
)
def test_another_figure_opens_it(tmp_path: Path, now: dict[str, Any], title: str) -> None:
    published(tmp_path, "dismissed", digested(("claims", 1, "aa")))
    status, why = outcome(tmp_path, one(**now), digested(("claims", 1, "aa")))
    assert (status, why) == ("open", f"排除后证据有变化，重新待核查：{title}有变化")


@pytest.mark.parametrize("rule_id", ["payment_overdue", "suspicious_class", "possible_duplicate_claim"])
def test_a_figure_that_drifts_opens_nothing(tmp_path: Path, rule_id: str) -> None:
    before, now = (cases(case(rule_id, "K1", status="dismissed", observed=told)) for told in ("39", "40"))
    tables = {**frames(), "cases": before, "evidence": evidence().rows}
    write_publication(tmp_path, SCAN, tables, {"as_of": "2022-01-31", "inputs": ["old"]}, KEY)
    assert outcome(tmp_path, now, evidence()) == ("dismissed", "")
    assert outcome(tmp_path, now.with_columns(allowed=pl.lit("1")), evidence())[0] == "open"


def test_a_small_difference_that_was_dismissed_is_open_when_a_million_is_booked(tmp_path: Path) -> None:
    def scan(*ledger: dict[str, Any]) -> tuple[pl.DataFrame, Evidence]:
        rule, pseudonyms = RULES["balance_broken"], Pseudonyms(b"k" * 32)
        given = {"reports": [{"opening_balance": 0, "closing_balance": 0}], "ledger": list(ledger)}
        with scratch() as connection:
            settle(connection, rule, given, tmp_path)
            hits = run_rule(connection, rule).hits
            told = evidence_of(connection, [rule], load_sources(), pseudonyms, masked=True)
        return cases_of(rule, hits, pseudonyms, ON, Probabilities(), masked=True), told

    fen = {"voucher_no": "V1", "direction": "allocation", "amount": "0.01"}
    before, seen = scan(fen)
    tables = {**frames(), "cases": before, "evidence": seen.rows, "evidence_digests": seen.digests}
    write_publication(tmp_path / "home", SCAN, tables, {"as_of": "2022-01-31", "inputs": ["old"]}, KEY)

    def judged(*ledger: dict[str, Any]) -> tuple[str, str]:
        found, told = scan(*ledger)
        return outcome(tmp_path / "home", found.with_columns(status=pl.lit("dismissed")), told)

    assert judged(fen) == ("dismissed", "")
    assert judged(fen, {**fen, "voucher_no": "V9", "booked_on": "2022-01-05"}) == ("dismissed", "")
    assert judged(fen, {**fen, "voucher_no": "V2", "amount": "1000000.00"}) == (
        "open",
        "排除后证据有变化，重新待核查：专账资金台账由 1 行变为 2 行，实际情况、涉及金额有变化",
    )
    assert judged({**fen, "voucher_no": "V3"}) == ("open", "排除后证据有变化，重新待核查：专账资金台账有改动")
