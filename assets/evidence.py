"""The source rows behind each case, traced to file, sheet and line.

A rule's header says which rows those are: source, and which of its columns equal which columns of the hit (`checks/side.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from assets.evidence_digests import DIGESTS, digests_of
from assets.existing import exists
from checks.rule import Rule
from checks.side import Side, value
from models.case import case_id
from models.privacy import Pseudonyms, mask_frame, mask_own_names, sweep_frame
from models.source import Source

# A class has thousands of sessions; an inspector needs to see where to look, not all of them again.
ROWS_PER_SOURCE = 20

Asking = tuple[Rule, Side]
"""A rule, and one side of what it asks of a source."""

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


@dataclass(frozen=True)
class Evidence:
    """What stands behind the cases: the ``rows`` that are shown (SCHEMA), and ``digests`` of all there are (DIGESTS)."""

    rows: pl.DataFrame
    digests: pl.DataFrame


def evidence_of(
    connection: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    sources: Mapping[str, Source],
    pseudonyms: Pseudonyms,
    *,
    masked: bool,
) -> Evidence:
    """Per case and source (and side, where a rule has two) the first ROWS_PER_SOURCE rows by file, sheet and line (`row`
    as JSON), and a digest over all of them."""
    frames, digests = [pl.DataFrame(schema=SCHEMA)], [pl.DataFrame(schema=DIGESTS)]
    for name, asking in _by_source(rules).items():
        source = sources[name]
        _cut(connection, name, asking)
        _pair(connection, asking)
        frames.append(_told(_first(connection, source), source, pseudonyms, masked=masked))
        digests.append(digests_of(connection, source, [rule for rule, _ in asking], pseudonyms.key))
        connection.execute("DROP TABLE evidence_pairs; DROP TABLE evidence_rows")
    rows = pl.concat(frames).unique().sort("case_id", "source", "file", "sheet", "line", "row")
    return Evidence(rows, pl.concat(digests).sort("case_id", "source"))


def _by_source(rules: Iterable[Rule]) -> dict[str, list[Asking]]:
    """Source -> the rules whose evidence lies in it, with the columns by which it is found."""
    found: dict[str, list[Asking]] = {}
    for rule in rules:
        for source, sides in rule.evidence.items():
            found.setdefault(source, []).extend((rule, side) for side in sides)
    return found


def _cut(connection: duckdb.DuckDBPyConnection, source: str, asking: Iterable[Asking]) -> None:
    """The rows of a source that exist for the scan and that any hit names. Of millions of rows only the few columns by which they
    are found are read, once for all rules that find theirs by the same columns; all columns are read of the rows found."""
    named: dict[tuple[str, ...], list[str]] = {}
    for rule, side in asking:
        columns = tuple(sorted(side.columns))
        named.setdefault(columns, []).append(f"SELECT {', '.join(_keys(columns))} FROM ({_asked(rule, side)})")
    found = " UNION ".join(
        f"""SELECT d.number FROM (SELECT d.rowid AS number, {_values("d", columns)} FROM delivered.{source} AS d) AS d
            SEMI JOIN ({" UNION ".join(selects)}) AS n USING ({", ".join(_keys(columns))})"""
        for columns, selects in named.items()
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE evidence_rows AS
            SELECT d.* FROM (SELECT d.* FROM delivered.{source} AS d SEMI JOIN ({found}) AS f ON d.rowid = f.number) AS d
            CROSS JOIN scan AS s WHERE {exists(source)}"""
    )


def _pair(connection: duckdb.DuckDBPyConnection, asking: Iterable[Asking]) -> None:
    """Which of these rows stand behind which case, on which side."""
    pairs = " UNION ".join(
        f"""SELECT '{rule.rule_id}' AS rule_id, h.subject_key AS case_key, {number} AS side, d.rowid AS number
            FROM ({_asked(rule, side)}) AS h JOIN evidence_rows AS d
            ON {" AND ".join(f"{value('d', told)} = h.k{place}" for place, told in enumerate(sorted(side.columns)))}"""
        for number, (rule, side) in enumerate(asking)
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE evidence_pairs AS {pairs}")


def _asked(rule: Rule, side: Side) -> str:
    """SQL of what each hit asks for: its subject_key, and the values k0, k1, ... of the side's columns in their order; a case's
    claims are those of its claim_ids, the earlier ones included."""
    hits = f"FROM hits.{rule.rule_id}"
    if side.of_hit == {"claim_id"}:
        hits = f"SELECT subject_key, unnest(claim_ids) AS claim_id {hits}"
    told = [side.columns[column] for column in sorted(side.columns)]
    if not side.through:
        return f"SELECT h.subject_key, {_values('h', told)} FROM ({hits}) AS h"
    same = " AND ".join(f"{value('t', column)} = {value('h', of_hit)}" for column, of_hit in side.by.items())
    return f"SELECT h.subject_key, {_values('t', told)} FROM ({hits}) AS h JOIN {side.through} AS t ON {same}"


def _keys(columns: Iterable[str]) -> list[str]:
    return [f"k{place}" for place, _ in enumerate(columns)]


def _values(row: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{value(row, told)} AS k{place}" for place, told in enumerate(columns))


def _first(connection: duckdb.DuckDBPyConnection, source: Source) -> pl.DataFrame:
    """Rule, subject_key, file, sheet, line and every value (as text) of the rows that stand behind a case, the first of each."""
    values = ", ".join(f"CAST(d.{column.name} AS VARCHAR) AS {column.name}" for column in source.columns)
    return connection.execute(
        f"""SELECT n.rule_id, n.case_key, d.source_file AS file, d.source_sheet AS sheet, d.source_line AS line, {values}
            FROM evidence_pairs AS n JOIN evidence_rows AS d ON d.rowid = n.number
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
        shown = [column.name for column in source.identifiers]
        values = {value for name in shown for value in found[name].drop_nulls()}
        replaced = pseudonyms.replacing(values)
        found, keep = found.with_columns(pl.col(shown).replace(replaced)), values - replaced.keys()
        found = sweep_frame(mask_frame(found, kinds, sweep_columns=names, keep=keep), ["file", "sheet"])
    return found.select(
        "case_id",
        pl.lit(source.name).alias("source"),
        "file",
        pl.col("sheet").fill_null(""),
        pl.col("line").cast(pl.Int64),
        pl.struct(names).struct.json_encode().alias("row"),
    )
