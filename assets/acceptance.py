"""Which rows count: versions, duplicates, equal rows and updates, worked out anew from the store in every scan.

Belongs here: the schema `delivered` of the warehouse, and the accounting: rows read = accepted + quarantined + superseded.
Does not belong here: reading files (`deliveries.py`), or cutting at the scan's date (`tables/*.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from assets.deliveries import Arrival, arrivals, meta_of
from assets.delivery_name import DeliveryName, period_bounds, read_name
from models.source import Source, load_sources

_EXTRA = {
    "source_file": "VARCHAR", "source_sheet": "VARCHAR", "source_line": "INTEGER", "delivery_order": "INTEGER",
    "repairs": "VARCHAR", "row_text": "VARCHAR",
}  # fmt: skip
_FILES = pl.Schema({
    "file": pl.String, "source": pl.String, "city": pl.String, "period": pl.String, "sha256": pl.String, "status": pl.String,
    "rows_read": pl.Int64, "rows_quarantined": pl.Int64, "delivery_order": pl.Int32, "live": pl.Boolean,
    "period_start": pl.Date, "period_end": pl.Date, "note": pl.String,
})  # fmt: skip
# A later period may tell a known claim again with these changed: its life went on, it is no second claim.
_LIFE_OF_A_CLAIM = ("status", "decided_on", "reject_reason", "batch_no", "reviewer_id")


class AccountingError(RuntimeError):
    """Rows of a file are lost or counted twice: the line must stop."""


def empty_delivered(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source] | None = None) -> None:
    """The schema `delivered` with an empty, typed table per source, and the tables of accounting."""
    connection.execute("DROP SCHEMA IF EXISTS delivered CASCADE; CREATE SCHEMA delivered")
    for source in (sources or load_sources()).values():
        columns = {column.name: column.duckdb_type for column in source.columns} | _EXTRA
        told = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE TABLE delivered.{source.name} ({told})")
    connection.execute(
        """CREATE TABLE delivered.quarantine (file VARCHAR, source VARCHAR, sheet VARCHAR, line BIGINT, column_name VARCHAR,
               reason_code VARCHAR, reason VARCHAR, "row" VARCHAR, row_masked VARCHAR);
           CREATE TABLE delivered.missing_columns (source VARCHAR, column_name VARCHAR);
           CREATE TABLE delivered.files (file VARCHAR, source VARCHAR, city VARCHAR, period VARCHAR, sha256 VARCHAR, status VARCHAR,
               rows_read BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT, rows_superseded BIGINT, note VARCHAR)"""
    )


def accept(connection: duckdb.DuckDBPyConnection, deliveries: Path, sources: Mapping[str, Source]) -> None:
    """Build the schema `delivered` from the store. Raises AccountingError when a file's rows do not add up."""
    empty_delivered(connection, sources)
    metas = {one.sha256: meta_of(deliveries, one.sha256) for one in arrivals(deliveries)}
    files = _files(arrivals(deliveries), metas, sources)
    connection.register("arrived", files.to_arrow())
    for source in sources.values():
        _accept_source(connection, source, files.filter(pl.col("live") & (pl.col("source") == source.name)), deliveries)
    _keep_quarantine(connection, files, deliveries)
    _keep_missing_columns(connection, metas)
    _account(connection, sources)
    connection.unregister("arrived")


def _files(arrived: list[Arrival], metas: Mapping[str, dict], sources: Mapping[str, Source]) -> pl.DataFrame:
    """One row per name and content, with its standing: live, duplicate, superseded by a version, or quarantined whole."""
    first_of: dict[str, Arrival] = {}
    for one in arrived:
        first_of.setdefault(one.sha256, one)
    names = {(one.file, one.sha256): read_name(one.file, sources) for one in arrived}
    winners: dict[tuple[str, str, str, str], Arrival] = {}
    for one in arrived:
        name, meta = names[one.file, one.sha256], metas[one.sha256]
        if name.replaces and meta["status"] == "read" and first_of[one.sha256] is one:
            version = (name.source, name.city, name.period, name.part)
            held = winners.get(version)
            if held is None or _later(one, name, held, names[held.file, held.sha256]):
                winners[version] = one
    rows = []
    for order, one in enumerate(arrived, start=1):
        name, meta = names[one.file, one.sha256], metas[one.sha256]
        winner = winners.get((name.source, name.city, name.period, name.part)) if name.replaces else None
        status, note = "accepted", ""
        if first_of[one.sha256] is not one:
            status, note = "duplicate", f"与 {first_of[one.sha256].file} 内容相同"
        elif meta["status"] == "quarantined":
            status, note = "quarantined", meta["reason"]
        elif winner is not None and winner is not one:
            status, note = "superseded", f"已被 {winner.file} 取代"
        counted = status in ("accepted", "superseded")
        bounds = period_bounds(name.period) or (None, None)
        rows.append((
            one.file, meta["source"], name.city, name.period, one.sha256, status, meta["rows_read"] if counted else 0,
            meta["rows_quarantined"] if counted else 0, order, status == "accepted", *bounds, note,
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=_FILES, orient="row")


def _later(one: Arrival, name: DeliveryName, held: Arrival, held_name: DeliveryName) -> bool:
    """更正 after none, 更正2 after 更正; then the one first read later, in one take-in the greater name."""
    return (name.correction, one.ordinal, one.file) > (held_name.correction, held.ordinal, held.file)


def _accept_source(connection: duckdb.DuckDBPyConnection, source: Source, live: pl.DataFrame, deliveries: Path) -> None:
    """Equal rows are one row, the first read stays; of a claim's life the latest row stays."""
    if live.is_empty():
        return
    columns = [column.name for column in source.columns]
    listed = ", ".join(columns)
    paths = [(deliveries / f"{sha}.parquet").as_posix() for sha in live["sha256"]]
    row_text = (
        f"concat_ws('|', {', '.join(f'coalesce(CAST({name} AS VARCHAR), chr(0))' for name in columns)})"
        if source.key
        else "NULL"
    )
    connection.execute(
        f"""INSERT INTO delivered.{source.name}
            SELECT {listed}, source_file, source_sheet, source_line, delivery_order, repairs, {row_text}
            FROM (
                SELECT r.*, a.file AS source_file, a.delivery_order
                FROM read_parquet(?, filename = true) AS r
                JOIN arrived AS a ON a.live AND a.sha256 = parse_filename(r.filename, true)
            )
            QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY delivery_order, source_sheet, source_line) = 1
            ORDER BY delivery_order, source_sheet, source_line""",
        [paths],
    )
    if source.name == "claims":
        same = " AND ".join(
            f"l.{name} IS NOT DISTINCT FROM e.{name}" for name in columns if name not in _LIFE_OF_A_CLAIM
        )
        connection.execute(
            f"""DELETE FROM delivered.claims AS e USING delivered.claims AS l, arrived AS of_l, arrived AS of_e
                WHERE l.claim_id = e.claim_id AND {same}
                  AND of_l.delivery_order = l.delivery_order AND of_e.delivery_order = e.delivery_order
                  AND (of_l.period_end > of_e.period_end OR of_l.period_end = of_e.period_end AND of_l.period_start > of_e.period_start)"""
        )


def _keep_quarantine(connection: duckdb.DuckDBPyConnection, files: pl.DataFrame, deliveries: Path) -> None:
    """Unreadable rows of every counted file, and files that could not be read at all."""
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


def _keep_missing_columns(connection: duckdb.DuckDBPyConnection, metas: Mapping[str, dict]) -> None:
    """Required columns that are missing in every file of a source; that stops the line."""
    by_source: dict[str, list[set[str]]] = {}
    for meta in metas.values():
        if meta["source"] and (meta["status"] == "read" or meta.get("missing")):
            by_source.setdefault(meta["source"], []).append(set(meta.get("missing", ())))
    missing = [(source, name) for source, sets in sorted(by_source.items()) for name in sorted(set.intersection(*sets))]
    if missing:
        connection.executemany("INSERT INTO delivered.missing_columns VALUES (?, ?)", missing)


def _account(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> None:
    """Per file: what was accepted, what a version, a copy or an update superseded; and that it adds up."""
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
