"""Which rows count: those of the files that count, equal rows, and updates, worked out from the whole store in every scan.

Belongs here: the schema `delivered` of the warehouse, and the accounting: rows read = accepted + quarantined + superseded.
A source whose files are the same as in the latest scan is left alone; where files were only added, so are their rows. Does not
belong here: reading files (`deliveries.py`), which of them count (`file_standing.py`), or cutting at the scan's date (`tables/*.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from assets.delivered import ACCOUNTS, columns_of, empty_table
from assets.delivery_store import arrivals, meta_of
from assets.file_standing import standing_of
from assets.freshness import Freshness, Outcome
from models.source import LIFE_OF_A_CLAIM, Source

# Sources of which a table keeps one row per key: of two in one file the greater text stays.
_ONE_ROW_A_KEY = frozenset({
    "allocations", "assessor_scopes", "certificates", "classes", "enrolments", "institutions", "projects", "reports", "status_registers",
})  # fmt: skip


class AccountingError(RuntimeError):
    """Rows of a file are lost or counted twice: the line must stop."""


def accept(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Path,
    sources: Mapping[str, Source],
    freshness: Freshness | None = None,
) -> dict[str, Outcome]:
    """Build the schema `delivered` from the store, as far as it does not hold still; returns what became of each source.

    Raises AccountingError when a file's rows do not add up.
    """
    freshness = freshness or Freshness(connection)
    connection.execute("CREATE SCHEMA IF NOT EXISTS delivered")
    for name in ("live", "promises"):
        connection.execute(f"CREATE TABLE IF NOT EXISTS delivered.{name} ({ACCOUNTS[name]})")
    arrived = arrivals(deliveries)
    metas = {one.sha256: meta_of(deliveries, one.sha256) for one in arrived}
    files = standing_of(arrived, metas, sources)
    connection.register("arrived", files.to_arrow())
    outcomes = {
        source.name: _refresh_source(connection, freshness, source, files, deliveries) for source in sources.values()
    }
    told = files.rows()
    freshness.refresh("delivered.quarantine", told, (), lambda: _keep_quarantine(connection, files, deliveries))
    missing = _missing_columns(metas)
    freshness.refresh("delivered.missing_columns", missing, (), lambda: _keep_missing_columns(connection, missing))
    reads = [f"delivered.{name}" for name in sources]
    freshness.refresh("delivered.files", told, reads, lambda: _account(connection, sources))
    connection.unregister("arrived")
    return outcomes


def _refresh_source(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, source: Source, files: pl.DataFrame, deliveries: Path
) -> Outcome:
    live = files.filter(pl.col("live") & (pl.col("source") == source.name))
    columns, table = columns_of(source), f"delivered.{source.name}"
    files_told = live.select("delivery_order", "file", "sha256", "period_start", "period_end").rows()
    way = freshness.rests_on([columns, source.key], ())

    def build() -> None:
        new = _added(connection, source, live, way) if freshness.is_there(table) else None
        if new is None:
            with freshness.made_anew(table):
                empty_table(connection, source.name, columns)
                _accept_source(connection, source, live, deliveries)
        else:
            _accept_source(connection, source, new, deliveries)
            freshness.came(table, f"delivery_order >= {min(new['delivery_order'], default=0)}")
        _remember_live(connection, source, way)

    return freshness.refresh(table, [columns, source.key, files_told], (), build, in_place=True)


def _added(connection: duckdb.DuckDBPyConnection, source: Source, live: pl.DataFrame, way: str) -> pl.DataFrame | None:
    """The files that came after all those whose rows are in the table; None where more than that has changed.

    Claims are worked out anew: a row that an update has superseded still hides a later row that is equal to it.
    """
    before = connection.execute(
        "SELECT delivery_order, file, sha256, way FROM delivered.live WHERE source = ? ORDER BY 1", [source.name]
    ).fetchall()
    now = [(*row, way) for row in live.sort("delivery_order").select("delivery_order", "file", "sha256").rows()]
    if source.name == "claims" or not before or now[: len(before)] != before:
        return None
    return live.filter(pl.col("delivery_order") > before[-1][0])


def _remember_live(connection: duckdb.DuckDBPyConnection, source: Source, way: str) -> None:
    connection.execute("DELETE FROM delivered.live WHERE source = ?", [source.name])
    connection.execute(
        "INSERT INTO delivered.live SELECT source, delivery_order, file, sha256, ? FROM arrived WHERE live AND source = ?",
        [way, source.name],
    )


def _accept_source(connection: duckdb.DuckDBPyConnection, source: Source, live: pl.DataFrame, deliveries: Path) -> None:
    """Add the rows of files to the source's table. Equal rows are one row, the first read stays; of a claim's life the
    latest row stays."""
    if live.is_empty():
        return
    columns = [column.name for column in source.columns]
    listed = ", ".join(columns)
    paths = [(deliveries / f"{sha}.parquet").as_posix() for sha in live["sha256"]]
    row_text = (
        f"concat_ws('|', {', '.join(f'coalesce(CAST({name} AS VARCHAR), chr(0))' for name in columns)})"
        if source.name in _ONE_ROW_A_KEY
        else "NULL"
    )
    # Into an empty table there is nothing to compare with, and nothing is compared.
    there = connection.execute(f"SELECT 1 FROM delivered.{source.name} LIMIT 1").fetchone()
    equal = " AND ".join(f"e.{name} IS NOT DISTINCT FROM n.{name}" for name in columns)
    known = f"WHERE NOT EXISTS (SELECT 1 FROM delivered.{source.name} AS e WHERE {equal})" if there else ""
    connection.execute(
        f"""INSERT INTO delivered.{source.name}
            SELECT {listed}, source_file, source_sheet, source_line, delivery_order, repairs, {row_text}
            FROM (
                SELECT r.*, a.file AS source_file, a.delivery_order
                FROM read_parquet(?, filename = true) AS r
                JOIN arrived AS a ON a.live AND a.sha256 = parse_filename(r.filename, true)
            ) AS n
            {known}""",
        [paths],
    )
    _keep_first_of_equal(connection, source.name, listed, min(live["delivery_order"]))
    if source.name == "claims":
        _keep_latest_of_life(connection, [name for name in columns if name not in LIFE_OF_A_CLAIM])


def _keep_first_of_equal(connection: duckdb.DuckDBPyConnection, source: str, listed: str, since: int) -> None:
    """Of the rows that came with delivery ``since`` or later: only those whose hash comes twice are sorted and compared, for few do."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE alike AS
            SELECT hash({listed}) AS h FROM delivered.{source} WHERE delivery_order >= ? GROUP BY 1 HAVING count(*) > 1""",
        [since],
    )
    if connection.execute("SELECT 1 FROM alike LIMIT 1").fetchone():
        connection.execute(
            f"""DELETE FROM delivered.{source} WHERE rowid IN (
                    SELECT row_id FROM (
                        SELECT rowid AS row_id, row_number() OVER (
                            PARTITION BY {listed} ORDER BY delivery_order, source_sheet, source_line
                        ) AS place
                        FROM delivered.{source}
                        WHERE delivery_order >= ? AND hash({listed}) IN (SELECT h FROM alike)
                    ) WHERE place > 1)""",
            [since],
        )
    connection.execute("DROP TABLE alike")


def _keep_latest_of_life(connection: duckdb.DuckDBPyConnection, fixed: list[str]) -> None:
    """Of claims that were told again later, with nothing changed but what life changes, the earlier rows go."""
    told = ", ".join(fixed)
    same = " AND ".join(f"l.{name} IS NOT DISTINCT FROM e.{name}" for name in fixed)
    # Each row is compared with the latest alone: a claim told a hundred times would make ten thousand pairs.
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE told_twice AS
            SELECT c.rowid AS row_id, {", ".join(f"c.{name}" for name in fixed)}, {{told_until: a.period_end, told_from: a.period_start}} AS period
            FROM delivered.claims AS c
            JOIN arrived AS a ON a.delivery_order = c.delivery_order
            WHERE a.period_end IS NOT NULL
              AND c.claim_id IN (SELECT claim_id FROM delivered.claims GROUP BY claim_id HAVING count(*) > 1);
            DELETE FROM delivered.claims WHERE rowid IN (
                SELECT e.row_id FROM told_twice AS e
                JOIN (SELECT {told}, max(period) AS latest FROM told_twice GROUP BY {told}) AS l ON {same}
                WHERE l.latest > e.period);
            DROP TABLE told_twice"""
    )


def _keep_quarantine(connection: duckdb.DuckDBPyConnection, files: pl.DataFrame, deliveries: Path) -> None:
    """Unreadable rows of every counted file, and files that could not be read at all."""
    empty_table(connection, "quarantine", ACCOUNTS["quarantine"])
    counted = files.filter(pl.col("status").is_in(["accepted", "superseded"]) & (pl.col("rows_quarantined") > 0))
    if counted.height:
        paths = [(deliveries / f"{sha}.quarantine.parquet").as_posix() for sha in counted["sha256"]]
        connection.execute(
            """INSERT INTO delivered.quarantine
               SELECT a.file, a.source, r.sheet, r.line, r.column_name, r.reason_code, r.reason, r."row", r.row_masked
               FROM read_parquet(?, filename = true) AS r
               JOIN arrived AS a ON a.status IN ('accepted', 'superseded') AND a.sha256 = parse_filename(r.filename, true)[:64]
               ORDER BY ALL""",
            [paths],
        )
    connection.execute(
        """INSERT INTO delivered.quarantine
           SELECT file, source, '', NULL, '', 'file', note, '', '' FROM arrived WHERE status = 'quarantined' ORDER BY file"""
    )


def _missing_columns(metas: Mapping[str, dict]) -> list[tuple[str, str]]:
    """Required columns that are missing in every file of a source; that stops the line."""
    by_source: dict[str, list[set[str]]] = {}
    for meta in metas.values():
        if meta["source"] and (meta["status"] == "read" or meta.get("missing")):
            by_source.setdefault(meta["source"], []).append(set(meta.get("missing", ())))
    return [(source, name) for source, sets in sorted(by_source.items()) for name in sorted(set.intersection(*sets))]


def _keep_missing_columns(connection: duckdb.DuckDBPyConnection, missing: list[tuple[str, str]]) -> None:
    empty_table(connection, "missing_columns", ACCOUNTS["missing_columns"])
    if missing:
        connection.executemany("INSERT INTO delivered.missing_columns VALUES (?, ?)", missing)


def _account(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> None:
    """Per file: what was accepted, what a version, a copy or an update superseded; and that it adds up."""
    empty_table(connection, "files", ACCOUNTS["files"])
    counted = " UNION ALL ".join(
        f"SELECT delivery_order, count(*) AS rows FROM delivered.{name} GROUP BY 1" for name in sources
    )
    connection.execute(
        f"""INSERT INTO delivered.files
            SELECT a.file, a.source, a.city, a.period, a.sha256,
                CASE
                    WHEN a.status <> 'accepted' THEN a.status
                    WHEN a.rows_quarantined > 0 THEN 'partly'
                    WHEN a.rows_read > 0 AND c.rows IS NULL THEN 'superseded'
                    ELSE 'accepted'
                END,
                a.rows_read, coalesce(c.rows, 0), a.rows_quarantined, a.rows_read - a.rows_quarantined - coalesce(c.rows, 0), a.note
            FROM arrived AS a
            LEFT JOIN ({counted}) AS c ON c.delivery_order = a.delivery_order
            ORDER BY a.delivery_order"""
    )
    wrong = connection.execute(
        "SELECT file, rows_read, rows_accepted, rows_quarantined FROM delivered.files WHERE rows_superseded < 0 ORDER BY file"
    ).fetchall()
    if wrong:
        file, read, accepted, quarantined = wrong[0]
        raise AccountingError(
            f"{len(wrong)} 个文件的行数对不上，如 {file}：读 {read}，接受 {accepted}，隔离 {quarantined}。请保留 deliveries 目录并报告。 / "
            f"The rows of {len(wrong)} files do not add up; keep the deliveries folder and report this."
        )
