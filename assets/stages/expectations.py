"""Dagster asset of the Great Expectations face: promises and rules as expectations, run in every scan, readable offline."""

import dagster as dg

from assets.kept_expectations import refresh_expectations
from assets.stages.context import RESOURCE, count_rows, data_version, scan_of, table_metadata
from assets.stages.rules import RULE_KEYS
from assets.stages.tables import asset_key
from checks.rule import read_rules
from models.source import load_sources

GROUP = "s5_cases"


@dg.asset(
    group_name=GROUP,
    deps=[*RULE_KEYS, *(asset_key(f"delivered.{source}") for source in load_sources())],
    kinds={"duckdb"},
    required_resource_keys={RESOURCE},
    description="期望：来源的承诺和规则的结果，由 Great Expectations 逐项核对；发布里有可离线阅读的网页和工作表。 / Promises and rules as expectations.",
)
def expectations(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    settings.report("expectations", "")
    connection = settings.connection
    outcome, suites = refresh_expectations(
        connection, settings.freshness, load_sources().values(), read_rules().values()
    )
    met = connection.execute("SELECT count(*) FILTER (met) FROM expectations").fetchone()
    return dg.MaterializeResult(
        data_version=data_version(outcome),
        metadata={
            **table_metadata(connection, "expectations", count_rows(connection, "expectations")),
            "符合 met": met[0] if met else 0,
            "本次核对的组 suites run now": suites,
        },
    )


EXPECTATION_ASSETS = [expectations]
