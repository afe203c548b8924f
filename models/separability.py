"""The proof behind `models/separable.py`: by which columns the parts of one qualified SELECT fall apart.

Belongs here: what joins, groups, windows and unions do to rows of one key. Does not belong here: names and types of tables,
which the caller compares.

For one key value, the proof follows the column from the result down to the tables: a table's row can matter only where it
carries the value. A column is *equal* to the key where the SELECT drops every row in which it is not; *equal or empty* where
a LEFT JOIN may have found nothing. Groups and windows must contain an equal column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

Column = tuple[str, str]
"""A column inside one SELECT: the name that its table has there, and its own."""
Scope = Mapping[str, Any]
"""Common table expressions by name: their SELECT, and the scope that it stands in."""

_MENTION = "mention_"
_CLAUSES = {
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
    exp.Radians, exp.Pow, exp.Sin, exp.Cos, exp.Asin, exp.Sqrt, exp.Floor, exp.Ceil, exp.Round, exp.Array, exp.ArraySize, exp.Exists,
)  # fmt: skip
_GROUPWISE = (
    exp.Count, exp.Sum, exp.Max, exp.Min, exp.Avg, exp.Median, exp.StddevSamp, exp.Variance, exp.Corr, exp.ArrayAgg, exp.GroupConcat,
    exp.RowNumber, exp.Lag, exp.Lead,
)  # fmt: skip


class NotUnderstood(Exception):
    """Something that the proof does not know."""


@dataclass(frozen=True)
class Found:
    """What was proven of a part, tables named by their mention.

    ``narrowed``: the column by which a mention may be restricted to the keys, empty where it is read whole; ``touched``: the
    columns of changed tables whose values are keys; ``links``: (changed mention, its column, mention, column, key column).
    """

    narrowed: Mapping[int, str] = field(default_factory=dict)
    touched: frozenset[tuple[int, str]] = frozenset()
    links: frozenset[tuple[int, str, int, str, str]] = frozenset()

    def __add__(self, other: Found) -> Found:
        narrowed = dict(self.narrowed)
        for mention, column in other.narrowed.items():
            narrowed[mention] = column if narrowed.get(mention, column) == column else ""
        return Found(narrowed, self.touched | other.touched, self.links | other.links)


@dataclass(frozen=True)
class _Source:
    """One table, common table expression or subquery in a FROM; ``left``: whether a LEFT JOIN brought it in, on ``on``."""

    name: str
    node: exp.Expr
    left: bool = False
    on: tuple[exp.Expr, ...] = ()


@dataclass
class _Known:
    """Columns that are equal to the key, and those that are equal or empty."""

    equal: set[Column]
    or_empty: set[Column]

    def __contains__(self, column: Column) -> bool:
        return column in self.equal or column in self.or_empty


def mention_name(number: int) -> str:
    """The name under which the proof knows a table's mention."""
    return f"{_MENTION}{number}"


class Proof:
    """For one SELECT and the mentions of tables whose rows have changed."""

    def __init__(self, changed: set[int]) -> None:
        self._changed = changed
        self._held: dict[tuple[int, str], Found | None] = {}

    def by(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        """How the rows of a SELECT fall apart by its output ``column``; None: not by this one. Raises NotUnderstood."""
        asked = (id(node), column)
        if asked not in self._held:
            self._held[asked] = self._by(node, column, scope)
        return self._held[asked]

    def _by(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        if isinstance(node, exp.Subquery):
            if set(_given(node)) - {"this", "alias"}:
                raise NotUnderstood
            return self.by(node.this, column, scope)
        if not isinstance(node, (exp.Select, exp.SetOperation)):
            raise NotUnderstood
        scope = _extended(scope, node)
        if isinstance(node, exp.Select):
            return self._select(node, column, scope)
        if set(_given(node)) - {"this", "expression", "distinct", "with_"}:
            raise NotUnderstood
        place = node.left.named_selects.index(column)
        return self._both(
            self._whole_or(node.left, column, scope),
            self._whole_or(node.right, node.right.named_selects[place], scope),
        )

    @staticmethod
    def _both(one: Found | None, other: Found | None) -> Found | None:
        return None if one is None or other is None else one + other

    def _whole_or(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        """As `by`; what has not changed may also be read whole."""
        try:
            found = self._source_by(node, column, scope)
        except NotUnderstood:
            found = None
        if found is None and not self._touches(node, scope):
            return self._whole(node, scope)
        return found

    def _whole(self, node: exp.Expr, scope: Scope) -> Found:
        return Found(dict.fromkeys(self._reached(node, scope), ""))

    def _source_by(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        """Of anything that stands in a FROM."""
        if isinstance(node, exp.Table):
            number = _number(node)
            if number is None:
                query, around = _common(node, scope)
                return self.by(query, column, around)
            return Found({number: column}, frozenset({(number, column)} if number in self._changed else ()))
        return self.by(node, column, scope)

    def _reached(self, node: exp.Expr, scope: Scope) -> set[int]:
        """All mentions of tables that a part reads, through common table expressions too."""
        found: set[int] = set()
        for table in node.find_all(exp.Table):
            number = _number(table)
            if number is not None:
                found.add(number)
            elif table.name in scope:
                found |= self._reached(*scope[table.name])
        return found

    def _touches(self, node: exp.Expr, scope: Scope) -> bool:
        return bool(self._reached(node, scope) & self._changed)

    def _select(self, node: exp.Select, column: str, scope: Scope) -> Found | None:
        if set(_given(node)) - _CLAUSES:
            raise NotUnderstood
        told = [item for item in node.expressions if item.alias_or_name == column]
        if len(told) != 1 or not isinstance(start := told[0].unalias(), exp.Column):
            return None
        sources = _sources(node)
        key = _column(start)
        if not any(one.name == key[0] and not one.left for one in sources):
            return None
        known = _follow(sources, _conjuncts(node.args.get("where")), _Known({key}, set()))
        if not _kept_apart(node, known):
            return None
        found: Found | None = self._sources(sources, node, known, scope)
        for nested in _nested(node, sources):
            if self._touches(nested, scope):
                found = self._both(found, self._correlated(nested, known, scope))
            else:
                found = self._both(found, self._whole(nested, scope))
        return found

    def _sources(self, sources: list[_Source], node: exp.Select, known: _Known, scope: Scope) -> Found | None:
        found: Found | None = Found()
        where = _conjuncts(node.args.get("where"))
        for one in sources:
            found = self._both(found, self._source(one, sources, where, known, scope))
        return found

    def _source(
        self, one: _Source, sources: list[_Source], where: Iterable[exp.Expr], known: _Known, scope: Scope
    ) -> Found | None:
        if isinstance(one.node, exp.Unnest):
            if one.node.find(exp.Query):
                raise NotUnderstood
            return Found()
        for name in _candidates(one, known):
            try:
                if found := self._source_by(one.node, name, scope):
                    return found
            except NotUnderstood:
                continue
        if not self._touches(one.node, scope):
            return self._whole(one.node, scope)
        return self._linked(one, sources, where, known, scope)

    def _linked(
        self, one: _Source, sources: list[_Source], where: Iterable[exp.Expr], known: _Known, scope: Scope
    ) -> Found | None:
        """A source that does not carry the key, but is tied to a table that does."""
        ties = one.on if one.left else [*where, *(part for other in sources if not other.left for part in other.on)]
        tables = {other.name: other for other in sources if isinstance(other.node, exp.Table) and other is not one}
        for left, right in _equalities(ties):
            for own, other in ((left, right), (right, left)):
                if own[0] != one.name or other[0] not in tables:
                    continue
                through = tables[other[0]]
                number, keys = _number(through.node), _candidates(through, known)
                if number is None or not keys:
                    continue
                inner = self._source_by(one.node, own[1], scope)
                if inner is None or inner.links:
                    continue
                links = {(mention, name, number, other[1], keys[0]) for mention, name in inner.touched}
                return self._whole(one.node, scope) + Found({}, frozenset(), frozenset(links))
        return None

    def _correlated(self, node: exp.Expr, outer: _Known, scope: Scope) -> Found | None:
        """An EXISTS or a scalar SELECT: each changed table in it must be tied to the key of the row around it."""
        if not isinstance(node, exp.Select) or set(_given(node)) - _CLAUSES:
            raise NotUnderstood
        sources = _sources(node)
        if {one.name for one in sources} & {name for name, _ in outer.equal | outer.or_empty}:
            raise NotUnderstood
        scope = _extended(scope, node)
        _understood(node)
        where = _conjuncts(node.args.get("where"))
        known = _follow(sources, where, _Known(set(outer.equal), set(outer.or_empty)))
        found = self._sources(sources, node, known, scope)
        if any(self._touches(deeper, scope) for deeper in _nested(node, sources)):
            raise NotUnderstood
        for deeper in _nested(node, sources):
            found = self._both(found, self._whole(deeper, scope))
        return found


def _given(node: exp.Expr) -> Iterator[str]:
    """The names of the arguments that are there."""
    return (name for name, value in node.args.items() if value not in (None, False, [], ()))


def _number(table: exp.Expr) -> int | None:
    name = table.name
    return int(name.removeprefix(_MENTION)) if name.startswith(_MENTION) else None


def _common(table: exp.Table, scope: Scope) -> tuple[exp.Expr, Scope]:
    if table.name not in scope or set(_given(table)) - {"this", "alias"}:
        raise NotUnderstood
    return scope[table.name]


def _extended(scope: Scope, node: exp.Query) -> Scope:
    common = node.args.get("with_")
    if common is None:
        return scope
    if common.args.get("recursive"):
        raise NotUnderstood
    inner = dict(scope)
    for cte in common.expressions:
        if cte.alias in inner or cte.alias_column_names:
            raise NotUnderstood
        inner[cte.alias] = (cte.this, dict(inner))
    return inner


def _sources(node: exp.Select) -> list[_Source]:
    """What stands in the FROM; raises NotUnderstood for any join that is neither inner nor LEFT."""
    first = node.args.get("from_")
    if first is None:
        raise NotUnderstood
    found = [_Source(first.this.alias_or_name, first.this)]
    for join in node.args.get("joins") or ():
        if set(_given(join)) - {"this", "on", "side", "kind"} or join.kind not in ("", "INNER", "CROSS"):
            raise NotUnderstood
        if join.side not in ("", "LEFT"):
            raise NotUnderstood
        on = tuple(_conjuncts(join.args.get("on")))
        found.append(_Source(join.this.alias_or_name, join.this, join.side == "LEFT", on))
    if len({one.name for one in found}) != len(found) or not all(one.name for one in found):
        raise NotUnderstood
    for one in found:
        if not isinstance(one.node, (exp.Table, exp.Subquery, exp.Unnest)) or any(
            part.find(exp.Query) for part in one.on
        ):
            raise NotUnderstood
    return found


def _conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    if condition is None:
        return []
    whole = condition.this if isinstance(condition, (exp.Where, exp.Paren)) else condition
    if isinstance(whole, exp.And):
        return [*_conjuncts(whole.left), *_conjuncts(whole.right)]
    return _conjuncts(whole) if isinstance(whole, exp.Paren) else [whole]


def _column(node: exp.Column) -> Column:
    if not node.table:
        raise NotUnderstood
    return node.table, node.name


def _equalities(conditions: Iterable[exp.Expr]) -> Iterator[tuple[Column, Column]]:
    for one in conditions:
        if isinstance(one, exp.EQ) and isinstance(one.left, exp.Column) and isinstance(one.right, exp.Column):
            yield _column(one.left), _column(one.right)


def _follow(sources: list[_Source], where: list[exp.Expr], known: _Known) -> _Known:
    """Everything that the equalities of a SELECT tie to what is known."""
    inner = list(_equalities([*where, *(part for one in sources if not one.left for part in one.on)]))
    while True:
        before = len(known.equal), len(known.or_empty)
        for pair in inner:
            # An equality that must hold leaves no row in which either side is empty.
            if pair[0] in known or pair[1] in known:
                known.equal.update(pair)
        for one in sources:
            if one.left:
                for left, right in _equalities(one.on):
                    for own, other in ((left, right), (right, left)):
                        if own[0] == one.name and other[0] != one.name and other in known:
                            known.or_empty.add(own)
        if before == (len(known.equal), len(known.or_empty)):
            return known


def _candidates(one: _Source, known: _Known) -> list[str]:
    """The columns of a source by which it may be restricted; behind a LEFT JOIN those that its own condition ties."""
    if not one.left:
        return sorted(name for source, name in known.equal | known.or_empty if source == one.name)
    own = {
        mine[1]
        for left, right in _equalities(one.on)
        for mine, other in ((left, right), (right, left))
        if mine[0] == one.name and other[0] != one.name and other in known
    }
    return sorted(own)


def _own(node: exp.Expr) -> Iterator[exp.Expr]:
    """The expressions of one SELECT, without those of the SELECTs in it."""
    for value in node.iter_expressions():
        if not isinstance(value, (exp.Query, exp.With, exp.Table)):
            yield value
            yield from _own(value)


def _nested(node: exp.Select, sources: list[_Source]) -> list[exp.Expr]:
    """The SELECTs in its expressions, not those in its FROM."""
    in_from = {id(one.node) for one in sources}
    found: list[exp.Expr] = []
    for parent in (node, *_own(node)):
        for child in parent.iter_expressions():
            if isinstance(child, exp.Query) and id(child) not in in_from:
                found.append(child.this if isinstance(child, exp.Subquery) else child)
    return found


def _understood(node: exp.Select) -> None:
    """Raises NotUnderstood where a function, a star or a way of asking a SELECT is not known."""
    for one in _own(node):
        if isinstance(one, exp.Func) and not isinstance(one, (*_ROWWISE, *_GROUPWISE, exp.Unnest, exp.Explode)):
            raise NotUnderstood
        if isinstance(one, exp.Star) and not isinstance(one.parent, exp.Count):
            raise NotUnderstood
        if isinstance(one, (exp.In, exp.Any, exp.All)) and one.find(exp.Query):
            raise NotUnderstood


def _kept_apart(node: exp.Select, known: _Known) -> bool:
    """Whether the SELECT's groups, windows and DISTINCT mix no rows of two keys."""
    _understood(node)
    group, distinct = node.args.get("group"), node.args.get("distinct")
    if group is not None and (set(_given(group)) - {"expressions"} or not _any_equal(group.expressions, known)):
        return False
    if distinct is not None and set(_given(distinct)) - {"on"}:
        return False
    if distinct is not None and (on := distinct.args.get("on")) and not _any_equal(on.expressions, known):
        return False
    windows = [one for one in _own(node) if isinstance(one, exp.Window)]
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
        isinstance(one, exp.AggFunc) and id(one) not in over for one in _own(node)
    )


def _any_equal(nodes: Iterable[exp.Expr], known: _Known) -> bool:
    return any(isinstance(one, exp.Column) and _column(one) in known.equal for one in nodes)
