"""`skillwatch`: a thin face over the jobs. Arguments in, a summary out; nothing is computed here."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import click

from pipelines.home import Home, HomeError, open_warehouse, read_warehouse

# Exit codes of outputs.md: 0 finished, 1 could not finish, 2 bad arguments, 3 nothing to compare a key with.
FAILED = 1

_HOME = click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Where everything is kept; default SKILLWATCH_HOME or .skillwatch."
)


class _Date(click.ParamType):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2022-02-28.", param, ctx)


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


@cli.command()
@click.option("--inbox", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, help="Folder with the delivered files.")
@_HOME
@click.option("--as-of", "as_of", type=_Date(), help="The scan's date; default the latest claimed_on or booked_on.")
@click.option("--parameters", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="YAML list of other values for this scan.")
@click.option("--reveal", is_flag=True, help="Also publish unmasked, under HOME/revealed, for this installation only.")
@click.option("--wait", "wait_seconds", type=float, default=900.0, show_default=True, help="Seconds to wait for a scan that holds the home.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def scan(
    inbox: Path, home: Path | None, as_of: date | None, parameters: Path | None, reveal: bool, wait_seconds: float, as_json: bool
) -> None:
    """Take in what is new, evaluate every rule, publish."""
    from pipelines.scanning import ScanFailed  # Dagster takes seconds to import; --help need not wait
    from pipelines.scanning import scan as run_scan

    try:
        summary = run_scan(Home.at(home), inbox, as_of=as_of, parameters=parameters, reveal=reveal, wait_seconds=wait_seconds)
    except (HomeError, ScanFailed) as error:
        _fail(str(error), as_json)
    if as_json:
        click.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        click.echo(summary.as_text())


@cli.command()
@click.argument("identifier", metavar="ID")
@_HOME
@click.option("--reveal", is_flag=True, help="Show identity numbers, phones and accounts in full.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list on stdout.")
def explain(identifier: str, home: Path | None, reveal: bool, as_json: bool) -> None:
    """What every rule says of a claim, class or certificate: examined or not, observed, allowed, and why."""
    from assets.explanation import NotFound, told
    from assets.explanation import explain as explain_subject
    from checks.rule import read_rules

    try:
        with read_warehouse(Home.at(home)) as connection:
            lines = explain_subject(connection, read_rules().values(), identifier, masked=not reveal)
    except (HomeError, NotFound) as error:
        _fail(str(error), as_json)
    if as_json:
        click.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False))
    else:
        click.echo(told(identifier, lines))


@cli.command()
@_HOME
@click.option("--size", default="tiny", show_default=True, help="tiny, small, medium, or a number of claims.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--clean", is_flag=True, help="The clean province alone: no rule may find anything in it.")
def simulate(home: Path | None, size: str, seed: int, clean: bool) -> None:
    """Write a made-up province (no real person) into HOME/inbox, and the truth into HOME/truth."""
    from models.province.simulate import simulate as write_province

    target = Home.at(home)
    try:
        target.prepare()
        made = write_province(target.root, size=size, seed=seed, clean=clean, progress=lambda text: click.echo(text, err=True))
    except (HomeError, FileExistsError, ValueError) as error:
        _fail(str(error))
    click.echo(
        f"{target.inbox}: {made['files']} 个文件，{made['claims']:,} 笔申领；{target.root / 'truth'}：{made['violations']} 处违规和疑点，"
        f"涉及 {made['rules']} 条规则。全部为虚构，没有真实的人、单位或账户。 / A made-up province; no real person, firm or account."
    )


@cli.command()
@click.option("--parameters", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="YAML list of other values, as for scan.")
@click.option("--rules", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder with changed or new rule files.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write backtest.xlsx and backtest.json there.")
@_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def backtest(parameters: Path | None, rules: Path | None, out: Path | None, home: Path | None, as_json: bool) -> None:
    """What would other values find on the same data? Cases and yuan gained and lost; nothing that stands is touched."""
    if parameters is None and rules is None:
        raise click.UsageError("Give --parameters FILE, --rules DIR, or both.")
    from pipelines.backtesting import BacktestFailed, run_backtest

    try:
        told = run_backtest(Home.at(home), parameters, rules, out)
    except (HomeError, BacktestFailed) as error:
        _fail(str(error), as_json)
    click.echo(json.dumps(told["json"], ensure_ascii=False) if as_json else told["text"])


@cli.command()
@click.option("--days", type=click.IntRange(min=1), required=True, help="Inspector-days: days of one inspection team.")
@click.option("--random-share", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Share of the days for the random arm.")
@click.option("--seed", required=True, help="A text that nobody can guess; its hash is written down before the draw.")
@click.option("--travel", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CSV: division,hours (there and back), or from,to,hours.")
@click.option("--visit-hours", type=click.FloatRange(min=0, min_open=True), default=4.0, show_default=True)
@_HOME
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of plans; default HOME/plans.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
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
    from assets.plan_text import plan_text
    from pipelines.planning import PlanFailed
    from pipelines.planning import plan as make_plan

    try:
        folder, made = make_plan(
            Home.at(home), days=days, random_share=random_share, seed=seed, travel=travel, visit_hours=visit_hours, out=out,
            say=lambda text: click.echo(text, err=True),
        )  # fmt: skip
    except (HomeError, PlanFailed) as error:
        _fail(str(error), as_json)
    if as_json:
        click.echo(json.dumps({"plan": str(folder), **manifest(made)}, ensure_ascii=False))
    else:
        click.echo(plan_text(made))
        click.echo(f"{folder}")


@cli.command("plan-results")
@click.argument("plan", metavar="PLAN")
@click.option("--tolerable", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Error rate of the rest that can be lived with.")
@_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def plan_results(plan: str, tolerable: float, home: Path | None, as_json: bool) -> None:
    """What the judgements of a plan say: the true error rate and money at risk of the rest, and stop or extend."""
    from assets.plan_results import results_text
    from pipelines.planning import PlanFailed, results

    try:
        found = results(Home.at(home), plan, tolerable)
    except (HomeError, PlanFailed) as error:
        _fail(str(error), as_json)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else results_text(found))


@cli.command()
@_HOME
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def doctor(home: Path | None, as_json: bool) -> None:
    """Prove the installation: a made-up province with planted cases of every rule, scanned and compared. Exit 0 or 1."""
    from pipelines.doctor import examine

    found = examine(Home.at(home))
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.as_text())
    sys.exit(0 if found.sound else FAILED)


@cli.command()
@_HOME
@click.option("--judgements", type=click.IntRange(0), default=30, show_default=True, help="Also rank with so many results of inspections.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def evaluate(home: Path | None, judgements: int, as_json: bool) -> None:
    """The models against the truth of a simulated and scanned province, beside random order, rules alone and single detectors."""
    from assets.evaluation import EvaluationError, evaluate as measure

    target = Home.at(home)
    try:
        with (
            target.held("evaluate", 900.0, lambda text: click.echo(text, err=True)),
            closing(open_warehouse(target)) as connection,
        ):
            report = measure(connection, target.truth, judgements)
    except (HomeError, EvaluationError) as error:
        _fail(str(error), as_json)
    click.echo(report.as_json() if as_json else report.as_text())


@cli.command()
@click.argument("publication", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@_HOME
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The public key to trust; default the home's.")
@click.option("--chain", is_flag=True, help="Also every publication before it.")
@click.option("--audit", is_flag=True, help="Also the portal's audit log in the home.")
def verify(publication: Path | None, home: Path | None, key: Path | None, chain: bool, audit: bool) -> None:
    """Check a publication's hashes and signature, offline. Exit 0 only when nothing was changed."""
    from assets.verification import verify_command

    if publication is None and not audit:
        raise click.UsageError("Name a publication, or --audit.")
    codes = []
    if publication is not None:
        told, code = verify_command(publication, key=key, keys_folder=Home.at(home).keys, chain=chain)
        click.echo(told)
        codes.append(code)
    if audit:
        from portal.audit import audit_command

        told, code = audit_command(Home.at(home).root, key)
        click.echo(told)
        codes.append(code)
    sys.exit(max(codes, key=lambda code: (code == FAILED, code)))


@cli.command()
@_HOME
@click.option("--port", type=int, default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback unless you say otherwise: the UI has no sign-in.")
def ui(home: Path | None, port: int, host: str) -> None:
    """Open the Dagster UI on the same home: scans made from the shell are seen there."""
    target = Home.at(home)
    try:
        target.prepare()
    except HomeError as error:
        _fail(str(error))
    root = Path(__file__).parent.parent
    os.environ["SKILLWATCH_HOME"] = str(target.root)
    os.environ["DAGSTER_HOME"] = str(target.dagster)
    os.chdir(root)  # Dagster reads working_directory in workspace.yaml against the current folder
    click.echo(f"http://{host}:{port}", err=True)
    dagster = Path(sys.executable).with_name("dagster")
    os.execv(dagster, [str(dagster), "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)])


def _fail(message: str, as_json: bool = False) -> None:
    click.echo(json.dumps({"error": message}, ensure_ascii=False) if as_json else message, err=not as_json)
    sys.exit(FAILED)


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
