"""The harness of the worked examples: a few rows of the sources become a world in which one rule runs.

Belongs here: filling in what an example leaves out, building only the tables that the rule needs, comparing hits.
The examples themselves are data: `tests/checks/rules/<rule_id>.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from assets.acceptance import empty_delivered
from assets.hits import run_rule
from assets.tables import build_parameters, build_scan, build_table, table_queries
from checks.rule import Rule
from models.law import load_overrides
from models.query import build_order, needed

HERE = Path(__file__).parent
AS_OF = date(2022, 6, 30)
_PERSON = re.compile(r"\bP(\d+)\b")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@lru_cache(maxsize=1)
def defaults() -> dict[str, dict[str, Any]]:
    """The harmless value of each required column, by source."""
    return yaml.safe_load((HERE / "defaults.yaml").read_text(encoding="utf-8"))


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


def world(rule: Rule, given: Mapping[str, Any], folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the tables that ``rule`` needs, made of the example's rows; ``folder`` takes a parameter file."""
    connection = duckdb.connect()
    empty_delivered(connection)
    for source, rows in given.items():
        if source not in ("as_of", "parameters"):
            _insert(connection, source, rows)
    build_scan(connection, given.get("as_of", AS_OF))
    overrides = ()
    if given.get("parameters"):
        path = folder / "parameters.yaml"
        path.write_text(yaml.safe_dump(given["parameters"], allow_unicode=True), encoding="utf-8")
        overrides = load_overrides(path)
    build_parameters(connection, overrides)
    queries = table_queries()
    wanted = set(rule.query.reads) | {"quarantined_cells"} | {counterpart.source for counterpart in rule.counterpart}
    for name in build_order({name: queries[name] for name in needed(wanted, queries)}):
        build_table(connection, queries[name])
    return connection


def _insert(connection: duckdb.DuckDBPyConnection, source: str, rows: Iterable[Mapping[str, Any]]) -> None:
    types = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'delivered' AND table_name = ?", [source]
        ).fetchall()
    )
    if not types:
        raise ValueError(f"There is no source {source!r}.")
    for line, row in enumerate(rows, start=2):
        values = {**defaults().get(source, {}), **row}
        if source == "claims" and "subsidy_kind" not in row and "certificate_no" in row and "class_id" not in row:
            values["subsidy_kind"] = "certificate"
        values.setdefault("source_file", f"{source}.csv")
        values.setdefault("source_line", line)
        values.setdefault("delivery_order", 1)
        if unknown := set(values) - set(types):
            raise ValueError(f"Source {source} has no column {', '.join(sorted(unknown))}.")
        text = "|".join(str(values.get(name) or "") for name in types)
        values.setdefault("row_text", text)
        names = list(values)
        marks = ", ".join(f"CAST(? AS {types[name]})" for name in names)
        connection.execute(
            f"INSERT INTO delivered.{source} ({', '.join(names)}) VALUES ({marks})",
            [None if values[name] is None else _text(_persons(values[name])) for name in names],
        )


def _text(value: Any) -> Any:
    return str(value) if not isinstance(value, bool) else value


def found(rule: Rule, given: Mapping[str, Any], folder: Path) -> pl.DataFrame:
    """The hits of ``rule`` in the example's world."""
    with world(rule, given, folder) as connection:
        return run_rule(connection, rule).hits


def differences(hits: pl.DataFrame, expected: Iterable[Mapping[str, Any]]) -> list[str]:
    """What differs between the hits and those that the example names; the fields that it names are compared."""
    got: dict[str, tuple[set[str], Decimal, bool]] = {}
    for hit in hits.iter_rows(named=True):
        ids, amount, delivered = set(hit["claim_ids"] or []), hit["amount_at_risk"], hit["counterpart"]
        if hit["subject_key"] in got:
            before = got[hit["subject_key"]]
            ids, amount, delivered = ids | before[0], max(amount, before[1]), delivered and before[2]
        got[hit["subject_key"]] = (ids, amount, delivered)
    wanted = {_persons(str(item["key"])): item for item in expected}
    messages = [f"not raised: {key}" for key in sorted(wanted.keys() - got.keys())]
    messages += [f"raised, but should not be: {key}" for key in sorted(got.keys() - wanted.keys())]
    for key in sorted(wanted.keys() & got.keys()):
        item, (ids, amount, delivered) = wanted[key], got[key]
        if "claim_ids" in item and set(item["claim_ids"]) != ids:
            messages.append(f"{key}: claim_ids are {sorted(ids)}, expected {sorted(item['claim_ids'])}")
        if "amount_at_risk" in item and Decimal(str(item["amount_at_risk"])) != amount:
            messages.append(f"{key}: amount_at_risk is {amount}, expected {item['amount_at_risk']}")
        if "counterpart" in item and item["counterpart"] != delivered:
            messages.append(f"{key}: counterpart is {delivered}, expected {item['counterpart']}")
    return messages
