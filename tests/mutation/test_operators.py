"""The tool itself: what it changes in a small query, and that a weak example lets a mutant live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from assets.tables import table_queries
from checks.rule import read_rules
from tests.mutation.kin import kin_mutants
from tests.mutation.operators import mutants_of
from tests.mutation.report import EQUIVALENTS, equivalents
from tests.mutation.running import Bench, Trial, changed_rule
from tests.mutation.values import changed_values

RULES = read_rules()
RULE = RULES["certificate_too_early"]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT a FROM t WHERE a < 5",
            {"a < 5 → a <= 5", "a < 5 → a >= 5", "drop WHERE a < 5", "a < 5: 5 → 6", "a < 5: 5 → 4"},
        ),
        ("SELECT a FROM t WHERE b AND c", {"drop b", "drop c"}),
        ("SELECT a FROM t WHERE b OR c", {"drop b", "drop c", "b OR c → AND"}),
        ("SELECT a FROM t WHERE NOT b", {"NOT b → b", "drop WHERE NOT b"}),
        ("SELECT a FROM t WHERE b IS NULL", {"b IS NULL → NOT", "drop WHERE b IS NULL"}),
        ("SELECT a FROM t LEFT JOIN u ON b", {"drop ON b", "LEFT JOIN u ON b → JOIN"}),
        ("SELECT a FROM t JOIN u ON b", {"drop ON b", "JOIN u ON b → LEFT JOIN"}),
        ("SELECT a FROM t JOIN u ON b WHERE u.c = d", {"drop ON b", "u.c = d → u.c <> d", "drop WHERE u.c = d"}),
        ("SELECT min(a) FROM t", {"MIN(a) → MAX(a)"}),
        ("SELECT count(DISTINCT a) FROM t", {"COUNT(DISTINCT a): drop DISTINCT"}),
        ("SELECT CASE WHEN a THEN 'x' ELSE 'y' END FROM t", {"drop WHEN a THEN 'x'", "drop ELSE 'y' of a"}),
        ("SELECT coalesce(a, b) FROM t", {"COALESCE(a, b): drop a", "COALESCE(a, b): drop b"}),
        ("SELECT CAST(a AS DECIMAL(14, 2)) FROM t", set()),
    ],
)
def test_what_becomes_of_a_query(sql: str, expected: set[str]) -> None:
    assert {mutant.what for mutant in mutants_of(sql)} == expected


def test_every_mutant_has_a_name_and_sql_of_its_own() -> None:
    mutants = mutants_of("SELECT a FROM t WHERE (a = 1 AND b) OR (a = 1 AND c)")
    assert len({mutant.what for mutant in mutants}) == len({mutant.sql for mutant in mutants}) == len(mutants)


def test_a_column_is_taken_for_another_of_its_kind() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (begun DATE, ended DATE, name VARCHAR, payee_id VARCHAR, claimant_id VARCHAR)")
    made = kin_mutants(
        "WITH own AS (SELECT * FROM t) SELECT 1 FROM own AS o WHERE o.begun > o.name AND o.payee_id = 'x'", connection
    )
    assert {mutant.what.split(": ")[1] for mutant in made} == {"o.begun → ended", "o.payee_id → claimant_id"}


def test_values_of_the_law_are_changed_where_a_rule_reads_them() -> None:
    assert {value.what for value in changed_values(RULES["directed_over_cap"])} == {
        f"directed_cap: {change}"
        for change in ("0.01 more", "0.01 less", "in force a day later", "in force a day earlier")
    }
    assert changed_values(RULES["certificate_not_first"]) == []


def test_a_mutant_is_killed_by_an_example_and_lives_without_it(tmp_path: Path) -> None:
    weaker = changed_rule(RULE, RULE.query.sql.replace("WHERE claimed_on < issued_on", "WHERE claimed_on <= issued_on"))
    with Bench(RULE, tmp_path) as bench:
        assert bench.failing() == []
        assert bench.verdict(Trial("weaker", weaker)).outcome == "killed"
    with Bench(RULE, tmp_path) as bench:
        bench.examples = [example for example in bench.examples if example["hits"]]
        assert bench.verdict(Trial("weaker", weaker)).outcome == "unseen"


def test_a_mutant_that_only_tells_otherwise_is_seen(tmp_path: Path) -> None:
    otherwise = changed_rule(
        RULE,
        RULE.query.sql.replace(
            "certificate_no, registered_no", "lower(certificate_no) AS certificate_no, registered_no"
        ),
    )
    with Bench(RULE, tmp_path) as bench:
        assert bench.verdict(Trial("otherwise", otherwise)).outcome == "shown"


def test_sql_that_no_engine_takes_is_no_mutant(tmp_path: Path) -> None:
    broken = replace(RULE.query, sql="WITH examined AS (SELECT nothing FROM certificate_claims) SELECT * FROM examined")
    with Bench(RULE, tmp_path) as bench:
        assert bench.verdict(Trial("broken", replace(RULE, query=broken))).outcome == "stillborn"


def test_every_equivalent_has_a_reason() -> None:
    for path in EQUIVALENTS.glob("*.yaml"):
        assert path.stem.removeprefix("table.") in RULES.keys() | table_queries().keys()
        for what, reason in equivalents(path.stem).items():
            assert len(reason) > 10, f"{path.name}: why does {what} change nothing?"
