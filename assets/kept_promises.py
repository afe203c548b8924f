"""What the sources promise, asked again only of those whose rows have changed; the answers are kept in `delivered.promises`.

Does not belong here: the promises, or how one is asked (`checks/promises.py`).
"""

from __future__ import annotations

import duckdb

from assets.freshness import Freshness
from checks.promises import Promise, PromiseResult, keep, promises_of
from models.source import Source


def refresh_promises(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, source: Source
) -> list[PromiseResult]:
    """The promises of one source with what was found, in the order of `promises_of`."""
    promises = promises_of(source)
    asked = freshness.rests_on(
        [(one.name, one.broken) for one in promises], [f"delivered.{source.name}", "delivered.missing_columns"]
    )
    node = f"promises.{source.name}"
    if not freshness.rested(node, asked):
        results = [keep(connection, promise) for promise in promises]
        with freshness.one_change():
            connection.execute("DELETE FROM delivered.promises WHERE source = ?", [source.name])
            connection.executemany(
                "INSERT INTO delivered.promises VALUES (?, ?, ?, ?, ?)",
                [(source.name, one.promise.name, one.rows, one.of, list(one.missing)) for one in results],
            )
            freshness.record(node, asked, asked)
    return [kept_promise(connection, promise) for promise in promises]


def kept_promise(connection: duckdb.DuckDBPyConnection, promise: Promise) -> PromiseResult:
    """What was found of one promise; asked now where nothing was kept."""
    row = connection.execute(
        """SELECT "rows", "of", missing FROM delivered.promises WHERE source = ? AND promise = ?""",
        [promise.source, promise.name],
    ).fetchone()
    return PromiseResult(promise, row[0], row[1], tuple(row[2])) if row else keep(connection, promise)
