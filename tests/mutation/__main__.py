"""python -m tests.mutation [RULE...] [--tables [TABLE...]] [--jobs N]: kill rate per rule, and what survived. Exit 1 if anything did."""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from assets.tables import table_queries
from checks.rule import read_rules
from tests.mutation.report import Report, judge, judge_table
from tests.mutation.running import EXAMPLES


def _judged(name: str, table: bool) -> Report:
    rules = read_rules()
    with tempfile.TemporaryDirectory() as folder:
        if table:
            return judge_table(
                name, [rule for rule in rules.values() if (EXAMPLES / f"{rule.rule_id}.yaml").exists()], Path(folder)
            )
        if not (EXAMPLES / f"{name}.yaml").exists():
            return Report(name, 0, 0, (), failing=("it has no worked examples",))
        return judge(rules[name], Path(folder))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("names", nargs="*", help="rules, or with --tables tables; all when none is given")
    parser.add_argument("--tables", action="store_true", help="change the tables instead of the rules")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    given = parser.parse_args()
    names = given.names or sorted(table_queries() if given.tables else read_rules())
    reports = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for report in pool.map(partial(_judged, table=given.tables), names):
            print("\n".join(report.lines()), flush=True)
            reports.append(report)
    killed, survived = sum(one.killed for one in reports), sum(len(one.survivors) for one in reports)
    print(
        f"{len(reports)} looked at, {killed} mutants killed, {sum(one.equivalent for one in reports)} equivalent, {survived} survived"
    )
    return 0 if all(report.clean for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
