"""Which source rows stand behind a case."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.cases import cases_of
from assets.evidence import ROWS_PER_SOURCE, Evidence, evidence_of
from assets.existing import exists
from assets.hits import run_rule
from assets.probabilities import Probabilities
from assets.tables import table_queries
from checks.rule import Rule, read_rule, read_rules
from models.privacy import Pseudonyms
from models.query import QueryError, needed
from models.source import LIFE_OF_A_CLAIM, load_sources
from tests.checks.examples import person, scratch, settle, world

RULES = read_rules()


def found(
    rule_id: str, given: dict[str, Any], folder: Path, *, masked: bool = False, key: bytes = b"k" * 32
) -> Evidence:
    """What stands behind the cases of a rule."""
    with scratch() as connection:
        settle(connection, RULES[rule_id], given, folder)
        assert run_rule(connection, RULES[rule_id]).hits.height
        return evidence_of(connection, [RULES[rule_id]], load_sources(), Pseudonyms(key), masked=masked)


def shown(
    rule_id: str, given: dict[str, Any], folder: Path, *, masked: bool = False
) -> list[tuple[str, dict[str, Any]]]:
    """Source and values of every row behind the rule's only case."""
    rows = found(rule_id, given, folder, masked=masked).rows
    assert rows["case_id"].n_unique() == 1
    return [(source, json.loads(row)) for source, row in rows.select("source", "row").iter_rows()]


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


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_the_evidence_of_every_rule_can_be_asked_for_and_rests_on_tables_that_it_reads(
    rule: Rule, tmp_path: Path
) -> None:
    reads = rule.query.reads | needed(rule.query.reads, table_queries())
    assert {side.through for sides in rule.evidence.values() for side in sides if side.through} <= reads
    assert rule.life <= set(LIFE_OF_A_CLAIM) and rule.drifts <= {"observed", "allowed", "amount_at_risk"}
    with scratch() as connection:
        settle(connection, rule, {}, tmp_path)
        run_rule(connection, rule)
        nothing = evidence_of(connection, [rule], load_sources(), Pseudonyms(b"k" * 32), masked=True)
    assert nothing.rows.is_empty() and nothing.digests.is_empty()


@pytest.mark.parametrize("field", ["life", "drifts"])
def test_a_header_that_names_what_no_claim_or_case_has_is_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "payment_overdue.sql"
    text = RULES["payment_overdue"].query.path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^{field}: .*$", f"{field}: [oberved]", text, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(QueryError, match=f"{field} names oberved; known: "):
        read_rule(path)


def test_a_balance_rests_on_the_ledger_of_its_month_and_on_two_reports(tmp_path: Path) -> None:
    given = {
        "reports": [{"month": f"2021-{month}-01", "opening_balance": 50, "closing_balance": 50} for month in (10, 11, 12)],
        "ledger": [
            {"voucher_no": "V1", "booked_on": "2021-12-31", "direction": "allocation", "amount": 20},
            {"voucher_no": "V2", "booked_on": "2022-01-01", "direction": "allocation", "amount": 0},
        ],
    }  # fmt: skip
    rows = shown("balance_broken", given, tmp_path)
    assert [row["voucher_no"] for source, row in rows if source == "ledger"] == ["V1"]
    assert sorted(row["month"] for source, row in rows if source == "reports") == ["2021-11-01", "2021-12-01"]


def test_a_reported_kind_rests_on_its_own_entries_of_the_month(tmp_path: Path) -> None:
    given = {
        "reports": [{"subsidy_kind": "training", "amount": 90}, {"subsidy_kind": "living", "amount": 0}],
        "ledger": [
            {"voucher_no": "V1", "subsidy_kind": "training", "amount": 100},
            {"voucher_no": "V2", "subsidy_kind": "training", "amount": 90, "booked_on": "2021-11-30"},
        ],
    }
    rows = shown("ledger_report_differs", given, tmp_path)
    assert [row.get("voucher_no") or row["subsidy_kind"] for _, row in rows] == ["V1", "training"]


def test_an_allocation_rests_on_the_bookings_of_its_year(tmp_path: Path) -> None:
    ledger = [
        {"voucher_no": f"V{year}", "direction": "allocation", "booked_on": f"{year}-03-01", "amount": 900}
        for year in (2020, 2021, 2022)
    ]
    rows = shown("allocation_differs", {"allocations": [{"year": 2021, "allocated": 1000}], "ledger": ledger}, tmp_path)
    assert [row["voucher_no"] for source, row in rows if source == "ledger"] == ["V2021"]


def test_wages_of_other_months_are_no_evidence(tmp_path: Path) -> None:
    claim = {"claim_id": "C1", "subsidy_kind": "work_training", "claimant_id": "E1", "id_number": "P1", "month": "2021-08-01"}  # fmt: skip
    wages = [{"id_number": "P1", "month": "2021-08-01", "net_pay": 0}, {"id_number": "P1", "month": "2021-09-01"}]
    rows = shown("work_training_unpaid", {"claims": [claim], "payroll": wages}, tmp_path)
    assert [row["month"] for source, row in rows if source == "payroll"] == ["2021-08-01"]


def test_a_division_at_the_cap_rests_on_the_classes_and_projects_of_that_year(tmp_path: Path) -> None:
    at_cap = {"inclusive": True, "subsidy_standard": 1600, "subsidy_cap": 1600}
    given = {
        "classes": [
            *({"class_id": f"K{number}", "project_code": f"J{number}"} for number in range(1, 11)),
            {"class_id": "K20", "project_code": "J1", "start_date": "2020-08-02", "end_date": "2020-08-31"},
        ],
        "projects": [{"project_code": f"J{number}", **at_cap} for number in range(1, 12)],
    }
    rows = shown("all_at_cap", given, tmp_path)
    assert {row["class_id"] for source, row in rows if source == "classes"} == {f"K{one}" for one in range(1, 11)}
    assert {row["project_code"] for source, row in rows if source == "projects"} == {f"J{one}" for one in range(1, 11)}


def test_what_the_hit_does_not_name_is_found_through_a_table(tmp_path: Path) -> None:
    cap = {
        "claims": [{"class_id": "K1", "amount": 9000}],
        "classes": [{"class_id": "K1"}],
        "projects": [{"training_kind": "directed"}, {"training_kind": "directed", "valid_from": "2030-01-01"}],
    }
    ((_, project),) = [one for one in shown("directed_over_cap", cap, tmp_path) if one[0] == "projects"]
    assert project["valid_from"] < "2030", "the row in force, not every row of the code"
    young = {
        "claims": [{"certificate_no": "z-1"}],
        "certificates": [{"certificate_no": "Z1", "assessed_on": "1991-01-01"}, {"certificate_no": "Z2"}],
    }
    rows = shown("age_out_of_range", young, tmp_path)
    assert [row["certificate_no"] for source, row in rows if source == "certificates"] == ["Z1"]


DATED = {
    "attendance": "session_date", "bank": "booked_on", "certificates": "issued_on", "claims": "claimed_on", "classes": "start_date",
    "feedback": "checked_on", "insurance": "month", "ledger": "booked_on", "payroll": "month", "reports": "month",
    "status_registers": "from_date",
}  # fmt: skip


@pytest.mark.parametrize("source", sorted(load_sources()))
def test_every_dated_source_is_cut_at_its_date_and_catalogues_never(source: str) -> None:
    condition = exists(source)
    if source == "enrolments":
        assert "FROM classes" in condition
    elif source in DATED:
        assert f"d.{DATED[source]}" in condition and "as_of" in condition
    else:
        assert condition == "true"


def test_rows_dated_after_the_scan_are_no_evidence(tmp_path: Path) -> None:
    batch = {
        "as_of": date(2022, 1, 31),
        "ledger": [
            {"voucher_no": "V1", "batch_no": "B1", "booked_on": "2021-12-10", "amount": 100},
            {"voucher_no": "V2", "batch_no": "B1", "booked_on": "2022-02-01", "amount": 50},
        ],
        "bank": [{"batch_no": "B1", "amount": 90}, {"batch_no": "B1", "booked_on": "2022-02-01", "amount": 9}],
        "claims": [{"claim_id": "C1", "batch_no": "B1"}, {"claim_id": "C2", "batch_no": "B1", "claimed_on": "2022-02-01"}],
    }  # fmt: skip
    later = found("ledger_bank_differs", batch, tmp_path)
    assert later.rows["source"].to_list() == ["bank", "claims", "ledger"]
    assert later.digests["rows"].to_list() == [1, 1, 1]
    phones = {
        "as_of": date(2021, 12, 31),
        "classes": [{"class_id": "K1"}, {"class_id": "K2", "start_date": "2022-01-01"}],
        "enrolments": [
            {"class_id": name, "id_number": f"P{number}", "phone": "13800000001"}
            for number, name in enumerate(["K1"] * 5 + ["K2", "K9"], start=1)
        ],
    }
    rows = [row["class_id"] for _, row in shown("phone_shared", phones, tmp_path)]
    assert sorted(rows) == ["K1"] * 5 + ["K9"], "a roster goes with its class; of an unknown class it counts"


def test_the_digest_is_over_all_rows_and_the_same_wherever_they_stand(tmp_path: Path) -> None:
    def digest(**last: Any) -> tuple[list[int], list[str], set[str]]:
        sessions = [{"id_number": f"P{number}", "check_in": "2021-08-02 08:59:07"} for number in range(1, 31)]
        given = {"classes": [{}], "attendance": [*sessions[:-1], {**sessions[-1], **last}]}
        evidence = found("lockstep_attendance", given, tmp_path)
        return evidence.digests["rows"].to_list(), evidence.digests["digest"].to_list(), set(evidence.rows["row"])

    many, before, rows = digest()
    assert many == [30] and len(rows) == ROWS_PER_SOURCE
    assert digest(source_file="z.csv", source_line=999)[1] == before
    _, after, shown_now = digest(photo_hash="0123456789abcdef")
    assert shown_now == rows and after != before


def test_a_step_in_the_life_of_a_claim_is_evidence_only_where_the_rule_compares_it(tmp_path: Path) -> None:
    def digest(rule_id: str, given: dict[str, Any], **life: Any) -> list[str]:
        claims = [{**claim, **life} for claim in given["claims"]]
        return found(rule_id, {**given, "claims": claims}, tmp_path).digests["digest"].to_list()

    dear = {"claims": [{"class_id": "K1", "amount": 9000}], "classes": [{"class_id": "K1"}], "projects": [{}]}
    approved = digest("standard_exceeded", dear, status="approved")
    assert digest("standard_exceeded", dear, status="paid", batch_no="B1", decided_on="2022-01-05") == approved
    assert digest("standard_exceeded", dear, status="approved", payee_account="62220009") != approved
    paid = digest("paid_without_voucher", {"claims": [{}]}, status="paid", batch_no="B1")
    assert digest("paid_without_voucher", {"claims": [{}]}, status="paid", batch_no="B2") != paid


def test_a_source_without_a_row_is_told_and_nobody_can_guess_a_row_from_a_digest(tmp_path: Path) -> None:
    given = {"claims": [{"claim_id": "C1", "subsidy_kind": "work_training", "id_number": "P1", "month": "2021-08-01"}]}
    masked, plain = (found("work_training_unpaid", given, tmp_path, masked=one) for one in (True, False))
    assert masked.digests.equals(plain.digests)
    assert masked.digests.select("source", "rows").rows() == [("claims", 1), ("payroll", 0)]
    assert person(1) not in str(masked.digests.rows()) + str(masked.rows.rows())
    other = found("work_training_unpaid", given, tmp_path, key=b"o" * 32)
    assert set(other.digests["digest"]).isdisjoint(masked.digests["digest"])
