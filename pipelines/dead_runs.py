"""Runs whose process is gone: Dagster would wait for them for ever, and its queue lets one scan through at a time.

A scan holds the home's lock from its first step to its last; where nobody holds it, a run that began long ago and has said
nothing since is over.
"""

from __future__ import annotations

import time

import dagster as dg

from pipelines.home import Home
from pipelines.jobs import scan_job

SILENT_SECONDS = 300.0


def report_dead_runs(instance: dg.DagsterInstance, home: Home, silent: float = SILENT_SECONDS) -> list[str]:
    """Mark as failed the scans that are over without having said so; returns their run ids."""
    started = instance.get_runs(
        dg.RunsFilter(job_name=scan_job.name, statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
    )
    if not started or home.busy:
        return []
    dead = [run for run in started if time.time() - _last_word(instance, run.run_id) > silent]
    for run in dead:
        instance.report_run_failed(
            run, "扫描进程已不在（被终止或断电），没有完成。 / The process of this scan is gone; it did not finish."
        )
    return [run.run_id for run in dead]


def _last_word(instance: dg.DagsterInstance, run_id: str) -> float:
    """When the run last wrote an event, in seconds; 0 where it never did."""
    records = instance.get_records_for_run(run_id, limit=1, ascending=False).records
    return records[0].timestamp if records else 0.0
