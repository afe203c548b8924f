"""One scan from the shell: the same Dagster job that the UI runs, on the same instance, and its summary.

Does not belong here: anything about training, or how the summary was computed; it is read from the publication.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from sqlalchemy.exc import DBAPIError

from assets.tables import table_queries
from checks.rule import read_rules
from pipelines.alerts.runs import tell
from pipelines.definitions import defs
from pipelines.home import Home
from pipelines.jobs import scan_job
from pipelines.progress import showing
from pipelines.settings import SettingsProblem

_MOST_SERIOUS = 10


class ScanFailed(RuntimeError):
    """The scan could not finish; the message says at which step and why."""


@dataclass(frozen=True)
class Summary:
    """What a scan found, read back from its publication (masked unless revealed)."""

    home: Home
    publication: Path
    unchanged: bool
    seconds: float
    manifest: dict[str, Any]
    cases: pl.DataFrame
    growing: int = 0
    closed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The object of `--json`."""
        counts = self.manifest["counts"]
        return {
            "publication": str(self.publication),
            "scan_id": self.manifest["scan_id"],
            "as_of": self.manifest["as_of"],
            "cases": counts["cases"],
            "amount_at_risk": float(counts["amount_at_risk"]),
            "amount_unreconciled": float(counts["amount_unreconciled"]),
            "rows_read": counts["rows_read"],
            "rows_accepted": counts["rows_accepted"],
            "rows_quarantined": counts["rows_quarantined"],
            "rows_superseded": counts["rows_superseded"],
            "unchanged": self.unchanged,
            "files_still_being_written": self.growing,
            "not_opened": self.closed,
            "seconds": round(self.seconds, 2),
        }

    def as_text(self) -> str:
        """A readable page: what was read, the most serious cases, where the publication lies, how to open the UI."""
        counts = self.manifest["counts"]
        severities = dict(self.cases.group_by("severity").len().iter_rows())
        lines = [
            "",
            f"扫描 {self.manifest['scan_id']}（截至 {self.manifest['as_of']}，用时 {self.seconds:.1f} 秒）"
            + ("：没有变化，原发布继续有效" if self.unchanged else ""),
            f"  读取文件 {counts['files']} 个，{counts['rows_read']:,} 行 = 接受 {counts['rows_accepted']:,}"
            f" + 隔离 {counts['rows_quarantined']:,} + 被取代 {counts['rows_superseded']:,}",
            f"  线索 {counts['cases']:,} 条：违规 {severities.get('violation', 0):,}，疑点 {severities.get('lead', 0):,}，"
            f"提示 {severities.get('notice', 0):,}；风险金额 {Decimal(counts['amount_at_risk']):,.2f} 元，"
            f"对账差额 {Decimal(counts['amount_unreconciled']):,.2f} 元",
            *self._waiting(),
            "",
            f"最严重的 {min(_MOST_SERIOUS, self.cases.height)} 条（线索不等于结论）：",
        ]
        for place, case in enumerate(self.cases.head(_MOST_SERIOUS).iter_rows(named=True), start=1):
            lines.append(f"  {place:>2}. [{case['rating']}] {case['title_zh']}  {case['amount_at_risk']:,.2f} 元")
            lines.append(f"      {case['explanation_zh']}")
        lines += [
            "",
            f"发布 publication: {self.publication}",
            f"  线索表 cases.xlsx；核验 verify: skillwatch verify {self.publication} --home {self.home.root}",
            f"界面 UI: make ui，或 skillwatch ui --home {self.home.root}，然后打开 http://127.0.0.1:3000",
        ]
        return "\n".join(lines)

    def _waiting(self) -> list[str]:
        """Files that the next scan has to look at again; their names are in the UI, on the asset `deliveries`."""
        lines = []
        if self.growing:
            lines += [
                f"  {self.growing} 个文件还在写入，没有收下：等它们写完后再扫描一次。 / {self.growing} files were still being written"
                " and were not taken in: scan again when they are complete."
            ]
        if self.closed:
            lines += [
                f"  收件箱里有 {self.closed} 个文件或文件夹打不开，没有收下：检查权限后再扫描一次。 / {self.closed} files or folders of the inbox"
                " could not be opened and were not taken in: check the modes, then scan again."
            ]
        return lines


def scan(
    home: Home,
    inbox: Path,
    *,
    as_of: date | None,
    parameters: Path | None,
    reveal: bool,
    wait_seconds: float,
    full: bool = False,
    memory: str = "",
    engine: str = "duckdb",
    spark_conf: Mapping[str, str] | None = None,
) -> Summary:
    """Run the job `scan_inbox` in this process; ``full``: compute everything, changed or not; ``memory``: see
    `Settings.memory`, which it replaces; ``engine`` and ``spark_conf``:
    see `assets/engine.py` and `assets/spark.py`. Raises HomeError or ScanFailed with a message for the operator."""
    started = time.monotonic()
    home.prepare()
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    settings = {
        "home": str(home.root),
        "inbox": str(inbox.absolute()),
        "as_of": as_of.isoformat() if as_of else "",
        "parameters": str(parameters.absolute()) if parameters else "",
        "reveal": reveal,
        "wait_seconds": wait_seconds,
        "full": full,
        "memory": memory,
        "engine_name": engine,
        "spark_conf": dict(spark_conf or {}),
    }
    files = sum(len(names) for _, _, names in os.walk(inbox))
    totals = {"deliveries": files, "tables": len(table_queries()), "rules": len(read_rules())}
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    try:
        with dg.DagsterInstance.get() as instance, showing(totals):
            result = defs.resolve_job_def(scan_job.name).execute_in_process(
                run_config={
                    "resources": {"scan": {"config": settings}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                instance=instance,
                raise_on_error=False,
            )
            _tell(instance, home, result.run_id)
    except (OSError, DBAPIError) as error:  # Dagster cannot even keep its record of the run
        free = shutil.disk_usage(home.root).free // 2**20
        raise ScanFailed(
            f"扫描未能完成：工作目录 {home.root} 写不进去（剩余 {free:,} MB）。请腾出空间或检查权限后重新扫描，已读的文件不会丢。 / "
            f"The scan could not finish: {home.root} cannot be written ({free:,} MB free). Make room or check the modes, then scan again."
        ) from error
    if not result.success:
        why = _why(result)
        raise ScanFailed(home.no_room(why) or why)
    told = result.asset_materializations_for_node("publication")[-1].metadata
    publication = Path(str(told["publication"].value))
    return Summary(
        home=home,
        publication=publication,
        unchanged=bool(told["unchanged"].value),
        seconds=time.monotonic() - started,
        manifest=json.loads((publication / "manifest.json").read_text(encoding="utf-8")),
        cases=pl.read_parquet(publication / "cases.parquet"),
        growing=_counted(result, "还在写的文件 still being written"),
        closed=_counted(result, "打不开的 cannot be opened"),
    )


def _tell(instance: dg.DagsterInstance, home: Home, run_id: str) -> None:
    """Send the alerts of this scan; that they could not be sent is no failure of the scan."""
    try:
        run = instance.get_run_by_id(run_id)
        _, failed = tell(instance, home, [run] if run else [])
    except SettingsProblem as problem:
        failed = [str(problem)]
    for line in failed:
        print(f"告警没有发出 / an alert was not sent: {line}", file=sys.stderr)


def _counted(result: dg.ExecuteInProcessResult, what: str) -> int:
    """A figure that the asset `deliveries` tells of its look into the inbox."""
    told = result.asset_materializations_for_node("deliveries")[-1].metadata
    return int(str(told[what].value))


def _why(result: dg.ExecuteInProcessResult) -> str:
    """The promises without which the line stops, else what the first thing that failed says of itself: the message of
    our own error, below Dagster's wrappers and above the library's error that it explains."""
    blocking = [
        check
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    if blocking:
        return "扫描未能完成 / the scan could not finish. " + " ".join(
            check.description or check.check_name for check in blocking
        )
    for event in result.all_events:
        data = event.event_specific_data
        error = getattr(data, "error", None)
        if event.is_failure and error is not None:
            while error.cause is not None and str(error.cls_name).startswith("Dagster"):
                error = error.cause
            message = re.sub(rf"^[\w.]*{re.escape(str(error.cls_name))}: ", "", error.message.strip())
            where = f"{event.step_key}: " if event.step_key else ""
            description = getattr(getattr(data, "user_failure_data", None), "description", None)
            return f"扫描未能完成 / the scan could not finish. {where}{description or message}"
    return "扫描未能完成 / the scan could not finish; see the run in the UI."
