"""The job `backtest`: other values or changed rules on the data of the latest scan; its report is the run's metadata.

Belongs here: the Dagster dress, the home's lock, and the way from the shell to the job. Does not belong here: any figure
(`assets/backtest.py`) or its words (`assets/backtest_report.py`).
"""

import json
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from assets.backtest import Backtest, backtest, rules_with
from assets.backtest_report import as_json, as_markdown, as_text, write_workbook
from assets.hits import RuleError
from assets.keys import KeyProblem
from assets.standing import NoStandingScan
from models.law import LawError, load_overrides
from models.query import QueryError
from pipelines.home import Home, HomeError, read_warehouse
from pipelines.one_op import JobFailed, run_one_op
from pipelines.progress import report

JOB = "backtest"
_OP = "other_values"


class BacktestFailed(RuntimeError):
    """The back-test could not finish; the message says why."""


class BacktestSettings(dg.Config):
    """What to try. Empty fields mean: as the environment says, no other values, no other rules, nothing written.

    A relative `out` is a folder under HOME/backtests, where the portal looks."""

    home: str = ""
    parameters: str = ""
    rules: str = ""
    out: str = ""
    wait_seconds: float = 900.0


@dg.op(
    name=_OP,
    description="试算：换一组参数值或改过的规则，在最近一次扫描的数据上会多出、少掉哪些线索和金额。不改动数据仓库和线索历史。",
)
def other_values(context: dg.OpExecutionContext, config: BacktestSettings) -> dict[str, Any]:
    """The report: `text`, and `json` as `as_json` gives it; the tables are metadata of the output."""
    home = Home.at(config.home or None)
    try:
        overrides = load_overrides(Path(config.parameters)) if config.parameters else []
        rules = rules_with(Path(config.rules) if config.rules else None)
        with home.held("backtest", config.wait_seconds, say=lambda text: print(text, file=sys.stderr)):
            with read_warehouse(home):  # says what is wrong, where another program has it open
                pass
            answer = backtest(home.root, home.warehouse, overrides, rules, report)
    except (HomeError, KeyProblem, LawError, NoStandingScan, QueryError, RuleError) as error:
        raise dg.Failure(str(error)) from error
    told = as_json(answer, rules)
    if config.out:
        _write(home.root / "backtests" / config.out, answer, rules, told)
    context.add_output_metadata(_metadata(answer, rules, told))
    return {"text": as_text(answer, rules), "json": told}


def _write(folder: Path, answer: Backtest, rules: dict[str, Any], told: dict[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_workbook(answer, rules, folder / "backtest.xlsx")
        (folder / "backtest.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise dg.Failure(f"{folder} 不能写入（{error.strerror}）。 / cannot be written.") from error


def _metadata(answer: Backtest, rules: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    tables = {
        name: as_markdown(answer, rules, dimension)
        for name, dimension in (("按规则", "rule"), ("按市", "city"), ("按机构", "institution"))
    }
    return {
        "基准 baseline": answer.baseline,
        "新增 gained": told["cases_gained"],
        "消失 lost": told["cases_lost"],
        "变化 changed": told["cases_changed"],
        "增加（元）": told["yuan_gained"],
        "减少（元）": told["yuan_lost"],
        "注意 notes": "\n".join(answer.notes) or "无",
        **{name: dg.MetadataValue.md(table) for name, table in tables.items()},
    }


@dg.job(
    name=JOB,
    description="试算：不改动任何已有结果。 / What would other values find on the same data? Nothing that stands is touched.",
    executor_def=dg.in_process_executor,
    resource_defs={"io_manager": dg.mem_io_manager},
)
def backtest_job() -> None:
    other_values()


def run_backtest(home: Home, parameters: Path | None, rules: Path | None, out: Path | None) -> dict[str, Any]:
    """Run the job in this process; returns `text` and `json`. Raises HomeError or BacktestFailed with a message for the operator."""
    paths = {"parameters": parameters, "rules": rules, "out": out}
    try:
        return run_one_op(backtest_job, home, {name: str(path.absolute()) for name, path in paths.items() if path})
    except JobFailed as error:
        raise BacktestFailed(str(error)) from error
