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
from pipelines.jobs import scan_job
from pipelines.resources import ScanResource

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
    jobs=[scan_job, backtest_job],
    resources={"scan": ScanResource()},
    executor=dg.in_process_executor,
)
