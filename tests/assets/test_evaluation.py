"""A whole evaluation of a small made-up province, and what it says when there is nothing to evaluate."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.duplicates import write_claim_pairs
from assets.evaluation import EvaluationError, evaluate
from assets.features import feature_tables
from assets.scores import write_scores
from checks.rule import read_rules
from models.evaluation_report import Report
from models.province.clean import make_province
from models.province.verdicts import verdicts
from tests.models.province.warehouse import cases, clause_rules, warehouse


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, duckdb.DuckDBPyConnection]:
    province, folder = make_province("tiny", 3), tmp_path_factory.mktemp("truth")
    verdicts(province).write(folder)
    connection = warehouse(province)
    cases(connection, clause_rules())
    for write in (write_claim_pairs, feature_tables, write_scores):
        write(connection)
    over_scores = {
        name: read_rules()[name]
        for name in ("suspicious_class", "suspicious_institution", "suspicious_assessor", "possible_duplicate_claim")
    }
    cases(connection, over_scores)
    before = connection.execute("FROM scores ORDER BY ALL").pl(), connection.execute("FROM feedback ORDER BY ALL").pl()
    report = evaluate(connection, folder)
    assert connection.execute("FROM scores ORDER BY ALL").pl().equals(before[0]), (
        "the judgements of an evaluation leave no trace"
    )
    assert connection.execute("FROM feedback ORDER BY ALL").pl().equals(before[1])
    return report, connection


def test_the_model_stands_beside_simpler_orders(evaluated: tuple[Report, duckdb.DuckDBPyConnection]) -> None:
    report, _ = evaluated
    classes = next(one for one in report.levels if one.level == "class")
    names = [figures.name for figures in classes.sets["全部手法"]]
    assert names[:5] == ["模型", "模型，加核查结论", "按金额", "只用规则", "孤立森林（全部特征）"]
    assert names[-2:] == ["随机次序", "上限：事先知道结果"] and any(name.startswith("单项：") for name in names)
    by_name = {figures.name: figures for figures in classes.sets["全部手法"]}
    assert by_name["上限：事先知道结果"].average_precision == 1
    assert by_name["模型"].average_precision > by_name["随机次序"].average_precision
    assert {"参与调试的手法", "留出的手法"} <= classes.sets.keys()


def test_leads_pairs_and_groups_are_told(evaluated: tuple[Report, duckdb.DuckDBPyConnection]) -> None:
    report, _ = evaluated
    assert set(report.leads["rule_id"]) == {"suspicious_class", "suspicious_institution", "suspicious_assessor"}
    assert report.pairs is not None and report.pairs.true > 0
    assert set(report.flag_rates["dimension"]) == {"city", "residence", "sex", "age"}
    assert (
        report.flag_rates.filter(pl.col("dimension") == "sex")["persons"].sum()
        == report.flag_rates.filter(pl.col("dimension") == "age")["persons"].sum()
    )
    json.loads(report.as_json())


def test_without_truth_there_is_nothing_to_evaluate(
    evaluated: tuple[Report, duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    with pytest.raises(EvaluationError, match="skillwatch simulate"):
        evaluate(evaluated[1], tmp_path)
