"""The tables of the schema `delivered`: a typed one per source, and those of the accounting.

Does not belong here: what comes into them (`acceptance.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from models.source import Source, load_sources

_EXTRA = {
    "source_file": "VARCHAR", "source_sheet": "VARCHAR", "source_line": "INTEGER", "delivery_order": "INTEGER",
    "repairs": "VARCHAR", "row_text": "VARCHAR",
}  # fmt: skip
# `live` keeps which files a source's rows came from, and in which way they were read into it; `promises` what was found.
ACCOUNTS = {
    "quarantine": """file VARCHAR, source VARCHAR, sheet VARCHAR, line BIGINT, column_name VARCHAR,
        reason_code VARCHAR, reason VARCHAR, "row" VARCHAR, row_masked VARCHAR""",
    "live": "source VARCHAR, delivery_order INTEGER, file VARCHAR, sha256 VARCHAR, way VARCHAR",
    "promises": 'source VARCHAR, promise VARCHAR, "rows" BIGINT, "of" BIGINT, missing VARCHAR[]',
    "missing_columns": "source VARCHAR, column_name VARCHAR",
    "files": """file VARCHAR, source VARCHAR, city VARCHAR, period VARCHAR, sha256 VARCHAR, status VARCHAR,
        rows_read BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT, rows_superseded BIGINT, note VARCHAR""",
}


def empty_delivered(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source] | None = None) -> None:
    """The schema `delivered` with an empty, typed table per source, and the tables of accounting."""
    connection.execute("DROP SCHEMA IF EXISTS delivered CASCADE; CREATE SCHEMA delivered")
    for source in (sources or load_sources()).values():
        empty_table(connection, source.name, columns_of(source))
    for name, columns in ACCOUNTS.items():
        empty_table(connection, name, columns)


def columns_of(source: Source) -> str:
    """The columns of a source's accepted rows, as SQL: its own, typed, and where each row stood."""
    columns = {column.name: column.duckdb_type for column in source.columns} | _EXTRA
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def empty_table(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> None:
    """`delivered.<name>` with these columns and no row, in place of what it was."""
    connection.execute(f"CREATE OR REPLACE TABLE delivered.{name} ({columns})")
