"""What each stage of a scan costs, as a multiple of one bare pass over the same columns of the same data; peak memory; cost per claim.

    python -m benchmarks.scale --sizes 10000 100000          # made-up provinces of so many claims
    python -m benchmarks.scale --inbox FOLDER [--nodes 20]   # an inbox; with --nodes also the dearest tables, rules and features

Each size runs in a process of its own, so that its peak memory is its own. Prints Markdown; ratios of one run on one machine, no absolute
time is a goal. The bare pass reads every value of every accepted row once, in DuckDB's own storage; `files` is the same over the inbox's Parquet.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

CLOCK = argparse.Namespace(cpu=False)
GOALS = {"tables + rules + features": 15, "scan": 60}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--sizes", nargs="+", help="tiny, small, medium, large, or numbers of claims")
    chosen.add_argument("--inbox", type=Path)
    parser.add_argument("--home", type=Path, help="where to work; a temporary folder when not given")
    parser.add_argument("--memory", default="4GB", help="DuckDB's memory_limit")
    parser.add_argument("--nodes", type=int, default=0, help="so many of the dearest tables, rules and features too")
    parser.add_argument(
        "--cpu", action="store_true", help="processor seconds instead of wall time, on a machine that others use too"
    )
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    CLOCK.cpu = given.cpu
    if given.json:
        print(json.dumps(measure(given.inbox, given.home, given.memory)))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        found = [_apart(given.inbox, home, given.memory)] if given.inbox else made(given.sizes, home, given.memory)
        print(told(found, given.nodes))


def made(sizes: Iterable[str], home: Path, memory: str = "4GB") -> list[dict[str, Any]]:
    """What `measure` says of made-up provinces, one after the other under ``home``."""
    from models.province.simulate import simulate

    found = []
    for size in sizes:
        print(f"simulating a province of size {size}", file=sys.stderr)
        simulate(home / size, size)
        found.append(_apart(home / size / "inbox", home / size, memory))
    return found


def _apart(inbox: Path, home: Path, memory: str) -> dict[str, Any]:
    """The measurement in a fresh process."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "--json",
        "--memory",
        memory,
        *(["--cpu"] if CLOCK.cpu else []),
    ]
    done = subprocess.run(
        [*command, "--inbox", str(inbox), "--home", str(home)], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(inbox: Path, home: Path, memory: str) -> dict[str, Any]:
    """Seconds of every stage and node of one scan, without Dagster; with the bare pass, rows and peak memory."""
    from assets.acceptance import accept
    from assets.cases import all_cases
    from assets.deliveries import take_in
    from assets.history import read_history
    from assets.hits import run_rule
    from assets.keys import load_keys
    from assets.model_tables import MODEL_TABLES
    from assets.scan_publication import publish
    from assets.scores import rank_subjects
    from assets.tables import build_parameters, build_scan, build_table, default_as_of, table_queries
    from checks.expectations import run_expectations
    from checks.promises import all_promises, keep
    from checks.rule import read_rules
    from models.privacy import Pseudonyms
    from models.query import build_order
    from models.source import load_sources
    from pipelines.home import Home, open_warehouse

    place, sources, stages, nodes = Home.at(home), load_sources(), dict[str, float](), dict[str, float]()

    def stage(name: str, work: Callable[[], Any]) -> Any:
        started = _now()
        result = work()
        stages[name] = stages.get(name, 0.0) + _now() - started
        print(f"{name}: {stages[name]:.1f} s, {_peak():.1f} GB", file=sys.stderr, flush=True)
        return result

    def each(kind: str, works: Mapping[str, Callable[[], Any]]) -> None:
        for name, work in works.items():
            started = _now()
            work()
            nodes[f"{kind} {name}"] = _now() - started

    place.prepare()
    stage("take-in", lambda: take_in(inbox, place.deliveries, sources))
    connection = open_warehouse(place, memory=memory)
    stage("accept", lambda: accept(connection, place.deliveries, sources))
    rows = {name: _one(connection, f"SELECT count(*) FROM delivered.{name}") for name in sources}
    bare = min(_seconds(lambda: _bare_pass(connection, sources)) for _ in range(2))
    stage("promises", lambda: [keep(connection, promise) for promise in all_promises()])
    as_of = default_as_of(connection)
    assert as_of is not None, "no claim, ledger or bank row: nothing to scan"
    connection.execute("DROP SCHEMA IF EXISTS hits CASCADE; DROP TABLE IF EXISTS rule_counts")
    build_scan(connection, as_of)
    build_parameters(connection)
    queries, rules = table_queries(), read_rules()
    tables = {name: partial(build_table, connection, queries[name]) for name in build_order(queries)}
    stage("tables", lambda: each("table", tables))
    own = {name: rule for name, rule in rules.items() if not rule.query.reads & MODEL_TABLES.keys()}
    stage("rules", lambda: each("rule", {name: partial(run_rule, connection, rule) for name, rule in own.items()}))
    stage("features", lambda: _features(connection, nodes))
    models = {name: partial(table.write, connection) for name, table in MODEL_TABLES.items() if "score" not in name}
    models["scores"] = partial(rank_subjects, connection)
    stage("models", lambda: each("model", models))
    stage("model rules", lambda: [run_rule(connection, rule) for name, rule in rules.items() if name not in own])
    keys = load_keys(place.root)

    def cases() -> None:
        history = read_history(connection, place.publications)
        frame = all_cases(connection, rules.values(), Pseudonyms(keys.pseudonym), history, masked=False)
        connection.register("found", frame.to_arrow())
        connection.execute("CREATE OR REPLACE TABLE cases AS SELECT * FROM found")
        connection.unregister("found")

    def expectations() -> None:
        frame = run_expectations(connection, sources.values(), rules.values())
        connection.register("checked", frame.to_arrow())
        connection.execute("CREATE OR REPLACE TABLE expectations AS SELECT * FROM checked")
        connection.unregister("checked")

    stage("cases", cases)
    stage("expectations", expectations)
    stage("publication", lambda: publish(connection, rules, keys, place.root, (), reveal=False))
    found = _one(connection, "SELECT count(*) FROM cases")
    connection.close()
    return {
        "rows": rows, "bare": bare, "files": _files_pass(inbox), "stages": stages, "nodes": nodes, "peak": _peak(), "cases": found,
    }  # fmt: skip


def _features(connection: Any, nodes: dict[str, float]) -> None:
    """Write `features_<level>` as a scan does; the seconds of each SELECT go into ``nodes``."""
    from assets.engine import DuckEngine
    from assets.features import feature_tables
    from models.feature import read_features

    names = {one.query.sql: name for name, one in read_features().items()}

    class Timed(DuckEngine):
        def frame(self, sql: str) -> Any:
            started = _now()
            found = super().frame(sql)
            nodes[f"feature {next(name for text, name in names.items() if text in sql)}"] = _now() - started
            return found

    feature_tables(connection, Timed(connection))


def _bare_pass(connection: Any, sources: Iterable[str]) -> None:
    """Every value of every column is read once, and nothing is kept."""
    for source in sources:
        columns = [name for name, *_ in connection.execute(f"DESCRIBE delivered.{source}").fetchall()]
        connection.execute(f"SELECT {', '.join(f'max({name})' for name in columns)} FROM delivered.{source}").fetchall()


def _files_pass(inbox: Path) -> float | None:
    """The same over unread Parquet; None where the inbox holds anything else."""
    import duckdb

    paths = sorted(path for path in inbox.rglob("*") if path.is_file())
    if any(path.suffix != ".parquet" for path in paths):
        return None
    started = _now()
    for path in paths:
        names = [name for name, *_ in duckdb.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()]
        duckdb.execute(
            f"SELECT {', '.join(f'max({name})' for name in names)} FROM read_parquet(?)", [str(path)]
        ).fetchall()
    return _now() - started


def told(found: list[dict[str, Any]], nodes: int) -> str:
    """Markdown: one column per size, one line per stage."""
    heads = [f"{one['rows']['claims']:,} claims" for one in found]
    names = list(found[0]["stages"])
    lines = [f"| × bare pass | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    lines += [_line(name, [f"{one['stages'][name] / one['bare']:.1f}" for one in found]) for name in names]
    sums = {"tables + rules + features": ("tables", "rules", "features"), "scan": tuple(names)}
    lines += [
        _line(
            f"**{name}** (goal {GOALS[name]})",
            [f"**{sum(one['stages'][part] for part in parts) / one['bare']:.1f}**" for one in found],
        )
        for name, parts in sums.items()
    ]
    files = [f"{sum(one['stages'].values()) / one['files']:.1f}" if one["files"] else "–" for one in found]
    lines += [
        _line("scan, × a bare pass over the Parquet files", files),
        _line("bare pass, s", [f"{one['bare']:.2f}" for one in found]),
        _line("accepted rows", [f"{sum(one['rows'].values()):,}" for one in found]),
        _line("cases", [f"{one['cases']:,}" for one in found]),
        _line("ms per claim", [f"{1000 * sum(one['stages'].values()) / one['rows']['claims']:.2f}" for one in found]),
        _line("peak memory, GB", [f"{one['peak']:.2f}" for one in found]),
    ]
    for one in found if nodes else []:
        lines += ["", f"Dearest at {one['rows']['claims']:,} claims, × bare pass:", ""]
        dearest = sorted(one["nodes"].items(), key=lambda node: -node[1])[:nodes]
        lines += [f"- {name} {seconds / one['bare']:.2f}" for name, seconds in dearest]
    return "\n".join(lines)


def _line(name: str, values: list[str]) -> str:
    return f"| {name} | {' | '.join(values)} |"


def _one(connection: Any, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _now() -> float:
    if not CLOCK.cpu:
        return time.perf_counter()
    readers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + readers.ru_utime + readers.ru_stime


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _seconds(work: Callable[[], object]) -> float:
    started = _now()
    work()
    return _now() - started


if __name__ == "__main__":
    main()
