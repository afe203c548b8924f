"""The proof behind `models/separable.py`: by which columns the parts of one qualified SELECT fall apart.

Belongs here: following a column through unions, subqueries and common table expressions to the tables. Does not belong
here: a SELECT's own clauses (`models/select_shape.py`), nor names and types of tables, which the caller compares.

For one key value, the proof follows the column from the result down to the tables: a table's row can matter only where it
carries the value, or where it is tied to a row that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from models.select_shape import (
    Known,
    NotUnderstood,
    Shape,
    Source,
    candidates,
    column_of,
    equalities,
    follow,
    given,
    kept_apart,
)

Scope = Mapping[str, Any]
"""Common table expressions by name: their SELECT, and the scope that it stands in."""

_MENTION = "mention_"


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


def mention_name(number: int) -> str:
    """The name under which the proof knows a table's mention."""
    return f"{_MENTION}{number}"


class Proof:
    """For one SELECT and the mentions of tables whose rows have changed."""

    def __init__(self, changed: set[int]) -> None:
        self._changed = changed
        self._held: dict[tuple[int, str], Found | None] = {}
        self._shapes: dict[int, Shape] = {}

    def by(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        """How the rows of a SELECT fall apart by its output ``column``; None: not by this one. Raises NotUnderstood."""
        asked = (id(node), column)
        if asked not in self._held:
            self._held[asked] = self._by(node, column, scope)
        return self._held[asked]

    def _by(self, node: exp.Expr, column: str, scope: Scope) -> Found | None:
        if isinstance(node, exp.Subquery):
            if set(given(node)) - {"this", "alias"}:
                raise NotUnderstood
            return self.by(node.this, column, scope)
        if not isinstance(node, (exp.Select, exp.SetOperation)):
            raise NotUnderstood
        scope = _extended(scope, node)
        if isinstance(node, exp.Select):
            return self._select(node, column, scope)
        if set(given(node)) - {"this", "expression", "distinct", "with_"}:
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
        shape = self._shape(node)
        told = [item for item in node.expressions if item.alias_or_name == column]
        if len(told) != 1 or not isinstance(start := told[0].unalias(), exp.Column):
            return None
        key = column_of(start)
        if not any(one.name == key[0] and not one.left for one in shape.sources):
            return None
        known = follow(shape.sources, shape.where, Known({key}, set()))
        if not kept_apart(node, shape, known):
            return None
        found = self._sources(shape, known, scope)
        for nested in shape.nested:
            if self._touches(nested, scope):
                found = self._both(found, self._correlated(nested, known, scope))
            else:
                found = self._both(found, self._whole(nested, scope))
        return found

    def _shape(self, node: exp.Select) -> Shape:
        if id(node) not in self._shapes:
            self._shapes[id(node)] = Shape.of(node)
        return self._shapes[id(node)]

    def _sources(self, shape: Shape, known: Known, scope: Scope) -> Found | None:
        found: Found | None = Found()
        for one in shape.sources:
            found = self._both(found, self._source(one, shape.sources, shape.where, known, scope))
        return found

    def _source(
        self, one: Source, sources: list[Source], where: Iterable[exp.Expr], known: Known, scope: Scope
    ) -> Found | None:
        if isinstance(one.node, exp.Unnest):
            if one.node.find(exp.Query):
                raise NotUnderstood
            return Found()
        for name in candidates(one, known):
            try:
                if found := self._source_by(one.node, name, scope):
                    return found
            except NotUnderstood:
                continue
        if not self._touches(one.node, scope):
            return self._whole(one.node, scope)
        return self._linked(one, sources, where, known, scope)

    def _linked(
        self, one: Source, sources: list[Source], where: Iterable[exp.Expr], known: Known, scope: Scope
    ) -> Found | None:
        """A source that does not carry the key, but is tied to a table that does."""
        ties = one.on if one.left else [*where, *(part for other in sources if not other.left for part in other.on)]
        tables = {other.name: other for other in sources if isinstance(other.node, exp.Table) and other is not one}
        for left, right in equalities(ties):
            for own, other in ((left, right), (right, left)):
                if own[0] != one.name or other[0] not in tables:
                    continue
                through = tables[other[0]]
                number, keys = _number(through.node), candidates(through, known)
                if number is None or not keys:
                    continue
                inner = self._source_by(one.node, own[1], scope)
                if inner is None or inner.links:
                    continue
                links = {(mention, name, number, other[1], keys[0]) for mention, name in inner.touched}
                return self._whole(one.node, scope) + Found({}, frozenset(), frozenset(links))
        return None

    def _correlated(self, node: exp.Expr, outer: Known, scope: Scope) -> Found | None:
        """An EXISTS or a scalar SELECT: each changed table in it must be tied to the key of the row around it."""
        if not isinstance(node, exp.Select):
            raise NotUnderstood
        shape = self._shape(node)
        if {one.name for one in shape.sources} & {name for name, _ in outer.equal | outer.or_empty}:
            raise NotUnderstood
        scope = _extended(scope, node)
        known = follow(shape.sources, shape.where, Known(set(outer.equal), set(outer.or_empty)))
        found = self._sources(shape, known, scope)
        if any(self._touches(deeper, scope) for deeper in shape.nested):
            raise NotUnderstood
        for deeper in shape.nested:
            found = self._both(found, self._whole(deeper, scope))
        return found


def _number(table: exp.Expr) -> int | None:
    name = table.name
    return int(name.removeprefix(_MENTION)) if name.startswith(_MENTION) else None


def _common(table: exp.Table, scope: Scope) -> tuple[exp.Expr, Scope]:
    if table.name not in scope or set(given(table)) - {"this", "alias"}:
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
