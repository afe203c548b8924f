"""A warehouse in memory from a province's frames, as if its files had been read: no files, no scan."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import polars as pl

from assets.delivered import empty_delivered
from assets.hits import run_rule
from assets.model_tables import MODEL_TABLES
from assets.tables import build_parameters, build_scan, build_table, default_as_of, table_queries
from checks.rule import Rule, read_rules
from models.case import merge_hits
from models.identity import repair_identity
from models.province.clean import Province
from models.query import build_order, needed

Cases = set[tuple[str, str, str, str]]


def clause_rules() -> dict[str, Rule]:
    """All rules but those over the models' tables."""
    return {name: rule for name, rule in read_rules().items() if not rule.query.reads & MODEL_TABLES.keys()}


def warehouse(province: Province) -> duckdb.DuckDBPyConnection:
    """Every table of the line, on the province's rows."""
    connection = duckdb.connect()
    empty_delivered(connection)
    for source, table in province.tables.items():
        if source == "claims":
            table = table.with_columns(
                pl.col("id_number").map_elements(lambda text: repair_identity(text).value, return_dtype=pl.String)
            )
        if "payee_account" in table.columns:
            table = table.with_columns(pl.col("payee_account").str.replace_all(" ", ""))
        connection.register("rows_of_source", table.to_arrow())
        connection.execute(f"INSERT INTO delivered.{source} BY NAME SELECT * FROM rows_of_source")
        connection.unregister("rows_of_source")
    as_of = default_as_of(connection)
    assert as_of is not None
    build_scan(connection, as_of)
    build_parameters(connection)
    queries = table_queries()
    for name in build_order({name: queries[name] for name in needed(set(queries), queries)}):
        build_table(connection, queries[name])
    return connection


def cases(connection: duckdb.DuckDBPyConnection, rules: dict[str, Rule]) -> Cases:
    """What the rules raise: rule, subject, claims, yuan. A claim listed twice is only `claim_listed_twice`, as in the truth."""
    found: Cases = set()
    for name, rule in rules.items():
        hits = run_rule(connection, rule).hits
        if len(hits):
            merged = merge_hits(hits.with_columns(pl.lit(name).alias("rule_id")))
            for key, claim_ids, amount in merged.select("subject_key", "claim_ids", "amount_at_risk").iter_rows():
                found.add((name, key, ";".join(sorted(claim_ids or [])), f"{Decimal(str(amount)):.2f}"))
    return found


def told(truth: pl.DataFrame) -> Cases:
    """The truth in the same form."""
    return {
        (row["rule_id"], row["subject_key"], ";".join(sorted(row["claim_ids"])), f"{row['amount_at_risk']:.2f}")
        for row in truth.iter_rows(named=True)
    }
