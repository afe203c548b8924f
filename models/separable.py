"""Proves of a SELECT which rows of its result a change to what it reads can touch, so that only these are computed again.

Belongs here: the proof, on the parsed SELECT, and the SELECT that computes some keys alone. Does not belong here: running
anything, or knowing what has changed.

The result is *separable* by an output column when its rows of one key depend only on those rows of each changed table that
carry this key in a column found here, or that are tied by an equality to such rows of another table (a *link*). What is not
understood is not separable: the proof may miss, and must not err.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from models.query import DIALECT
from models.select_shape import NotUnderstood, given
from models.separability import Proof, mention_name

Columns = Mapping[str, str]
"""Name and type of each column of a table."""

# Types whose equality is that of their bytes, so that a key is found again by it.
_KEYS = ("VARCHAR", "BIGINT", "INTEGER", "DATE")


@dataclass(frozen=True)
class Link:
    """A changed ``table`` without the key: rows with the same ``column`` as a row of ``through`` has ``on`` touch its ``key``."""

    table: str
    column: str
    through: str
    on: str
    key: str


@dataclass(frozen=True)
class Separation:
    """How a SELECT falls apart by its output column ``key``.

    ``touched``: per changed table the columns whose values, in rows that came or went, are keys to compute again; ``links``
    add more. ``narrowed``: by which column each mention of a table, in the order of `mentions`, may be restricted to them;
    ``whole``: the tables of which a mention is read whole.
    """

    key: str
    touched: frozenset[tuple[str, str]]
    links: frozenset[Link]
    narrowed: Mapping[int, str]
    whole: frozenset[str]


def mentions(tree: exp.Query) -> list[exp.Table]:
    """Each mention of a table that is not a common table expression of the SELECT itself, always in the same order."""
    own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    return [table for table in tree.find_all(exp.Table) if table.name and (table.db or table.name not in own)]


def table_of(mention: exp.Table) -> str:
    """Name of the table, with its schema if given."""
    return f"{mention.db}.{mention.name}" if mention.db else mention.name


def separations(tree: exp.Query, columns: Mapping[str, Columns], changed: frozenset[str]) -> list[Separation]:
    """The ways in which the SELECT falls apart when the rows of the ``changed`` tables do; none where nothing is proven.

    ``columns``: those of every table that it reads.
    """
    tables = [table_of(mention) for mention in mentions(tree)]
    if any(table not in columns for table in tables):
        return []
    try:
        qualified = _qualified(tree, tables, columns)
        proof = Proof({mention for mention, table in enumerate(tables) if table in changed})
        names = qualified.named_selects
    except (sqlglot.errors.SqlglotError, NotUnderstood):
        return []
    ways = []
    for key in names:
        try:
            found = proof.by(qualified, key, {})
        except NotUnderstood:
            continue
        if found is None:
            continue
        way = Separation(
            key,
            frozenset((tables[mention], column) for mention, column in found.touched),
            frozenset(Link(tables[a], b, tables[c], d, e) for a, b, c, d, e in found.links),
            {mention: column for mention, column in found.narrowed.items() if column},
            frozenset(tables[mention] for mention, column in found.narrowed.items() if not column),
        )
        if _one_type(way, tables, columns):
            ways.append(way)
    return ways


def narrowed(
    tree: exp.Query, way: Separation, within: Callable[[str], str], cut: Callable[[str, str], str] | None = None
) -> str:
    """SQL of the SELECT's rows whose key is one of some: ``within`` says which, as a condition on the column it is given.

    ``cut``: tells, for a table and its column, the name of a table that holds just its rows of these keys; without it they are selected.
    """
    own = tree.copy()
    for number, mention in enumerate(mentions(own)):
        if column := way.narrowed.get(number):
            alias = mention.alias_or_name
            bare = mention.copy()
            bare.set("alias", None)
            if cut:
                mention.replace(exp.alias_(exp.to_table(cut(table_of(mention), column)), alias, table=True))
            else:
                part = sqlglot.select("*").from_(bare).where(within(f'"{column}"'), dialect=DIALECT)
                mention.replace(part.subquery(alias))
    return f"SELECT * FROM ({own.sql(dialect=DIALECT)}) AS narrowed WHERE " + within(f'"{way.key}"')


def among(keys: str) -> Callable[[str], str]:
    """`within` for the keys that stand in a table (one column, `key`)."""
    return lambda column: f"{column} IN (SELECT key FROM {keys})"


def _one_type(way: Separation, tables: list[str], columns: Mapping[str, Columns]) -> bool:
    """Whether all columns that are taken for the key are of one type, and links compare like with like."""
    kinds = {columns[table][column] for table, column in way.touched}
    kinds |= {columns[link.through][link.key] for link in way.links}
    kinds |= {columns[tables[mention]][column] for mention, column in way.narrowed.items()}
    alike = all(columns[link.table][link.column] == columns[link.through][link.on] for link in way.links)
    return len(kinds) == 1 and kinds <= set(_KEYS) and alike


def _qualified(tree: exp.Query, tables: list[str], columns: Mapping[str, Columns]) -> exp.Query:
    """The SELECT with every column named with its table, stars written out, and tables named by their mention."""
    own = tree.copy()
    for number, mention in enumerate(mentions(own)):
        alias = mention.args.get("alias") or exp.TableAlias(this=exp.to_identifier(mention.name))
        if set(given(mention)) - {"this", "db", "alias"} or alias.args.get("columns"):
            raise NotUnderstood
        mention.replace(exp.Table(this=exp.to_identifier(mention_name(number)), alias=alias))
    schema: dict[str, object] = {mention_name(number): dict(columns[table]) for number, table in enumerate(tables)}
    done = qualify(own, dialect=DIALECT, schema=schema, quote_identifiers=False, isolate_tables=False)
    if not isinstance(done, exp.Query):
        raise NotUnderstood
    return done
