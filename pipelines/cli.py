"""`skillwatch`: a thin face over the jobs, put together. A command's own file stands in `commands/`; nothing is computed here."""

from __future__ import annotations

import os
import sys

import click

from pipelines.commands.alerting import alerts
from pipelines.commands.dagster_ui import ui
from pipelines.commands.keeping import backup, restore
from pipelines.commands.proof import doctor, verify
from pipelines.commands.province import evaluate, simulate
from pipelines.commands.retaining import retain
from pipelines.commands.scanning import explain, scan
from pipelines.commands.supervision import backtest, plan, plan_results


class _WithPortal(click.Group):
    """The portal's own commands are loaded when they are asked for: what it needs is not needed for a scan."""

    _PORTAL = ("account", "portal")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._PORTAL])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._PORTAL:
            from portal.commands import COMMANDS

            return COMMANDS[cmd_name]
        return super().get_command(ctx, cmd_name)


@click.group(cls=_WithPortal, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="skillwatch")
def cli() -> None:
    """职业培训补贴资金监管线索：从一堆文件到一份签名的线索清单。线索不等于结论。

    Leads for the supervision of training subsidies: from a folder of files to a signed case list.
    """
    # Nothing leaves the machine, and GB18030 consoles still print everything.
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


for command in (
    scan, explain, simulate, evaluate, backtest, plan, plan_results, verify, doctor, ui, alerts, backup, restore, retain
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
