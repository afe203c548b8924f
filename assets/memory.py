"""What DuckDB may hold of the machine's memory, and when it holds less.

Belongs here: reading its limit, and making room. Does not belong here: which limit an operator set (`pipelines/settings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

GATHERING = 2 * 1024**3
"""Lists that DuckDB gathers do not spill: those of five million claims ended in an OutOfMemoryException with 1 GB, not with 2."""
SORTING = 1024**3
"""Enough where it only sorts, joins and reads."""
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes that DuckDB may hold before it spills."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = row[0].split()
    return int(float(number) * 1024 ** _UNITS.index(unit))


@contextmanager
def holding_half(connection: duckdb.DuckDBPyConnection, *, least: int = GATHERING) -> Iterator[None]:
    """Within it DuckDB holds half as much, as far as that is ``least`` bytes: what is computed beside it, over all subjects at once,
    needs the room."""
    limit = memory_limit(connection)
    connection.execute("SET memory_limit = ?", [f"{min(limit, max(limit // 2, least))}B"])
    try:
        yield
    finally:
        connection.execute("SET memory_limit = ?", [f"{limit}B"])
