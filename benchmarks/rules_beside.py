"""The same rules in skillwatch, pandas, SQLite and PostgreSQL, on the same tables of one made-up province, in turn; the same hits are asserted.

usage: python -m benchmarks.rules_beside [--size small] [--seed 1]

Everybody starts from the tables that reading the files gives (cleaned, typed, one row per key), with its code read; what a rule needs
beyond them counts. Loading into a database is told apart from running the rules. No absolute time is a goal.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.tables import build_parameters, build_scan, build_table, default_as_of, table_queries
from benchmarks.peers import databases, rules_sql
from checks.rule import Rule, read_rules
from models.province.simulate import simulate
from models.query import Query, build_order, needed
from models.source import load_sources

Hits = dict[str, set[tuple[str, ...]]]
BASE = ("claims", "live_claims", "classes", "class_projects", "enrolments", "certificate_registry", "attendance", "parameter", "scan")  # fmt: skip
NAMES = tuple(rules_sql.rules("SQLite"))


class Differs(AssertionError):
    """A peer whose hits are not ours: its time says nothing."""


def base(connection: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Builds the tables from which everybody starts, and gives them as frames."""
    queries = table_queries()
    for name in build_order(
        {name: queries[name] for name in needed({name for name in BASE if name in queries}, queries)}
    ):
        build_table(connection, queries[name])
    numbers = "nullif(upper(regexp_replace(certificate_no, '[^\\p{L}\\p{N}]', '', 'g')), '') AS certificate_number"
    selects = {name: f"FROM {name}" for name in BASE} | {
        "live_claims": f"SELECT *, {numbers} FROM live_claims",
        "attendance": "SELECT a.* FROM delivered.attendance AS a CROSS JOIN scan AS s WHERE a.session_date <= s.as_of",
    }
    return {name: connection.execute(select).pl() for name, select in selects.items()}


def plan() -> tuple[list[Query], list[Rule]]:
    """What is run for ours: the remaining tables that the rules need, in order, and the rules."""
    queries, rules = table_queries(), read_rules()
    reads = {table for name in NAMES for table in rules[name].query.reads} & queries.keys()
    done = needed(set(BASE) & queries.keys(), queries)
    order = build_order({name: queries[name] for name in needed(reads, queries)})
    return [queries[name] for name in order if name not in done], [rules[name] for name in NAMES]


def ours(connection: duckdb.DuckDBPyConnection, tables: list[Query], rules: list[Rule]) -> Hits:
    """Builds the tables and runs the rules."""
    for table in tables:
        build_table(connection, table)
    found = {}
    for rule in rules:
        hits = connection.execute(rule.query.sql).pl()
        found[rule.rule_id] = {tuple(map(str, row)) for row in hits.select(rule.key).iter_rows()}
    return found


def _of_sql(execute: Callable[[str], object], dialect: str) -> Hits:
    for name, select in rules_sql.HELPERS.items():
        execute(f"CREATE TABLE {name} AS {select}")
        execute(f"CREATE INDEX {name}_0 ON {name} ({'id_number' if name == 'class_claims' else 'certificate_key'})")
    execute("ANALYZE")
    return {
        name: {tuple(map(str, row)) for row in execute(select).fetchall()}  # type: ignore[attr-defined]
        for name, select in rules_sql.rules(dialect).items()
    }


def of_sqlite(tables: dict[str, pl.DataFrame]) -> tuple[Hits, float, float]:
    with databases.sqlite() as connection:
        started = time.perf_counter()
        databases.fill_sqlite(connection, tables)
        loaded = time.perf_counter()
        return _of_sql(connection.execute, "SQLite"), loaded - started, time.perf_counter() - loaded


def of_postgresql(tables: dict[str, pl.DataFrame]) -> tuple[Hits, float, float]:
    with databases.postgresql() as connection:
        started = time.perf_counter()
        databases.fill_postgresql(connection, tables)
        loaded = time.perf_counter()
        return _of_sql(connection.execute, "PostgreSQL"), loaded - started, time.perf_counter() - loaded


def of_pandas(tables: dict[str, pl.DataFrame]) -> tuple[Hits, float, float]:
    from benchmarks.peers import rules_pandas

    started = time.perf_counter()
    frames = {}
    for name, frame in tables.items():
        # pandas knows no year 9999 in nanoseconds: days far off are moved to 1800 and 2200
        dates = pl.selectors.date().clip(pl.date(1800, 1, 1), pl.date(2200, 1, 1)).cast(pl.Datetime("ns"))
        frames[name] = frame.with_columns(pl.selectors.decimal().cast(pl.Float64), dates).to_pandas()
        for column, kind in frame.schema.items():
            if kind == pl.Date:
                frames[name][column] = frames[name][column].astype("datetime64[ns]")
    loaded = time.perf_counter()
    rules_pandas.helpers(frames)
    found = {
        name: {tuple(map(str, row)) for row in rule(frames).itertuples(index=False)}
        for name, rule in rules_pandas.RULES.items()
    }
    return found, loaded - started, time.perf_counter() - loaded


PEERS = {"pandas": of_pandas, "SQLite": of_sqlite, "PostgreSQL": of_postgresql}


def compared(own: Hits, theirs: Hits, peer: str) -> int:
    """The number of hits, which are the same; raises Differs naming the rule and how many are missing and too many."""
    for name in NAMES:
        if own[name] != theirs[name]:
            raise Differs(f"{peer}, {name}: {len(own[name] - theirs[name])} missing, {len(theirs[name] - own[name])} too many")  # fmt: skip
    return sum(map(len, own.values()))


def measured(inbox: Path, work: Path) -> list[dict[str, object]]:
    """One row per way of running the rules: hits, seconds of loading and of running, and the ratio to ours (or why it was left out)."""
    sources = load_sources()
    take_in(inbox, work / "deliveries", sources)
    connection = duckdb.connect()
    accept(connection, work / "deliveries", sources)
    as_of = default_as_of(connection)
    assert as_of is not None, "no claim, ledger or bank row: nothing to scan"
    build_scan(connection, as_of)
    build_parameters(connection)
    tables, planned = base(connection), plan()
    started = time.perf_counter()
    own = ours(connection, *planned)
    took = time.perf_counter() - started
    rows = sum(frame.height for frame in tables.values())
    result: list[dict[str, object]] = [{"way": "skillwatch (DuckDB)", "rows": rows, "hits": sum(map(len, own.values())), "load": None, "run": took, "ratio": 1.0}]  # fmt: skip
    for name, peer in PEERS.items():
        print(f"rules in {name}", file=sys.stderr)
        try:
            theirs, load, run = peer(tables)
        except (databases.Unavailable, ImportError) as reason:
            result.append({"way": name, "skipped": str(reason)})
            continue
        result.append({"way": name, "rows": rows, "hits": compared(own, theirs, name), "load": load, "run": run, "ratio": run / took})  # fmt: skip
    return result


def made(size: str, seed: int) -> list[dict[str, object]]:
    """`measured` on a made-up province."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        print(f"simulating a province of size {size}", file=sys.stderr)
        simulate(home, size, seed)
        return measured(home / "inbox", home)


def table(rows: list[dict[str, object]]) -> str:
    """A Markdown table of `measured`."""
    lines = [
        "| way | hits, the same | load ÷ skillwatch's rules | rules ÷ skillwatch's |",
        "| --- | ---: | ---: | ---: |",
    ]
    base_time = float(str(rows[0]["run"]))
    for row in rows:
        if "skipped" in row:
            lines.append(f"| {row['way']} | left out: {row['skipped']} | | |")
        else:
            load = "" if row["load"] is None else f"{float(str(row['load'])) / base_time:.1f}"
            lines.append(f"| {row['way']} | {row['hits']:,} | {load} | {row['ratio']:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="small")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(table(made(given.size, given.seed)))


if __name__ == "__main__":
    main()
