"""A dismissed case stays dismissed while its evidence is the same; else it is open again, and it is said why."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl

from assets.changes import changes
from assets.evidence import SCHEMA
from assets.publication import write_publication
from assets.reopening import Dismissal, reopened, statuses_of
from tests.assets.made_up import KEY, SCAN, case, cases, frames

ROW = {"claim_id": "C1", "amount": "400.00", "note": None}
ON = dt.date(2022, 2, 10)


def evidence(*rows: dict[str, Any], file: str = "补贴申领_大同市_202112.xlsx", line: int = 3) -> pl.DataFrame:
    listed = [
        (case("night_class", "K1")["case_id"], "claims", file, "", line + place, json.dumps(row))
        for place, row in enumerate(rows)
    ]
    return pl.DataFrame(listed, schema=SCHEMA, orient="row")


def one(status: str = "dismissed", **more: Any) -> pl.DataFrame:
    return cases(case("night_class", "K1", status=status, **more))


def published(
    root: Path, status: str, rows: pl.DataFrame, *, inputs: tuple[str, ...] = ("old",), as_of: str = "2022-01-31"
) -> Path:
    """The publication that the one who dismissed the case saw."""
    tables = {**frames(), "cases": one(status), "evidence": rows}
    return write_publication(root, SCAN, tables, {"as_of": as_of, "inputs": list(inputs)}, KEY)


def outcome(root: Path, now: pl.DataFrame, rows: pl.DataFrame, sha: str = "new") -> tuple[str, str]:
    found, reasons = reopened(now, rows, {now["case_id"][0]: Dismissal(ON, sha)}, root)
    return found["status"][0], reasons.get(now["case_id"][0], "")


def test_the_same_evidence_wherever_it_stands_keeps_it_dismissed(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW))
    moved = evidence({"claim_id": "C1", "amount": "400.00"}, file="补贴申领_大同市_202112_更正.xlsx", line=99)
    assert outcome(tmp_path, one(observed="40 天", explanation_zh="至今40天"), moved) == ("dismissed", "")


def test_a_changed_row_opens_it_and_says_so(tmp_path: Path) -> None:
    published(tmp_path, "open", evidence(ROW))
    status, why = outcome(tmp_path, one(), evidence({**ROW, "amount": "900.00"}))
    assert status == "open" and why == "排除后证据有变化，重新待核查：新增补贴申领 1 行，不再有补贴申领 1 行"
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
    assert reopened(one(), evidence(ROW), {}, tmp_path)[1] == {}


def test_the_revealed_publication_has_the_statuses_of_the_masked_one(tmp_path: Path) -> None:
    folder = published(tmp_path, "open", evidence(ROW))
    assert statuses_of(one("dismissed"), folder)["status"].to_list() == ["open"]
