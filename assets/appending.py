"""Tables that are written in parts, from frames that would not fit whole."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl


def begin(connection: duckdb.DuckDBPyConnection, table: str, schema: dict[str, Any]) -> None:
    """An empty table with these columns, in place of what was there."""
    connection.register("empty_rows", pl.DataFrame(schema=schema).to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM empty_rows")
    connection.unregister("empty_rows")


def append(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, schema: dict[str, Any]) -> None:
    """Add these rows; columns that the schema does not name are left out."""
    connection.register("added_rows", frame.select(list(schema)).cast(pl.Schema(schema)).to_arrow())
    connection.execute(f"INSERT INTO {table} SELECT * FROM added_rows")
    connection.unregister("added_rows")
