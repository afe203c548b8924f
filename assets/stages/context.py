"""What every stage is given: the open warehouse and the settings of the scan. The resource itself is made in `pipelines/`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import dagster as dg
import duckdb

from assets.engine import Engine
from assets.freshness import Freshness, Outcome
from models.law import ParameterRow

RESOURCE = "scan"


class ScanContext(Protocol):
    """The resource `scan`: one open connection and what computes on it for the whole run, the folders, and what the operator asked for."""

    connection: duckdb.DuckDBPyConnection
    engine: Engine
    freshness: Freshness
    home_folder: Path
    inbox_folder: Path
    deliveries_folder: Path
    publications_folder: Path
    as_of_date: date | None
    overrides: Sequence[ParameterRow]
    reveal: bool
    still_seconds: float
    portal: str
    full: bool

    def report(self, stage: str, detail: str) -> None:
        """Tell the operator what is being done; never with personal data."""


def scan_of(context: dg.AssetExecutionContext) -> ScanContext:
    """The scan's resource of a running step."""
    return getattr(context.resources, RESOURCE)


def picture(markdown: str) -> dg.MarkdownMetadataValue:
    """A picture of `assets/scan_pictures.py` for the UI, which shows it on a click."""
    return dg.MetadataValue.md(markdown)


def column_schema(connection: duckdb.DuckDBPyConnection, table: str) -> dg.TableSchema:
    """The columns of a table, for Dagster's catalogue."""
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return dg.TableSchema(columns=[dg.TableColumn(name=name, type=kind) for name, kind, *_ in described])


def count_rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def table_metadata(connection: duckdb.DuckDBPyConnection, table: str, rows: int) -> dict[str, Any]:
    """Row count and columns under the names that Dagster's UI shows by itself."""
    return {"dagster/row_count": rows, "dagster/column_schema": column_schema(connection, table)}


def told(outcome: Outcome) -> dict[str, Any]:
    """What the UI says of a node that may have been left alone."""
    if outcome.partly:
        return {"本次扫描 this scan": "已计算变了的部分 computed where it has changed"}
    return {"本次扫描 this scan": "已计算 computed" if outcome.computed else "未变，沿用 up to date"}


def data_version(*outcomes: Outcome) -> dg.DataVersion:
    """The version of one node, or of several that Dagster sees as one."""
    if len(outcomes) == 1:
        return dg.DataVersion(outcomes[0].version)
    return dg.DataVersion(hashlib.sha256("".join(one.version for one in outcomes).encode()).hexdigest())
