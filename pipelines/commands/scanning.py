"""Scan an inbox, and ask what a scan says of one claim."""

from __future__ import annotations

import json
import secrets
from datetime import date
from pathlib import Path

import click

from pipelines.commands.options import HOME, JSON, Day, Memory, check_file, fail
from pipelines.home import Home, HomeError, read_warehouse


@click.command()
@click.option(
    "--inbox",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder with the delivered files.",
)
@HOME
@click.option("--as-of", "as_of", type=Day(), help="The scan's date; default the latest claimed_on or booked_on.")
@click.option(
    "--parameters",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML list of other values for this scan.",
)
@click.option("--reveal", is_flag=True, help="Also publish unmasked, under HOME/revealed, for this installation only.")
@click.option("--full", is_flag=True, help="Compute everything again, also what has not changed.")
@click.option(
    "--memory",
    type=Memory(),
    default="",
    metavar="SIZE",
    help="What DuckDB may hold before it spills to disk, e.g. 2GB; default: settings.yaml, or 4GB.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What computes tables, features and rules; the results are the same.",
)
@click.option(
    "--spark-conf", "spark_conf", multiple=True, metavar="KEY=VALUE", help="A setting of Spark, e.g. spark.master=..."
)
@click.option(
    "--wait",
    "wait_seconds",
    type=float,
    default=900.0,
    show_default=True,
    help="Seconds to wait for a scan that holds the home.",
)
@JSON
def scan(
    inbox: Path,
    home: Path | None,
    as_of: date | None,
    parameters: Path | None,
    reveal: bool,
    full: bool,
    memory: str,
    engine: str,
    spark_conf: tuple[str, ...],
    wait_seconds: float,
    as_json: bool,
) -> None:
    """Take in what is new, evaluate every rule, publish."""
    from models.law import load_overrides

    try:
        from pipelines.scanning import ScanFailed  # Dagster takes seconds to import; --help need not wait
        from pipelines.scanning import scan as run_scan
    except HomeError as error:  # the settings of the schedules are read with it
        fail(str(error), as_json)
    conf = dict(setting.partition("=")[::2] for setting in spark_conf)
    if wrong := [setting for setting in spark_conf if "=" not in setting]:
        raise click.BadParameter(f"要写成 名称=值 / must be KEY=VALUE: {wrong[0]}", param_hint="--spark-conf")
    check_file(load_overrides, parameters, as_json)
    try:
        summary = run_scan(
            Home.at(home),
            inbox,
            as_of=as_of,
            parameters=parameters,
            reveal=reveal,
            wait_seconds=wait_seconds,
            full=full,
            memory=memory,
            engine=engine,
            spark_conf=conf,
        )
    except (HomeError, ScanFailed) as error:
        fail(str(error), as_json)
    if as_json:
        click.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        click.echo(summary.as_text())


@click.command()
@click.argument("identifier", metavar="ID")
@HOME
@click.option("--reveal", is_flag=True, help="Show identity numbers, phones and accounts in full.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list on stdout.")
def explain(identifier: str, home: Path | None, reveal: bool, as_json: bool) -> None:
    """What every rule says of a claim, class or certificate: examined or not, observed, allowed, and why."""
    from assets.explanation import NotFound, told
    from assets.explanation import explain as explain_subject
    from assets.keys import KeyProblem, home_pseudonym_key, unsealed
    from assets.known_persons import known_persons
    from checks.rule import read_rules
    from models.privacy import Pseudonyms

    target = Home.at(home)
    try:
        with read_warehouse(target) as connection:
            # Without the home's key what is hidden stays so, under names that no case list knows.
            key = home_pseudonym_key(target.root) or secrets.token_bytes(32)
            masks = None if reveal else Pseudonyms(key, known_persons(connection))
            meant = unsealed(target.root, identifier)
            lines = explain_subject(connection, read_rules().values(), identifier, masks, meant)
    except (HomeError, NotFound, KeyProblem) as error:
        fail(str(error), as_json)
    if as_json:
        click.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False))
    else:
        click.echo(told(identifier, lines))
