"""The jobs that Dagster offers: a scan is everything, in one process, in the order of the line."""

from __future__ import annotations

from typing import Any

import dagster as dg

scan_job = dg.define_asset_job(
    "scan_inbox",
    selection=dg.AssetSelection.all(),
    description="扫描：收件箱 → 数据表 → 规则 → 线索 → 发布。 / Scan: from the inbox to a signed publication.",
    executor_def=dg.in_process_executor,
)


def scan_config(still_seconds: float, as_of: str = "") -> dict[str, Any]:
    """The run config of a scan that nobody watches: files that are still being written are left for the next one."""
    return {"resources": {"scan": {"config": {"still_seconds": still_seconds, "as_of": as_of}}}}
