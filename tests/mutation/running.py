"""Tries mutants on the worlds of a rule's worked examples: is there an example that fails?

Each world is built once, when it is first needed. A mutant that gives in a world the very rows of the original passes
there without further comparison; changed tables and values are rolled back after each trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from assets.hits import run_rule
from assets.tables import table_queries
from checks.rule import Rule
from models.plain_yaml import plain_yaml
from models.query import build_order, needed
from tests.checks.examples import shortfalls, world

EXAMPLES = Path(__file__).parent.parent / "checks" / "rules"
STATIC = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)


@dataclass(frozen=True)
class Trial:
    """A changed rule, or the rule as it is after `before` has changed a value or tables."""

    what: str
    rule: Rule
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """`killed` by an example; `shown`: rows differ, but only in what no example names; `unseen`: no world differs;
    `stillborn`: no valid SQL."""

    what: str
    outcome: str
    by: str = ""


class Bench:
    """The worked examples of one rule, each with its world."""

    def __init__(self, rule: Rule, folder: Path) -> None:
        self.rule, self._folder = rule, folder
        self.examples: list[Mapping[str, Any]] = plain_yaml(
            (EXAMPLES / f"{rule.rule_id}.yaml").read_text(encoding="utf-8")
        )
        self._worlds: dict[int, duckdb.DuckDBPyConnection] = {}
        self._rows: dict[int, tuple[list[str], list[str]]] = {}
        self._kills = [0] * len(self.examples)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._worlds.values():
            connection.close()

    def connection(self, at: int = 0) -> duckdb.DuckDBPyConnection:
        """The world of one example, built when first asked for."""
        if at not in self._worlds:
            self._worlds[at] = world(self.rule, self.examples[at]["given"], self._folder)
            self._rows[at] = _rows(self._worlds[at], self.rule)
        return self._worlds[at]

    def failing(self) -> list[str]:
        """Examples that fail without any change; with one of these a kill proves nothing."""
        failing = []
        for at, example in enumerate(self.examples):
            connection = self.connection(at)
            if self._in_transaction(
                connection, (), lambda c=connection, e=example: shortfalls(c, run_rule(c, self.rule), e)
            ):
                failing.append(str(example["name"]))
        return failing

    def verdict(self, trial: Trial) -> Verdict:
        """What the examples say to a mutant. The examples that killed most so far are asked first."""
        differs = False
        for at in sorted(range(len(self.examples)), key=lambda at: -self._kills[at]):
            connection = self.connection(at)
            try:
                outcome = self._in_transaction(
                    connection, trial.before, lambda c=connection, at=at: self._compare(c, trial.rule, at)
                )
            except STATIC:
                return Verdict(trial.what, "stillborn")
            except Exception as error:  # whatever breaks, the example fails
                if isinstance(error.__cause__, STATIC):
                    return Verdict(trial.what, "stillborn")
                outcome = "fails"
            if outcome == "fails":
                self._kills[at] += 1
                return Verdict(trial.what, "killed", str(self.examples[at]["name"]))
            differs = differs or outcome == "differs"
        return Verdict(trial.what, "shown" if differs else "unseen")

    def _compare(self, connection: duckdb.DuckDBPyConnection, rule: Rule, at: int) -> str:
        if _rows(connection, rule) == self._rows[at]:
            return "same"
        return "fails" if shortfalls(connection, run_rule(connection, rule), self.examples[at]) else "differs"

    def _in_transaction(
        self, connection: duckdb.DuckDBPyConnection, before: Sequence[str], do: Callable[[], Any]
    ) -> Any:
        connection.execute("BEGIN")
        try:
            for statement in before:
                connection.execute(statement)
            return do()
        finally:
            connection.execute("ROLLBACK")


def rebuilt(changed: Mapping[str, str], rule: Rule) -> tuple[str, ...]:
    """Statements that rebuild the tables `changed` (name -> SQL) and every table of the rule that reads them."""
    queries = table_queries()
    mine = needed(set(rule.query.reads), queries)
    stale, statements = set(changed), []
    for name in build_order({name: queries[name] for name in mine}):
        if name in changed or queries[name].reads & stale:
            stale.add(name)
            statements.append(f"CREATE OR REPLACE TABLE {name} AS {changed.get(name, queries[name].sql)}")
    return tuple(statements)


def readers(table: str, rule: Rule) -> tuple[str, ...]:
    """Statements that rebuild whatever the rule reads of a table that changed in place."""
    queries = table_queries()
    return rebuilt(
        {name: queries[name].sql for name in needed(set(rule.query.reads), queries) if table in queries[name].reads},
        rule,
    )


def changed_rule(rule: Rule, sql: str) -> Rule:
    """The rule with other SQL."""
    return Rule(replace(rule.query, sql=sql))


def _rows(connection: duckdb.DuckDBPyConnection, rule: Rule) -> tuple[list[str], list[str]]:
    """The hits and the examined, with their columns, as text in order."""
    return _text(connection, rule.query.sql), _text(connection, rule.query.examined)


def _text(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    result = connection.execute(sql)
    names = [name for name, *_ in result.description or []]
    return [repr(names), *sorted(repr(row) for row in result.fetchall())]
