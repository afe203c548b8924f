"""What is said otherwise on Spark, word for word; that it means the same is for `tests/checks/test_examples_on_spark.py`."""

from __future__ import annotations

import pytest

from assets.tables import table_queries
from checks.rule import read_rules
from models.feature import read_features
from models.query import QueryError
from models.spark_dialect import spark_type, tables_read, to_spark, view_name


@pytest.mark.parametrize(
    ("shared", "spark"),
    [
        ("a / b", "(CAST(a AS DOUBLE) / NULLIF(CAST(b AS DOUBLE), 0))"),
        ("avg(amount)", "AVG(CAST(amount AS DOUBLE))"),
        ("date_diff('day', a, b)", "DATEDIFF(b, a)"),
        ("date_diff('second', a, b)", "(UNIX_TIMESTAMP(b) - UNIX_TIMESTAMP(a))"),
        ("concat(a, 1)", "CONCAT(COALESCE(CAST(a AS STRING), ''), COALESCE(CAST(1 AS STRING), ''))"),
        ("regexp_full_match(a, '0+|f+')", "a RLIKE '^(?:0+|f+)\\\\z'"),
        ("regexp_replace(a, '\\s', '', 'g')", "REGEXP_REPLACE(a, '\\\\s', '')"),
        ("list(a ORDER BY a)", "NULLIF(SORT_ARRAY(COLLECT_LIST(a)), ARRAY())"),
        (
            "list(DISTINCT a ORDER BY a) FILTER (WHERE b)",
            "NULLIF(SORT_ARRAY(COLLECT_SET(a) FILTER(WHERE b)), ARRAY())",
        ),
        ("CAST(a AS INTEGER)", "CAST(IF(TYPEOF(a) LIKE 'decimal%', ROUND(a), RINT(a)) AS INT)"),
        ("CAST(extract(SECOND FROM a) AS INTEGER)", "CAST(EXTRACT(SECOND FROM a) AS INT)"),
        ("CAST(date_trunc('month', a) AS DATE)", "CAST(CAST(DATE_TRUNC('MONTH', a) AS TIMESTAMP_NTZ) AS DATE)"),
        ("row_number() OVER (ORDER BY a)", "ROW_NUMBER() OVER (ORDER BY a NULLS LAST)"),
    ],
)
def test_what_both_engines_would_understand_differently_is_said_otherwise(shared: str, spark: str) -> None:
    assert to_spark(f"SELECT {shared} AS x FROM delivered.claims") == (
        f"SELECT {spark} AS x FROM delivered__claims AS claims"
    )


@pytest.mark.parametrize("shared", ["list(a ORDER BY b)", "list(a)", "date_diff('month', a, b)"])
def test_what_has_no_counterpart_is_refused(shared: str) -> None:
    with pytest.raises(QueryError):
        to_spark(f"SELECT {shared} FROM t")


def test_every_table_rule_and_feature_is_within_the_shared_part() -> None:
    queries = [
        *table_queries().values(),
        *(rule.query for rule in read_rules().values()),
        *(feature.query for feature in read_features().values()),
    ]
    for query in queries:
        assert to_spark(query.sql)
        assert set(tables_read(query.sql)) == query.reads


def test_types_and_names() -> None:
    assert spark_type("VARCHAR[]") == "ARRAY<STRING>" and spark_type("DECIMAL(14,2)") == "DECIMAL(14,2)"
    assert view_name("delivered.claims") == "delivered__claims"
    with pytest.raises(QueryError, match="TIME WITH"):
        spark_type("TIME WITH TIME ZONE")
