"""Sensors: new files and judgements in the inbox start a scan, a finished scan tells whom it concerns. Off until switched on.

Belongs here: the Dagster dress. Does not belong here: when files are ready (`watching.py`), or what a message says (`alerts/`).
"""

import datetime as dt
import json
import time

import dagster as dg

from pipelines.alerts.runs import tell
from pipelines.dead_runs import report_dead_runs
from pipelines.home import Home
from pipelines.jobs import scan_config, scan_job
from pipelines.settings import read_settings
from pipelines.watching import closed_told, decide, waiting

_ON_ITS_WAY = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING]
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_OVERLAP = 300.0


def _watch(context: dg.SensorEvaluationContext, *, feedback: bool) -> dg.SensorResult | dg.SkipReason:
    """Ask for one scan of what is new and stands still; never while another scan holds the home or is on its way."""
    home = Home.at()
    settings = read_settings(home).inbox
    quiet = settings.quiet_minutes * 60 if feedback else settings.still_seconds
    new, closed = waiting(home, feedback=feedback)
    decision = decide(
        new,
        json.loads(context.cursor or "{}"),
        time.time(),
        quiet,
        settings.longest_minutes * 60,
    )
    cursor = json.dumps(decision.memory)
    report_dead_runs(context.instance, home)
    on_its_way = context.instance.get_runs(dg.RunsFilter(job_name=scan_job.name, statuses=_ON_ITS_WAY), limit=1)
    if not_opened := closed_told(closed):
        context.log.warning(not_opened)
    if decision.key and (home.busy or on_its_way):
        return dg.SensorResult(skip_reason="正在扫描，结束后再看。 / A scan is under way; this waits.", cursor=cursor)
    if not decision.key:
        return dg.SensorResult(skip_reason=decision.told + not_opened, cursor=cursor)
    request = dg.RunRequest(
        run_key=decision.key,
        run_config=scan_config(settings.still_seconds),
        tags={"skillwatch/by": context.sensor_name},
    )
    return dg.SensorResult(run_requests=[request], cursor=cursor)


@dg.sensor(
    job=scan_job,
    minimum_interval_seconds=30,
    description="收件箱：新文件的大小和时间不再变化，就扫描一次；正在扫描时等待。 / New files that have stopped changing start one scan.",
)
def inbox_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    return _watch(context, feedback=False)


@dg.sensor(
    job=scan_job,
    minimum_interval_seconds=60,
    description="核查反馈：一阵子没有新的反馈，或最早的等得够久，就扫描一次。 / Judgements start one scan when no more come, or the oldest has waited long enough.",
)
def inbox_feedback(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    return _watch(context, feedback=True)


@dg.sensor(
    minimum_interval_seconds=60,
    description="告警：扫描失败，或有新的大额违规线索时，发一封邮件或一次 webhook，不含个人信息；发不出去的下次再发。 / One message a scan, by mail or webhook.",
)
def scan_alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    home, now = Home.at(), time.time()
    # What ended before the sensor was switched on is told to nobody; what was told already, the outbox knows.
    switched_on, looked = json.loads(context.cursor) if context.cursor else (now, now)
    since = dt.datetime.fromtimestamp(max(switched_on, looked - _OVERLAP), dt.UTC)
    ended = context.instance.get_runs(dg.RunsFilter(job_name=scan_job.name, statuses=_ENDED, updated_after=since))
    sent, failed = tell(context.instance, home, ended)
    if failed:
        raise dg.Failure("告警没有发出，下次再试。 / Not sent; will be tried again. " + "; ".join(failed))
    told = f"发出 {sent} 条消息。 / Messages sent: {sent}."
    return dg.SensorResult(skip_reason=told, cursor=json.dumps([switched_on, now]))


SENSORS = [inbox_files, inbox_feedback, scan_alerts]
