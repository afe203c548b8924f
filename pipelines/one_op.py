"""Running a job of one op from the shell, on the home's own Dagster instance, so that it is seen in the UI like any other run."""

from __future__ import annotations

import logging
import os
from typing import Any

import dagster as dg

from pipelines.home import Home, must_be_scanned
from pipelines.progress import showing


class JobFailed(RuntimeError):
    """The job could not finish; the message says why."""


def run_one_op(job: dg.JobDefinition, home: Home, config: dict[str, Any]) -> Any:
    """Run ``job`` in this process with ``config`` for its only op; returns what the op returns. Raises HomeError or JobFailed."""
    must_be_scanned(home)
    home.prepare()
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    (op,) = (node.name for node in job.nodes)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with dg.DagsterInstance.get() as instance, showing({}):
        result = job.execute_in_process(
            run_config={
                "ops": {op: {"config": {"home": str(home.root), **config}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
            instance=instance,
            raise_on_error=False,
        )
    if not result.success:
        raise JobFailed(_why(result))
    return result.output_for_node(op)


def _why(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            told = event.step_failure_data.user_failure_data
            error = event.step_failure_data.error
            return (told.description if told else None) or (error.message.strip() if error else "")
    return "作业未能完成，见界面中的运行记录。 / The job could not finish; see the run in the UI."
