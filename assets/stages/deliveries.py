"""Dagster assets of the first stage: the deliveries, and per source the accepted rows with the source's promises as checks."""

import sys
from collections.abc import Iterator

import dagster as dg

from assets.acceptance import accept
from assets.deliveries import TEMPORARY, take_in
from assets.kept_promises import refresh_promises
from assets.scan_pictures import deliveries as delivered
from assets.stages.context import RESOURCE, count_rows, data_version, picture, scan_of, table_metadata, told
from assets.tables import default_as_of
from checks.asset_checks import promise_check_result, promise_check_spec
from checks.promises import promises_of
from models.source import Source, load_sources

GROUP = "s1_deliveries"
SOURCES = load_sources()
# Tables of the accounting that stand beside the sources.
ACCOUNTS = {
    "files": "文件：每个文件读了几行，接受、隔离、被取代各几行。 / Accounting per file.",
    "quarantine": "隔离：读不懂的行和文件，原样保留，带原因。 / Unreadable rows and files, verbatim, with the reason.",
}


def _key(source: Source) -> dg.AssetKey:
    return dg.AssetKey(["delivered", source.name])


@dg.asset(
    group_name=GROUP,
    kinds={"polars", "parquet"},
    required_resource_keys={RESOURCE},
    description="交付：收件箱里每个文件的可读行和不可读行，各存一个 Parquet，按文件哈希命名；读过的不再读。 / What was read of each file, once.",
)
def deliveries(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    taken = take_in(
        settings.inbox_folder,
        settings.deliveries_folder,
        SOURCES,
        progress=lambda file: settings.report("deliveries", file),
        still_seconds=settings.still_seconds,
        trusting=not settings.full,
    )
    for file, why in taken.passed_over.items():
        if why != TEMPORARY:
            print(f"{file}：{why}", file=sys.stderr)
    return dg.MaterializeResult(
        metadata={
            "收件箱文件 files": taken.seen,
            "本次读取 read now": len(taken.read),
            "还在写的文件 still being written": len(taken.growing),
            "打不开的 cannot be opened": len(taken.closed),
            "略过 passed over": dg.MetadataValue.json(dict(taken.passed_over)),
        }
    )


@dg.multi_asset(
    name="accepted_rows",
    specs=[
        dg.AssetSpec(
            _key(source),
            deps=[deliveries],
            group_name=GROUP,
            kinds={"duckdb"},
            description=f"{source.title['zh']}：{source.says} / {source.title['en']}.",
        )
        for source in SOURCES.values()
    ]
    + [
        dg.AssetSpec(
            dg.AssetKey(["delivered", name]), deps=[deliveries], group_name=GROUP, kinds={"duckdb"}, description=told
        )
        for name, told in ACCOUNTS.items()
    ],
    check_specs=[
        promise_check_spec(promise, _key(source)) for source in SOURCES.values() for promise in promises_of(source)
    ],
    required_resource_keys={RESOURCE},
)
def accepted_rows(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Settle versions, copies and updates; then one table per source, and what it promises."""
    settings = scan_of(context)
    settings.report("accept", "")
    connection, freshness = settings.connection, settings.freshness
    outcomes = accept(connection, settings.deliveries_folder, SOURCES, freshness)
    for source in SOURCES.values():
        outcome, table = outcomes[source.name], f"delivered.{source.name}"
        yield dg.MaterializeResult(
            asset_key=_key(source),
            data_version=data_version(outcome),
            metadata={**table_metadata(connection, table, count_rows(connection, table)), **told(outcome)},
            check_results=[
                promise_check_result(result, _key(source)) for result in refresh_promises(connection, freshness, source)
            ],
        )
    as_of = settings.as_of_date or default_as_of(connection)
    for name in ACCOUNTS:
        table = f"delivered.{name}"
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["delivered", name]),
            data_version=dg.DataVersion(freshness.version(table)),
            metadata=table_metadata(connection, table, count_rows(connection, table))
            | ({"数据送达 matrix": picture(delivered(connection, as_of))} if name == "files" else {}),
        )


DELIVERY_ASSETS = [deliveries, accepted_rows]
