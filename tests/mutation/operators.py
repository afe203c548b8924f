"""Small changes to one SELECT: turned comparisons, dropped conditions, other joins, numbers, aggregates.

Each operator looks at one node and yields changes: what is told of it, and what the node becomes (None: it is taken out).
Does not belong here: changes that need to know the tables (`kin.py`), and running anything (`running.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from models.query import DIALECT

Change = tuple[str, exp.Expression | None]
Operator = Callable[[exp.Expression], Iterator[Change]]

TURNED: dict[type[exp.Expression], tuple[type[exp.Binary], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
    exp.NullSafeEQ: (exp.EQ, exp.NullSafeNEQ),
    exp.NullSafeNEQ: (exp.NEQ, exp.NullSafeEQ),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
    exp.Mul: (exp.Div,),
    exp.Div: (exp.Mul,),
}
SWAPPED: dict[type[exp.Expression], type[exp.Func]] = {
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Sum: exp.Max,
    exp.Greatest: exp.Least,
    exp.Least: exp.Greatest,
    exp.LogicalAnd: exp.LogicalOr,
    exp.LogicalOr: exp.LogicalAnd,
}
CLAUSES = (exp.Where, exp.Having, exp.Qualify)
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Like, exp.Between)
NEGATED = (exp.Is, exp.In, exp.Exists, exp.Like, exp.RegexpLike, exp.Between)


@dataclass(frozen=True)
class Mutant:
    """One change: what it is, in words that stay the same while the SQL around it changes, and the changed SQL."""

    what: str
    sql: str


def mutants_of(sql: str) -> list[Mutant]:
    """Every mutant of one SELECT, each with one change; two that read alike are numbered."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    made: list[Mutant] = []
    for place, node in enumerate(tree.walk()):
        if node.find_ancestor(exp.DataType):
            continue
        for operator in OPERATORS:
            made.extend(Mutant(what, _changed(tree, place, new)) for what, new in operator(node))
    return distinct(made, tree.sql(dialect=DIALECT))


def distinct(made: list[Mutant], original: str) -> list[Mutant]:
    """Mutants that differ from the original and from each other, with names that do."""
    seen, names, kept = {original}, Counter[str](), []
    for mutant in made:
        if mutant.sql not in seen:
            seen.add(mutant.sql)
            names[mutant.what] += 1
            number = names[mutant.what]
            kept.append(mutant if number == 1 else Mutant(f"{mutant.what} ({number})", mutant.sql))
    return kept


def told(node: exp.Expression) -> str:
    """A node's SQL in one line."""
    return " ".join(node.sql(dialect=DIALECT).split())


def conditions(tree: exp.Expression) -> Iterator[exp.Expression]:
    """The clauses whose rows are chosen: WHERE, HAVING, QUALIFY, and joins with their ON."""
    for node in tree.walk():
        if isinstance(node, CLAUSES) or (isinstance(node, exp.Join) and node.args.get("on")):
            yield node


def _changed(tree: exp.Expression, place: int, new: exp.Expression | None) -> str:
    copied = tree.copy()
    for at, node in enumerate(copied.walk()):
        if at == place:
            node.replace(new.copy()) if new else node.pop()
            break
    return copied.sql(dialect=DIALECT)


def _turned(node: exp.Expression) -> Iterator[Change]:
    """= becomes <>, < becomes <= and >=, + becomes -, ..."""
    for other in TURNED.get(type(node), ()):
        new = other(this=node.this.copy(), expression=node.expression.copy())
        yield f"{told(node)} → {told(new)}", new


def _dropped_part(node: exp.Expression) -> Iterator[Change]:
    """One part of an AND or OR is taken out; an OR becomes an AND."""
    if not isinstance(node, exp.And | exp.Or) or isinstance(node.parent, type(node)):
        return
    parts = list(node.flatten(unnest=False))
    together = exp.and_ if isinstance(node, exp.And) else exp.or_
    for at, part in enumerate(parts):
        rest = parts[:at] + parts[at + 1 :]
        yield f"drop {told(part)}", together(*rest, copy=True) if len(rest) > 1 else rest[0]
    if isinstance(node, exp.Or):
        yield f"{told(node)} → AND", exp.paren(exp.and_(*parts, copy=True))


def _dropped_condition(node: exp.Expression) -> Iterator[Change]:
    """A condition of one part is taken out with its clause."""
    if isinstance(node, CLAUSES) and not isinstance(node.this, exp.And | exp.Or):
        yield f"drop {told(node)}", None
    if isinstance(node, exp.Join) and node.args.get("on") and not isinstance(node.args["on"], exp.And | exp.Or):
        new = node.copy()
        new.set("on", exp.true())
        yield f"drop ON {told(node.args['on'])}", new


def _negated(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Not):
        yield f"{told(node)} → {told(node.this)}", node.this
    elif isinstance(node, NEGATED) and not isinstance(node.parent, exp.Not):
        new = exp.Not(this=exp.paren(node.copy()))
        yield f"{told(node)} → NOT", new


def _shorter_list(node: exp.Expression) -> Iterator[Change]:
    """x IN (a, b) loses a or b."""
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for at, item in enumerate(node.expressions):
            new = node.copy()
            new.set("expressions", [other.copy() for other in node.expressions[:at] + node.expressions[at + 1 :]])
            yield f"{told(node.this)} IN: drop {told(item)}", new


def _narrower_between(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Between):
        this, low, high = node.this, node.args["low"], node.args["high"]
        yield (
            f"{told(node)} → low excluded",
            exp.paren(exp.and_(exp.GT(this=this, expression=low), exp.LTE(this=this, expression=high))),
        )
        yield (
            f"{told(node)} → high excluded",
            exp.paren(exp.and_(exp.GTE(this=this, expression=low), exp.LT(this=this, expression=high))),
        )


def _other_join(node: exp.Expression) -> Iterator[Change]:
    """LEFT JOIN becomes JOIN; JOIN becomes LEFT JOIN where no other condition drops the new rows at once."""
    if isinstance(node, exp.Join) and node.args.get("on") and node.kind not in ("SEMI", "ANTI", "CROSS"):
        if not node.side and _refuses_nulls(node):
            return
        new = node.copy()
        new.set("side", None if node.side else "LEFT")
        yield f"{told(node)} → {'JOIN' if node.side else 'LEFT JOIN'}", new


def _refuses_nulls(join: exp.Join) -> bool:
    """Does the WHERE, or the ON of another inner join, compare a column of the joined table?"""
    select = join.parent
    others = [
        one for one in (select.args.get("joins") or []) if one is not join and not one.side and one.args.get("on")
    ]
    where = select.args.get("where")
    parts = [
        part
        for clause in [*(one.args["on"] for one in others), *([where.this] if where else [])]
        for part in _parts(clause)
    ]
    return any(
        isinstance(part, COMPARISONS)
        and any(column.table == join.alias_or_name for column in part.find_all(exp.Column))
        and not part.find(exp.Coalesce, exp.Case, exp.Is, exp.Subquery)
        for part in parts
    )


def _parts(condition: exp.Expression) -> list[exp.Expression]:
    return list(condition.flatten(unnest=False)) if isinstance(condition, exp.And) else [condition]


def _other_number(node: exp.Expression) -> Iterator[Change]:
    """A number plus and minus one, also that of an interval. The 1 of EXISTS (SELECT 1) is no number."""
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.Select):
        return
    if node.is_string and not isinstance(node.parent, exp.Interval):
        return
    if node.this.isdigit():
        for number in (int(node.this) + 1, int(node.this) - 1):
            new = exp.Literal(this=str(number), is_string=node.is_string)
            yield f"{told(node.parent)}: {node.this} → {number}", new


def _other_text(node: exp.Expression) -> Iterator[Change]:
    """A text in a condition becomes one that nothing equals; texts that are only shown stay."""
    if isinstance(node, exp.Literal) and node.is_string and not isinstance(node.parent, exp.Interval):
        condition = node.find_ancestor(*CLAUSES, exp.Join, exp.If)
        if condition and not (
            isinstance(condition, exp.If) and node.parent is condition and condition.args.get("true") is node
        ):
            yield f"{told(node.parent)}: another text", exp.Literal.string(f"{node.this}·")


def _other_function(node: exp.Expression) -> Iterator[Change]:
    if other := SWAPPED.get(type(node)):
        new = other(**{name: value for name, value in node.copy().args.items() if name in other.arg_types})
        yield f"{told(node)} → {told(new)}", new
    if isinstance(node, exp.Abs):
        yield f"{told(node)} → {told(node.this)}", node.this
    if isinstance(node, exp.Coalesce):
        given = [node.this, *node.expressions]
        for at, part in enumerate(given):
            rest = given[:at] + given[at + 1 :]
            yield (
                f"{told(node)}: drop {told(part)}",
                exp.func("COALESCE", *[one.copy() for one in rest]) if len(rest) > 1 else rest[0],
            )


def _not_distinct(node: exp.Expression) -> Iterator[Change]:
    """count(DISTINCT x) becomes count(x), SELECT DISTINCT becomes SELECT, UNION becomes UNION ALL."""
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.AggFunc) and len(node.expressions) == 1:
        yield f"{told(node.parent)}: drop DISTINCT", node.expressions[0]
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Select):
        yield f"{told(node.parent)}: drop DISTINCT", None
    if isinstance(node, exp.Union) and node.args.get("distinct"):
        new = node.copy()
        new.set("distinct", False)
        yield "UNION → UNION ALL", new


def _fewer_cases(node: exp.Expression) -> Iterator[Change]:
    """A CASE loses one WHEN, or its ELSE."""
    if not isinstance(node, exp.Case):
        return
    branches, default = node.args["ifs"], node.args.get("default")
    for at, branch in enumerate(branches):
        rest = [one.copy() for one in branches[:at] + branches[at + 1 :]]
        new = exp.Case(this=node.this, ifs=rest, default=default) if rest else (default or exp.null())
        yield f"drop WHEN {told(branch.this)} THEN {told(branch.args['true'])}", new.copy()
    if default:
        new = node.copy()
        new.set("default", None)
        yield f"drop ELSE {told(default)} of {told(branches[0].this)}", new


def _other_window(node: exp.Expression) -> Iterator[Change]:
    """A window forgets one part of its PARTITION BY, or turns one of its ORDER BY."""
    if not isinstance(node, exp.Window):
        return
    parts = node.args.get("partition_by") or []
    for at, part in enumerate(parts):
        new = node.copy()
        new.set("partition_by", [one.copy() for one in parts[:at] + parts[at + 1 :]])
        yield f"PARTITION BY: drop {told(part)}", new
    order = node.args.get("order")
    for at, ordered in enumerate(order.expressions if order else []):
        new = node.copy()
        turned = new.args["order"].expressions[at]
        turned.set("desc", not turned.args.get("desc"))
        yield f"ORDER BY {told(ordered)} → turned", new


OPERATORS: tuple[Operator, ...] = (
    _turned,
    _dropped_part,
    _dropped_condition,
    _negated,
    _shorter_list,
    _narrower_between,
    _other_join,
    _other_number,
    _other_text,
    _other_function,
    _not_distinct,
    _fewer_cases,
    _other_window,
)
