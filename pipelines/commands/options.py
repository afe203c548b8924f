"""What the commands share: options, the type of a day, and how a command ends that could not finish."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from pipelines.home import MEMORY

# Exit codes of the commands: 0 finished, 1 could not finish, 2 bad arguments, 3 nothing to compare a key with.
FAILED, BAD_ARGUMENTS = 1, 2

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where everything is kept; default SKILLWATCH_HOME or .skillwatch.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


class Day(click.ParamType):
    """A day as 2022-02-28."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2022-02-28.", param, ctx)


class Memory(click.ParamType):
    """An amount of memory as 800MB or 4GB."""

    name = "memory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value and not re.match(MEMORY, value):
            self.fail(f"{value!r} is no amount of memory; write it as 800MB or 4GB.", param, ctx)
        return str(value)


def check_file(read: Callable[[Path], object], file: Path | None, as_json: bool) -> None:
    """Read a file that was given as an argument; what it cannot mean is a bad argument, told before anything is done."""
    try:
        if file is not None:
            read(file)
    except ValueError as error:
        fail(str(error), as_json, BAD_ARGUMENTS)


def fail(message: str, as_json: bool = False, code: int = FAILED) -> NoReturn:
    """Say why the command could not finish, and end with exit code 1, or 2 where an argument was to blame."""
    click.echo(json.dumps({"error": message}, ensure_ascii=False) if as_json else message, err=not as_json)
    sys.exit(code)
