"""A shadow of the warehouse: everything can be read and computed anew in it, and nothing of it reaches the warehouse.

Belongs here: the connection. Does not belong here: what is computed on it (`backtest.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

LATEST = "latest"


@contextmanager
def shadow_of(warehouse: Path, memory: str = "4GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database over the warehouse, which is attached for reading only, as `latest`.

    A bare name means the shadow's own table where it has one, else the warehouse's; the delivered rows are the
    warehouse's. What does not fit into memory spills into a private folder that goes with the connection.
    """
    with tempfile.TemporaryDirectory(prefix="skillwatch-shadow-") as spill:
        connection = duckdb.connect(":memory:")
        try:
            connection.execute("SET memory_limit = ?", [memory])
            connection.execute("SET preserve_insertion_order = false")
            connection.execute("SET temp_directory = ?", [spill])
            connection.execute(f"ATTACH '{str(warehouse).replace(chr(39), chr(39) * 2)}' AS {LATEST} (READ_ONLY)")
            look_through(connection, "delivered")
            connection.execute("CREATE SCHEMA hits")
            connection.execute(f"SET search_path = 'memory.main,{LATEST}.main'")
            yield connection
        finally:
            connection.close()


def look_through(connection: duckdb.DuckDBPyConnection, schema: str, only: Collection[str] | None = None) -> None:
    """Views of the warehouse's tables of a schema (`only` some of them) where the shadow has no table of that name itself."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS memory.{schema}")
    names = connection.execute(
        """SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = ?
           EXCEPT SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory' AND schema_name = ? ORDER BY 1""",
        [LATEST, schema, schema],
    ).fetchall()
    for (name,) in names:
        if only is not None and name not in only:
            continue
        connection.execute(f"CREATE OR REPLACE VIEW memory.{schema}.{name} AS FROM {LATEST}.{schema}.{name}")


def differs(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the shadow's table holds other rows than the warehouse's, in whatever order; true where only one has it."""
    schema, _, name = table.rpartition(".")
    there = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? AND table_name = ?",
        [LATEST, schema or "main", name],
    ).fetchone()
    if not there or not there[0]:
        return True
    own, latest = (
        connection.execute(
            f"SELECT count(*), sum(hash(t)), bit_xor(hash(t)) FROM {database}.{schema or 'main'}.{name} AS t"
        ).fetchone()
        for database in ("memory", LATEST)
    )
    return own != latest
