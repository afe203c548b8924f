"""Schedules: a scan every night, and once a month the publication that waits to be signed off. Off until switched on.

Their times are read from the home's settings when Dagster loads the code (the UI's "Reload definitions" reads them again).
"""

import datetime as dt

import dagster as dg

from pipelines.dead_runs import report_dead_runs
from pipelines.home import Home
from pipelines.jobs import scan_config, scan_job
from pipelines.settings import Settings, read_settings


def month_end_before(moment: dt.datetime) -> dt.date:
    """The last day of the month before the one in which `moment` lies."""
    return moment.date().replace(day=1) - dt.timedelta(days=1)


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The schedules at the times that the settings name."""

    @dg.schedule(
        job=scan_job,
        name="nightly_scan",
        cron_schedule=settings.nightly_scan,
        execution_timezone=settings.time_zone,
        description="每晚扫描收件箱；没有变化就不写发布。 / Every night; where nothing changed, nothing is written.",
    )
    def nightly_scan(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        report_dead_runs(context.instance, Home.at())
        return dg.RunRequest(
            run_config=scan_config(settings.inbox.still_seconds), tags={"skillwatch/by": "nightly_scan"}
        )

    @dg.schedule(
        job=scan_job,
        name="monthly_publication",
        cron_schedule=settings.monthly_publication,
        execution_timezone=settings.time_zone,
        description="月度发布：以上月最后一天为扫描日；发布后在门户等待授权核查人员签发。 / As of the last day of the month before; an officer signs it off in the portal.",
    )
    def monthly_publication(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        report_dead_runs(context.instance, Home.at())
        as_of = month_end_before(context.scheduled_execution_time).isoformat()
        return dg.RunRequest(
            run_key=as_of,
            run_config=scan_config(settings.inbox.still_seconds, as_of=as_of),
            tags={"skillwatch/by": "monthly_publication", "skillwatch/as_of": as_of},
        )

    return [nightly_scan, monthly_publication]


SCHEDULES = schedules(read_settings(Home.at()))
