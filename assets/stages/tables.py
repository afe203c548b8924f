"""Dagster assets of the tables stage: the scan's date, the parameters, and one asset per file in `assets/tables`."""

import dagster as dg
import duckdb

from assets.freshness import Outcome
from assets.hits import forget_hits
from assets.stages.context import RESOURCE, count_rows, data_version, scan_of, table_metadata, told
from assets.tables import (
    CODED_READS,
    PARAMETER_READS,
    SCAN_READS,
    build_parameters,
    build_scan,
    default_as_of,
    law_rows,
    refresh_table,
    table_queries,
)
from checks.rule import read_rules
from models.query import Query

GROUP = "s2_tables"


def asset_key(table: str) -> dg.AssetKey:
    """`delivered.claims` -> delivered/claims; `claims` -> claims."""
    return dg.AssetKey(table.split("."))


@dg.asset(
    group_name=GROUP,
    deps=[asset_key(table) for table in SCAN_READS],
    kinds={"duckdb"},
    required_resource_keys={RESOURCE},
    description="扫描日：本次扫描看到哪一天为止。未指定时取最晚的申领、记账或交易日期。 / The as-of date of the scan.",
)
def scan(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    as_of = settings.as_of_date or default_as_of(settings.connection)
    if as_of is None:
        raise dg.Failure(
            "没有一行已接受的申领、台账或银行流水，无法确定扫描日。请检查收件箱和隔离清单，或用 --as-of 指定日期。 / "
            "No accepted row of claims, ledger or bank: nothing to scan. Check the inbox and the quarantine, or give --as-of."
        )
    forget_hits(settings.connection, settings.freshness, read_rules())
    outcome = settings.freshness.refresh("scan", as_of, (), lambda: build_scan(settings.connection, as_of))
    return dg.MaterializeResult(
        data_version=data_version(outcome), metadata={"扫描日 as of": str(as_of), **told(outcome)}
    )


@dg.asset(
    group_name=GROUP,
    deps=[asset_key(table) for table in (*PARAMETER_READS, *CODED_READS)],
    kinds={"duckdb", "yaml"},
    required_resource_keys={RESOURCE},
    description="参数：通知和邻近规定里的每个数值，按城市和日期解析，带条款出处。 / Every dated value of the law, resolved per city.",
)
def parameter(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    connection = settings.connection
    outcome = settings.freshness.refresh(
        "parameter",
        [repr(row) for row in (*law_rows(), *settings.overrides)],
        (*PARAMETER_READS, *CODED_READS),
        lambda: build_parameters(connection, settings.overrides),
    )
    return _result(connection, "parameter", outcome)


def _result(connection: duckdb.DuckDBPyConnection, table: str, outcome: Outcome) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        data_version=data_version(outcome),
        metadata={**table_metadata(connection, table, count_rows(connection, table)), **told(outcome)},
    )


def _table_asset(query: Query) -> dg.AssetsDefinition:
    title = query.header["title"]

    @dg.asset(
        key=asset_key(query.name),
        group_name=GROUP,
        deps=[asset_key(table) for table in sorted(query.reads)],
        kinds={"duckdb", "sql"},
        required_resource_keys={RESOURCE},
        description=f"{title['zh']}：{query.header['says']} / {title['en']}.\n\n```sql\n{query.sql}\n```",
    )
    def table(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = scan_of(context)
        settings.report("tables", query.name)
        connection = settings.connection
        outcome = refresh_table(connection, settings.freshness, query, settings.engine)
        return _result(connection, query.name, outcome)

    return table


TABLE_ASSETS = [scan, parameter, *(_table_asset(query) for query in table_queries().values())]
