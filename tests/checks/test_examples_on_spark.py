"""Every worked example of every rule and feature on Spark, with the hits and values that it has on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.engine import Engine
from assets.hits import run_rule
from assets.spark import SparkEngine
from checks.rule import Rule
from tests.checks.examples import differences, shortfalls, world
from tests.checks.many_worlds import WORLD, Example, ManyWorlds, by_world, of_many_worlds, widened
from tests.checks.test_rules import RULES, worked_examples
from tests.models.feature_examples import written_out
from tests.models.test_features import FEATURES, feature_examples
from tests.on_spark import TINY, missing

pytestmark = [pytest.mark.spark, pytest.mark.skipif(missing() is not None, reason=str(missing()))]

EXAMPLES: list[Example] = [
    *((RULES[rule_id], example) for rule_id, example in worked_examples()),
    *((FEATURES[name], written_out(example)) for name, example in feature_examples()),
]
# These ask whether a table has any row at all: a world without one is not to be seen among others.
ALONE = {
    ("certificate_not_registered", "证书登记一行也没有交"),
    ("certificate_not_registered", "扫描日以后才发证的还不存在"),
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ManyWorlds, Engine]]:
    worlds = ManyWorlds(EXAMPLES, tmp_path_factory.mktemp("parameters"))
    engine = SparkEngine(worlds.connection, tmp_path_factory.mktemp("exchange") / "worlds", TINY)
    worlds.build_tables(engine, [*RULES.values(), *FEATURES.values()])
    yield worlds, engine
    engine.close()


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_worked_examples_of_a_rule_give_the_same_hits(rule_id: str, spark: tuple[ManyWorlds, Engine]) -> None:
    worlds, engine = spark
    messages = []
    for example, found in _outcomes(worlds, engine, RULES[rule_id]):
        messages += [f"{example['name']}: {message}" for message in differences(found, _without_counterpart(example))]
    assert messages == []


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_the_worked_examples_of_a_feature_give_the_same_values(name: str, spark: tuple[ManyWorlds, Engine]) -> None:
    _, engine = spark
    feature = FEATURES[name]
    widely = f"SELECT CAST(key AS VARCHAR) AS key, CAST(value AS DOUBLE) AS value, {WORLD} FROM ({widened(feature.query.sql)})"
    found = engine.frame(widely).filter(pl.col("key").is_not_null() & pl.col("value").is_finite())
    values = {(world, key): value for key, value, world in found.iter_rows()}
    for number, (of, example) in enumerate(EXAMPLES):
        for key, expected in example["values"].items() if of is feature else ():
            told = None if expected is None else pytest.approx(expected, abs=1e-5, rel=1e-5)
            assert values.get((number, key)) == told, f"{example['name']}: {key}"


def _outcomes(worlds: ManyWorlds, engine: Engine, rule: Rule) -> Iterator[tuple[Mapping[str, Any], pl.DataFrame]]:
    """Each example of the rule with its hits on Spark."""
    hits = run_rule(worlds.connection, of_many_worlds(rule), engine).hits
    of_world, nothing = dict(by_world(hits)), hits.drop(WORLD).clear()
    for number, (of_rule, example) in enumerate(EXAMPLES):
        if of_rule is rule and (rule.rule_id, example["name"]) not in ALONE:
            yield example, of_world.get(number, nothing)


def _without_counterpart(example: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whether the other side had delivered is asked in the warehouse, whatever engine found the hit."""
    return [{name: value for name, value in hit.items() if name != "counterpart"} for hit in example["hits"]]


@pytest.mark.parametrize(("rule_id", "name"), sorted(ALONE))
def test_what_needs_a_world_of_its_own(rule_id: str, name: str, tmp_path: Path) -> None:
    rule = RULES[rule_id]
    (example,) = [example for of_rule, example in EXAMPLES if of_rule is rule and example["name"] == name]
    with world(rule, example["given"], tmp_path) as connection:
        engine = SparkEngine(connection, tmp_path / "exchange", TINY)
        assert shortfalls(connection, run_rule(connection, rule, engine), example) == []
