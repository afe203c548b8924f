"""Everything that Dagster sees, put together. No logic belongs here."""

from __future__ import annotations

import dagster as dg

from assets.stages.cases import CASE_ASSETS
from assets.stages.deliveries import DELIVERY_ASSETS
from assets.stages.expectations import EXPECTATION_ASSETS
from assets.stages.models import MODEL_ASSETS
from assets.stages.publication import PUBLICATION_ASSETS
from assets.stages.rules import RULE_ASSETS
from assets.stages.tables import TABLE_ASSETS
from pipelines.backtesting import backtest_job
from pipelines.console import console
from pipelines.jobs import scan_job
from pipelines.planning_job import plan_job
from pipelines.resources import ScanResource
from pipelines.schedules import SCHEDULES
from pipelines.sensors import SENSORS

defs = dg.Definitions(
    assets=[
        *DELIVERY_ASSETS,
        *TABLE_ASSETS,
        *RULE_ASSETS,
        *MODEL_ASSETS,
        *EXPECTATION_ASSETS,
        *CASE_ASSETS,
        *PUBLICATION_ASSETS,
    ],
    jobs=[scan_job, backtest_job, plan_job],
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"scan": ScanResource()},
    loggers={"console": console},
    executor=dg.in_process_executor,
)
