"""How the shared SQL, written in DuckDB's dialect, is said to Spark so that it means the same.

Belongs here: what sqlglot's translation leaves different, each with its reason. Does not belong here: running it
(`assets/spark.py`). What cannot be brought over in a few lines is written otherwise in the SQL file itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from models.query import DIALECT, QueryError

# Spark's names of the types that the warehouse's tables have; DECIMAL(p,s) is the same in both.
_TYPES = {
    "VARCHAR": "STRING",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "HUGEINT": "DECIMAL(38,0)",
    "INTEGER": "INT",
    "DOUBLE": "DOUBLE",
    "BIGINT": "BIGINT",
    "SMALLINT": "SMALLINT",
    "TINYINT": "TINYINT",
    "DATE": "DATE",
    "BOOLEAN": "BOOLEAN",
}
# What is whole already needs no rounding on its way to an integer; of EXTRACT(SECOND) the fraction is to be cut off.
_WHOLE = (exp.Extract, exp.DateDiff, exp.Count, exp.Ceil, exp.Floor, exp.Substring, exp.Mod, exp.Anonymous)


@lru_cache(maxsize=1024)
def to_spark(sql: str) -> str:
    """One SELECT for Spark (ANSI mode, session zone UTC), over tables named as by `view_name`.

    Raises QueryError where the SELECT holds what both engines do not share.
    """
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    for node in reversed(list(tree.walk())):  # inner ones first: what is put in their place is not visited again
        rewrite = _REWRITES.get(type(node))
        if rewrite is not None and (instead := rewrite(node)) is not node:
            node.replace(instead)
    return tree.sql(dialect="spark")


def tables_read(sql: str) -> list[str]:
    """Names of the tables that a SELECT reads, with their schema if given, sorted."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    named = [table for table in tree.find_all(exp.Table) if table.name]
    return sorted({f"{t.db}.{t.name}" if t.db else t.name for t in named if t.db or t.name not in own})


def view_name(table: str) -> str:
    """A session's view has no schema: `delivered.claims` is `delivered__claims` there."""
    return table.replace(".", "__")


def spark_type(duckdb_type: str) -> str:
    """`VARCHAR[]` -> `ARRAY<STRING>`; raises QueryError for a type that has no counterpart."""
    if duckdb_type.endswith("[]"):
        return f"ARRAY<{spark_type(duckdb_type.removesuffix('[]'))}>"
    if duckdb_type.startswith("DECIMAL("):
        return duckdb_type
    if duckdb_type not in _TYPES:
        raise QueryError(f"Spark has no counterpart of the type {duckdb_type}: cast the column in the SQL file.")
    return _TYPES[duckdb_type]


def _as(node: exp.Expression, kind: str) -> exp.Cast:
    return exp.Cast(this=node.copy(), to=exp.DataType.build(kind, dialect="spark"))


def _call(name: str, *arguments: exp.Expression) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _table(node: exp.Table) -> exp.Expression:
    """Under its new name, and still called by its old one."""
    if not node.db:
        return node
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name))
    own = {name: value for name, value in node.args.items() if name not in ("this", "db", "alias")}
    return exp.Table(this=exp.to_identifier(view_name(f"{node.db}.{node.name}")), alias=alias, **own)


def _divide(node: exp.Div) -> exp.Expression:
    """`/` is DOUBLE in DuckDB whatever it divides; Spark keeps DECIMAL, and stops at a zero (here the result is NULL)."""
    zero = exp.Literal.number(0)
    below = exp.Nullif(this=_as(node.expression, "double"), expression=zero)
    return exp.Paren(this=exp.Div(this=_as(node.this, "double"), expression=below))


def _average(node: exp.Avg) -> exp.Expression:
    """Spark's average of a DECIMAL is a DECIMAL of four more digits."""
    return exp.Avg(this=_as(node.this, "double"))


def _correlation(node: exp.Corr) -> exp.Expression:
    """Where one side never varies, Spark's corr() stops at a division by zero even if HAVING leaves the group out."""
    sides = ((node.this, node.expression), (node.expression, node.this))
    left, right = (
        _call("stddev_pop", exp.Case(ifs=[exp.If(this=_known(other), true=own.copy())])) for own, other in sides
    )
    spread = exp.Mul(this=left, expression=right)
    below = exp.Nullif(this=spread, expression=exp.Literal.number(0))
    return exp.Paren(this=exp.Div(this=_call("covar_pop", node.this, node.expression), expression=below))


def _known(node: exp.Expression) -> exp.Expression:
    return exp.Not(this=exp.Is(this=node.copy(), expression=exp.Null()))


def _cast(node: exp.Cast) -> exp.Expression:
    """DuckDB rounds on the way to an integer (a DOUBLE half to even, a DECIMAL half away from zero); Spark cuts off."""
    if node.to.this not in (exp.DataType.Type.INT, exp.DataType.Type.BIGINT) or isinstance(node.this, _WHOLE):
        return node
    is_decimal = exp.Like(this=_call("typeof", node.this), expression=exp.Literal.string("decimal%"))
    rounded = _call("if", is_decimal, _call("round", node.this), _call("rint", node.this))
    return exp.Cast(this=rounded, to=node.to.copy())


def _difference(node: exp.DateDiff) -> exp.Expression:
    """Boundaries crossed, not whole units past: 23:59 and 0:01 are a day apart."""
    if node.text("unit").upper() == "SECOND":
        seconds = (_call("unix_timestamp", part) for part in (node.this, node.expression))
        return exp.Paren(this=exp.Sub(this=next(seconds), expression=next(seconds)))
    if node.text("unit").upper() != "DAY":
        raise QueryError(
            f"date_diff('{node.text('unit').lower()}') counts otherwise on Spark: write 'day' or 'second'."
        )
    return _call("datediff", node.this, node.expression)


def _truncate(node: exp.TimestampTrunc) -> exp.Expression:
    """Spark makes an instant of it, DuckDB keeps the local time."""
    return _as(node, "timestamp_ntz")


def _concat(node: exp.Concat) -> exp.Expression:
    """NULL is nothing in DuckDB's concat; what is not text must become text before it can be nothing."""
    empty = exp.Literal.string("")
    parts = [exp.Coalesce(this=_as(part, "string"), expressions=[empty.copy()]) for part in node.expressions]
    return _call("concat", *parts)


def _full_match(node: exp.RegexpFullMatch) -> exp.Expression:
    pattern = exp.Literal.string(f"^(?:{node.expression.name})\\z")
    return exp.RegexpLike(this=node.this.copy(), expression=pattern)


def _list(node: exp.ArrayAgg) -> exp.Expression:
    """Spark collects in any order, and an empty list where there is nothing; DuckDB's is ordered, or NULL."""
    order = node.this
    if not isinstance(order, exp.Order):
        raise QueryError("list() needs ORDER BY.")
    distinct = isinstance(order.this, exp.Distinct)
    what = order.this.expressions[0] if distinct else order.this
    if [ordered.this.sql() for ordered in order.expressions] != [what.sql()]:
        raise QueryError(f"A list is ordered by its own values, for Spark's sake: {node.sql()}.")
    collected: exp.Expression = _call("collect_set" if distinct else "collect_list", what)
    return _listed(collected)


def _listed(collected: exp.Expression) -> exp.Expression:
    empty = _call("array")
    return exp.Nullif(this=_call("sort_array", collected), expression=empty)


def _filter(node: exp.Filter) -> exp.Expression:
    """The list was put into shape already; its FILTER belongs to the collecting inside."""
    if not isinstance(node.this, exp.Nullif):
        return node
    collected = node.this.this.expressions[0]
    return _listed(exp.Filter(this=collected.copy(), expression=node.expression.copy()))


_REWRITES: dict[type[exp.Expr], Callable[[Any], exp.Expression]] = {
    exp.Table: _table,
    exp.Div: _divide,
    exp.Avg: _average,
    exp.Corr: _correlation,
    exp.Cast: _cast,
    exp.DateDiff: _difference,
    exp.TimestampTrunc: _truncate,
    exp.DateTrunc: _truncate,
    exp.Concat: _concat,
    exp.RegexpFullMatch: _full_match,
    exp.ArrayAgg: _list,
    exp.Filter: _filter,
}
