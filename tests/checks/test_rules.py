"""Every worked example of every rule; and every rule has examples of both kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.hits import RuleError, run_rule
from checks.rule import Rule, read_rule, read_rules
from models.case import blanks
from models.plain_yaml import plain_yaml
from models.query import QueryError
from tests.checks.examples import failures, world

EXAMPLES = Path(__file__).parent / "rules"
RULES = read_rules()


def worked_examples() -> list[tuple[str, dict[str, Any]]]:
    """Every example with its rule's id."""
    return [
        (path.stem, example)
        for path in sorted(EXAMPLES.glob("*.yaml"))
        for example in plain_yaml(path.read_text(encoding="utf-8"))
    ]


def _examples() -> list[Any]:
    return [
        pytest.param(RULES[rule_id], example, id=f"{rule_id}: {example['name']}")
        for rule_id, example in worked_examples()
    ]


@pytest.mark.parametrize(("rule", "example"), _examples())
def test_worked_example(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    assert failures(rule, example, tmp_path) == []


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_every_rule_has_examples_that_hit_and_that_do_not(rule_id: str) -> None:
    path = EXAMPLES / f"{rule_id}.yaml"
    assert path.exists(), (
        f"write {path.name}: worked examples at the limit, one over, the day before, a lawful look-alike"
    )
    examples = plain_yaml(path.read_text(encoding="utf-8"))
    assert any(example["hits"] for example in examples), "no example is hit"
    assert any(not example["hits"] for example in examples), "no example shows what is lawful"


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_explanation_asks_only_for_columns_that_a_hit_has(rule_id: str, tmp_path: Path) -> None:
    rule = RULES[rule_id]
    with world(rule, {}, tmp_path) as connection:
        given = {name for name, *_ in connection.execute(f"DESCRIBE {rule.query.sql}").fetchall()}
    given |= {"claim_ids", "subject_key"}
    for language, text in rule.explain.items():
        assert blanks(text) <= given, f"{rule_id}.sql explain.{language}: no column {blanks(text) - given}"


@pytest.mark.parametrize(
    ("rule_id", "right", "wrong", "told"),
    [
        ("employer_mismatch", "when:", "wen:", "unknown fields wen; known: table, where, named, unread, when"),
        ("ghost_trainee", "{class_id: id_number}", "{class_id: id_no}", "attendance has no column id_no that could be unread"),
        ("allocation_differs", "booked_on.year", "booked_on.century", "asks for century; a column has the parts month, month_before, year"),
    ],
)  # fmt: skip
def test_a_misspelt_header_is_refused(rule_id: str, right: str, wrong: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / f"{rule_id}.sql"
    text = RULES[rule_id].query.path.read_text(encoding="utf-8")
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(QueryError, match=told):
        read_rule(path)


def test_a_counterpart_of_a_column_that_is_not_there_is_told_with_its_rule(tmp_path: Path) -> None:
    text = RULES["employer_mismatch"].query.path.read_text(encoding="utf-8")
    path = tmp_path / "employer_mismatch.sql"
    path.write_text(text.replace("when: not_in_catalogue", "when: nowhere"), encoding="utf-8")
    rule = read_rule(path)
    with (
        world(rule, {"claims": [{"class_id": "K1"}]}, tmp_path) as connection,
        pytest.raises(RuleError, match="employer_mismatch"),
    ):
        run_rule(connection, rule)
