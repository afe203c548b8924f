"""What the judgements of a plan say: recovered against expected, and from the random arm alone the true error of the rest.

Belongs here: matching feedback with a plan's visits. Does not belong here: the arithmetic (`models/random_arm.py`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.chain import read_manifest
from assets.inspection_plan import RANDOM, TARGETED
from assets.judged_visits import judged_visits
from models.random_arm import LEVEL, TOLERABLE, Advice, Estimate, advise, estimate


class NoSuchPlan(ValueError):
    """The folder is no plan; the message says what is there."""


@dataclass(frozen=True)
class Arm:
    """One arm in figures: visits, how many were judged and confirmed, yuan expected of the judged and recovered."""

    visits: int
    judged: int
    confirmed: int
    expected: float
    recovered: float


@dataclass(frozen=True)
class Results:
    """``estimate`` and ``advice`` are None while nothing of the random arm has been judged."""

    plan_id: str
    targeted: Arm
    random: Arm
    estimate: Estimate | None
    advice: Advice | None
    tolerable: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def plan_results(connection: duckdb.DuckDBPyConnection, folder: Path, tolerable: float = TOLERABLE) -> Results:
    """The results of the plan in ``folder`` as the latest scan knows them. Raises NoSuchPlan."""
    if not (folder / "plan.parquet").is_file():
        there = "、".join(sorted(path.parent.name for path in folder.parent.glob("*/plan.parquet"))) or "没有 none"
        raise NoSuchPlan(f"{folder} 不是检查计划；现有计划：{there}。 / No plan there; plans: {there}.")
    judged = _judged(connection, pl.read_parquet(folder / "plan.parquet"), pl.read_parquet(folder / "frame.parquet"))
    manifest = read_manifest(folder)
    drawn = judged.filter((pl.col("arm") == RANDOM) & pl.col("outcome").is_not_null())
    found = None
    if drawn.height:
        wrong = [row["found"] if row["outcome"] == "confirmed" else None for row in drawn.iter_rows(named=True)]
        found = estimate(
            wrong,
            drawn["amount"].cast(pl.Float64).to_list(),
            manifest["population"],
            float(manifest["population_amount"]),
        )
    return Results(
        folder.name,
        _arm(judged, TARGETED),
        _arm(judged, RANDOM),
        found,
        advise(found, tolerable) if found else None,
        tolerable,
    )


def _judged(connection: duckdb.DuckDBPyConnection, visits: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The visits with amount, outcome, recovered and found (yuan wrong) of the latest judgement of each; a confirmed one
    without an amount counts with all its subsidies, because nobody has said that less was wrong."""
    latest = judged_visits(connection).select("inspection_id", "outcome", "recovered")
    amounts = frame.select("subject_kind", "subject_key", "amount")
    return (
        visits.join(amounts, on=["subject_kind", "subject_key"], how="left")
        .join(latest, on="inspection_id", how="left")
        .with_columns(pl.coalesce("recovered", "amount").cast(pl.Float64).alias("found"))
    )


def _arm(judged: pl.DataFrame, arm: str) -> Arm:
    own = judged.filter(pl.col("arm") == arm)
    done = own.filter(pl.col("outcome").is_not_null())
    confirmed = done.filter(pl.col("outcome") == "confirmed")
    return Arm(
        own.height,
        done.height,
        confirmed.height,
        float(done["expected_recovery"].sum() or 0),
        float(confirmed["recovered"].sum() or 0),
    )


def results_text(results: Results) -> str:
    """The results as a page for a terminal."""
    lines = [f"检查计划 {results.plan_id} 的结果（线索不等于结论）"]
    for name, arm in (("重点组 targeted", results.targeted), ("随机组 random", results.random)):
        share = f"，属实率 {arm.confirmed / arm.judged:.1%}" if arm.judged else ""
        lines.append(
            f"  {name}：{arm.visits} 次检查，已有结论 {arm.judged}，属实 {arm.confirmed}{share}；已查的预期追回 {arm.expected:,.2f} 元，实际追回 {arm.recovered:,.2f} 元"
        )
    found = results.estimate
    if found is None:
        return "\n".join(
            [*lines, "  随机组还没有结论，真实差错率无从估计。 / Nothing of the random arm has been judged yet."]
        )
    lines += [
        f"  其余 {found.population:,} 个对象（重点组以外）：真实差错率 {found.rate:.1%}，{LEVEL:.0%} 区间 {found.rate_low:.1%} 至 {found.rate_high:.1%}",
        f"  其余对象的风险金额：{found.yuan:,.2f} 元，{LEVEL:.0%} 区间 {found.yuan_low:,.2f} 至 {found.yuan_high:,.2f} 元",
    ]
    if results.random.judged < results.random.visits:
        lines.append(
            f"  随机组还有 {results.random.visits - results.random.judged} 次没有结论；没有结论的若与已有结论的不同，估计会有偏差。"
        )
    assert results.advice is not None
    return "\n".join([*lines, f"  建议 advice：{results.advice.told}"])
