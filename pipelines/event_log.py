"""Dagster's event log, with errors told without the values of a row: a library's message may quote the row that it broke on.

Belongs here: what is taken out before an event is kept. Does not belong here: how it is kept
(Dagster's own storage, or `event_log_sqlite.py`).
Named in dagster.yaml; for another storage, put `SweptEventLog` before it in the same way.
"""

import json
import logging
import re
from pathlib import Path
from typing import Any

from dagster import EventLogEntry, deserialize_value, serialize_value

from models.privacy import sweep
from pipelines.event_log_sqlite import KeptSqliteEventLog

_TOLD = ("message", "user_message", "description", "error_info")
"""Fields of an event that hold somebody's words. Codes, keys, ids and times are left as they are."""
_QUOTED = re.compile(r"'[^'\n]*'")
_PERSONAL = re.compile(r"[一-鿿]|\d{4}")


def without_values(text: str) -> str:
    """The words of an error without numbers that name a person, and without what it quotes of a row."""
    return _QUOTED.sub(lambda found: "'…'" if _PERSONAL.search(found[0]) else found[0], sweep(text))


def swept(event: EventLogEntry) -> EventLogEntry:
    """The event as it may be kept."""
    return deserialize_value(json.dumps(_walk(json.loads(serialize_value(event)), False)), EventLogEntry)


def _walk(value: Any, told: bool) -> Any:
    if isinstance(value, dict):
        return {name: _walk(inner, name in _TOLD) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, told) for inner in value]
    return without_values(value) if told and isinstance(value, str) else value


class SweptEventLog:
    """Before a storage: what tells of trouble is swept first."""

    def store_event(self, event: EventLogEntry) -> None:
        failure = event.dagster_event is not None and event.dagster_event.is_failure
        quiet = isinstance(event.level, int) and event.level < logging.WARNING and not failure
        super().store_event(event if quiet else swept(event))  # type: ignore[misc]


class SweptSqliteEventLog(SweptEventLog, KeptSqliteEventLog):
    """A SQLite file a run, where Dagster keeps it by itself: history/runs under `base_dir`, Dagster's home."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "SweptSqliteEventLog":
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data=inst_data)
