"""All worked examples at once: every table has one more column, `world`, and every SELECT is widened to keep worlds apart.

A thousand examples one by one would cost Spark an hour, most of it in planning. Widened, each SELECT runs once for all of
them: joins are within a world, groups and windows are per world, and what comes out says of which world it is. Nothing
else of the SELECT is touched, so that its functions, casts, orders and joins are those that are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import sqlglot
import yaml
from sqlglot import exp

from assets.delivered import empty_delivered
from assets.engine import Engine
from assets.model_tables import MODEL_TABLES
from assets.tables import cities_sql, law_rows, parameters_of, table_queries
from checks.rule import Rule
from models.feature import Feature
from models.law import ParameterRow, load_overrides
from models.query import DIALECT, Query, build_order, needed
from tests.checks.examples import AS_OF, texts_of, types_of, world

WORLD = "world"
Example = tuple[Rule | Feature, Mapping[str, Any]]


def widened(sql: str) -> str:
    """The SELECT over tables that have a column `world`, with that column in what it selects, last."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    for select in reversed(list(tree.find_all(exp.Select))):
        _widen(select)
    return tree.sql(dialect=DIALECT)


def _widen(select: exp.Select) -> None:
    first = select.args["from_"].this
    own = exp.column(WORLD, first.alias_or_name)
    for join in select.args.get("joins") or []:
        if isinstance(join.this, exp.Unnest):
            continue
        same = exp.EQ(this=exp.column(WORLD, join.this.alias_or_name), expression=own.copy())
        if (join.args.get("kind") or "").upper() == "CROSS":
            join.set("kind", None)
        join.set("on", exp.and_(join.args["on"], same) if join.args.get("on") else same)
    if isinstance(select.parent, exp.Exists):
        outer = select.parent.find_ancestor(exp.Select)
        assert outer is not None
        of_outer = exp.column(WORLD, outer.args["from_"].this.alias_or_name)
        select.where(exp.EQ(this=own.copy(), expression=of_outer), copy=False)
        return
    for window in [*select.find_all(exp.Window)]:
        if window.find_ancestor(exp.Select) is select and not window.args.get("alias"):
            window.set("partition_by", [*(window.args.get("partition_by") or []), own.copy()])
    aggregates = any(
        node.find_ancestor(exp.Select) is select and not isinstance(node.parent, exp.Window)
        for node in select.find_all(exp.AggFunc)
        if not isinstance(node.parent, exp.Filter) or not isinstance(node.parent.parent, exp.Window)
    )
    if select.args.get("group") or aggregates:
        select.group_by(own.copy(), copy=False)
    starred = [item for item in select.expressions if isinstance(item, exp.Star)] or [
        item
        for item in select.expressions
        if isinstance(item, exp.Column) and isinstance(item.this, exp.Star) and item.table == first.alias_or_name
    ]
    if not starred:
        select.select(exp.alias_(own.copy(), WORLD), copy=False)


class ManyWorlds:
    """One warehouse that holds the worlds of many examples, world 0, 1, ... in their order."""

    def __init__(self, examples: Sequence[Example], folder: Path) -> None:
        self.connection = duckdb.connect()
        empty_delivered(self.connection)
        sources = [
            name
            for (name,) in self.connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'delivered'"
            ).fetchall()
        ]
        for source in sources:
            self.connection.execute(f"ALTER TABLE delivered.{source} ADD COLUMN {WORLD} INTEGER")
        texts: dict[str, list[dict[str, str | None]]] = {}
        written: dict[str, list[pa.Table]] = {}
        asked: dict[int, tuple[Any, tuple[ParameterRow, ...]]] = {}
        for number, (of, example) in enumerate(examples):
            given = example["given"]
            if isinstance(of, Rule) and over_models(of):
                # models are written by code: what they wrote is given, and the SELECT over it is tried
                with world(of, given, folder) as one:
                    for table in sorted(of.query.reads):
                        rows = one.execute(f"FROM {table}").to_arrow_table()
                        written.setdefault(f"{of.rule_id}__{table}", []).append(_of_world(number, rows))
                continue
            for source in sources:
                told = texts_of(source, given.get(source) or [])
                texts.setdefault(source, []).extend({**row, WORLD: str(number)} for row in told)
            overrides: tuple[ParameterRow, ...] = ()
            if given.get("parameters"):
                overrides = tuple(load_overrides(parameter_file(folder, given["parameters"]), law_rows()))
            asked[number] = given.get("as_of", AS_OF), overrides
        for source, rows in texts.items():
            self._insert(source, rows)
        written["parameter"] = list(self._parameters(asked))
        scans = {"as_of": [as_of for as_of, _ in asked.values()], WORLD: list(asked)}
        written["scan"] = [pl.DataFrame(scans, schema={"as_of": pl.Date, WORLD: pl.Int32}).to_arrow()]
        for table, parts in written.items():
            self.connection.register("of_all", pa.concat_tables(parts))
            self.connection.execute(f"CREATE TABLE {table} AS FROM of_all")
            self.connection.unregister("of_all")

    def _insert(self, source: str, rows: list[dict[str, str | None]]) -> None:
        types = {**types_of(source), WORLD: "INTEGER"}
        values = {name: [row.get(name) for row in rows] for name in types}
        self.connection.register("texts", pl.DataFrame(values, schema=dict.fromkeys(types, pl.String)).to_arrow())
        typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in types.items())
        self.connection.execute(f"INSERT INTO delivered.{source} BY NAME SELECT {typed} FROM texts")
        self.connection.unregister("texts")

    def _parameters(self, asked: Mapping[int, tuple[Any, tuple[ParameterRow, ...]]]) -> Iterator[pa.Table]:
        """What is in force in each world."""
        cities: dict[int, list[str]] = {}
        for city, number in self.connection.execute(f"{cities_sql(WORLD)} ORDER BY ALL").fetchall():
            cities.setdefault(number, []).append(city)
        for number, (_, overrides) in asked.items():
            yield _of_world(number, parameters_of(overrides, tuple(cities.get(number, []))).to_arrow())

    def build_tables(self, engine: Engine, read_by: Iterable[Rule | Feature]) -> None:
        """The tables that these need, for all worlds at once."""
        queries = table_queries()
        reads = {name for one in read_by for name in one.query.reads}
        for name in build_order({name: queries[name] for name in needed(reads, queries)}):
            engine.materialise(name, widened(queries[name].sql))


def _of_world(number: int, rows: pa.Table) -> pa.Table:
    return rows.append_column(WORLD, pa.array([number] * rows.num_rows, type=pa.int32()))


def parameter_file(folder: Path, rows: Any) -> Path:
    path = folder / "parameters.yaml"
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return path


def over_models(rule: Rule) -> bool:
    return bool(rule.query.reads & MODEL_TABLES.keys())


def of_many_worlds(rule: Rule) -> Rule:
    """The rule over all worlds: its key begins with the world. Whether the other side had delivered is no engine's matter."""
    sql = widened(rule.query.sql)
    if over_models(rule):
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
        own = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if table.name not in own:
                alias = table.alias_or_name
                table.set("this", exp.to_identifier(f"{rule.rule_id}__{table.name}"))
                table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
        sql = tree.sql(dialect=DIALECT)
    header = {**rule.query.header, "key": [WORLD, *rule.key], "counterpart": None}
    query: Query = replace(rule.query, sql=sql, header=header)
    return replace(rule, query=query)


def by_world(frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each world, without the column and without the world in their key."""
    for (number,), rows in frame.group_by(WORLD):
        rows = rows.drop(WORLD)
        if "subject_key" in rows.columns:
            rows = rows.with_columns(pl.col("subject_key").str.replace(r"^[0-9]+\|", ""))
        yield int(number), rows
