"""What a SQL file says about itself: its header, the tables it reads, the part that it examines, the order to build in.

Belongs here: everything that needs sqlglot or knows the shape "header comment, then one SELECT". Does not belong
here: running a query, or anything about rules and tables in particular.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

from models.plain_yaml import plain_yaml

DIALECT = "duckdb"


class QueryError(ValueError):
    """A SQL file that does not have the house's shape; the message names the file and what to do."""


@dataclass(frozen=True)
class Query:
    """One SQL file: ``header`` (the YAML between ``/*`` and ``*/``) and ``sql`` (one SELECT, kept as it was written)."""

    name: str
    path: Path
    header: Mapping[str, Any]
    sql: str

    @cached_property
    def tree(self) -> exp.Query:
        """The parsed SELECT; raises QueryError when the file holds anything but one SELECT."""
        try:
            statements = [statement for statement in sqlglot.parse(self.sql, dialect=DIALECT) if statement is not None]
        except sqlglot.errors.ParseError as error:
            raise QueryError(f"{self.path.name}: the SQL cannot be parsed: {error}") from error
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            raise QueryError(
                f"{self.path.name}: expected one SELECT after the header, found {len(statements)} statements."
            )
        return statements[0]

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names of the tables that the SELECT reads, common table expressions left out, with their schema if given."""
        own = {cte.alias_or_name for cte in self.tree.find_all(exp.CTE)}
        tables = {
            f"{table.db}.{table.name}" if table.db else table.name
            for table in self.tree.find_all(exp.Table)
            if table.name and not (not table.db and table.name in own)
        }
        return frozenset(tables)

    @cached_property
    def examined(self) -> str:
        """``SELECT * FROM examined`` under the file's own WITH: every subject that the query looked at."""
        return self.over_examined("*")

    @cached_property
    def counted(self) -> str:
        """``SELECT count(*) FROM examined`` under the file's own WITH."""
        return self.over_examined("count(*)")

    def over_examined(self, selection: str, where: str | None = None) -> str:
        """SQL of ``selection`` over the examined subjects, e.g. ``count(*)``; ``where`` narrows them."""
        outer = sqlglot.select(selection, dialect=DIALECT).from_("examined")
        if where:
            outer = outer.where(where, dialect=DIALECT)
        outer.set("with_" if "with_" in exp.Select.arg_types else "with", self.with_examined().copy())
        return outer.sql(dialect=DIALECT)

    def taking(self, table: str, row: str) -> str:
        """SQL of the condition under which a row of ``table`` is taken, told of a row with the alias ``row``: the WHERE of the
        SELECT from that table; ``true`` where all are."""
        for select in self.tree.find_all(exp.Select):
            taken, where = select.args.get("from_") or select.args.get("from"), select.args.get("where")
            if taken is None or where is None or f"{taken.this.args.get('db')}.{taken.this.name}" != table:
                continue
            condition = where.this.copy()
            for column in condition.find_all(exp.Column):
                if column.table == taken.this.alias_or_name:
                    column.set("table", exp.to_identifier(row))
            return condition.sql(dialect=DIALECT)
        return "true"

    def with_examined(self) -> exp.Expression:
        """The file's WITH; raises QueryError when none of it is named examined."""
        common = self.tree.args.get("with_") or self.tree.args.get("with")
        if common is None or "examined" not in {cte.alias_or_name for cte in common.expressions}:
            raise QueryError(f"{self.path.name}: the SELECT needs a common table expression named examined.")
        return common


def read_query(path: Path) -> Query:
    """Read one SQL file. Raises QueryError when the header is missing, not YAML, or not a mapping."""
    return _query(path, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def _query(path: Path, text: str) -> Query:
    """What a file says; the same text is taken apart once a process."""
    head, separator, sql = text.partition("*/")
    if not text.startswith("/*") or not separator:
        raise QueryError(f"{path.name}: a header between /* and */ must stand at the top of the file.")
    try:
        header = plain_yaml(head.removeprefix("/*"))
    except yaml.YAMLError as error:
        raise QueryError(f"{path.name}: the header is not YAML: {error}") from error
    if not isinstance(header, dict):
        raise QueryError(f"{path.name}: the header must be lines of the form `name: value`.")
    return Query(path.stem, path, header, sql.strip().rstrip(";"))


def read_queries(folder: Path) -> dict[str, Query]:
    """All SQL files of a folder by name, in alphabetical order."""
    return {path.stem: read_query(path) for path in sorted(folder.glob("*.sql"))}


def build_order(queries: Mapping[str, Query]) -> list[str]:
    """Names of the queries such that each stands after those that it reads; alphabetical where free to choose."""
    sorter = TopologicalSorter({name: sorted(query.reads & queries.keys()) for name, query in sorted(queries.items())})
    try:
        sorter.prepare()
    except CycleError as error:
        raise QueryError(f"These tables read each other in a circle: {' -> '.join(error.args[1])}.") from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return order


def needed(names: frozenset[str] | set[str], queries: Mapping[str, Query]) -> set[str]:
    """The queries among ``names`` and everything that they read, directly or not."""
    found: set[str] = set()
    waiting = [name for name in names if name in queries]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(queries[name].reads & queries.keys())
    return found
