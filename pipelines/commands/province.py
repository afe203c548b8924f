"""Made-up provinces: write one, and measure the models against its truth."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.commands.options import HOME, JSON, fail
from pipelines.home import Home, HomeError, must_be_scanned, read_warehouse


@click.command()
@HOME
@click.option("--size", default="tiny", show_default=True, help="tiny, small, medium, large, or a number of claims.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--clean", is_flag=True, help="The clean province alone: no rule may find anything in it.")
def simulate(home: Path | None, size: str, seed: int, clean: bool) -> None:
    """Write a made-up province (no real person) into HOME/inbox, and the truth into HOME/truth."""
    from models.province.simulate import simulate as write_province

    target = Home.at(home)
    try:
        target.prepare()
        made = write_province(
            target.root, size=size, seed=seed, clean=clean, progress=lambda text: click.echo(text, err=True)
        )
    except (HomeError, FileExistsError, ValueError) as error:
        fail(str(error))
    click.echo(
        f"{target.inbox}: {made['files']} 个文件，{made['claims']:,} 笔申领；{target.root / 'truth'}：{made['violations']} 处违规和疑点，"
        f"涉及 {made['rules']} 条规则。全部为虚构，没有真实的人、单位或账户。 / A made-up province; no real person, firm or account."
    )


@click.command()
@HOME
@click.option(
    "--judgements",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Also rank with so many results of inspections.",
)
@JSON
def evaluate(home: Path | None, judgements: int, as_json: bool) -> None:
    """The models against the truth of a simulated and scanned province, beside random order, rules alone and single detectors."""
    from assets.evaluation import EvaluationError
    from assets.evaluation import evaluate as measure

    target = Home.at(home)
    try:
        must_be_scanned(target)
        with (
            target.held("evaluate", 900.0, lambda text: click.echo(text, err=True)),
            read_warehouse(target, read_only=False) as connection,
        ):
            report = measure(connection, target.truth, judgements)
    except (HomeError, EvaluationError) as error:
        fail(str(error), as_json)
    click.echo(report.as_json() if as_json else report.as_text())
