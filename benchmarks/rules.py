"""What each table and each rule costs, as a multiple of one bare pass over all accepted rows of the same data.

    python -m benchmarks.rules --inbox FOLDER        # or --size small: a made-up province

Prints a Markdown table, the dearest first. Ratios of one run on one machine; no absolute time is a goal.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.hits import run_rule
from assets.model_tables import MODEL_TABLES
from assets.tables import build_parameters, build_scan, build_table, default_as_of, table_queries
from checks.rule import read_rules
from models.query import build_order
from models.source import load_sources


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--inbox", type=Path)
    chosen.add_argument("--size")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if given.size:
            from models.province.simulate import simulate

            simulate(home, given.size)
        print(report(given.inbox or home / "inbox", home / "deliveries"))


def report(inbox: Path, deliveries: Path) -> str:
    """The table of ratios for the files of an inbox."""
    sources = load_sources()
    take_in(inbox, deliveries, sources)
    connection = duckdb.connect()
    accept(connection, deliveries, sources)
    rows = sum(_count(connection, f"delivered.{name}") for name in sources)
    bare = _seconds(lambda: [_bare_pass(connection, name) for name in sources])
    as_of = default_as_of(connection)
    assert as_of is not None, "no claim, ledger or bank row: nothing to scan"
    build_scan(connection, as_of)
    build_parameters(connection)
    queries, rules = table_queries(), read_rules()
    tables = {name: _seconds(lambda name=name: build_table(connection, queries[name])) for name in build_order(queries)}
    own = {name: rule for name, rule in rules.items() if not rule.query.reads & MODEL_TABLES.keys()}
    hits = {name: _seconds(lambda rule=rule: run_rule(connection, rule)) for name, rule in own.items()}
    lines = [
        f"{rows:,} accepted rows; a bare pass over every column took {bare:.2f} s. Multiples of that pass:",
        "",
        "| what | × bare pass |",
        "| --- | ---: |",
        f"| all {len(tables)} tables | {sum(tables.values()) / bare:.1f} |",
        f"| all {len(hits)} rules | {sum(hits.values()) / bare:.1f} |",
    ]
    dearest = sorted(
        [*((f"table `{n}`", s) for n, s in tables.items()), *((f"rule `{n}`", s) for n, s in hits.items())],
        key=lambda one: -one[1],
    )
    return "\n".join([*lines, *(f"| {name} | {seconds / bare:.2f} |" for name, seconds in dearest)])


def _bare_pass(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Every value of every column is read once, and nothing is kept."""
    columns = [name for name, *_ in connection.execute(f"DESCRIBE delivered.{source}").fetchall()]
    connection.execute(f"SELECT {', '.join(f'max({name})' for name in columns)} FROM delivered.{source}").fetchall()


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
