"""Tables for management: what the notice asks of the offices themselves, as figures that accuse nobody.

Belongs here: running `assets/management/*.sql`, one SELECT a table. Does not belong here: judging (rules do), or
writing them out (`publication.py`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from assets.workbook import Sheet
from models.query import Query, read_queries

MANAGEMENT = Path(__file__).parent / "management"


@lru_cache(maxsize=1)
def management_queries() -> dict[str, Query]:
    """All management tables by name; the header names title, clause, says and the Chinese title of every column."""
    return read_queries(MANAGEMENT)


def management_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every management table over the tables of the scan, rows in the order of their columns."""
    return {
        name: connection.execute(f"SELECT * FROM ({query.sql}) ORDER BY ALL").pl()
        for name, query in management_queries().items()
    }


def management_sheets() -> dict[str, Sheet]:
    """How each table is shown in the workbook of reports."""
    return {
        name: Sheet(query.header["title"]["zh"], query.header["says"], query.header["columns"])
        for name, query in management_queries().items()
    }
