"""The Dagster UI on the same home."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pipelines.commands.options import HOME, fail
from pipelines.home import Home, HomeError


@click.command()
@HOME
@click.option("--port", type=int, default=3000, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Loopback unless you say otherwise: the UI has no sign-in."
)
def ui(home: Path | None, port: int, host: str) -> None:
    """Open the Dagster UI on the same home: scans made from the shell are seen there."""
    target = Home.at(home)
    try:
        target.prepare()
    except HomeError as error:
        fail(str(error))
    root = Path(__file__).parents[2]
    os.environ["SKILLWATCH_HOME"] = str(target.root)
    os.environ["DAGSTER_HOME"] = str(target.dagster)
    os.chdir(root)  # Dagster reads working_directory in workspace.yaml against the current folder
    click.echo(f"http://{host}:{port}", err=True)
    dagster = Path(sys.executable).with_name("dagster")
    os.execv(dagster, [str(dagster), "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)])
