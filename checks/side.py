"""How a rule's header says which source rows stand behind a case.

Belongs here: the shape of `evidence` and the SQL of its values. Does not belong here: fetching the rows (`assets/evidence.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PARTS = {
    "month": "CAST(date_trunc('month', {}) AS DATE)",
    "month_before": "CAST({} - INTERVAL 1 MONTH AS DATE)",
    "year": "CAST(extract(YEAR FROM {}) AS INTEGER)",
    "or_empty": "coalesce({}, '')",
}
"""What may be asked of a column, as in `booked_on.month`, on either side; `or_empty` where an empty value equals an empty one."""


@dataclass(frozen=True)
class Side:
    """Which rows of a source stand behind a case: those whose ``columns`` (or parts of them) equal columns of the hit.

    Where the hit does not name what it rests on, ``through`` does: a table whose rows have the columns ``by`` in common with the
    hit, and whose columns are then meant.
    """

    columns: Mapping[str, str]
    through: str = ""
    by: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_hit(self) -> frozenset[str]:
        """What is read of the hit."""
        return frozenset((self.by if self.through else self.columns).values())


def sides(given: Any) -> Iterator[Side]:
    """The ways of a header to say which columns are equal: their names, a mapping, or a list of mappings."""
    if isinstance(given, dict):
        columns = {name: told for name, told in given.items() if name not in ("through", "by")}
        yield Side(_equal(columns), given.get("through", ""), _equal(given.get("by", {})))
    elif all(isinstance(one, dict) for one in given):
        for one in given:
            yield from sides(one)
    else:
        yield Side(_equal(given))


def value(row: str, told: str) -> str:
    """SQL of what a header names, a column or a part of one, of the row with that alias."""
    column, _, part = told.partition(".")
    return PARTS[part].format(f"{row}.{column}") if part else f"{row}.{column}"


def unknown_parts(side: Side) -> list[str]:
    """Which parts are asked for that nobody knows."""
    told = [*side.columns.items(), *side.by.items()]
    parts = {name.partition(".")[2] for pair in told for name in pair}
    return sorted(parts - PARTS.keys() - {""})


def _equal(columns: Any) -> Mapping[str, str]:
    return dict(columns) if isinstance(columns, dict) else {column: column for column in columns}
