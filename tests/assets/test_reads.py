"""What a node is computed from is what it says it reads: given nothing else, it comes out as it stands in the warehouse.

A table that a node read without saying so would leave it as it was when that table changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import duckdb
import pytest

from assets.engine import DuckEngine
from assets.features import SUBJECTS, feature_frame
from assets.freshness import content
from assets.hits import reads_of, run_rule
from assets.model_tables import MODEL_TABLES
from assets.scores import RANKING_READS, rank_subjects
from assets.tables import build_table, table_queries
from checks.rule import read_rules
from models.feature import LEVELS, read_features
from pipelines.home import Home

Connection = duckdb.DuckDBPyConnection
SELF_WRITTEN = [name for name in MODEL_TABLES if name not in ("scores", "score_reasons")]


@contextmanager
def only(province: Home, reads: Iterable[str]) -> Iterator[Connection]:
    """A warehouse in memory that holds nothing but these tables; the whole one is attached as `latest`."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{province.warehouse}' AS latest (READ_ONLY)")
    connection.execute("CREATE SCHEMA delivered; CREATE SCHEMA hits")
    for read in sorted(reads):
        schema, _, name = read.rpartition(".")
        connection.execute(f"CREATE VIEW {read} AS FROM latest.{schema or 'main'}.{name}")
    try:
        yield connection
    finally:
        connection.close()


def stands(connection: Connection, table: str) -> bool:
    """Whether the table that was written holds what the warehouse holds."""
    schema, _, name = table.rpartition(".")
    kept = f"latest.{schema or 'main'}.{name}"
    columns = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {kept})").fetchall()
    return content(connection, table, columns) == content(connection, kept, columns)


@pytest.mark.parametrize("name", sorted(table_queries()))
def test_a_table_reads_what_its_sql_names(province: Home, name: str) -> None:
    query = table_queries()[name]
    with only(province, query.reads) as connection:
        build_table(connection, query)
        assert stands(connection, name)


@pytest.mark.parametrize("rule_id", sorted(read_rules()))
def test_a_rule_reads_what_its_sql_and_its_counterparts_name(province: Home, rule_id: str) -> None:
    rule = read_rules()[rule_id]
    with only(province, reads_of(rule)) as connection:
        run_rule(connection, rule)
        assert stands(connection, f"hits.{rule_id}")


@pytest.mark.parametrize("level", LEVELS)
def test_features_read_what_their_sql_and_their_subjects_name(province: Home, level: str) -> None:
    features = [feature for feature in read_features().values() if feature.level == level]
    subjects = {"class_profiles", "class_claims", "live_claims", "certificate_claims"}
    reads = frozenset[str]().union(*(feature.query.reads for feature in features)) | subjects
    with only(province, reads) as connection:
        frame = feature_frame(connection, level, features, DuckEngine(connection))
        connection.register("computed", frame.to_arrow())
        connection.execute(f"CREATE TABLE features_{level} AS FROM computed")
        assert stands(connection, f"features_{level}") and SUBJECTS[level]


@pytest.mark.parametrize("name", SELF_WRITTEN)
def test_a_model_reads_what_it_says(province: Home, name: str) -> None:
    table = MODEL_TABLES[name]
    with only(province, table.reads) as connection:
        table.write(connection)
        assert all(stands(connection, one) for one in (name, *table.beside))


def test_the_ranking_reads_what_it_says(province: Home) -> None:
    with only(province, RANKING_READS) as connection:
        rank_subjects(connection)
        assert stands(connection, "scores") and stands(connection, "score_reasons")


def test_the_test_can_fail(province: Home) -> None:
    write: Callable[[Connection], object] = MODEL_TABLES["roster_pairs"].write
    with only(province, set(MODEL_TABLES["roster_pairs"].reads[1:])) as connection, pytest.raises(duckdb.Error):
        write(connection)
