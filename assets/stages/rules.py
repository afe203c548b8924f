"""Dagster assets of the rules stage: one asset per clause, one check per rule. Group by clause keeps checks under 50 an asset."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

import dagster as dg

from assets.cases import masked_sample
from assets.hits import reads_of, refresh_rule
from assets.keys import load_keys
from assets.known_persons import known_persons
from assets.model_tables import MODEL_TABLES
from assets.stages.context import RESOURCE, data_version, scan_of
from assets.stages.tables import asset_key
from checks.asset_checks import RuleOutcome, rule_check_result, rule_check_spec
from checks.rule import Rule, read_rules
from models.privacy import Pseudonyms

GROUP = "s3_rules"
AFTER_MODELS = "s4_models"

# The notice's clauses as the UI may name them: names must be ASCII, and sort in the notice's order.
_CLAUSES = {
    "一": "c01_standards", "二": "c02_work_training", "三": "c03_enterprises", "四": "c04_coverage", "五": "c05_catalogues",
    "七": "c07_supervision", "八": "c08_third_parties", "九": "c09_amounts", "十": "c10_claiming",
}  # fmt: skip
_NEIGHBOURS = "c11_neighbouring_norms"
_SIGNS = "c12_signs"
_MODELS = "c13_models"


def group_of(rule: Rule) -> str:
    """The asset that a rule belongs to: its clause of the notice, the neighbouring norms, the signs, or what models say."""
    if rule.query.reads & MODEL_TABLES.keys():
        return _MODELS
    if rule.notice == "shanxi-2021-600":
        return _CLAUSES[rule.clause[0]]
    return _SIGNS if rule.notice == "skillwatch-signs" else _NEIGHBOURS


def _rules_asset(name: str, rules: list[Rule]) -> dg.AssetsDefinition:
    key = dg.AssetKey(["hits", name])
    reads = frozenset[str]().union(*(reads_of(rule) for rule in rules))
    titles = "\n".join(f"- `{rule.rule_id}` {rule.title['zh']} / {rule.title['en']}" for rule in rules)

    @dg.asset(
        key=key,
        group_name=AFTER_MODELS if name == _MODELS else GROUP,
        deps=[asset_key(table) for table in sorted(reads)],
        check_specs=[rule_check_spec(rule, key) for rule in rules],
        kinds={"duckdb", "sql"},
        required_resource_keys={RESOURCE},
        description=f"本组规则的线索，每条规则一张表 hits.<规则>。 / Hits of these rules, a table each.\n\n{titles}",
    )
    def hits(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        settings = scan_of(context)
        pseudonyms = Pseudonyms(load_keys(settings.home_folder).pseudonym, known_persons(settings.connection))
        results, outcomes = [], []
        for rule in rules:
            settings.report("rules", rule.rule_id)
            result, outcome = refresh_rule(settings.connection, settings.freshness, rule, settings.engine)
            results.append(result)
            outcomes.append(outcome)
        yield dg.MaterializeResult(
            asset_key=key,
            data_version=data_version(*outcomes),
            metadata={
                "线索 hits": sum(result.hits.height for result in results),
                "规则 rules": len(rules),
                "本次运行的规则 run now": sum(outcome.computed for outcome in outcomes),
            },
            check_results=[
                rule_check_result(
                    result.rule,
                    key,
                    RuleOutcome(
                        examined=result.examined,
                        hits=result.hits["subject_key"].n_unique(),
                        yuan=Decimal(result.hits["amount_at_risk"].sum() or 0),
                        strongest=masked_sample(result, pseudonyms),
                        portal=settings.portal,
                    ),
                )
                for result in results
            ],
        )

    return hits


def _by_group() -> dict[str, list[Rule]]:
    rules = sorted(read_rules().values(), key=lambda rule: (group_of(rule), rule.rule_id))
    return {name: list(members) for name, members in groupby(rules, key=group_of)}


RULE_ASSETS = [_rules_asset(name, rules) for name, rules in _by_group().items()]
RULE_KEYS = [asset.key for asset in RULE_ASSETS]
# What reads scores comes after the models, which learn from all the others.
MODEL_RULES = frozenset({dg.AssetKey(["hits", _MODELS])})
