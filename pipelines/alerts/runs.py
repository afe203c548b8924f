"""From a finished run of the scan to its message.

Belongs here: reading Dagster's record of a run. Does not belong here: words (`messages.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from pipelines.alerts.channels import channels
from pipelines.alerts.messages import Message, of_failure, of_publication
from pipelines.alerts.outbox import Outbox
from pipelines.home import Home
from pipelines.run_record import error_class
from pipelines.settings import Settings, read_settings


def tell(instance: dg.DagsterInstance, home: Home, runs: Sequence[dg.DagsterRun]) -> tuple[int, list[str]]:
    """Put the messages of finished runs into the outbox, and send what waits there; see `Outbox.send`."""
    ways, settings = channels(home), read_settings(home)
    if not ways:
        return 0, []
    messages = [message for run in runs if (message := message_of(instance, run, settings))]
    try:
        outbox = Outbox(home)
        for message in messages:
            outbox.put(message)
        return outbox.send(ways)
    except OSError as error:
        return 0, [
            f"{home.root / 'alerts'} 写不进去（{error.strerror}），请腾出空间或检查权限。 / It cannot be written: make room or check the modes."
        ]


def message_of(instance: dg.DagsterInstance, run: dg.DagsterRun, settings: Settings) -> Message | None:
    """The message of one finished run; None where nobody need be told."""
    if run.status == dg.DagsterRunStatus.FAILURE:
        return of_failure(run.run_id, _failed_steps(instance, run.run_id), settings)
    folder = publication_of_run(instance, run.run_id)
    return of_publication(folder, settings) if folder and (folder / "manifest.json").is_file() else None


def publication_of_run(instance: dg.DagsterInstance, run_id: str) -> Path | None:
    """The masked publication that a run wrote, which is the portal's; None where one stood already."""
    for event in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        made = event.asset_materialization
        if made is not None and made.asset_key == dg.AssetKey("publication"):
            told = made.metadata
            masked = told.get("masked", told["publication"])  # runs on record from earlier versions tell one alone
            unchanged = told.get("masked_unchanged", told["unchanged"])
            return None if unchanged.value else Path(str(masked.value))
    return None


def _failed_steps(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str]]:
    """Step and class of error: the class below Dagster's own wrappers. No message: it may hold a row's values."""
    found = []
    for event in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        error = event.dagster_event.step_failure_data.error if event.dagster_event else None
        found.append((event.step_key or "", error_class(error)))
    return found
