"""The harness of the worked examples: a few rows of the sources become a world in which one rule runs.

Belongs here: filling in what an example leaves out, building only the tables that the rule needs, comparing hits.
The examples themselves are data: `tests/checks/rules/<rule_id>.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from assets.delivered import empty_delivered
from assets.hits import RuleResult, reads_of, run_rule
from assets.model_tables import MODEL_TABLES
from assets.tables import build_parameters, build_scan, build_table, law_rows, table_queries
from checks.rule import Rule
from models.law import load_overrides
from models.plain_yaml import plain_yaml
from models.query import build_order, needed

HERE = Path(__file__).parent
AS_OF = date(2022, 6, 30)
GIVEN_TABLES = frozenset(MODEL_TABLES)
_PERSON = re.compile(r"\bP(\d+)\b")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@lru_cache(maxsize=1)
def defaults() -> dict[str, dict[str, Any]]:
    """The harmless value of each required column, by source."""
    return plain_yaml((HERE / "defaults.yaml").read_text(encoding="utf-8"))


def person(number: int, born: str = "19900101") -> str:
    """A valid made-up identity number for P<number> (county 140105, a man or woman by the number's parity)."""
    body = f"140105{born}{number % 1000:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def _persons(value: Any) -> Any:
    """P1, P2, ... in a value, a list or inside a key replaced by identity numbers."""
    if isinstance(value, str):
        return _PERSON.sub(lambda found: person(int(found.group(1))), value)
    if isinstance(value, list):
        return [_persons(item) for item in value]
    return value


@lru_cache(maxsize=1)
def _empty() -> duckdb.DuckDBPyConnection:
    """A warehouse with nothing delivered, for one example after another: to make one takes longer than to run most rules."""
    # Of a few rows one thread makes a table sooner than two that wait for each other.
    connection = duckdb.connect(config={"threads": 1})
    empty_delivered(connection)
    return connection


@contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """The empty warehouse; whatever is done in it is undone."""
    connection = _empty()
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.execute("ROLLBACK")


@lru_cache(maxsize=64)
def types_of(source: str) -> Mapping[str, str]:
    """The columns of a delivered table with their types; ValueError where there is no such table."""
    types = dict(
        _empty()
        .execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'delivered' AND table_name = ?",
            [source],
        )
        .fetchall()
    )
    if not types:
        raise ValueError(f"There is no source {source!r}.")
    return types


def world(rule: Rule, given: Mapping[str, Any], folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection of its own with the tables that ``rule`` needs, made of the example's rows; ``folder`` takes a parameter file."""
    connection = duckdb.connect()
    empty_delivered(connection)
    settle(connection, rule, given, folder)
    return connection


def settle(connection: duckdb.DuckDBPyConnection, rule: Rule, given: Mapping[str, Any], folder: Path) -> None:
    """Make the tables that ``rule`` needs of the example's rows, where nothing has been delivered yet."""
    for source, rows in given.items():
        if source not in ("as_of", "parameters", *GIVEN_TABLES):
            insert_rows(connection, source, rows)
    build_scan(connection, given.get("as_of", AS_OF))
    overrides = ()
    if given.get("parameters"):
        path = folder / "parameters.yaml"
        path.write_text(yaml.safe_dump(given["parameters"], allow_unicode=True), encoding="utf-8")
        overrides = load_overrides(path, law_rows())
    build_parameters(connection, overrides)
    queries = table_queries()
    # one writer may write two tables
    models = list(
        {
            MODEL_TABLES[name].write: MODEL_TABLES[name] for name in sorted(rule.query.reads & MODEL_TABLES.keys())
        }.values()
    )
    wanted = reads_of(rule) | {name for model in models for name in model.reads}
    for name in build_order({name: queries[name] for name in needed(wanted, queries)}):
        build_table(connection, queries[name])
    for model in models:
        model.write(connection)
    given_tables(connection, given)


def given_tables(connection: duckdb.DuckDBPyConnection, given: Mapping[str, Any]) -> None:
    """Rows of the models' tables that the example gives itself: a few rows of sources have no bulk to be compared with."""
    for table in GIVEN_TABLES & given.keys():
        connection.execute(f"DELETE FROM {table}")
        for row in given[table]:
            marks = ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def insert_rows(connection: duckdb.DuckDBPyConnection, source: str, rows: Iterable[Mapping[str, Any]]) -> None:
    types, texts = types_of(source), list(texts_of(source, rows))
    names = [name for name in types if any(name in row for row in texts)]
    if names:
        marks = ", ".join(f"CAST(? AS {types[name]})" for name in names)
        connection.execute(
            f"INSERT INTO delivered.{source} ({', '.join(names)}) VALUES {', '.join([f'({marks})'] * len(texts))}",
            [row.get(name) for row in texts for name in names],
        )


def texts_of(source: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str | None]]:
    """The rows of an example as texts, with what they leave out."""
    types = types_of(source)
    for line, row in enumerate(rows, start=2):
        values = {**defaults().get(source, {}), **row}
        if source == "claims" and "subsidy_kind" not in row and "certificate_no" in row and "class_id" not in row:
            values["subsidy_kind"] = "certificate"
        if source != "quarantine":
            values = {"source_file": f"{source}.csv", "source_line": line, "delivery_order": 1, **values}
        if unknown := set(values) - set(types):
            raise ValueError(f"Source {source} has no column {', '.join(sorted(unknown))}.")
        text = "|".join(str(values.get(name) or "") for name in types)
        if source != "quarantine":
            values.setdefault("row_text", text)
        yield {name: None if value is None else str(_persons(value)) for name, value in values.items()}


def failures(rule: Rule, example: Mapping[str, Any], folder: Path) -> list[str]:
    """How the rule falls short of a worked example; empty where it gives what the example says."""
    with scratch() as connection:
        settle(connection, rule, example["given"], folder)
        return shortfalls(connection, run_rule(connection, rule), example)


def shortfalls(connection: duckdb.DuckDBPyConnection, result: RuleResult, example: Mapping[str, Any]) -> list[str]:
    """What differs between what a rule found and what the example says: its hits and, where named, how many subjects it
    examined, and what it saw of one (`looked_at`: key and columns, also of a subject that is not hit)."""
    messages = differences(result.hits, example["hits"])
    if example.get("looked_at"):
        examined = connection.execute(result.rule.query.examined).pl()
        seen = {"|".join(str(row[name]) for name in result.rule.key): row for row in examined.iter_rows(named=True)}
        for item in example["looked_at"]:
            key = _persons(str(item["key"]))
            messages += _unlike(key, seen[key], item) if key in seen else [f"not examined: {key}"]
    if "examined" in example and example["examined"] != result.examined:
        messages.append(f"{result.examined} were examined, expected {example['examined']}")
    return messages


def differences(hits: pl.DataFrame, expected: Iterable[Mapping[str, Any]]) -> list[str]:
    """What differs between the hits and those that the example names; the fields that it names are compared.

    Any other column of the hit may be named too (`observed`, `allowed`, a blank of the explanation); see `_same`.
    """
    got: dict[str, tuple[set[str], Decimal, bool]] = {}
    columns: dict[str, dict[str, Any]] = {}
    for hit in hits.iter_rows(named=True):
        ids, amount, delivered = set(hit["claim_ids"]), hit["amount_at_risk"], hit["counterpart"]
        if hit["subject_key"] in got:
            before = got[hit["subject_key"]]
            ids, amount, delivered = ids | before[0], max(amount, before[1]), delivered or before[2]
        got[hit["subject_key"]] = (ids, amount, delivered)
        columns[hit["subject_key"]] = hit
    wanted = {_persons(str(item["key"])): item for item in expected}
    messages = [f"not raised: {key}" for key in sorted(wanted.keys() - got.keys())]
    messages += [f"raised, but should not be: {key}" for key in sorted(got.keys() - wanted.keys())]
    messages += [
        f"{key}: claim_ids is NULL, not an empty list" for key, hit in columns.items() if hit["claim_ids"] is None
    ]
    for key in sorted(wanted.keys() & got.keys()):
        item, (ids, amount, delivered) = wanted[key], got[key]
        if "claim_ids" in item and set(item["claim_ids"]) != ids:
            messages.append(f"{key}: claim_ids are {sorted(ids, key=str)}, expected {sorted(item['claim_ids'])}")
        if "amount_at_risk" in item and Decimal(str(item["amount_at_risk"])) != amount:
            messages.append(f"{key}: amount_at_risk is {amount}, expected {item['amount_at_risk']}")
        if "counterpart" in item and item["counterpart"] != delivered:
            messages.append(f"{key}: counterpart is {delivered}, expected {item['counterpart']}")
        messages += _unlike(key, columns[key], item)
    return messages


def _unlike(key: str, row: Mapping[str, Any], item: Mapping[str, Any]) -> list[str]:
    """Which columns that the item names beside key, claim_ids, amount_at_risk and counterpart are another in the row."""
    named = {
        name: _persons(item[name])
        for name in sorted(item.keys() - {"key", "claim_ids", "amount_at_risk", "counterpart"})
    }
    return [
        f"{key}: {name} is {row.get(name)}, expected {value}"
        for name, value in named.items()
        if not _same(row.get(name), value)
    ]


def _same(value: Any, expected: Any) -> bool:
    """Numbers by value (600 is 600.00), everything else as text."""
    if isinstance(value, int | float | Decimal) and isinstance(expected, int | float) and not isinstance(value, bool):
        return Decimal(str(value)) == Decimal(str(expected))
    return str(value) == str(expected)
