"""Dagster's event log over connections that are kept: nothing is lost when its process is killed, and who watches is told at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import EventLogEntry

from pipelines.event_log import SweptSqliteEventLog
from pipelines.event_log_sqlite import _KEPT

EVENTS = 20
# Stores events, says so, and waits to be killed with its connections open.
WRITER = """
import sys
from pathlib import Path
from tests.pipelines.test_event_log import EVENTS, opened, said
log = opened(Path(sys.argv[1]))
for number in range(EVENTS):
    log.store_event(said("run", number))
print("stored", flush=True)
sys.stdin.read()
"""


def opened(folder: Path) -> SweptSqliteEventLog:
    return SweptSqliteEventLog.from_config_value(None, {"base_dir": str(folder)})


def said(run: str, number: int) -> EventLogEntry:
    return EventLogEntry(
        error_info=None, level=20, user_message=f"event {number}", run_id=run, timestamp=time.time(), job_name="scan"
    )


def told(log: SweptSqliteEventLog, run: str) -> list[str]:
    return [record.event_log_entry.user_message for record in log.get_records_for_run(run).records]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SweptSqliteEventLog]:
    storage = opened(tmp_path)
    yield storage
    storage.dispose()


def test_a_watcher_hears_of_events_at_once_and_a_kill_loses_none(log: SweptSqliteEventLog, tmp_path: Path) -> None:
    log.store_event(said("run", -1))
    heard: list[str] = []
    complete = threading.Event()

    def hear(entry: EventLogEntry, _: str) -> None:
        heard.append(entry.user_message)
        if len(set(heard)) == EVENTS + 1:
            complete.set()

    log.watch("run", None, hear)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert writer.stdout is not None and writer.stdout.readline() == b"stored\n"
        assert complete.wait(60), f"the writer still runs, and its watcher has heard {len(set(heard))} of its events"
    finally:
        writer.kill()
        writer.communicate()
        log.end_watch("run", hear)
    after = opened(tmp_path)
    assert told(after, "run") == [f"event {number}" for number in range(-1, EVENTS)]
    after.dispose()


def test_a_run_opens_its_file_once(log: SweptSqliteEventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.store_event(said("run", 0))
    connect, opens = sqlite3.dbapi2.connect, []
    monkeypatch.setattr(sqlite3.dbapi2, "connect", lambda *args, **more: opens.append(args) or connect(*args, **more))
    for number in range(1, EVENTS):
        log.store_event(said("run", number))
    assert len(told(log, "run")) == EVENTS and opens == []
    log.store_event(said("another", 0))
    assert opens != []


def test_of_many_runs_few_are_kept_open_and_all_can_be_read(log: SweptSqliteEventLog) -> None:
    runs = [f"run_{number}" for number in range(2 * _KEPT)]
    for run in runs:
        log.store_event(said(run, 0))
    assert len(log._engines) <= _KEPT
    assert [told(log, run) for run in runs] == [["event 0"]] * len(runs)
