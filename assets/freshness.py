"""Which tables of the warehouse still hold: a node is computed again only when its code or what it reads has changed.

Belongs here: the record of what each node rested on (table `freshness`), and the one transaction in which a node and its
record change together. Does not belong here: how any node is computed.

A node's version names its content: readers rest on versions. Where a node is computed again and comes out the same, it
keeps its version, and its readers are left alone. Whatever is not certain counts as changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from assets.deltas import Delta, columns_of, delta_between, delta_of_new, row_hash
from assets.slices import Slices

ROOT = Path(__file__).parent.parent
_CODE = ("assets", "checks", "models", "data/reference")
_LIBRARIES = (
    "duckdb", "great-expectations", "igraph", "numpy", "polars", "pyarrow", "pypinyin", "python-stdnum", "rapidfuzz", "scikit-learn", "scipy", "sqlglot",
)  # fmt: skip
FINISHED = "cases"
"""The table that says that a scan was finished: it goes with the first change, and comes back last."""


@dataclass(frozen=True)
class Outcome:
    """A node's version, whether it was computed in this scan or still held, and whether only in part."""

    version: str
    computed: bool
    partly: bool = False


@lru_cache(maxsize=1)
def running_code() -> str:
    """SHA-256 over the code that runs the SQL and YAML files (these count per node), and over the libraries' versions."""
    digest = hashlib.sha256(json.dumps([(name, _version(name)) for name in _LIBRARIES]).encode())
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and (path.suffix == ".py" or folder == "data/reference"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except ImportError:
        return ""


class Freshness:
    """The record of one warehouse, for one scan that holds the home; ``slices`` of what has changed in it so far."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, engine: str = "duckdb") -> None:
        self._connection = connection
        self._engine = engine
        connection.execute(
            "CREATE TABLE IF NOT EXISTS freshness (node VARCHAR PRIMARY KEY, rests_on VARCHAR, version VARCHAR)"
        )
        self._kept: dict[str, tuple[str, str]] = {
            node: (rests_on, kept) for node, rests_on, kept in connection.execute("FROM freshness").fetchall()
        }
        # Only a node that was computed from just these can be brought up to date by what has changed since.
        self._at_start = {node: kept for node, (_, kept) in self._kept.items()}
        self._deltas: dict[str, Delta | None] = {}
        self.slices = Slices(connection, self._deltas)
        self._tables = {
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database()"
            ).fetchall()
        }

    def forget_all(self) -> None:
        """Everything counts as changed: a full scan."""
        self._connection.execute("DELETE FROM freshness")
        self._kept.clear()
        self._at_start.clear()

    def forget(self, node: str) -> None:
        """A node that is no more."""
        self._connection.execute("DELETE FROM freshness WHERE node = ?", [node])
        self._kept.pop(node, None)

    def version(self, node: str) -> str:
        """The version of a node that this scan has seen to already."""
        return self._kept[node][1]

    def is_there(self, table: str) -> bool:
        return _full(table) in self._tables

    def nodes(self, prefix: str) -> list[str]:
        """The nodes on record whose names begin so."""
        return sorted(node for node in self._kept if node.startswith(prefix))

    def rests_on(self, code: Any, reads: Iterable[str]) -> str:
        """One hash over a node's code (anything that JSON holds) and the versions of what it reads."""
        return self._fingerprint(code, {read: self.version(read) for read in reads})

    def _fingerprint(self, code: Any, versions: Mapping[str, str]) -> str:
        parts = [running_code(), self._engine, code, versions]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str, sort_keys=True).encode()).hexdigest()

    def deltas(self, node: str, code: Any, reads: Iterable[str]) -> dict[str, Delta] | None:
        """What came and went, since the node was computed, in those of its reads that have changed; None where that is not known."""
        reads = list(reads)
        if any(read not in self._at_start for read in reads):
            return None
        if not self.rested(node, self._fingerprint(code, {read: self._at_start[read] for read in reads})):
            return None
        found: dict[str, Delta] = {}
        for read in reads:
            if self.version(read) != self._at_start[read]:
                delta = self._deltas.get(read)
                if delta is None:
                    return None
                found[read] = delta
        return found

    def holds(self, node: str, rests_on: str) -> bool:
        """Whether the node rests on the same as when it was computed, and its table is there."""
        return self.is_there(node) and self.rested(node, rests_on)

    def rested(self, node: str, rests_on: str) -> bool:
        """Whether the node was computed from just this the last time."""
        return self._kept.get(node, ("", ""))[0] == rests_on

    def refresh(
        self,
        node: str | tuple[str, ...],
        code: Any,
        reads: Iterable[str],
        build: Callable[[], object],
        *,
        in_place: bool = False,
        part: Callable[[Mapping[str, Delta]], Delta | None] | None = None,
    ) -> Outcome:
        """Have ``build`` write the table, or the tables, that ``node`` names, unless they still hold.

        All of it happens in one transaction: a scan that is broken off leaves the node as it was. ``in_place``: it
        changes its table rather than replacing it, and whatever it does is a change. ``part``: brings the table up to date
        from what came and went in its reads, and returns its own delta, or leaves everything as it is and returns None.
        """
        tables = (node,) if isinstance(node, str) else node
        reads = frozenset(reads)
        asked = self.rests_on(code, reads)
        if all(self.holds(table, asked) for table in tables):
            return Outcome(self.version(tables[0]), computed=False)
        if part is not None and self._in_part(tables[0], code, reads, asked, part):
            return Outcome(self.version(tables[0]), computed=True, partly=True)
        comparable = [] if in_place else [one for one in tables if one in self._kept and self.is_there(one)]
        with self.one_change(unfinished=FINISHED not in tables):
            for table in comparable:
                self._connection.execute(f"ALTER TABLE {table} RENAME TO {_before(table)}")
            build()
            versions = dict.fromkeys(tables, asked)
            if in_place and (delta := self._deltas.get(tables[0])) and not delta.rows and tables[0] in self._kept:
                versions[tables[0]] = self.version(tables[0])
            for table in comparable:
                before = f"{_full(table).partition('.')[0]}.{_before(table)}"
                if _same(self._connection, before, table):
                    versions[table] = self.version(table)
                elif part is not None:
                    self._deltas[table] = delta_between(self._connection, before, table)
                self._connection.execute(f"DROP TABLE {before}")
            for table, kept in versions.items():
                self.record(table, asked, kept)
        self._tables |= {_full(table) for table in tables}
        return Outcome(versions[tables[0]], computed=True)

    def _in_part(
        self,
        table: str,
        code: Any,
        reads: frozenset[str],
        asked: str,
        part: Callable[[Mapping[str, Delta]], Delta | None],
    ) -> bool:
        deltas = self.deltas(table, code, reads) if self.is_there(table) else None
        if not deltas:
            return False
        with self.one_change():
            delta = part(deltas)
            if delta is None:
                return False
            self._deltas[table] = delta
            self.record(table, asked, asked if delta.rows else self.version(table))
        return True

    def came(self, table: str, new: str) -> None:
        """Part of a change in place: all that happened to ``table`` is that rows came, of which the SQL ``new`` is true."""
        self._deltas[table] = delta_of_new(self._connection, table, new)

    @contextmanager
    def made_anew(self, table: str) -> Iterator[None]:
        """Part of a change in place: within it, ``table`` is made anew under its name."""
        there = self.is_there(table) and table in self._kept
        before = f"{_full(table).partition('.')[0]}.{_before(table)}"
        if there:
            self._connection.execute(f"ALTER TABLE {table} RENAME TO {_before(table)}")
        yield
        if there:
            self._deltas[table] = delta_between(self._connection, before, table)
            self._connection.execute(f"DROP TABLE {before}")

    @contextmanager
    def one_change(self, *, unfinished: bool = True) -> Iterator[None]:
        """One transaction; with the first change the scan counts as not finished."""
        self._connection.execute("BEGIN")
        try:
            if unfinished:
                self._connection.execute(f"DROP TABLE IF EXISTS {FINISHED}")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        if unfinished:
            self._tables.discard(_full(FINISHED))

    def record(self, node: str, rests_on: str, kept: str) -> None:
        """Keep what a node rests on, and its version; part of the change under way."""
        self._connection.execute("INSERT OR REPLACE INTO freshness VALUES (?, ?, ?)", [node, rests_on, kept])
        self._kept[node] = (rests_on, kept)


def _full(table: str) -> str:
    return table if "." in table else f"main.{table}"


def _before(table: str) -> str:
    return f"{table.rpartition('.')[2]}__before"


def _same(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    """Whether two tables hold the same columns and rows, in any order."""
    described = [columns_of(connection, table) for table in (one, other)]
    if described[0] != described[1]:
        return False
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in (one, other)]
    return counts[0] == counts[1] and content(connection, one, described[0]) == content(connection, other, described[0])


def content(connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[tuple[str, str]]) -> tuple[Any, ...]:
    """A digest of a table's rows that does not depend on their order: sum and parity of the rows' hashes."""
    row = connection.execute(
        f"SELECT sum(CAST(h AS HUGEINT)), bit_xor(h) FROM (SELECT {row_hash(list(columns))} AS h FROM {table})"
    ).fetchone()
    assert row is not None
    return row
