"""The Great Expectations face says what promises and rules say, shows no values, and never takes a fault for a lead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from assets.delivered import empty_delivered
from checks.expectations import SCHEMA, run_expectations
from checks.expectations_page import page
from checks.promises import promises_frame
from checks.rule import read_rules
from models.source import load_sources
from tests.checks.examples import insert_rows

RULES = [read_rules()[name] for name in ("certificate_amount", "not_in_roster")]


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    empty_delivered(connection)
    insert_rows(
        connection,
        "claims",
        [{"claim_id": "C1"}, {"claim_id": "C1", "amount": 7}, {"claim_id": "C2", "amount": -1, "class_id": "K"}],
    )
    insert_rows(
        connection,
        "certificates",
        [  # a holder's 特种作业 number in two occupations, another's number twice
            {"certificate_no": "T1", "kind": "special_operation", "occupation_code": "6-18-02-04"},
            {"certificate_no": "T1", "kind": "special_operation", "occupation_code": "6-29-03-01"},
            {"certificate_no": "S1", "kind": "skill_level", "occupation_code": "6-18-02-04"},
            {"certificate_no": "S1", "kind": "skill_level", "occupation_code": "6-29-03-01"},
            {"certificate_no": "S1", "kind": "skill_level", "occupation_code": "6-18-02-04", "id_number": "P2"},
        ],
    )
    insert_rows(connection, "reports", [{"month": dt.date(2021, 7, 1)}])
    connection.execute("CREATE TABLE rule_counts (rule_id VARCHAR, examined BIGINT, hits BIGINT)")
    connection.execute("INSERT INTO rule_counts VALUES ('certificate_amount', 12, 3), ('not_in_roster', 0, 0)")
    return connection


def test_promises_and_expectations_say_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = run_expectations(warehouse, load_sources().values(), RULES)
    told = {(row["suite"], row["expectation"]): row for row in found.iter_rows(named=True)}
    for promise in promises_frame(warehouse).iter_rows(named=True):
        one = told[promise["source"], promise["promise"]]
        assert (one["met"], one["unexpected"]) == (promise["kept"], promise["rows"]), one
    assert not told["claims", "unique_key"]["met"] and told["claims", "unique_key"]["unexpected"] == 2
    assert told["certificates", "unique_key"]["unexpected"] == 2
    assert told["claims", "amount_not_negative"]["unexpected"] == 1 and told["claims", "claim_id_filled"]["met"]


def test_a_rule_is_met_where_nothing_is_hit_and_nothing_examined_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = run_expectations(warehouse, [], RULES)
    assert found.schema == SCHEMA
    assert found.select("expectation", "clause", "met", "examined", "unexpected").rows() == [
        ("certificate_amount", "shanxi-2021-600 九（二）", False, 12, 3),
        ("not_in_roster", "shanxi-2021-600 五", True, 0, 0),
    ]


def test_an_expectation_that_cannot_be_checked_is_no_lead(warehouse: duckdb.DuckDBPyConnection) -> None:
    cursor = warehouse.cursor()
    cursor.execute("ALTER TABLE rule_counts RENAME COLUMN hits TO lost")
    try:
        found = run_expectations(warehouse, [], RULES)
    finally:
        cursor.execute("ALTER TABLE rule_counts RENAME COLUMN lost TO hits")
    assert not found["met"].any() and all(found["failure"]) and found["unexpected"].is_null().all()


def test_the_page_needs_nothing_beside_it_and_holds_no_values(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = page(run_expectations(warehouse, load_sources().values(), RULES), "期望核对 <x>")
    assert "http" not in text and "src=" not in text and "期望核对 &lt;x&gt;" in text
    assert "线索不等于结论" in text and "取证补贴金额不符合标准" in text and "学员" not in text
