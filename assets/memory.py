"""What DuckDB may hold of the machine's memory, and when it holds less.

Belongs here: reading its limit, and making room. Does not belong here: which limit an operator set (`pipelines/settings.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def memory_limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes that DuckDB may hold before it spills."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = row[0].split()
    return int(float(number) * 1024 ** _UNITS.index(unit))


@dataclass(frozen=True)
class Share:
    """How much of its limit DuckDB holds meanwhile: a part of it, but ``least`` bytes if it may hold so many."""

    part: int
    least: int

    def of(self, limit: int) -> int:
        """Bytes of a limit."""
        return min(limit, max(limit // self.part, self.least))


GATHERING = Share(2, 2 * 1024**3)
"""Lists that DuckDB gathers do not spill: those of five million claims ended in an OutOfMemoryException with 1 GB, not with 2."""
SORTING = Share(4, 1024**3)
"""Enough where it only sorts, joins and reads."""


@contextmanager
def holding(connection: duckdb.DuckDBPyConnection, share: Share, limit: int) -> Iterator[None]:
    """Within it DuckDB holds a share of its ``limit``: what is computed beside it, over all subjects at once, needs the room. The
    limit is given, and not read each time: what DuckDB tells of it is cut off after one decimal."""
    connection.execute("SET memory_limit = ?", [f"{share.of(limit)}B"])
    try:
        yield
    finally:
        connection.execute("SET memory_limit = ?", [f"{limit}B"])
