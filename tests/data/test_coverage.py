"""Every sentence of the notice is answered, and every guard is held by a worked example."""

from __future__ import annotations

import pytest
from models.plain_yaml import plain_yaml

from assets.management import management_queries
from checks.coverage import coverage
from checks.rule import read_rules
from checks.rulebook import EXAMPLES
from models.law import Guard, load_guards, load_notices

NOTICE = load_notices()["shanxi-2021-600"]
RULES = read_rules()
COVERAGE = coverage(NOTICE, RULES.values())
GUARDS = load_guards()


def test_every_sentence_of_the_notice_is_answered_once() -> None:
    told = [(clause.id, sentence.n) for clause in NOTICE.clauses for sentence in clause.sentences]
    assert [(one.clause, one.sentence) for one in COVERAGE] == told
    assert [f"{one.clause} {one.sentence}" for one in COVERAGE if not one.answered] == []


def test_what_answers_a_sentence_exists() -> None:
    guards, tables = {guard.id for guard in GUARDS}, set(management_queries())
    for one in COVERAGE:
        assert set(one.rules) <= RULES.keys(), f"{one.clause} {one.sentence}"
        assert set(one.guards) <= guards and set(one.management) <= tables, f"{one.clause} {one.sentence}"


def test_every_rule_of_the_notice_and_every_guard_answers_a_sentence() -> None:
    named = {rule for one in COVERAGE for rule in one.rules}
    assert {rule_id for rule_id, rule in RULES.items() if rule.notice == NOTICE.id} <= named
    assert {guard.id for guard in GUARDS} == {guard for one in COVERAGE for guard in one.guards}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.id)
def test_a_guard_is_held_by_a_worked_example_of_every_rule_that_could_mistake_it(guard: Guard) -> None:
    NOTICE.clause(guard.clause)
    assert set(guard.rules) <= RULES.keys()
    assert guard.rules or guard.why
    for rule in guard.rules:
        examples = plain_yaml((EXAMPLES / f"{rule}.yaml").read_text(encoding="utf-8"))
        held = [example for example in examples if example.get("guard") == guard.id]
        assert held and not any(example["hits"] for example in held), (
            f"{rule}.yaml needs an example with guard: {guard.id}"
        )


def test_every_management_table_says_what_it_is() -> None:
    for query in management_queries().values():
        notice, clause = str(query.header["clause"]).split(maxsplit=1)
        assert notice == NOTICE.id and NOTICE.clause(clause)
        assert query.header["says"] and set(query.header["title"]) == {"zh", "en"} and query.header["columns"]
