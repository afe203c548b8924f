"""Sensors and schedules: a file is asked for once, when it stands still; months and nights in the right zone; all off at first."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets import deliveries
from assets.deliveries import take_in
from models.source import load_sources
from pipelines import watching
from pipelines.dead_runs import report_dead_runs
from pipelines.definitions import defs
from pipelines.home import Home
from pipelines.jobs import scan_job
from pipelines.schedules import month_end_before, schedules
from pipelines.sensors import inbox_feedback, inbox_files
from pipelines.settings import Settings
from pipelines.watching import decide
from tests.assets.closed_folders import closed, without_entry
from tests.assets.reading.files import HEADER, ROW, write_csv

LEDGER, FEEDBACK = "专账资金台账_太原市_202107.csv", "核查反馈_太原市_202203.csv"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home.at(tmp_path / "home")
    made.prepare()
    made.inbox.mkdir()
    monkeypatch.setenv("SKILLWATCH_HOME", str(made.root))
    made.settings.write_text("inbox: {still_seconds: 0, quiet_minutes: 0}\n", encoding="utf-8")
    return made


def look(
    sensor: dg.SensorDefinition, cursor: str | None = None, instance: dg.DagsterInstance | None = None
) -> dg.SensorResult:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        context = dg.build_sensor_context(instance or ephemeral, cursor=cursor, sensor_name=sensor.name)
        result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_everything_is_off_until_somebody_switches_it_on() -> None:
    names = {one.name for one in [*(defs.schedules or []), *(defs.sensors or [])]}
    assert names == {"nightly_scan", "monthly_publication", "inbox_files", "inbox_feedback", "scan_alerts"}
    assert all(one.default_status == dg.DefaultScheduleStatus.STOPPED for one in defs.schedules or [])
    assert all(one.default_status == dg.DefaultSensorStatus.STOPPED for one in defs.sensors or [])


def test_a_new_file_is_asked_for_once_and_no_more_when_it_was_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.delivery_store._SETTLED_NS", 0)  # the test reads what was written a moment ago
    assert not look(inbox_files).run_requests
    write_csv(home.inbox / LEDGER, [HEADER, ROW])
    (first,) = look(inbox_files).run_requests or []
    (again,) = look(inbox_files).run_requests or []
    assert first.run_key == again.run_key, "Dagster starts one run for a key"
    assert first.run_config["resources"]["scan"]["config"]["still_seconds"] == 0
    take_in(home.inbox, home.deliveries, load_sources())
    assert not look(inbox_files).run_requests
    write_csv(home.inbox / LEDGER, [HEADER, ROW, ROW])
    (changed,) = look(inbox_files).run_requests or []
    assert changed.run_key != first.run_key


def test_files_and_judgements_have_a_sensor_each(home: Home) -> None:
    (home.inbox / FEEDBACK).write_text("线索编号,结论\n", encoding="utf-8")
    assert not look(inbox_files).run_requests and look(inbox_feedback).run_requests
    (home.inbox / FEEDBACK).unlink()
    write_csv(home.inbox / LEDGER, [HEADER, ROW])
    assert look(inbox_files).run_requests and not look(inbox_feedback).run_requests


def test_nothing_is_asked_for_while_a_scan_holds_the_home(home: Home) -> None:
    write_csv(home.inbox / LEDGER, [HEADER, ROW])
    with home.held("a test", 0, lambda _: None):
        assert not look(inbox_files).run_requests
    assert look(inbox_files).run_requests


def test_a_file_that_grows_waits_until_it_has_stood_still(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1")
    _long_ago(path)
    start = time.time()
    one = decide({"a": path}, {}, start, quiet=60, longest=600)
    assert not one.key, "seen for the first time: nobody knows yet"
    assert decide({"a": path}, one.memory, start + 59, 60, 600).key == ""
    assert decide({"a": path}, one.memory, start + 60, 60, 600).key
    path.write_text("12")
    _long_ago(path)
    two = decide({"a": path}, one.memory, start + 60, 60, 600)
    assert not two.key
    assert decide({"a": path}, two.memory, start + 120, 60, 600).key


def test_one_file_that_never_stands_still_does_not_hold_up_the_others_for_ever(tmp_path: Path) -> None:
    still, growing = tmp_path / "a.csv", tmp_path / "b.csv"
    still.write_text("1")
    _long_ago(still)
    memory, now = {}, time.time()
    for minute in range(12):
        growing.write_text("x" * minute)
        decision = decide({"a": still, "b": growing}, memory, now + 60 * minute, 30, 600)
        memory = decision.memory
        assert bool(decision.key) == (minute >= 10), minute


def test_a_scan_leaves_what_is_still_being_written(home: Home) -> None:
    write_csv(home.inbox / LEDGER, [HEADER, ROW])
    if os.name == "posix":
        _long_ago(home.inbox / LEDGER)  # the time of change still tells
    left = take_in(home.inbox, home.deliveries, load_sources(), still_seconds=3600)
    assert left.read == () and list(left.passed_over) == [LEDGER]
    assert take_in(home.inbox, home.deliveries, load_sources()).read == (LEDGER,)


def test_a_tick_goes_on_when_a_file_goes_between_listing_and_looking(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office program's copy, a file that is moved away: gone after the walk, and after it was found to be new."""
    gone, moved, stays = (home.inbox / f"专账资金台账_{city}_202107.csv" for city in ("大同市", "长治市", "太原市"))
    for path in (gone, moved, stays):
        write_csv(path, [HEADER, ROW])
    real_files, real_name = deliveries.files_in, watching.read_name

    def files(inbox: Path) -> Any:
        found = real_files(inbox)
        gone.unlink()
        return found

    def name(file: str, sources: Any) -> Any:
        moved.unlink(missing_ok=True)
        return real_name(file, sources)

    monkeypatch.setattr(deliveries, "files_in", files)
    monkeypatch.setattr(watching, "read_name", name)
    asked = look(inbox_files)
    assert asked.run_requests and list(json.loads(asked.cursor or "")) == [stays.name]


def test_a_tick_goes_on_and_says_so_when_a_folder_cannot_be_opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.inbox / "大同市"
    folder.mkdir()
    closed(monkeypatch, folder)
    quiet = look(inbox_files)
    assert not quiet.run_requests and "打不开" in str(quiet.skip_reason) and "大同市" in str(quiet.skip_reason)
    write_csv(home.inbox / LEDGER, [HEADER, ROW])
    assert look(inbox_files).run_requests
    without_entry(monkeypatch, home.inbox)
    blind = look(inbox_files)
    assert not blind.run_requests and LEDGER in str(blind.skip_reason)


def test_the_month_before_in_the_zone_of_the_settings(home: Home) -> None:
    monthly = next(one for one in schedules(Settings()) if one.name == "monthly_publication")
    assert monthly.execution_timezone == "Asia/Shanghai"
    moment = dt.datetime(2022, 3, 1, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # still February in UTC
    assert month_end_before(moment) == dt.date(2022, 2, 28)
    with dg.instance_for_test() as instance:
        asked = monthly(dg.build_schedule_context(instance, scheduled_execution_time=moment))
    assert isinstance(asked, dg.RunRequest) and asked.run_key == "2022-02-28"
    assert asked.run_config["resources"]["scan"]["config"]["as_of"] == "2022-02-28"


def test_a_run_whose_process_is_gone_is_ended_and_one_that_holds_the_home_is_not(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(defs.resolve_job_def(scan_job.name))
        instance.report_dagster_event(
            dg.DagsterEvent(event_type_value="PIPELINE_START", job_name=scan_job.name), run_id=run.run_id
        )
        assert report_dead_runs(instance, home) == [], "it spoke just now"
        with home.held("a test", 0, lambda _: None):
            assert report_dead_runs(instance, home, silent=0) == []
        time.sleep(0.01)
        assert report_dead_runs(instance, home, silent=0) == [run.run_id]
        ended = instance.get_run_by_id(run.run_id)
        assert ended is not None and ended.status == dg.DagsterRunStatus.FAILURE
        assert report_dead_runs(instance, home, silent=0) == []


def _long_ago(path: Path) -> None:
    """As a tool does that keeps the original's times."""
    os.utime(path, (1e9, 1e9))
