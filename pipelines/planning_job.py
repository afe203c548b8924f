"""The job `inspection_plan`: a plan from the UI or the shell, with its figures as the run's metadata.

Belongs here: the Dagster dress. Does not belong here: what a plan is (`assets/inspection_plan.py`), or the lock (`planning.py`).
"""

import sys
from pathlib import Path
from typing import Any

import dagster as dg

from assets.inspection_plan import Plan
from assets.plan_folder import summary
from assets.plan_text import plan_text
from pipelines.home import Home, HomeError
from pipelines.one_op import JobFailed, run_one_op
from pipelines.planning import PlanFailed, plan


class PlanSettings(dg.Config):
    """Days of one team, the random arm's share and seed; empty fields mean: as the environment says, no table of travel, HOME/plans."""

    home: str = ""
    days: int
    random_share: float = 0.1
    seed: str
    travel: str = ""
    visit_hours: float = 4.0
    out: str = ""


@dg.op(
    description="检查计划：在给定的天数里选出预计追回最多的走访，并按公布的种子抽取随机组；写成签名的文件夹。 / Visits expected to recover most, beside a random arm with a committed seed."
)
def visits(context: dg.OpExecutionContext, config: PlanSettings) -> tuple[Path, Plan]:
    try:
        folder, made = plan(
            Home.at(config.home or None), days=config.days, random_share=config.random_share, seed=config.seed,
            travel=Path(config.travel) if config.travel else None, visit_hours=config.visit_hours,
            out=Path(config.out) if config.out else None, say=lambda text: print(text, file=sys.stderr),
        )  # fmt: skip
    except (HomeError, PlanFailed) as error:
        raise dg.Failure(str(error)) from error
    context.add_output_metadata(
        {
            **summary(made),
            "计划 plan": dg.MetadataValue.path(str(folder)),
            "承诺 commitment": str(made.promised["commitment"]),
            "说明 in words": dg.MetadataValue.md(f"```\n{plan_text(made)}\n```"),
        }
    )
    return folder, made


@dg.job(
    name="inspection_plan",
    description="检查计划：只读最新发布，写到 HOME/plans。 / Reads the latest publication, writes to HOME/plans.",
    executor_def=dg.in_process_executor,
    resource_defs={"io_manager": dg.mem_io_manager},
)
def plan_job() -> None:
    visits()


def run_plan(home: Home, **wishes: Any) -> tuple[Path, Plan]:
    """Run the job in this process; returns the plan's folder and the plan. Raises HomeError or PlanFailed."""
    given = {
        name: str(value.absolute()) if isinstance(value, Path) else value
        for name, value in wishes.items()
        if value is not None
    }
    try:
        return run_one_op(plan_job, home, given)
    except JobFailed as error:
        raise PlanFailed(str(error)) from error
