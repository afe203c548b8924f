"""Runs rules over the tables: what each examined, what it hit, and whether the other side had delivered.

Belongs here: running rule files and reading their columns. Does not belong here: what a rule means (`checks/`), or
how hits become cases (`cases.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb
import polars as pl

from assets.deltas import Delta, bring_up_to_date, number
from assets.engine import FAILURES, DuckEngine, Engine
from assets.freshness import Freshness, Outcome
from assets.slices import Slices
from checks.rule import Counterpart, Rule

_OPTIONAL = {"margin": "CAST(NULL AS VARCHAR)", "institution_id": "CAST(NULL AS VARCHAR)"}
_MOST = "999999999999.99"
_REQUIRED = ("division", "observed", "allowed", "amount_at_risk")


class RuleError(ValueError):
    """A rule that cannot be run, or whose SELECT lacks a column; the message names both."""


@dataclass(frozen=True)
class RuleResult:
    """What one rule found: the number of subjects examined, and one row per hit.

    ``hits`` has the rule's own columns and, first, subject_key VARCHAR, claim_ids LIST, division, institution_id,
    observed, allowed, margin, amount_at_risk DECIMAL(14,2) (yuan), counterpart BOOLEAN (the other side delivered), and where there
    are several other sides lacking VARCHAR (those that did not, by name, with | between).
    """

    rule: Rule
    examined: int
    hits: pl.DataFrame


def forget_hits(connection: duckdb.DuckDBPyConnection, freshness: Freshness, rules: Iterable[str]) -> None:
    """Hits of a rule that is no more must not stand beside those of the others."""
    names = set(rules)
    gone = [node for node in freshness.nodes("hits.") if node.removeprefix("hits.") not in names]
    if not gone:
        return
    with freshness.one_change():
        for node in gone:
            connection.execute(f"DROP TABLE IF EXISTS {node}")
            connection.execute("DELETE FROM rule_counts WHERE rule_id = ?", [node.removeprefix("hits.")])
            freshness.forget(node)


def refresh_rule(
    connection: duckdb.DuckDBPyConnection, freshness: Freshness, rule: Rule, engine: Engine
) -> tuple[RuleResult, Outcome]:
    """What the rule found: run again where its file or anything that it reads has changed, else as it stands."""
    found: list[RuleResult] = []

    def part(deltas: Mapping[str, Delta]) -> Delta | None:
        with _naming(rule):
            return _in_part(connection, rule, freshness.slices, deltas.keys())

    outcome = freshness.refresh(
        f"hits.{rule.rule_id}",
        rule.sha,
        reads_of(rule),
        lambda: found.append(run_rule(connection, rule, engine)),
        part=part if isinstance(engine, DuckEngine) else None,
    )
    return (found[0] if found else _standing_result(connection, rule)), outcome


@contextmanager
def _naming(rule: Rule) -> Iterator[None]:
    """What goes wrong in its queries is told with the rule's name."""
    try:
        yield
    except FAILURES as error:
        raise RuleError(f"Rule {rule.rule_id} cannot be run: {error}") from error


def reads_of(rule: Rule) -> frozenset[str]:
    """The tables that the rule's SELECT and its counterparts read."""
    counterparts = {one.table for one in rule.counterpart}
    quarantined = {"quarantined_cells"} if any(one.named for one in rule.counterpart) else set()
    return rule.query.reads | counterparts | quarantined


def _standing_result(connection: duckdb.DuckDBPyConnection, rule: Rule) -> RuleResult:
    row = connection.execute("SELECT examined FROM rule_counts WHERE rule_id = ?", [rule.rule_id]).fetchone()
    hits = connection.execute(f"FROM hits.{rule.rule_id} ORDER BY ALL").pl()
    return RuleResult(rule, int(row[0]) if row else 0, hits)


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule, engine: Engine | None = None) -> RuleResult:
    """Run one rule on the tables of ``connection`` and keep its hits as the table ``hits.<rule_id>``.

    ``engine`` computes it (default: the warehouse itself). Raises RuleError naming the rule when its SQL does not fit.
    """
    engine = engine or DuckEngine(connection)
    with _naming(rule):
        connection.execute("CREATE SCHEMA IF NOT EXISTS hits")
        engine.materialise("hit", rule.query.sql, temporary=True)
        examined = engine.count(rule.query.counted)
    columns = dict(connection.execute("SELECT column_name, column_type FROM (DESCRIBE hit)").fetchall())
    if missing := [name for name in (*rule.key, *_REQUIRED) if name not in columns]:
        raise RuleError(f"Rule {rule.rule_id}: its SELECT gives no column {', '.join(missing)}.")
    with _naming(rule):
        connection.execute(
            f"CREATE OR REPLACE TABLE hits.{rule.rule_id} AS {_standard_columns(rule, columns)} ORDER BY ALL"
        )
    connection.execute("DROP TABLE hit")
    hits = connection.execute(f"FROM hits.{rule.rule_id} ORDER BY ALL").pl()
    _count(connection, rule.rule_id, examined, hits["subject_key"].n_unique())
    return RuleResult(rule, examined, hits)


def _in_part(
    connection: duckdb.DuckDBPyConnection, rule: Rule, slices: Slices, changed: Collection[str]
) -> Delta | None:
    """Bring the hits and the count of what was examined up to date after these tables have changed; None, and nothing done, where
    the rule must be run whole."""
    table, query = f"hits.{rule.rule_id}", rule.query
    examined = slices.of(replace(query, sql=query.examined), query.reads & set(changed), was=True)
    if examined is None:
        return None
    columns = dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {query.sql})").fetchall())
    hit = slices.of(replace(query, sql=_standard_columns(rule, columns, f"({query.sql})")), changed)
    if hit is None:
        return None
    delta = bring_up_to_date(connection, table, hit.sql, hit.key, hit.keys)
    if delta is None:
        return None
    before = number(connection, f"SELECT examined FROM rule_counts WHERE rule_id = '{rule.rule_id}'")
    now, was = (number(connection, f"SELECT count(*) FROM ({sql})") for sql in (examined.sql, examined.was))
    _count(
        connection,
        rule.rule_id,
        before + now - was,
        number(connection, f"SELECT count(DISTINCT subject_key) FROM {table}"),
    )
    return delta


def _count(connection: duckdb.DuckDBPyConnection, rule_id: str, examined: int, hits: int) -> None:
    """Keep what the rule examined beside what it hit: 0 of 7,502 is not 0 of 0."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS rule_counts (rule_id VARCHAR PRIMARY KEY, examined BIGINT, hits BIGINT)"
    )
    connection.execute("INSERT OR REPLACE INTO rule_counts VALUES (?, ?, ?)", [rule_id, examined, hits])


def _standard_columns(rule: Rule, columns: dict[str, str], hit: str = "hit") -> str:
    """SQL of the table `hits.<rule_id>` over the columns of a ``hit``."""
    claim_ids = "coalesce(claim_ids, [])" if "claim_ids" in columns else "[claim_id]"
    optional = [f"{'h.' + name if name in columns else empty} AS {name}" for name, empty in _OPTIONAL.items()]
    sides = {f"delivered_{one.source}": _delivered(one) for one in rule.counterpart}
    if sides:
        hit = f"(SELECT h.*, {', '.join(f'{told} AS {name}' for name, told in sides.items())} FROM {hit} AS h)"
    standard = [
        f"{subject_key(rule, columns, 'h')} AS subject_key",
        f"CAST(coalesce(list_sort({claim_ids}), []) AS VARCHAR[]) AS claim_ids",
        "h.division",
        *optional,
        "h.observed",
        "h.allowed",
        # A row may lack its amount; and where phone numbers stand among the amounts, a sum of them may be beyond all money.
        f"CAST(least(coalesce(h.amount_at_risk, 0), {_MOST}) AS DECIMAL(14, 2)) AS amount_at_risk",
        f"{' AND '.join(f'h.{name}' for name in sides) or 'true'} AS counterpart",
    ]
    if len(sides) > 1:
        lacks = [f"CASE WHEN NOT h.delivered_{one.source} THEN '{one.source}' END" for one in rule.counterpart]
        standard.append(f"concat_ws('|', {', '.join(lacks)}) AS lacking")
    own = [f"h.{name}" for name in columns if name not in (*_REQUIRED, *_OPTIONAL, "claim_ids")]
    return f"SELECT {', '.join(standard + own)} FROM {hit} AS h"


def subject_key(rule: Rule, columns: Mapping[str, str], of: str) -> str:
    """SQL of the rule's key as one text, over the alias ``of`` whose columns have these types."""
    return f"""concat({", '|', ".join(_key_part(f"{of}.{name}", columns[name]) for name in rule.key)})"""


def _key_part(name: str, data_type: str) -> str:
    """A key's part as text: a month as 2021-07, a date as 2021-07-08, an empty value as nothing."""
    if name.endswith((".month", "_month")):
        return f"coalesce(strftime({name}, '%Y-%m'), '')" if data_type == "DATE" else f"coalesce({name}, '')"
    return f"coalesce(CAST({name} AS VARCHAR), '')"


def _delivered(counterpart: Counterpart) -> str:
    """SQL that is true where the hit rests on no missing row, or the counterpart's source delivered and none of its
    quarantined rows names the hit."""
    where = " AND ".join(f"s.{column} = h.{of_hit}" for column, of_hit in counterpart.where.items()) or "true"
    present = f"EXISTS (SELECT 1 FROM {counterpart.table} AS s WHERE {where})"
    named = dict.fromkeys(counterpart.named, "") | {
        column: f" AND q.unread = '{lacking}'" for column, lacking in counterpart.unread.items()
    }
    unnamed = [
        f"NOT EXISTS (SELECT 1 FROM quarantined_cells AS q WHERE q.source = '{counterpart.source}'{only}"
        rf" AND q.value = upper(regexp_replace(CAST(h.{column} AS VARCHAR), '[^\p{{L}}\p{{N}}]', '', 'g')))"
        for column, only in named.items()
    ]
    delivered = " AND ".join([present, *unnamed])
    return f"(h.{counterpart.when} IS NOT TRUE OR {delivered})" if counterpart.when else delivered
