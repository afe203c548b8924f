"""What DuckDB may hold of the machine's memory, and when it holds less.

Belongs here: reading its limit, and making room. Does not belong here: which limit an operator set (`pipelines/settings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

LEAST = 2 * 1024**3
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes that DuckDB may hold before it spills."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = row[0].split()
    return int(float(number) * 1024 ** _UNITS.index(unit))


@contextmanager
def holding_half(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within it DuckDB holds half as much, as far as that is LEAST: what is computed beside it, over all subjects at once, needs the room.

    Not less: lists that it gathers do not spill. Of five million claims 1 GB ended in an OutOfMemoryException, 2 GB did not.
    """
    limit = memory_limit(connection)
    connection.execute("SET memory_limit = ?", [f"{min(limit, max(limit // 2, LEAST))}B"])
    try:
        yield
    finally:
        connection.execute("SET memory_limit = ?", [f"{limit}B"])
