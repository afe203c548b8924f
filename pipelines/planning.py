"""The way from the shell to an inspection plan and its results: the home's lock, the warehouse, the clock.

Does not belong here: what a plan is (`assets/inspection_plan.py`), or what its results say (`assets/plan_results.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assets.inspection_plan import Plan, PlanProblem, Wishes
from assets.keys import KeyProblem, load_keys
from assets.plan_folder import PLANS, write_plan
from assets.plan_results import NoSuchPlan, Results, plan_results
from assets.standing import NoStandingScan
from assets.travel import Travel, TravelError, read_travel
from models.planning import PlanningError
from pipelines.home import Home, HomeError, read_warehouse


class PlanFailed(RuntimeError):
    """The plan could not be made or read; the message says why."""


def plan(
    home: Home,
    *,
    days: int,
    random_share: float,
    seed: str,
    travel: Path | None,
    visit_hours: float,
    out: Path | None,
    say: Callable[[str], None],
    wait_seconds: float = 900.0,
) -> tuple[Path, Plan]:
    """Write a plan on the latest publication; returns its folder. Raises HomeError or PlanFailed."""
    if not home.warehouse.exists():
        with read_warehouse(home):  # raises, and no home is made for nothing
            pass
    try:
        wishes = Wishes(days, random_share, seed, read_travel(travel) if travel else Travel(), visit_hours)
        with home.held("plan", wait_seconds, say), read_warehouse(home) as connection:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            return write_plan(connection, home.root, wishes, load_keys(home.root), out or home.root / PLANS, now)
    except (KeyProblem, NoStandingScan, PlanProblem, PlanningError, TravelError) as error:
        raise PlanFailed(str(error)) from error
    except OSError as error:
        raise HomeError(f"计划写不进去 / the plan cannot be written: {error}") from error


def results(home: Home, named: str, tolerable: float) -> Results:
    """The results of a plan, named by its folder or by its id among the home's plans. Raises HomeError or PlanFailed."""
    folder = Path(named) if (Path(named) / "plan.parquet").is_file() else home.root / PLANS / named
    try:
        with read_warehouse(home) as connection:
            return plan_results(connection, folder, tolerable)
    except NoSuchPlan as error:
        raise PlanFailed(str(error)) from error
