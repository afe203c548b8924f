"""What is told of one claim is what its cases say, and no more of persons."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from assets.explanation import NotFound, explain, told
from assets.hits import run_rule
from assets.keys import home_pseudonym_key, unsealed
from assets.tables import build_table, table_queries
from checks.rule import read_rules
from models.privacy import Pseudonyms
from models.query import build_order, needed
from pipelines.cli import cli
from pipelines.home import Home
from tests.checks.examples import person, world
from tests.conftest import publication_of

RULES = read_rules()
KEY = b"k" * 32


def asked(rule_id: str, given: dict, folder: Path) -> duckdb.DuckDBPyConnection:
    """A world in which the rule has run, with the tables by which a subject is found."""
    connection = world(RULES[rule_id], given, folder)
    queries, there = table_queries(), {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    for name in build_order(
        {one: queries[one] for one in needed({"claims", "classes", "certificate_claims"}, queries)}
    ):
        if name not in there:
            build_table(connection, queries[name])
    run_rule(connection, RULES[rule_id])
    return connection


def test_a_persons_own_name_in_a_free_text_is_hidden_as_in_the_case_list(tmp_path: Path) -> None:
    claim = {"claim_id": "C1", "status": "rejected", "name": "吕庆新", "reject_reason": "吕庆新本人外省户口"}
    connection = asked("residence_refusal", {"claims": [claim]}, tmp_path)
    rules = [RULES["residence_refusal"]]
    masked, clear = explain(connection, rules, "C1", Pseudonyms(KEY)), explain(connection, rules, "C1", None)
    assert [(one.observed, one.hit) for one in masked] == [("吕*本人外省户口", True)]
    assert clear[0].observed == "吕庆新本人外省户口"


def test_a_line_about_a_certificate_hides_whose_number_it_is(tmp_path: Path) -> None:
    number = f"T{person(1)}"
    claims = [{"claim_id": one, "certificate_no": number, "amount": 600} for one in ("C1", "C2")]
    connection = asked("certificate_claimed_twice", {"claims": claims}, tmp_path)
    rules, pseudonyms = [RULES["certificate_claimed_twice"]], Pseudonyms(KEY)
    assert [one.subject_key for one in explain(connection, rules, "C1", None)] == [number]
    hidden = f"T{pseudonyms.of('identity', person(1))}"
    for identifier in ("C1", number):
        assert [one.subject_key for one in explain(connection, rules, identifier, pseudonyms)] == [hidden], identifier


def test_figures_and_keys_are_those_of_the_case(province: Home) -> None:
    cases = pl.read_parquet(publication_of(province) / "cases.parquet")
    kinds = pl.col("subject_kind").is_in(["claim", "class", "certificate"])
    pseudonyms = Pseudonyms(home_pseudonym_key(province.root) or b"")
    seen = set()
    with duckdb.connect(str(province.warehouse), read_only=True) as connection:
        for case in cases.filter(kinds).group_by("rule_id", maintain_order=True).head(3).iter_rows(named=True):
            key = case["subject_key"]
            plain = "|" not in key or case["subject_kind"] == "certificate"
            identifier = key if plain else (case["claim_ids"] or [key.split("|")[0]])[0]
            lines = explain(
                connection, [RULES[case["rule_id"]]], identifier, pseudonyms, unsealed(province.root, identifier)
            )
            if not any(one.examined for one in lines):  # a pair is not looked for by one of its classes
                continue
            figures = {(one.subject_key, one.observed, one.allowed, one.margin) for one in lines if one.hit}
            assert (key, case["observed"], case["allowed"], case["margin"]) in figures, case["rule_id"]
            seen.add(case["rule_id"])
    assert {"certificate_not_first", "standard_exceeded", "lockstep_attendance", "certificate_claimed_twice"} <= seen


def test_a_certificate_is_found_by_the_key_that_the_case_list_shows(province: Home) -> None:
    cases = pl.read_parquet(publication_of(province) / "cases.parquet").filter(pl.col("subject_kind") == "certificate")
    key = next(one for one in cases["subject_key"] if unsealed(province.root, one) != one)
    result = CliRunner().invoke(cli, ["explain", key, "--json", "--home", str(province.root)])
    lines = json.loads(result.stdout)
    assert {one["subject_key"] for one in lines if one["hit"]} >= {key}
    assert unsealed(province.root, key) not in result.stdout


def test_who_is_not_found_is_named_as_the_asker_did(tmp_path: Path) -> None:
    connection = asked("residence_refusal", {"claims": [{"claim_id": "C1"}]}, tmp_path)
    with pytest.raises(NotFound) as refused:
        explain(connection, [], "TP0123456789ab", None, f"T{person(1)}")
    assert "TP0123456789ab" in str(refused.value) and person(1) not in str(refused.value)


def test_the_page_names_the_subject_of_a_line_where_it_is_another(province: Home) -> None:
    case = (
        pl.read_parquet(publication_of(province) / "cases.parquet")
        .filter(pl.col("rule_id") == "lockstep_attendance")
        .row(0, named=True)
    )
    class_id = case["subject_key"].split("|")[0]
    with duckdb.connect(str(province.warehouse), read_only=True) as connection:
        lines = explain(connection, [RULES["lockstep_attendance"]], class_id, Pseudonyms(KEY))
    assert f"（{case['subject_key']}）" in told(class_id, lines)


def test_of_a_score_it_is_said_that_the_smaller_is_the_more_suspicious(province: Home) -> None:
    with duckdb.connect(str(province.warehouse), read_only=True) as connection:
        least = "SELECT subject_key FROM scores WHERE subject_kind = 'class' ORDER BY rank DESC LIMIT 1"
        (class_id,) = connection.execute(least).fetchone() or ("",)
        (line,) = explain(connection, [RULES["suspicious_class"]], class_id, Pseudonyms(KEY))
    assert line.examined and not line.hit and "越小越可疑" in line.reason
