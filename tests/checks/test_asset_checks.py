"""The Dagster face of a rule: it warns and never fails, and leads to the rule book and to its cases."""

from __future__ import annotations

from decimal import Decimal

import dagster as dg

from checks.asset_checks import RuleOutcome, rule_check_result
from checks.rule import read_rules

RULE = read_rules()["night_class"]
KEY = dg.AssetKey(["hits", "c07_supervision"])


def test_a_check_leads_to_the_rule_book_and_to_its_cases() -> None:
    result = rule_check_result(RULE, KEY, RuleOutcome(5, 2, Decimal("3.50"), [], "https://jiandu.example"))
    assert not result.passed and result.severity == dg.AssetCheckSeverity.WARN
    assert result.metadata["规则手册 rule book"] == dg.MetadataValue.url(
        "https://jiandu.example/newest/rules/night_class"
    )
    assert result.metadata["线索清单 cases"] == dg.MetadataValue.url(
        "https://jiandu.example/newest/cases?rule=night_class"
    )


def test_nothing_examined_is_said_and_without_a_portal_there_is_no_link() -> None:
    result = rule_check_result(RULE, KEY, RuleOutcome(0, 0, Decimal(0), []))
    assert result.passed and "不等于通过" in str(result.metadata["说明 note"])
    assert not any("cases" in name for name in result.metadata)
