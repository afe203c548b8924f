"""The signed folder of a plan, HOME/plans/<plan_id>: written whole, never changed, proved like a publication.

Belongs here: what lies in the folder. Does not belong here: signing (`publication.py`), the plan (`inspection_plan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.chain import MANIFEST, is_plan, json_text, publications, sums_hash
from assets.commitments import COMMITMENT, commit
from assets.field_pack import write_plan_workbook
from assets.inspection_plan import RANDOM, TARGETED, Plan, PlanProblem, Wishes, make_plan
from assets.keys import Keys
from assets.plan_text import plan_text
from assets.publication import write_parquet, write_signed
from models.planning import DAY_HOURS

PLANS = "plans"


def write_plan(
    connection: duckdb.DuckDBPyConnection, home: Path, wishes: Wishes, keys: Keys, root: Path, now: str
) -> tuple[Path, Plan]:
    """Promise, choose, draw and write; the same wishes on the same publication give the folder that stands.

    ``root`` is the folder of plans, ``now`` what the clock says: it stands in the register of commitments alone.
    Raises PlanProblem where ``root`` holds publications: a plan among them would cut their chain.
    """
    strange = next((path for path in publications(root) if not is_plan(path)), None)
    if strange is not None:
        raise PlanProblem(
            f"{root} 是发布的文件夹（{strange.name}），计划不能放在那里；换一个 --out。 / {root} holds publications: choose another --out."
        )

    def promise(promised: Mapping[str, Any]) -> Mapping[str, Any]:
        return commit(root, {**promised, "written_at": now})

    plan = make_plan(connection, home, wishes, root, promise)
    target = root / plan.plan_id
    if target.exists():
        return target, plan
    evidence = pl.read_parquet(
        plan.publication / "evidence.parquet", columns=["case_id", "source", "file", "sheet", "line", "row"]
    )

    def fill(folder: Path) -> None:
        write_parquet(plan.visits, folder / "plan.parquet")
        write_parquet(plan.units, folder / "frame.parquet")
        write_plan_workbook(folder / "plan.xlsx", plan, evidence)
        (folder / "plan.md").write_text(plan_text(plan), encoding="utf-8")
        (folder / COMMITMENT).write_text(json_text(plan.promised, indent=2) + "\n", encoding="utf-8")
        (folder / MANIFEST).write_text(json_text(manifest(plan), indent=2) + "\n", encoding="utf-8")

    return write_signed(root, plan.plan_id, fill, keys.signing), plan


def manifest(plan: Plan) -> dict[str, Any]:
    """What the plan rests on and comes to; `scan_id` is the folder's name, as in every signed folder."""
    return {
        "scan_id": plan.plan_id,
        "kind": "plan",
        "as_of": plan.as_of,
        "publication": {"scan_id": plan.publication.name, "sha256sums": sums_hash(plan.publication)},
        "days": plan.wishes.days,
        "random_days": plan.random_days,
        "random_share": plan.wishes.random_share,
        "seed": plan.wishes.seed,
        "commitment": plan.promised["commitment"],
        "day_hours": DAY_HOURS,
        "visit_hours": plan.wishes.visit_hours,
        "travel": {"hours": dict(plan.wishes.travel.hours), "otherwise": plan.wishes.travel.otherwise},
        "population": plan.population,
        "population_amount": str(plan.population_amount),
        **summary(plan),
    }


def summary(plan: Plan) -> dict[str, Any]:
    """The plan in figures."""
    count = dict(plan.visits.group_by("arm").len().iter_rows())
    return {
        "targeted_visits": count.get(TARGETED, 0),
        "random_visits": count.get(RANDOM, 0),
        "targeted_days": sum(plan.choice.days.values()),
        "random_days_needed": plan.random_days_needed,
        "expected_recovery": round(plan.choice.value, 2),
        "expected_recovery_bound": round(plan.choice.bound, 2),
        "expected_recovery_without_random_arm": round(plan.best.value, 2),
        "expected_recovery_left": float(
            plan.units.filter((pl.col("arm") == "") & ~pl.col("inspected"))["expected_recovery"].sum() or 0
        ),
    }
