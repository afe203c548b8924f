"""One qualified SELECT, taken apart: what stands in its FROM, which columns its conditions tie together, what it groups.

Belongs here: reading the SELECT's own clauses for `models/separability.py`. Does not belong here: following a column into
what it reads.

A column is *equal* to the key where the SELECT drops every row in which it is not; *equal or empty* where a LEFT JOIN may
have found nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

Column = tuple[str, str]
"""A column inside one SELECT: the name that its table has there, and its own."""

CLAUSES = {
    "expressions",
    "from_",
    "joins",
    "where",
    "group",
    "having",
    "qualify",
    "windows",
    "distinct",
    "order",
    "with_",
}
_ROWWISE = (
    exp.And, exp.Or, exp.Cast, exp.TryCast, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Concat, exp.ConcatWs, exp.Left, exp.Right,
    exp.Substring, exp.Length, exp.Upper, exp.Lower, exp.Trim, exp.Split, exp.RegexpReplace, exp.RegexpLike, exp.RegexpFullMatch,
    exp.DateDiff, exp.Extract, exp.TimestampTrunc, exp.DateTrunc, exp.LastDay, exp.DateFromParts, exp.Greatest, exp.Least, exp.Abs, exp.Ln,
    exp.Radians, exp.Pow, exp.Sin, exp.Cos, exp.Asin, exp.Sqrt, exp.Floor, exp.Ceil, exp.Round,
    exp.Array, exp.ArraySize, exp.ArraySort, exp.TimeToStr, exp.Exists,
)  # fmt: skip
_GROUPWISE = (
    exp.Count, exp.Sum, exp.Max, exp.Min, exp.Avg, exp.Median, exp.StddevSamp, exp.Variance, exp.Corr, exp.ArrayAgg, exp.GroupConcat,
    exp.RowNumber, exp.Lag, exp.Lead,
)  # fmt: skip


class NotUnderstood(Exception):
    """Something that the proof does not know."""


@dataclass(frozen=True)
class Source:
    """One table, common table expression or subquery in a FROM; ``left``: whether a LEFT JOIN brought it in, on ``on``."""

    name: str
    node: exp.Expr
    left: bool = False
    on: tuple[exp.Expr, ...] = ()


@dataclass
class Known:
    """Columns that are equal to the key, and those that are equal or empty."""

    equal: set[Column]
    or_empty: set[Column]

    def __contains__(self, column: Column) -> bool:
        return column in self.equal or column in self.or_empty


def given(node: exp.Expr) -> Iterator[str]:
    """The names of the arguments that are there."""
    return (name for name, value in node.args.items() if value not in (None, False, [], ()))


def sources_of(node: exp.Select) -> list[Source]:
    """What stands in the FROM; raises NotUnderstood for any join that is neither inner nor LEFT."""
    first = node.args.get("from_")
    if first is None:
        raise NotUnderstood
    found = [Source(first.this.alias_or_name, first.this)]
    for join in node.args.get("joins") or ():
        if set(given(join)) - {"this", "on", "side", "kind"} or join.kind not in ("", "INNER", "CROSS"):
            raise NotUnderstood
        if join.side not in ("", "LEFT"):
            raise NotUnderstood
        on = tuple(conjuncts(join.args.get("on")))
        found.append(Source(join.this.alias_or_name, join.this, join.side == "LEFT", on))
    if len({one.name for one in found}) != len(found) or not all(one.name for one in found):
        raise NotUnderstood
    for one in found:
        if not isinstance(one.node, (exp.Table, exp.Subquery, exp.Unnest)) or any(
            part.find(exp.Query) for part in one.on
        ):
            raise NotUnderstood
    return found


def conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    if condition is None:
        return []
    whole = condition.this if isinstance(condition, (exp.Where, exp.Paren)) else condition
    if isinstance(whole, exp.And):
        return [*conjuncts(whole.left), *conjuncts(whole.right)]
    return conjuncts(whole) if isinstance(whole, exp.Paren) else [whole]


def column_of(node: exp.Column) -> Column:
    if not node.table:
        raise NotUnderstood
    return node.table, node.name


def equalities(conditions: Iterable[exp.Expr]) -> Iterator[tuple[Column, Column]]:
    for one in conditions:
        if isinstance(one, exp.EQ) and isinstance(one.left, exp.Column) and isinstance(one.right, exp.Column):
            yield column_of(one.left), column_of(one.right)


def follow(sources: list[Source], where: list[exp.Expr], known: Known) -> Known:
    """Everything that the equalities of a SELECT tie to what is known."""
    inner = list(equalities([*where, *(part for one in sources if not one.left for part in one.on)]))
    while True:
        before = len(known.equal), len(known.or_empty)
        for pair in inner:
            # An equality that must hold leaves no row in which either side is empty.
            if pair[0] in known or pair[1] in known:
                known.equal.update(pair)
        for one in sources:
            if one.left:
                for left, right in equalities(one.on):
                    for own, other in ((left, right), (right, left)):
                        if own[0] == one.name and other[0] != one.name and other in known:
                            known.or_empty.add(own)
        if before == (len(known.equal), len(known.or_empty)):
            return known


def candidates(one: Source, known: Known) -> list[str]:
    """The columns of a source by which it may be restricted; behind a LEFT JOIN those that its own condition ties."""
    if not one.left:
        return sorted(name for source, name in known.equal | known.or_empty if source == one.name)
    own = {
        mine[1]
        for left, right in equalities(one.on)
        for mine, other in ((left, right), (right, left))
        if mine[0] == one.name and other[0] != one.name and other in known
    }
    return sorted(own)


@dataclass(frozen=True)
class Shape:
    """What one SELECT consists of: its FROM, its WHERE, its own expressions, and the SELECTs in these."""

    sources: list[Source]
    where: list[exp.Expr]
    own: list[exp.Expr]
    nested: list[exp.Expr]

    @classmethod
    def of(cls, node: exp.Select) -> Shape:
        """Raises NotUnderstood where a clause, a join, a function, a star or a way of asking a SELECT is not known."""
        if set(given(node)) - CLAUSES:
            raise NotUnderstood
        sources, own = sources_of(node), list(_own_expressions(node))
        _understood(own)
        return cls(sources, conjuncts(node.args.get("where")), own, _nested_selects(node, sources, own))


def _own_expressions(node: exp.Expr) -> Iterator[exp.Expr]:
    """The expressions of one SELECT, without those of the SELECTs in it."""
    for value in node.iter_expressions():
        if not isinstance(value, (exp.Query, exp.With, exp.Table)):
            yield value
            yield from _own_expressions(value)


def _nested_selects(node: exp.Select, sources: list[Source], own: list[exp.Expr]) -> list[exp.Expr]:
    """The SELECTs in its expressions, not those in its FROM."""
    in_from = {id(one.node) for one in sources}
    found: list[exp.Expr] = []
    for parent in (node, *own):
        for child in parent.iter_expressions():
            if isinstance(child, exp.Query) and id(child) not in in_from:
                found.append(child.this if isinstance(child, exp.Subquery) else child)
    return found


def _understood(own: list[exp.Expr]) -> None:
    for one in own:
        if isinstance(one, exp.Func) and not isinstance(one, (*_ROWWISE, *_GROUPWISE, exp.Unnest, exp.Explode)):
            raise NotUnderstood
        if isinstance(one, exp.Star) and not isinstance(one.parent, exp.Count):
            raise NotUnderstood
        if isinstance(one, (exp.In, exp.Any, exp.All)) and one.find(exp.Query):
            raise NotUnderstood


def kept_apart(node: exp.Select, shape: Shape, known: Known) -> bool:
    """Whether the SELECT's groups, windows and DISTINCT mix no rows of two keys."""
    group, distinct = node.args.get("group"), node.args.get("distinct")
    if group is not None and (set(given(group)) - {"expressions"} or not _any_equal(group.expressions, known)):
        return False
    if distinct is not None and set(given(distinct)) - {"on"}:
        return False
    if distinct is not None and (on := distinct.args.get("on")) and not _any_equal(on.expressions, known):
        return False
    windows = [one for one in shape.own if isinstance(one, exp.Window)]
    named_windows = {one.name: one for one in node.args.get("windows") or ()}
    over = set()
    for window in windows:
        core = window.this
        while isinstance(core, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)):
            core = core.this
        over.add(id(core))
        named = named_windows.get(window.alias)
        parts = (named if named is not None else window).args.get("partition_by") or []
        if not _any_equal(parts, known):
            return False
    if group is not None:
        return True
    return node.args.get("having") is None and not any(
        isinstance(one, exp.AggFunc) and id(one) not in over for one in shape.own
    )


def _any_equal(nodes: Iterable[exp.Expr], known: Known) -> bool:
    return any(isinstance(one, exp.Column) and column_of(one) in known.equal for one in nodes)
