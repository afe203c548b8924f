"""The source rows behind each case, traced to file, sheet and line.

A rule's header says which rows those are: source, and which of its columns equal which columns of the hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

from checks.rule import Rule
from models.case import case_id
from models.privacy import Pseudonyms, mask_frame, sweep_frame
from models.source import Source

# A class has thousands of sessions; an inspector needs to see where to look, not all of them again.
ROWS_PER_SOURCE = 20
_CUT = "evidence_rows"

Asking = tuple[Rule, Mapping[str, str]]
"""A rule, and which column of its hit each column of a source must equal."""

SCHEMA = pl.Schema(
    {
        "case_id": pl.String,
        "source": pl.String,
        "file": pl.String,
        "sheet": pl.String,
        "line": pl.Int64,
        "row": pl.String,
    }
)


def evidence_of(
    connection: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    sources: Mapping[str, Source],
    pseudonyms: Pseudonyms,
    *,
    masked: bool,
) -> pl.DataFrame:
    """Per case and source the first ROWS_PER_SOURCE rows by file, sheet and line (SCHEMA; `row` as JSON)."""
    frames = [pl.DataFrame(schema=SCHEMA)]
    for source, asking in _by_source(rules).items():
        _cut(connection, source, asking)
        frames += [
            _rows(connection, rule, sources[source], of_hit, pseudonyms, masked=masked) for rule, of_hit in asking
        ]
        connection.execute(f"DROP TABLE {_CUT}")
    return pl.concat(frames).unique().sort("case_id", "source", "file", "sheet", "line", "row")


def _by_source(rules: Iterable[Rule]) -> dict[str, list[Asking]]:
    """Source -> the rules whose evidence lies in it, with the columns by which it is found."""
    found: dict[str, list[Asking]] = {}
    for rule in rules:
        for source, of_hit in rule.evidence.items():
            found.setdefault(source, []).append((rule, of_hit))
    return found


def _cut(connection: duckdb.DuckDBPyConnection, source: str, asking: Iterable[Asking]) -> None:
    """The rows of a source that any hit names. Of millions of rows only the few columns by which they are found are read, once
    for all rules that find theirs by the same columns; all columns are read of the rows found."""
    named: dict[tuple[str, ...], list[str]] = {}
    for rule, of_hit in asking:
        columns = tuple(sorted(of_hit))
        told = ", ".join(f"{of_hit[column]} AS {column}" for column in columns)
        named.setdefault(columns, []).append(f"SELECT {told} FROM ({_hits(rule, of_hit)})")
    found = " UNION ".join(
        f"SELECT d.rowid AS number FROM delivered.{source} AS d SEMI JOIN ({' UNION '.join(selects)}) AS n USING ({', '.join(columns)})"
        for columns, selects in named.items()
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_CUT} AS
            SELECT d.* FROM delivered.{source} AS d SEMI JOIN ({found}) AS f ON d.rowid = f.number"""
    )


def _hits(rule: Rule, of_hit: Mapping[str, str]) -> str:
    """SQL of the rule's hits; a case's claims are those of its claim_ids, the earlier ones included."""
    if of_hit == {"claim_id": "claim_id"}:
        return f"SELECT subject_key, unnest(claim_ids) AS claim_id FROM hits.{rule.rule_id}"
    return f"FROM hits.{rule.rule_id}"


def _rows(
    connection: duckdb.DuckDBPyConnection,
    rule: Rule,
    source: Source,
    columns: Mapping[str, str],
    pseudonyms: Pseudonyms,
    *,
    masked: bool,
) -> pl.DataFrame:
    where = " AND ".join(f"d.{column} = h.{of_hit}" for column, of_hit in columns.items())
    values = ", ".join(f"CAST(d.{column.name} AS VARCHAR) AS {column.name}" for column in source.columns)
    found = connection.execute(
        f"""SELECT DISTINCT h.subject_key AS case_key, d.source_file AS file, d.source_sheet AS sheet, d.source_line AS line, {values}
            FROM ({_hits(rule, columns)}) AS h JOIN {_CUT} AS d ON {where}
            QUALIFY dense_rank() OVER (PARTITION BY h.subject_key ORDER BY d.source_file, d.source_sheet, d.source_line) <= {ROWS_PER_SOURCE}
            ORDER BY ALL"""
    ).pl()
    if found.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    names = [column.name for column in source.columns]
    ids = {key: case_id(pseudonyms.key, rule.rule_id, key) for key in found["case_key"].unique()}
    found = found.with_columns(pl.col("case_key").replace_strict(ids, return_dtype=pl.String).alias("case_id"))
    if masked:
        kinds = {column.name: column.personal for column in source.columns if column.personal}
        keep = {value for name in source.key if name not in kinds for value in found[name].drop_nulls()}
        found = sweep_frame(mask_frame(found, kinds, sweep_columns=names, keep=keep), ["file", "sheet"])
    return found.select(
        "case_id",
        pl.lit(source.name).alias("source"),
        "file",
        pl.col("sheet").fill_null(""),
        pl.col("line").cast(pl.Int64),
        pl.struct(names).struct.json_encode().alias("row"),
    )
