"""The Great Expectations face, asked again only of the suites whose rows have changed; the answers are the table `expectations`.

Does not belong here: the expectations, or how a suite is run (`checks/expectations.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from assets.freshness import Freshness, Outcome
from checks.rule import Rule
from models.source import Source

_RULES = "rules"


class ExpectationError(RuntimeError):
    """Expectations that could not be checked, which says nothing of the data; the message names the first."""


def refresh_expectations(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, sources: Iterable[Source], rules: Iterable[Rule]
) -> tuple[Outcome, int]:
    """Bring the table `expectations` up to date; returns how many suites were run. Raises ExpectationError."""
    by_name, ordered = {source.name: source for source in sources}, list(rules)
    counts = connection.execute("FROM rule_counts ORDER BY rule_id").fetchall()
    rest_on = {
        name: freshness.rests_on(repr(source), [f"delivered.{name}", "delivered.missing_columns"])
        for name, source in by_name.items()
    } | {_RULES: freshness.rests_on([counts, [rule.sha for rule in ordered]], ())}
    there = freshness.is_there("expectations")
    stale = [name for name, on in rest_on.items() if not (there and freshness.rested(f"expectations.{name}", on))]
    frame = _run(connection, [by_name[name] for name in stale if name != _RULES], ordered if _RULES in stale else [])
    held = connection.execute("FROM expectations").pl() if there else frame.clear()
    suites = [name for name in by_name if name not in stale] + [_RULES] * (_RULES not in stale)

    def build() -> None:
        whole = pl.concat([held.filter(pl.col("suite").is_in(suites)), frame])
        connection.register("checked_expectations", whole.to_arrow())
        connection.execute("CREATE OR REPLACE TABLE expectations AS SELECT * FROM checked_expectations ORDER BY ALL")
        connection.unregister("checked_expectations")
        for name, on in rest_on.items():
            freshness.record(f"expectations.{name}", on, on)

    return freshness.refresh("expectations", rest_on, (), build), len(stale)


def _run(connection: duckdb.DuckDBPyConnection, sources: list[Source], rules: list[Rule]) -> pl.DataFrame:
    if not sources and not rules:
        return connection.execute("FROM expectations LIMIT 0").pl()
    from checks.expectations import run_expectations  # takes seconds to load, and only where there is something to ask

    frame = run_expectations(connection, sources, rules)
    failed = frame.filter(pl.col("failure") != "")
    if failed.height:
        raise ExpectationError(
            f"{failed.height} 项期望未能检查 / could not be checked, e.g. {failed['expectation'][0]}: {failed['failure'][0]}"
        )
    return frame
