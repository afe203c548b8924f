"""What a scan leaves for the operator: a line per step in HOME/logs, and HOME/metrics/skillwatch.prom for a collector.

Belongs here: reading Dagster's record of the run into lines and figures. No line holds a message of an error, a file's name or
a value of a row: step, times, rows, kind of error, and nothing else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from prometheus_client.parser import text_string_to_metric_families

from pipelines.home import Home

KEPT_MONTHS = 24
_ROWS = "dagster/row_count"
_COUNTS = ("files", "rows_read", "rows_accepted", "rows_quarantined", "rows_superseded", "cases")
_AMOUNT, _FINISHED = "amount_at_risk", "scan_finished_timestamp_seconds"
METRICS = "skillwatch.prom"


@contextmanager
def recorded(home: Home, instance: dg.DagsterInstance | None, run_id: str | None) -> Iterator[None]:
    """Around all steps of a run: write its lines and figures when they are over, whether they went well or not."""
    started, error = time.time(), ""
    try:
        yield
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        if instance is not None and run_id is not None and home.root.is_dir():
            with suppress(OSError):  # a full disk: the scan's own message says so
                _write(home, _steps(instance, run_id), run_id, started, error)


def _write(home: Home, steps: list[dict[str, Any]], run_id: str, started: float, error: str) -> None:
    ok = not error and all(step["status"] == "ok" for step in steps)
    published = next((step["publication"] for step in steps if step.get("publication")), "")
    seconds = round(time.time() - started, 2)
    whole = {
        "step": "run", "status": "ok" if ok else "failed", "started": _at(started), "seconds": seconds,
        "publication": Path(published).name, "error": error,
    }  # fmt: skip
    counts = _counts(Path(published)) if published else {}
    lines = [{"run_id": run_id, **{k: v for k, v in step.items() if k != "publication"}} for step in steps]
    _append(home.root / "logs", [*lines, {"run_id": run_id, **whole, **counts}])
    _metrics(home.root / "metrics", seconds, ok, counts, steps)


def _steps(instance: dg.DagsterInstance, run_id: str) -> list[dict[str, Any]]:
    """Each step that began, in order: when, how long, how many rows it wrote, and the class of its error where it failed."""
    found: dict[str, dict[str, Any]] = {}
    for entry in instance.all_logs(run_id):
        event, key = entry.dagster_event, entry.step_key
        if event is None or key is None:
            continue
        told: Any = event.event_specific_data
        if event.event_type == dg.DagsterEventType.STEP_START:
            began = {"step": key, "status": "broken off", "started": _at(entry.timestamp)}
            found[key] = {**began, "seconds": None, "rows": None, "error": ""}
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            found[key] |= {"status": "ok", "seconds": round(told.duration_ms / 1000, 3)}
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE and key in found:
            found[key] |= {"status": "failed", "error": error_class(told.error)}
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            metadata = told.materialization.metadata
            if _ROWS in metadata:
                found[key]["rows"] = (found[key]["rows"] or 0) + metadata[_ROWS].value
            if "publication" in metadata:
                found[key]["publication"] = str(metadata["publication"].value)
    return list(found.values())


def error_class(error: Any) -> str:
    """The class of an error below Dagster's own wrappers."""
    while error is not None and error.cause is not None and str(error.cls_name).startswith("Dagster"):
        error = error.cause
    return str(error.cls_name) if error else ""


def _counts(publication: Path) -> dict[str, Any]:
    counts = json.loads((publication / "manifest.json").read_text(encoding="utf-8"))["counts"]
    return {name: counts[name] for name in _COUNTS} | {_AMOUNT: float(counts[_AMOUNT])}


def _append(folder: Path, lines: list[dict[str, Any]]) -> None:
    """A file a month, written by the scan that holds the home; those of two years ago make room."""
    folder.mkdir(exist_ok=True)
    path = folder / f"scan-{datetime.now(UTC):%Y%m}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
    for old in sorted(folder.glob("scan-*.jsonl"))[:-KEPT_MONTHS]:
        old.unlink()


def _metrics(folder: Path, seconds: float, ok: bool, counts: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """For node_exporter's textfile collector; replaced whole by every scan. After a failure the counts are those of the last
    scan that finished, and say when that was."""
    folder.mkdir(exist_ok=True)
    now = time.time()
    path = folder / METRICS
    counts = {**counts, _FINISHED: now} if ok else _last_counts(path)
    registry = CollectorRegistry()

    def gauge(name: str, says: str, value: float) -> None:
        Gauge(f"skillwatch_{name}", says, registry=registry).set(value)

    gauge("scan_success", "1 when the latest scan finished, 0 when it failed.", ok)
    gauge("scan_failed", "1 when the latest scan failed; the counts are then those of the last that finished.", not ok)
    gauge("scan_end_timestamp_seconds", "When the latest scan ended.", now)
    gauge("scan_duration_seconds", "How long the latest scan took.", seconds)
    if _FINISHED in counts:
        gauge(_FINISHED, "When the last scan that finished ended.", counts.pop(_FINISHED))
    for name, value in counts.items():
        gauge(name, f"{name} of the last scan that finished.", value)
    took = Gauge(
        "skillwatch_step_duration_seconds", "How long a step of the latest scan took.", ["step"], registry=registry
    )
    for step in steps:
        if step["seconds"] is not None:
            took.labels(step["step"]).set(step["seconds"])
    write_to_textfile(str(path), registry)


def _last_counts(path: Path) -> dict[str, float]:
    """The counts that stand in the file; none where it was never written, or is damaged."""
    wanted = (*_COUNTS, _AMOUNT, _FINISHED)
    try:
        families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    told = {family.name.removeprefix("skillwatch_"): family.samples[0].value for family in families if family.samples}
    return {name: told[name] for name in wanted if name in told}


def _at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
