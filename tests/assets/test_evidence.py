"""Which source rows stand behind a case."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from assets.cases import cases_of
from assets.evidence import ROWS_PER_SOURCE, evidence_of
from assets.hits import run_rule
from assets.probabilities import Probabilities
from checks.rule import read_rules
from models.privacy import Pseudonyms
from models.source import load_sources
from tests.checks.examples import world


def shown(
    rule_id: str, given: dict[str, Any], folder: Path, *, masked: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    """Source and values of every row behind the rule's only case."""
    rule = read_rules()[rule_id]
    with world(rule, given, folder) as connection:
        assert run_rule(connection, rule).hits.height == 1
        found = evidence_of(connection, [rule], load_sources(), Pseudonyms(b"k" * 32), masked=masked)
        assert found["case_id"].n_unique() == 1
        return [(source, json.loads(row)) for source, row in found.select("source", "row").iter_rows()]


def test_both_classes_of_a_trainer_are_shown_however_many_sessions_the_first_has(tmp_path: Path) -> None:
    sessions = [{"class_id": "K1", "id_number": f"P{number}"} for number in range(1, ROWS_PER_SOURCE + 6)]
    given = {
        "classes": [
            {"class_id": "K1", "site": "一楼"},
            {"class_id": "K2", "site": "城西"},
            {"class_id": "K3", "site": "城东"},
        ],
        "attendance": [*sessions, {"class_id": "K2", "id_number": "P90"}],
    }
    rows = shown("trainer_overlap", given, tmp_path)
    assert sum(source == "attendance" and row["class_id"] == "K1" for source, row in rows) == ROWS_PER_SOURCE
    assert sum(source == "attendance" and row["class_id"] == "K2" for source, row in rows) == 1
    assert sorted(row["class_id"] for source, row in rows if source == "classes") == ["K1", "K2"]


def test_a_session_over_midnight_and_the_one_of_the_next_day_are_both_shown(tmp_path: Path) -> None:
    given = {
        "classes": [{"class_id": "K1"}, {"class_id": "K2"}],
        "attendance": [
            {"class_id": "K1", "session_date": "2021-08-02", "check_in": "2021-08-02 20:00:00", "check_out": "2021-08-03 10:00:00"},
            {"class_id": "K2", "session_date": "2021-08-03", "check_in": "2021-08-03 08:00:00", "check_out": "2021-08-03 11:00:00"},
        ],
    }  # fmt: skip
    rows = [row for source, row in shown("sessions_overlap", given, tmp_path) if source == "attendance"]
    assert sorted((row["class_id"], row["session_date"]) for row in rows) == [
        ("K1", "2021-08-02"),
        ("K2", "2021-08-03"),
    ]


def test_a_free_text_names_nobody_whom_the_row_hides(tmp_path: Path) -> None:
    refused = {"status": "rejected", "name": "张三丰", "reject_reason": "张三丰系外省户籍"}
    ((_, row),) = shown("residence_refusal", {"claims": [refused]}, tmp_path, masked=True)
    assert (row["name"], row["reject_reason"]) == ("张*", "张*系外省户籍")
    rule = read_rules()["residence_refusal"]
    with world(rule, {"claims": [refused]}, tmp_path / "case") as connection:
        hits = run_rule(connection, rule).hits
    case = cases_of(rule, hits, Pseudonyms(b"k" * 32), date(2022, 2, 28), Probabilities(), masked=True)
    assert "张*系外省户籍" in case["explanation_zh"][0] and case["observed"][0] == "张*系外省户籍"
