"""Whose identity and mobile numbers were delivered: what an identifier is compared with before it is published.

Belongs here: looking them up in the warehouse. Does not belong here: what becomes of an identifier that holds one (`models/privacy.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import duckdb
import polars as pl

from models.source import load_sources


def known_persons(connection: duckdb.DuckDBPyConnection) -> Callable[[Collection[str]], Collection[str]]:
    """Tells of identity numbers (18 characters) and mobile numbers which stand in an accepted row's columns of either kind."""

    def known(numbers: Collection[str]) -> Collection[str]:
        if not numbers:
            return frozenset()
        connection.register("asked_numbers", pl.DataFrame({"number": sorted(numbers)}).to_arrow())
        found = connection.execute(" UNION ".join(_columns())).fetchall()
        connection.unregister("asked_numbers")
        return frozenset(number for (number,) in found)

    return known


def _columns() -> list[str]:
    return [
        f"SELECT {column.name} FROM delivered.{source.name} WHERE {column.name} IN (FROM asked_numbers)"
        for source in load_sources().values()
        for column in source.columns
        if column.personal in ("identity", "phone")
    ]
