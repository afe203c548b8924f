"""Which rows of a table came and went in this scan, and computing anew only the part of a table that they touch.

Belongs here: comparing rows, and running what `models/separable.py` has proven. Does not belong here: whether a table has
to be computed at all (`freshness.py`).

A table that was computed in part holds the rows that it would hold if computed whole, in another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from models.query import Query
from models.separable import Separation, among, narrowed, separations

FEW = 20_000
"""A table that reads fewer rows than this is computed whole: that is cheaper than finding out what has changed."""
LARGE = 0.25
"""Where more than this share of the keys is touched, the whole table is computed."""
_WAYS = 4
"""How many ways are tried before one is taken."""

Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Delta:
    """The rows of ``table`` that came and those that went, in two temporary tables; a row may stand in both."""

    table: str
    added: str
    removed: str
    rows: int
    _distinct: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def moved(self) -> tuple[str, str]:
        """Both tables."""
        return self.added, self.removed

    def distinct(self, connection: duckdb.DuckDBPyConnection, column: str) -> int:
        """About how many distinct values a column of the table has."""
        if column not in self._distinct:
            self._distinct[column] = _distinct(connection, self.table, column)
        return self._distinct[column]


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Name and type of each column, in order."""
    return connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()


def row_hash(columns: Columns) -> str:
    """SQL of one number that tells rows apart."""
    # -0.0 and 0.0, an empty list and a list of nothing have one hash, but not the same text.
    texts = [
        f'CAST("{name}" AS VARCHAR)' if kind in ("DOUBLE", "FLOAT") or "[" in kind or "STRUCT" in kind else f'"{name}"'
        for name, kind in columns
    ]
    return f"hash({', '.join(texts)})"


def delta_between(connection: duckdb.DuckDBPyConnection, before: str, after: str) -> Delta | None:
    """What came and went from one table to the other; None where the columns differ, or much of the rows."""
    columns = columns_of(connection, after)
    if columns_of(connection, before) != columns:
        return None
    h = row_hash(columns)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE part_differing AS SELECT h FROM (
                SELECT {h} AS h, 1 AS n FROM {before} UNION ALL SELECT {h}, -1 FROM {after}
            ) GROUP BY h HAVING sum(n) <> 0"""
    )
    if number(connection, "SELECT count(*) FROM part_differing") > 1 + LARGE * number(
        connection, f"SELECT count(*) FROM {after}"
    ):
        return None
    return _kept(
        connection,
        after,
        f"SELECT * FROM {after} WHERE {h} IN (SELECT h FROM part_differing)",
        f"SELECT * FROM {before} WHERE {h} IN (SELECT h FROM part_differing)",
    )


def delta_of_new(connection: duckdb.DuckDBPyConnection, table: str, new: str) -> Delta:
    """The delta of a table to which rows came, and from which none went; ``new``: SQL that is true of those that came."""
    return _kept(connection, table, f"SELECT * FROM {table} WHERE {new}", f"SELECT * FROM {table} LIMIT 0")


def _kept(connection: duckdb.DuckDBPyConnection, table: str, added: str, removed: str) -> Delta:
    name = table.replace(".", "_")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name}__came AS {added}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name}__went AS {removed}")
    rows = number(connection, f"SELECT (SELECT count(*) FROM {name}__came) + (SELECT count(*) FROM {name}__went)")
    return Delta(table, f"{name}__came", f"{name}__went", rows)


def compute_part(connection: duckdb.DuckDBPyConnection, query: Query, deltas: Mapping[str, Delta]) -> Delta | None:
    """Bring the table of ``query`` up to date where the deltas of what it reads touch it; returns its own delta.

    None, and nothing done, where it is not proven that it falls apart, or where computing the whole is no dearer.
    """
    way = _touch(connection, query, deltas)
    if way is None:
        return None
    return bring_up_to_date(connection, query.name, narrowed(query.tree, way, among("touched")), way.key, "touched")


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, table: str, anew: str, key: str, keys: str) -> Delta | None:
    """Have ``table`` hold the rows of the SELECT ``anew`` in place of those whose ``key`` stands in the table ``keys`` (key).

    None, and nothing done, where the columns are others.
    """
    columns = columns_of(connection, table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE part_anew AS {anew}")
    if columns_of(connection, "part_anew") != columns:
        return None
    h = row_hash(columns)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE part_before AS
                SELECT rowid AS row_id, {h} AS h FROM {table} WHERE "{key}" IN (SELECT key FROM {keys});
            CREATE OR REPLACE TEMP TABLE part_differing AS SELECT h FROM (
                SELECT h, 1 AS n FROM part_before UNION ALL SELECT {h}, -1 FROM part_anew
            ) GROUP BY h HAVING sum(n) <> 0"""
    )
    delta = _kept(
        connection,
        table,
        f"SELECT * FROM part_anew WHERE {h} IN (SELECT h FROM part_differing)",
        f"SELECT * FROM {table} WHERE rowid IN (SELECT row_id FROM part_before WHERE h IN (SELECT h FROM part_differing))",
    )
    if delta.rows:
        connection.execute(
            f"""DELETE FROM {table} WHERE rowid IN (SELECT row_id FROM part_before WHERE h IN (SELECT h FROM part_differing));
                INSERT INTO {table} FROM {delta.added}"""
        )
    connection.execute("DROP TABLE part_anew; DROP TABLE part_before; DROP TABLE part_differing")
    return delta


def _touch(connection: duckdb.DuckDBPyConnection, query: Query, deltas: Mapping[str, Delta]) -> Separation | None:
    """The way in which the smallest share of all keys is touched; these are then the temporary table `touched` (key).

    None where the query must be computed whole.
    """
    ways = ways_of(connection, query, deltas, FEW)
    direct = [way for way in ways if not way.links]
    best: tuple[float, Separation] | None = None
    last: Separation | None = None
    for way in (direct or ways)[:_WAYS]:
        last = way
        if not _find_keys(connection, way, deltas):
            continue
        share = number(connection, "SELECT count(*) FROM touched") / all_keys(connection, way, deltas)
        if best is None or share < best[0]:
            best = share, way
    if best is None or best[0] > LARGE:
        return None
    if best[1] is not last:
        _find_keys(connection, best[1], deltas)
    return best[1]


def ways_of(connection: duckdb.DuckDBPyConnection, query: Query, changed: Iterable[str], few: int) -> list[Separation]:
    """How the query falls apart when the rows of the ``changed`` tables do; no way where it reads fewer rows than ``few``."""
    if sum(number(connection, f"SELECT count(*) FROM {read}") for read in query.reads) < few:
        return []
    columns = {read: dict(columns_of(connection, read)) for read in query.reads}
    return separations(query.tree, columns, frozenset(changed))


def all_keys(connection: duckdb.DuckDBPyConnection, way: Separation, deltas: Mapping[str, Delta]) -> int:
    """About how many keys there are, at least one: only to choose by, never to compute with."""
    found = [deltas[table].distinct(connection, column) for table, column in way.touched]
    found += [_distinct(connection, link.through, link.key) for link in way.links]
    return max([1, *found])


def _distinct(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    return number(connection, f'SELECT approx_count_distinct("{column}") FROM {table}')


def _find_keys(connection: duckdb.DuckDBPyConnection, way: Separation, deltas: Mapping[str, Delta]) -> bool:
    """Make `touched` the keys to compute again; False where an empty one is among them, which no equality finds."""
    parts = [
        f'SELECT "{column}" AS key FROM {one}' for table, column in sorted(way.touched) for one in deltas[table].moved
    ]
    for link in sorted(way.links, key=str):
        changed = " UNION ALL ".join(f'SELECT "{link.column}" FROM {one}' for one in deltas[link.table].moved)
        parts.append(f'SELECT "{link.key}" AS key FROM {link.through} WHERE "{link.on}" IN ({changed})')
    none = "SELECT CAST(NULL AS VARCHAR) AS key WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS {' UNION '.join(parts) or none}")
    return not number(connection, "SELECT count(*) FROM touched WHERE key IS NULL")


def number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one number that a SELECT gives."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
