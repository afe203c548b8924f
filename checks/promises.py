"""What a source promises, asked of its accepted rows. Only a missing required column stops the line.

Belongs here: evaluating promises and naming the broken ones. Does not belong here: the promises themselves; they stand
in `assets/sources/*.yaml`, and what every source promises (its key, its columns) follows from the YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from models.law import Looser
from models.source import Source, load_sources


@dataclass(frozen=True)
class Promise:
    """One promise of a source; ``broken`` is SQL that counts the rows which break it."""

    source: str
    name: str
    zh: str
    en: str
    broken: str
    blocking: bool = False


@dataclass(frozen=True)
class PromiseResult:
    """A promise, and how many rows (for columns: how many files) break it."""

    promise: Promise
    rows: int
    of: int
    missing: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        return self.rows == 0

    @property
    def found(self) -> str:
        if self.missing:
            return (
                f"{self.promise.source} 的每个文件都缺少必需的列：{'、'.join(self.missing)}；请补上这些列后重新交文件。 / "
                f"Every file of {self.promise.source} lacks required columns; add them and send the files again."
            )
        return f"{self.of} 行中 {self.rows} 行不符" if self.rows else f"{self.of} 行全部符合"


SCHEMA = pl.Schema({
    "source": pl.String, "promise": pl.String, "expected_zh": pl.String, "expected_en": pl.String,
    "kept": pl.Boolean, "rows": pl.Int64, "of": pl.Int64, "found": pl.String, "blocking": pl.Boolean,
})  # fmt: skip


def promises_of(source: Source) -> list[Promise]:
    """The promises of one source: its columns (blocking), its key, and those that its YAML names."""
    table = f"delivered.{source.name}"
    columns = ", ".join(column.name for column in source.columns if column.required)
    promises = [
        Promise(
            source.name, "required_columns", f"必需的列都有：{columns}", f"has the required columns {columns}",
            f"SELECT count(*) FROM delivered.missing_columns WHERE source = '{source.name}'", blocking=True,
        )
    ]  # fmt: skip
    if source.key:
        key = ", ".join(source.key)
        promises.append(
            Promise(
                source.name, "unique_key", f"主键不重复：{key}", f"{key} is unique",
                f"SELECT coalesce(sum(n), 0) FROM ({same_key(table, source.whole_key)})",
            )
        )  # fmt: skip
    promises += [
        Promise(
            source.name, promise.name, promise.zh, promise.en, f"SELECT count(*) FROM {table} WHERE NOT ({promise.sql})"
        )
        for promise in source.promises
    ]
    return promises


def same_key(table: str, key: Iterable[str]) -> str:
    """SQL of one row, its number of rows n, per key that several rows have.

    Only rows whose hash comes twice are compared: grouping millions of rows by their texts costs half as much again.
    """
    told = ", ".join(key)
    twice = f"SELECT hash({told}) FROM {table} GROUP BY 1 HAVING count(*) > 1"
    return f"SELECT count(*) AS n FROM {table} WHERE hash({told}) IN ({twice}) GROUP BY {told} HAVING count(*) > 1"


def keep(connection: duckdb.DuckDBPyConnection, promise: Promise) -> PromiseResult:
    """Ask one promise of the accepted rows."""
    broken = connection.execute(promise.broken).fetchone()
    rows = connection.execute(f"SELECT count(*) FROM delivered.{promise.source}").fetchone()
    assert broken is not None and rows is not None
    return PromiseResult(
        promise, int(broken[0]), int(rows[0]), _missing(connection, promise) if promise.blocking else ()
    )


def _missing(connection: duckdb.DuckDBPyConnection, promise: Promise) -> tuple[str, ...]:
    """The required columns that no file of the source has, by both names."""
    columns = load_sources()[promise.source]
    names = connection.execute(
        "SELECT column_name FROM delivered.missing_columns WHERE source = ? ORDER BY column_name", [promise.source]
    ).fetchall()
    return tuple(f"{columns.column(name).zh}（{name}）" for (name,) in names)


def all_promises(sources: Mapping[str, Source] | None = None) -> list[Promise]:
    """Every promise of every source, in the order of the sources' names."""
    found = sources if sources is not None else load_sources()
    return [promise for name in sorted(found) for promise in promises_of(found[name])]


def promises_frame(
    connection: duckdb.DuckDBPyConnection,
    looser: Iterable[Looser] = (),
    ask: Callable[[duckdb.DuckDBPyConnection, Promise], PromiseResult] = keep,
) -> pl.DataFrame:
    """One row per promise, kept or broken; a city's value that is looser than its province's is a broken one.

    ``ask`` finds out of a promise; it may know the answer already.
    """
    rows = [
        (one.source, one.name, one.zh, one.en, result.kept, result.rows, result.of, result.found, one.blocking)
        for one in all_promises()
        for result in (ask(connection, one),)
    ]
    rows += [
        (
            "parameters",
            one.id,
            "市级参数不得宽于省级",
            "a city's value may not be looser than the province's",
            False,
            1,
            1,
            str(one),
            False,
        )
        for one in looser
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
