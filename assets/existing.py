"""Which delivered rows exist for the scan: rows dated after it do not.

Belongs here: finding the tables' own conditions. Does not belong here: which of several rows with one key counts; that is for the
tables alone, for every row that was delivered may be evidence.
"""

from __future__ import annotations

from functools import lru_cache

from assets.tables import table_queries

_TABLES = {"attendance": "sessions"}
"""Where a source's rows are kept in a table of another name."""
_OF_A_CLASS_THAT_HAS_BEGUN = """(d.class_id IN (SELECT class_id FROM classes)
    OR d.class_id NOT IN (SELECT class_id FROM delivered.classes WHERE class_id IS NOT NULL))"""
"""Rosters bear no date and go with their class, as in the table `enrolments`."""


@lru_cache(maxsize=64)
def exists(source: str) -> str:
    """SQL of the condition, over a row `d` of what was delivered and the row `s` of `scan`, under which it exists."""
    if source == "enrolments":
        return _OF_A_CLASS_THAT_HAS_BEGUN
    return table_queries()[_TABLES.get(source, source)].taking(f"delivered.{source}", "d")
