"""The source rows behind each case, traced to file, sheet and line.

A rule's header says which rows those are: source, and which of its columns equal which columns of the hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

from checks.rule import Rule
from models.case import case_id
from models.privacy import Pseudonyms, mask_frame, mask_own_names, sweep_frame
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
    """Per case and source (and side, where a rule has two) the first ROWS_PER_SOURCE rows by file, sheet and line (SCHEMA; `row`
    as JSON)."""
    frames = [pl.DataFrame(schema=SCHEMA)]
    for source, asking in _by_source(rules).items():
        _cut(connection, source, asking)
        frames.append(_told(_named(connection, sources[source], asking), sources[source], pseudonyms, masked=masked))
        connection.execute(f"DROP TABLE {_CUT}")
    return pl.concat(frames).unique().sort("case_id", "source", "file", "sheet", "line", "row")


def _by_source(rules: Iterable[Rule]) -> dict[str, list[Asking]]:
    """Source -> the rules whose evidence lies in it, with the columns by which it is found."""
    found: dict[str, list[Asking]] = {}
    for rule in rules:
        for source, sides in rule.evidence.items():
            found.setdefault(source, []).extend((rule, of_hit) for of_hit in sides)
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


def _named(connection: duckdb.DuckDBPyConnection, source: Source, asking: Iterable[Asking]) -> pl.DataFrame:
    """Rule, subject_key, file, sheet, line and every value (as text) of the rows that stand behind a case, the first of each."""
    pairs = " UNION ".join(
        f"SELECT '{rule.rule_id}' AS rule_id, h.subject_key AS case_key, {side} AS side, d.rowid AS number FROM ({_hits(rule, of_hit)}) AS h "
        f"JOIN {_CUT} AS d ON {' AND '.join(f'd.{column} = h.{name}' for column, name in of_hit.items())}"
        for side, (rule, of_hit) in enumerate(asking)
    )
    values = ", ".join(f"CAST(d.{column.name} AS VARCHAR) AS {column.name}" for column in source.columns)
    return connection.execute(
        f"""SELECT n.rule_id, n.case_key, d.source_file AS file, d.source_sheet AS sheet, d.source_line AS line, {values}
            FROM ({pairs}) AS n JOIN {_CUT} AS d ON d.rowid = n.number
            QUALIFY dense_rank() OVER (PARTITION BY n.rule_id, n.case_key, n.side ORDER BY d.source_file, d.source_sheet, d.source_line)
                <= {ROWS_PER_SOURCE}"""
    ).pl()


def _told(found: pl.DataFrame, source: Source, pseudonyms: Pseudonyms, *, masked: bool) -> pl.DataFrame:
    """The rows as they are published (SCHEMA)."""
    cases = found.select("rule_id", "case_key").unique()
    ids = [case_id(pseudonyms.key, rule_id, key) for rule_id, key in cases.iter_rows()]
    found = found.join(cases.with_columns(case_id=pl.Series(ids, dtype=pl.String)), on=["rule_id", "case_key"])
    names = [column.name for column in source.columns]
    if masked:
        kinds = {column.name: column.personal for column in source.columns if column.personal}
        people = [name for name, kind in kinds.items() if kind == "name"]
        free = [column.name for column in source.columns if column.type == "text" and not column.required]
        found = mask_own_names(found, people, [name for name in free if name not in kinds])
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
