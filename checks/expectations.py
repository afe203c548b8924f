"""The Great Expectations face: promises of the sources and results of the rules, as suites that are run in every scan.

Belongs here: making suites from the sources and rules, running them, and one row per expectation for people to read.
Does not belong here: the case list. An expectation says whether and how often; who and why is what rules and cases say.
Importing this module loads Great Expectations, which takes seconds: import it where a scan runs, not where code is loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.row_conditions import Column as ConditionColumn

from checks.duckdb_datasource import DuckDBDatasource
from checks.promises import same_key
from checks.rule import Rule
from models.source import Source

SCHEMA = pl.Schema({
    "suite": pl.String, "expectation": pl.String, "kind": pl.String, "title_zh": pl.String, "title_en": pl.String, "clause": pl.String,
    "met": pl.Boolean, "examined": pl.Int64, "unexpected": pl.Int64, "failure": pl.String,
})  # fmt: skip
_WARNING = FailureSeverity.WARNING  # a lead is no fault of the pipeline
# Counts only: the values themselves are personal data, and the case list shows them masked.
_COUNTS: dict[str, Any] = {"result_format": "BASIC", "partial_unexpected_count": 0}


def run_expectations(
    connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], rules: Iterable[Rule]
) -> pl.DataFrame:
    """Validate every source's table and the rules' counts (tables `delivered.*` and `rule_counts`); one row each (SCHEMA).

    An expectation that could not be checked has a `failure` and is never met: it must not be taken for a lead.
    """
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    datasource = context.data_sources.add_duckdb("warehouse")  # type: ignore[attr-defined]
    assert isinstance(datasource, DuckDBDatasource)
    datasource.bind(connection)
    try:
        return _run(datasource, connection, sources, rules)
    finally:
        datasource.release()


def _run(
    datasource: DuckDBDatasource,
    connection: duckdb.DuckDBPyConnection,
    sources: Iterable[Source],
    rules: Iterable[Rule],
) -> pl.DataFrame:
    """One row per expectation of every suite."""
    counts = dict(connection.execute("SELECT rule_id, examined FROM rule_counts ORDER BY rule_id").fetchall())
    rows: list[tuple[Any, ...]] = []
    for source in sources:
        suite = gx.ExpectationSuite(source.name, expectations=source_expectations(source))
        for result in _validate(datasource, suite, source.name, schema="delivered"):
            row = connection.execute(f"SELECT count(*) FROM delivered.{source.name}").fetchone()
            rows.append(_row(source.name, result, int(row[0]) if row else 0))
    ordered = list(rules)
    if not ordered:
        return _frame(rows)
    suite = gx.ExpectationSuite("rules", expectations=[rule_expectation(rule) for rule in ordered])
    for result in _validate(datasource, suite, "rule_counts", schema="main"):
        rows.append(_row("rules", result, int(counts.get(result.expectation_config.meta["id"], 0))))
    return _frame(rows)


def _frame(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("suite", "expectation")


def source_expectations(source: Source) -> list[Expectation]:
    """What one source promises: required columns are filled, codes are known, the key is unique, and its own promises."""
    required = [column for column in source.columns if column.required]
    about = _meta(
        "required_columns", "columns", f"必需的列都有：{'、'.join(column.zh for column in required)}",
        f"has the required columns {', '.join(column.name for column in required)}",
    )  # fmt: skip
    # It insists that a query reads the batch, and prints to stdout where one does not.
    missing = "SELECT source FROM delivered.missing_columns WHERE (SELECT count(*) FROM {batch}) >= 0"
    found: list[Expectation] = [_unexpected(missing, f"source = '{source.name}'", about)]
    for column in source.columns:
        if column.required:
            about = _meta(f"{column.name}_filled", "filled", f"{column.zh}不为空", f"{column.name} is filled")
            found.append(gxe.ExpectColumnValuesToNotBeNull(column=column.name, meta=about))
        if column.labels:
            allowed = sorted(column.labels)
            told = "、".join(names[0] for _, names in sorted(column.labels.items()))
            about = _meta(
                f"{column.name}_known", "set", f"{column.zh}为：{told}", f"{column.name} is one of {', '.join(allowed)}"
            )
            found.append(gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=allowed, meta=about))
    if source.key:
        key = list(source.key)
        about = _meta("unique_key", "unique", f"主键不重复：{'、'.join(key)}", f"{', '.join(key)} is unique")
        # One row for each row that has others of its key; a window over millions of rows would sort them all.
        alike = f"SELECT unnest(range(n)) AS one FROM ({same_key('{batch}', source.whole_key)})"
        found.append(_unexpected(alike, "true", about))
    for promise in source.promises:
        about = _meta(promise.name, "promise", promise.zh, promise.en)
        found.append(_unexpected("SELECT * FROM {batch}", f"NOT ({promise.sql})", about))
    return found


def rule_expectation(rule: Rule) -> Expectation:
    """One rule over its counts: nothing is hit."""
    about = _meta(rule.rule_id, rule.severity, rule.title["zh"], rule.title["en"], f"{rule.notice} {rule.clause}")
    only = ConditionColumn("rule_id") == rule.rule_id
    return gxe.ExpectColumnMaxToBeBetween(column="hits", max_value=0, row_condition=only, severity=_WARNING, meta=about)


def _unexpected(rows: str, where: str, about: Mapping[str, str]) -> Expectation:
    # Great Expectations formats the query: other braces must be doubled, and a colon would be a parameter.
    told = where.replace("{", "{{").replace("}", "}}").replace(":", "\\:")
    query = f"SELECT 1 AS unexpected FROM ({rows}) AS examined WHERE {told}"
    return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, severity=_WARNING, meta=dict(about))


def _meta(name: str, kind: str, zh: str, en: str, clause: str = "") -> dict[str, str]:
    return {"id": name, "kind": kind, "zh": zh, "en": en, "clause": clause}


def _validate(datasource: DuckDBDatasource, suite: Any, table: str, schema: str) -> list[Any]:
    asset = datasource.add_table_asset(f"{schema}_{table}", table_name=table, schema_name=schema)
    return asset.add_batch_definition_whole_table("all").get_batch().validate(suite, result_format=_COUNTS).results


def _row(suite: str, result: Any, examined: int) -> tuple[Any, ...]:
    about = result.expectation_config.meta
    failure = _failure(result)
    counted = result.result.get("unexpected_count", result.result.get("observed_value")) or 0
    return (
        suite, about["id"], about["kind"], about["zh"], about["en"], about["clause"], bool(result.success) and not failure,
        examined, None if failure else int(counted), failure,
    )  # fmt: skip


def _failure(result: Any) -> str:
    """Why an expectation could not be checked; Great Expectations reports that like a broken one."""
    told = result.exception_info or {}
    each = [told] if "raised_exception" in told else list(told.values())
    return next(
        (str(one.get("exception_message")) for one in each if isinstance(one, dict) and one.get("raised_exception")), ""
    )
