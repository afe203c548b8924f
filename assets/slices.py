"""Of each table the rows that carry a touched key, cut out once a scan: rules and features that are brought up to date read these.

Belongs here: which keys are touched for all that reads the tables of a scan, and cutting. Does not belong here: the proof that a
query falls apart (`models/separable.py`), or tables, which change while a scan goes on (`deltas.py`).

More keys than a query needs do no harm: what it gives for them comes out as it was. So all that falls apart by a column of one
name shares its keys, and the slices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from assets.deltas import LARGE, Delta, all_keys, columns_of, number, ways_of
from models.query import Query
from models.separable import Separation, among, narrowed

FEW = 200_000
"""What reads fewer rows than this is run whole: that is cheaper than finding out what has changed."""
SMALL = 0.05
"""A way by which no more than this share of the keys is touched is good enough; no other is tried."""


@dataclass(frozen=True)
class Slice:
    """The part of a query's result whose column ``key`` stands in the table ``keys`` (key)."""

    key: str
    keys: str
    _part: Callable[[bool], str]

    @property
    def sql(self) -> str:
        """SQL of the part as it is now."""
        return self._part(False)

    @property
    def was(self) -> str:
        """SQL of the part as it was before this scan, where that was asked for."""
        return self._part(True)


class Slices:
    """For one scan; ``deltas``: of every table that has changed, None where it is not known."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, deltas: Mapping[str, Delta | None]) -> None:
        self._connection = connection
        self._deltas = deltas
        self._keys: dict[tuple[frozenset[str], str], tuple[str, frozenset[str]]] = {}
        self._cuts: dict[tuple[str, str, str, bool], str] = {}
        self._made = 0

    def of(
        self,
        query: Query,
        changed: Collection[str],
        by: Iterable[str] | None = None,
        more: str = "",
        *,
        was: bool = False,
    ) -> Slice | None:
        """What the ``changed`` tables, whose deltas are known, can have changed in the result of ``query``.

        ``by``: only by one of these columns; ``more``: a table of further keys (key); ``was``: the part as it was is asked for
        too. None where it must be run whole.
        """
        known = {table: delta for table, delta in self._deltas.items() if delta is not None}
        best: tuple[float, Separation, str] | None = None
        for way in ways_of(self._connection, query, changed, FEW):
            if way.links or (by is not None and way.key not in by) or not self._all_given(way, known):
                continue
            if was and way.whole & set(changed):  # a whole table as it was would have to be made
                continue
            keys = self._keys_of(way, known, more)
            share = number(self._connection, f"SELECT count(*) FROM {keys}") / all_keys(self._connection, way, known)
            if best is None or share < best[0]:
                best = share, way, keys
            if share <= SMALL:
                break
        if best is None or best[0] > LARGE:
            return None
        _, way, keys = best
        return Slice(way.key, keys, lambda back: self._part(query, way, keys, back))

    def _part(self, query: Query, way: Separation, keys: str, back: bool) -> str:
        return narrowed(query.tree, way, among(keys), lambda table, column: self._cut(table, column, keys, back))

    def _all_given(self, way: Separation, known: Mapping[str, Delta]) -> bool:
        """Whether no key is empty, which no equality finds."""
        return not any(
            number(self._connection, f'SELECT count(*) FROM {moved} WHERE "{column}" IS NULL')
            for table, column in way.touched
            for moved in known[table].moved
        )

    def _keys_of(self, way: Separation, known: Mapping[str, Delta], more: str) -> str:
        """The table of touched keys (key): those of the way, and all else that came or went in a column of such a name."""
        names, tables = frozenset(column for _, column in way.touched), frozenset(table for table, _ in way.touched)
        held, covers = self._keys.get((names, more), ("", frozenset[str]()))
        if held and tables <= covers:
            return held
        kinds = {dict(columns_of(self._connection, table))[column] for table, column in way.touched} or {"VARCHAR"}
        parts = [f"SELECT key FROM {more}"] if more else [f"SELECT CAST(NULL AS {min(kinds)}) AS key"]
        for delta in known.values():
            parts += [
                f'SELECT "{name}" AS key FROM {moved}'
                for name, kind in columns_of(self._connection, delta.added)
                if name in names and kind in kinds
                for moved in delta.moved
            ]
        self._made += 1
        made = f"touched_{self._made}"
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {made} AS SELECT key FROM ({' UNION '.join(parts)}) WHERE key IS NOT NULL"
        )
        self._keys[names, more] = made, frozenset(known)
        return made

    def _cut(self, table: str, column: str, keys: str, back: bool) -> str:
        """The name of a table with the rows of ``table`` whose ``column`` is a key; ``back``: as they were before this scan."""
        delta = self._deltas.get(table) if back else None
        asked = table, column, keys, delta is not None
        if asked not in self._cuts:
            of_keys = f'WHERE "{column}" IN (SELECT key FROM {keys})'
            rows = f"SELECT * FROM {table} {of_keys}"
            if delta is not None:
                rows = f"""(FROM {self._cut(table, column, keys, False)} EXCEPT ALL SELECT * FROM {delta.added} {of_keys})
                           UNION ALL SELECT * FROM {delta.removed} {of_keys}"""
            self._made += 1
            name = f"cut_{self._made}"
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {rows}")
            self._cuts[asked] = name
        return self._cuts[asked]
