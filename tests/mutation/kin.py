"""Changes that take a wrong column of the right kind: another date, another place, another institution or person.

Belongs here: what is kin to what, and finding the columns of a query's sources. Other changes: `operators.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import sqlglot
from sqlglot import exp

from models.query import DIALECT
from tests.mutation.operators import Mutant, conditions, distinct, told

KIN = (
    ("division", "class_division", "counterparty_division", "residence_division"),
    ("city", "class_city", "counterparty_city"),
    ("claimant_id", "payee_id", "organiser_id", "assessor_id", "employer_id", "reviewer_id", "institution_id"),
    ("id_number", "holder_id", "trainer_id"),
    ("claim_year", "class_year"),
)
COPIES = ("observed", "allowed")  # the same values as another column of the row
Columns = dict[str, str]


def kin_mutants(sql: str, connection: duckdb.DuckDBPyConnection) -> list[Mutant]:
    """In one condition, one column becomes another of its source that is kin to it, wherever the condition names it."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    sources = _Sources(tree, connection)
    made = []
    for place, clause in enumerate(conditions(tree)):
        for name, other in _choices(clause, sources):
            copied = tree.copy()
            changed = list(conditions(copied))[place]
            for column in _own_columns(changed):
                if told(column) == name:
                    column.set("this", exp.to_identifier(other))
            made.append(Mutant(f"{told(clause)}: {name} → {other}", copied.sql(dialect=DIALECT)))
    return distinct(made, tree.sql(dialect=DIALECT))


def _choices(clause: exp.Expression, sources: _Sources) -> Iterator[tuple[str, str]]:
    for name, column in sorted({told(column): column for column in _own_columns(clause)}.items()):
        columns = sources.of(column)
        for other in sorted(columns):
            if other != column.name and _kin(column.name, other, columns):
                yield name, other


def _own_columns(clause: exp.Expression) -> list[exp.Column]:
    condition = clause.args["on"] if isinstance(clause, exp.Join) else clause.this
    return list(condition.find_all(exp.Column))


def _kin(one: str, other: str, columns: Columns) -> bool:
    if columns.get(one) == columns.get(other) == "DATE":
        return not any(name.startswith("born_") or name in COPIES for name in (one, other))
    return any(one in kin and other in kin for kin in KIN)


class _Sources:
    """Which columns the source of a column has, by name and type; tables and common table expressions alike."""

    def __init__(self, tree: exp.Expression, connection: duckdb.DuckDBPyConnection) -> None:
        self._tree, self._connection = tree, connection
        self._known: dict[str, Columns] = {}

    def of(self, column: exp.Column) -> Columns:
        select: exp.Expression | None = column.find_ancestor(exp.Select)
        while select is not None:
            tables = {table.alias_or_name: table.name for table in self._tables(select)}
            if column.table in tables:
                return self._columns(tables[column.table])
            if not column.table:
                return self._columns(next(iter(tables.values()))) if len(tables) == 1 else {}
            select = select.find_ancestor(exp.Select)
        return {}

    def _tables(self, select: exp.Expression) -> list[exp.Table]:
        start = select.args.get("from_") or select.args.get("from")
        nodes = [start, *(select.args.get("joins") or [])]
        return [node.this for node in nodes if node is not None and isinstance(node.this, exp.Table)]

    def _columns(self, table: str) -> Columns:
        if table not in self._known:
            outer = sqlglot.select("*").from_(table)
            common = self._tree.args.get("with_") or self._tree.args.get("with")
            if common is not None:
                outer.set("with_" if "with_" in exp.Select.arg_types else "with", common.copy())
            described = self._connection.execute(f"DESCRIBE {outer.sql(dialect=DIALECT)}").fetchall()
            self._known[table] = {name: kind for name, kind, *_ in described}
        return self._known[table]
