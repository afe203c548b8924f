"""Figures of rankings, on lists small enough to count by hand."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from models import evaluation
from models.evaluation import (
    above,
    at_random,
    average_precision,
    brier,
    by_mechanism,
    calibration,
    flag_rates,
    measure,
    pairs,
    precision_at,
    recall_at,
    yuan_found,
)
from models.evaluation_report import LevelReport, Report


def test_average_precision_and_its_neighbours() -> None:
    order = [True, False, True, False]
    assert average_precision(order) == pytest.approx((1 + 2 / 3) / 2)
    assert precision_at(order, 3) == pytest.approx(2 / 3) and precision_at(order, 9) == 0.5
    assert recall_at(order, 1) == 0.5
    assert math.isnan(average_precision([False])) and math.isnan(recall_at([False], 1))


def test_yuan_found_counts_the_subject_at_the_border_in_part() -> None:
    amount, yuan = [100, 100, 200], [100, 0, 50]
    assert yuan_found(amount, yuan, 0.125) == pytest.approx(50 / 150)
    assert yuan_found(amount, yuan, 0.25) == pytest.approx(100 / 150)
    assert yuan_found(amount, yuan, 0.75) == pytest.approx(125 / 150)
    assert yuan_found(amount, yuan, 1) == 1
    assert math.isnan(yuan_found([1], [0], 0.5))


def test_odd_subjects_above_fakes() -> None:
    assert above(odd=[False, True, False], fake=[True, False, True]) == 0.5
    assert above(odd=[False], fake=[True]) is None


def test_brier_and_calibration() -> None:
    assert brier([1, 0.5], [True, False]) == 0.125
    table = calibration([0.01, 0.9, 0.9, 0.7], [False, True, False, True])
    assert table["band"].to_list() == ["0–0.02", "0.6–0.8", "0.8–1"]
    assert table["observed"].to_list() == [0.0, 1.0, 0.5] and table["subjects"].to_list() == [1, 1, 2]


def _ranked() -> pl.DataFrame:
    return pl.DataFrame({
        "subject_key": ["A", "B", "C", "D"], "fake": [True, False, False, True], "odd": [False, True, False, False], "amount": [10.0, 10.0, 10.0, 10.0],
        "yuan": [10.0, 0.0, 0.0, 5.0], "mechanism": ["x", "y", None, "z"], "held_out": [False, False, False, True],
    })  # fmt: skip


def test_measure_takes_the_rows_in_their_order() -> None:
    figures = measure("模型", _ranked())
    assert (figures.subjects, figures.fakes, figures.average_precision) == (4, 2, 0.75)
    assert figures.recall_at_fakes == 0.5 and figures.odd_above == 0.5
    assert figures.found[0.1] == pytest.approx(4 / 15)


def test_a_random_order_finds_what_there_is_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "SHUFFLES", 400)
    figures = at_random(_ranked())
    assert figures.found[0.1] == pytest.approx(0.1, abs=0.02) and figures.recall_at_fakes == pytest.approx(
        0.5, abs=0.05
    )


def test_by_mechanism() -> None:
    table = by_mechanism(_ranked())
    rows = {row["mechanism"]: row for row in table.iter_rows(named=True)}
    assert rows.keys() == {"x", "y", "z"}
    assert rows["x"]["in_first_fakes"] == 1 and rows["z"]["in_first_fakes"] == 0 and rows["z"]["best_rank"] == 4
    assert rows["y"]["in_first_fakes"] == 1 and not rows["y"]["fake"]


def test_pairs() -> None:
    found = pl.DataFrame({"claim_a": ["1", "1", "2"], "claim_b": ["2", "2", "3"]})
    true = pl.DataFrame({"claim_a": ["1", "5"], "claim_b": ["2", "6"]})
    figures = pairs(found, true)
    assert (figures.found, figures.true, figures.right) == (2, 2, 1)
    assert figures.precision == figures.recall == figures.f1 == 0.5


def test_flag_rates() -> None:
    persons = pl.DataFrame(
        {"sex": ["男", "男", "女", None], "flagged": [True, False, True, False], "fake": [True, False, False, True]}
    )
    rows = {row["value"]: row for row in flag_rates(persons, ["sex"]).iter_rows(named=True)}
    assert rows["男"]["flagged"] == 0.5 and rows["男"]["hit_rate"] == 1 and rows["女"]["hit_rate"] == 0
    assert rows["不详"]["hit_rate"] is None and rows["不详"]["fake"] == 1


def test_the_report_is_plain_markdown_and_json() -> None:
    ranked = _ranked()
    level = LevelReport(
        "class",
        {"全部手法": [measure("模型", ranked)]},
        by_mechanism(ranked),
        0.1,
        0.25,
        calibration([0.9, 0.1, 0.1, 0.9], ranked["fake"]),
    )
    leads = pl.DataFrame({"rule_id": ["suspicious_class"], "cases": [1], "right": [1], "true": [2], "reached": [1]})
    groups = flag_rates(pl.DataFrame({"sex": ["男"], "flagged": [True], "fake": [True]}), ["sex"])
    report = Report({"size": "tiny"}, [level], leads, None, groups, ["一条说明"])
    told = report.as_markdown()
    assert "0.750" in told and "线索不等于结论" in told and "（留出）" in told
    lines = [line for line in told.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in lines)
    data = json.loads(report.as_json())
    assert data["levels"][0]["rankings"]["全部手法"][0]["average_precision"] == 0.75 and data["pairs"] is None
