"""Dagster asset of the last stage: the signed publication, masked; and beside it, when asked for, the revealed one."""

import dagster as dg

from assets.keys import load_keys
from assets.scan_pictures import reconciliation
from assets.scan_publication import publish
from assets.stages.cases import cases
from assets.stages.context import RESOURCE, picture, scan_of
from assets.stages.expectations import expectations
from checks.rule import read_rules

GROUP = "s6_publication"


@dg.asset(
    group_name=GROUP,
    deps=[cases, expectations],
    kinds={"parquet", "excel"},
    required_resource_keys={RESOURCE},
    description="发布：遮盖个人信息、签名、写完不再改动的线索清单。没有变化时原发布继续有效。 / The signed, masked, immutable case list.",
)
def publication(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    settings.report("publication", "")
    rules, home = read_rules(), settings.home_folder
    keys = load_keys(home)
    scanned = (settings.connection, rules, keys, home, settings.overrides)
    published = masked = publish(*scanned, reveal=False, engine=settings.engine.name)
    if settings.reveal:
        published = publish(*scanned, reveal=True, without=masked.folder, engine=settings.engine.name)
    return dg.MaterializeResult(
        metadata={
            "publication": dg.MetadataValue.path(str(published.folder)),
            "unchanged": dg.MetadataValue.bool(published.unchanged),
            "masked": dg.MetadataValue.path(str(masked.folder)),
            "masked_unchanged": dg.MetadataValue.bool(masked.unchanged),
            "签名公钥指纹 key": keys.fingerprint,
            "对账四步 reconciliation": picture(reconciliation(settings.connection)),
            "门户 portal": dg.MetadataValue.url(f"{settings.portal}/publications/{masked.folder.name}"),
        }
    )


PUBLICATION_ASSETS = [publication]
