"""Changes to the values of the law that a rule reads: a little more, a little less, a day earlier, a day later.

The rows of `parameter` that an example sets itself stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from assets.tables import table_queries
from checks.rule import Rule
from models.law import ParameterRow, load_parameter_files
from models.law.reading import OPEN_END
from models.law.resolution import NATION
from models.query import Query, needed

# The least change that an example must notice. A share is compared with counts of few rows, so its step is coarse.
STEPS = {"yuan": "0.01", "share": "0.1", "km": "0.5"}
ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True)
class ChangedValue:
    """What is changed, and the statement that changes it in the table `parameter`."""

    what: str
    statement: str


@lru_cache(maxsize=1)
def _parameters() -> dict[str, tuple[str, bool]]:
    """Id -> unit, and whether the law names a day from which it holds."""
    return {
        id: (parameter.unit, any(row.valid_from > ALWAYS for row in parameter.rows))
        for id, parameter in load_parameter_files().items()
    }


def changed_values(rule: Rule) -> list[ChangedValue]:
    """Every change to every parameter that the rule reads; numbers only where it reads the number."""
    sources = _sources(rule)
    columns = {column.name for source in sources for column in source.tree.find_all(exp.Column)}
    made = []
    for id in _ids(rule, sources):
        unit, dated = _parameters()[id]
        changes = []
        if unit == "month" and "day" in columns:
            changes += [
                ("a month later", "day = day + INTERVAL 1 MONTH"),
                ("a month earlier", "day = day - INTERVAL 1 MONTH"),
            ]
        elif unit != "month" and "number" in columns:
            step = STEPS.get(unit, "1")
            changes += [(f"{step} more", f"number = number + {step}"), (f"{step} less", f"number = number - {step}")]
        if dated:
            changes += [
                ("in force a day later", "valid_from = valid_from + INTERVAL 1 DAY"),
                ("in force a day earlier", "valid_from = valid_from - INTERVAL 1 DAY"),
            ]
        where = f"WHERE id = '{id}' AND notice <> 'override'"
        made += [ChangedValue(f"{id}: {told}", f"UPDATE parameter SET {setting} {where}") for told, setting in changes]
    return made


def always_in_force() -> frozenset[str]:
    """Parameters with a value for every place and day: a join on one of them finds a row whatever the example says."""
    files = load_parameter_files().items()
    return frozenset(id for id, parameter in files if any(_everywhere(row) for row in parameter.rows))


def _everywhere(row: ParameterRow) -> bool:
    return (
        row.division == NATION
        and (row.valid_from, row.valid_until) == (ALWAYS, OPEN_END)
        and row.born_until == OPEN_END
    )


def _sources(rule: Rule) -> list[Query]:
    """The rule and the tables that it reads, as far as they read `parameter`."""
    queries = table_queries()
    return [
        source
        for source in (rule.query, *(queries[name] for name in sorted(needed(set(rule.query.reads), queries))))
        if "parameter" in source.reads
    ]


def _ids(rule: Rule, sources: list[Query]) -> list[str]:
    """Parameters whose ids, or whose families (`certificate_amount`), are named; where an id is a column, by any table."""
    named = list(sources)
    if any(_by_column(source) for source in sources):
        named += [table_queries()[name] for name in needed(set(rule.query.reads), table_queries())]
    texts = {text.this.rstrip(".%") for source in named for text in source.tree.find_all(exp.Literal) if text.is_string}
    return [id for id in _parameters() if any(id == text or id.startswith(f"{text}.") for text in texts if "_" in text)]


def _by_column(source: Query) -> bool:
    return any(
        isinstance(side, exp.Column) and side.name == "id" and isinstance(other, exp.Column)
        for equal in source.tree.find_all(exp.EQ)
        for side, other in ((equal.left, equal.right), (equal.right, equal.left))
    )
