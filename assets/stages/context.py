"""What every stage is given: the open warehouse and the settings of the scan. The resource itself is made in `pipelines/`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import dagster as dg
import duckdb

from assets.engine import Engine
from models.law import ParameterRow

RESOURCE = "scan"


class ScanContext(Protocol):
    """The resource `scan`: one open connection and what computes on it for the whole run, the folders, and what the operator asked for."""

    connection: duckdb.DuckDBPyConnection
    engine: Engine
    home_folder: Path
    inbox_folder: Path
    deliveries_folder: Path
    publications_folder: Path
    as_of_date: date | None
    overrides: Sequence[ParameterRow]
    reveal: bool

    def report(self, stage: str, detail: str) -> None:
        """Tell the operator what is being done; never with personal data."""


def scan_of(context: dg.AssetExecutionContext) -> ScanContext:
    """The scan's resource of a running step."""
    return getattr(context.resources, RESOURCE)


def column_schema(connection: duckdb.DuckDBPyConnection, table: str) -> dg.TableSchema:
    """The columns of a table, for Dagster's catalogue."""
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return dg.TableSchema(columns=[dg.TableColumn(name=name, type=kind) for name, kind, *_ in described])


def table_metadata(connection: duckdb.DuckDBPyConnection, table: str, rows: int) -> dict[str, Any]:
    """Row count and columns under the names that Dagster's UI shows by itself."""
    return {"dagster/row_count": rows, "dagster/column_schema": column_schema(connection, table)}
