"""Dagster asset of the Great Expectations face: promises and rules as expectations, run in every scan, readable offline."""

import dagster as dg

from assets.stages.context import RESOURCE, scan_of, table_metadata
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
    from checks.expectations import run_expectations  # takes seconds to load; only a running scan needs it

    settings = scan_of(context)
    settings.report("expectations", "")
    connection = settings.connection
    frame = run_expectations(connection, load_sources().values(), read_rules().values())
    connection.register("checked_expectations", frame.to_arrow())
    connection.execute("CREATE OR REPLACE TABLE expectations AS SELECT * FROM checked_expectations ORDER BY ALL")
    connection.unregister("checked_expectations")
    failed = frame.filter(frame["failure"] != "")
    if failed.height:
        raise dg.Failure(
            f"{failed.height} 项期望未能检查 / could not be checked, e.g. {failed['expectation'][0]}: {failed['failure'][0]}"
        )
    return dg.MaterializeResult(
        metadata={**table_metadata(connection, "expectations", frame.height), "符合 met": int(frame["met"].sum())}
    )


EXPECTATION_ASSETS = [expectations]
