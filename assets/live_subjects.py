"""The subjects that live claims go through, a temporary table a level: only they are scored, the others are their peers.

Belongs here: their rows among the features of their level. Does not belong here: what is read of their claims (`subjects.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl

from assets.subjects import amounts

AT_ONCE = 100_000


def find_live(connection: duckdb.DuckDBPyConnection, level: str) -> np.ndarray:
    """Write `live_<level>`: what `amounts` tells of a subject, and its row in `features_<level>` in the order of keys. Returns
    these rows in order. DuckDB's table, as it spills what does not fit."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE live_{level} AS
            WITH numbered AS (
                SELECT CAST(key AS VARCHAR) AS subject_key, row_number() OVER (ORDER BY key) - 1 AS row FROM features_{level}
            )
            SELECT * FROM numbered JOIN ({amounts(level)}) AS claimed USING (subject_key) ORDER BY row"""
    )
    return connection.execute(f"SELECT row FROM live_{level} ORDER BY row").fetchnumpy()["row"]


def in_parts(
    connection: duckdb.DuckDBPyConnection, level: str, columns: str, rows: np.ndarray
) -> Iterator[pl.DataFrame]:
    """These columns of `live_<level>`, some thousand subjects at a time: the texts of millions of claims are many times their numbers."""
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        yield connection.execute(
            f"SELECT {columns} FROM live_{level} WHERE row BETWEEN ? AND ? ORDER BY row", [int(part[0]), int(part[-1])]
        ).pl()
