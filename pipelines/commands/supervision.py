"""What-if, inspection plans, and what came of them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipelines.commands.options import HOME, JSON, check_file, fail
from pipelines.home import Home, HomeError


@click.command()
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML list of other values, as for scan.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with changed or new rule files.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Also write backtest.xlsx and backtest.json there."
)
@HOME
@JSON
def backtest(parameters: Path | None, rules: Path | None, out: Path | None, home: Path | None, as_json: bool) -> None:
    """What would other values find on the same data? Cases and yuan gained and lost; nothing that stands is touched."""
    if parameters is None and rules is None:
        raise click.UsageError("Give --parameters FILE, --rules DIR, or both.")
    from models.law import load_overrides
    from pipelines.backtesting import BacktestFailed, run_backtest

    check_file(load_overrides, parameters, as_json)
    try:
        told = run_backtest(Home.at(home), parameters, rules, out)
    except (HomeError, BacktestFailed) as error:
        fail(str(error), as_json)
    click.echo(json.dumps(told["json"], ensure_ascii=False) if as_json else told["text"])


@click.command()
@click.option("--days", type=click.IntRange(min=1), required=True, help="Inspector-days: days of one inspection team.")
@click.option(
    "--random-share",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="Share of the days for the random arm.",
)
@click.option("--seed", required=True, help="A text that nobody can guess; its hash is written down before the draw.")
@click.option(
    "--travel",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV: division,hours (there and back), or from,to,hours.",
)
@click.option("--visit-hours", type=click.FloatRange(min=0, min_open=True), default=4.0, show_default=True)
@HOME
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of plans; default HOME/plans.")
@JSON
def plan(
    days: int,
    random_share: float,
    seed: str,
    travel: Path | None,
    visit_hours: float,
    home: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan inspections: the visits expected to recover most, beside a random arm with a committed seed; signed."""
    from assets.plan_folder import manifest
    from assets.plan_text import no_random_arm, plan_text
    from assets.travel import read_travel
    from pipelines.planning import PlanFailed
    from pipelines.planning_job import run_plan

    check_file(read_travel, travel, as_json)
    try:
        folder, made = run_plan(
            Home.at(home),
            days=days,
            random_share=random_share,
            seed=seed,
            travel=travel,
            visit_hours=visit_hours,
            out=out,
        )
    except (HomeError, PlanFailed) as error:
        fail(str(error), as_json)
    if told := no_random_arm(made):
        click.echo(told, err=True)
    if as_json:
        click.echo(json.dumps({"plan": str(folder), **manifest(made)}, ensure_ascii=False))
    else:
        click.echo(plan_text(made))
        click.echo(f"{folder}")


@click.command("plan-results")
@click.argument("plan", metavar="PLAN")
@click.option(
    "--tolerable",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Error rate of the rest that can be lived with.",
)
@HOME
@JSON
def plan_results(plan: str, tolerable: float, home: Path | None, as_json: bool) -> None:
    """What the judgements of a plan say: the true error rate and money at risk of the rest, and stop or extend."""
    from assets.plan_results import results_text
    from pipelines.planning import PlanFailed, results

    try:
        found = results(Home.at(home), plan, tolerable)
    except (HomeError, PlanFailed) as error:
        fail(str(error), as_json)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else results_text(found))
