"""A SELECT in portions gives the rows that it gives whole: shapes with random rows, and every table, rule and feature of the house."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from assets import portions
from assets.deltas import columns_of
from assets.engine import DuckEngine
from assets.freshness import content
from assets.memory import GATHERING, SORTING, holding, memory_limit
from assets.portions import Portions
from assets.tables import table_queries
from checks.rule import read_rules
from models.feature import read_features
from pipelines.home import Home
from tests.models.test_separable import NOT_SEPARABLE, SEPARABLE, fill

Connection = duckdb.DuckDBPyConnection
QUERIES = {
    **table_queries(),
    **{f"hits.{name}": rule.query for name, rule in read_rules().items()},
    **{f"feature {name}": feature.query for name, feature in read_features().items()},
}
RESTRICTED_TWICE = "WITH c AS (SELECT k, j, v FROM a) SELECT x.k, y.v FROM c AS x JOIN c AS y ON y.j = x.k"
# What is dearest at size: these must fall apart, or a scan of millions spills.
DEAR = (
    "sessions",
    "punches",
    "class_slots",
    "class_people",
    "attended",
    "class_days",
    "feature photos_alike",
    "feature order_repeats",
)


@pytest.fixture(scope="module")
def warehouse(province: Home) -> Iterator[Connection]:
    with duckdb.connect(str(province.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def few_rows_a_key_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "ROWS_A_KEY", 0)


@pytest.fixture
def empty() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        yield connection


def in_one(portions: list[str]) -> str:
    return f"({' UNION ALL '.join(f'({one})' for one in portions)})"


@pytest.mark.parametrize("sql", [*SEPARABLE, *NOT_SEPARABLE])
def test_portions_are_together_the_whole(sql: str, empty: Connection) -> None:
    chance = random.Random(sql)
    cut = 0
    for _ in range(10):
        for name in ("a", "b", "still"):
            rows = [
                (chance.choice([None, *range(5)]), chance.choice([None, *range(5)]), chance.randrange(5))
                for _ in range(chance.randrange(12))
            ]
            fill(empty, name, ("k", "j", "v"), rows)
        found = Portions(empty, rows=3).of(sql)
        cut += len(found) > 1
        if "random()" not in sql:
            both = [sorted(empty.execute(one).fetchall(), key=str) for one in (sql, f"FROM {in_one(found)}")]
            assert both[0] == both[1] or "LIMIT" in sql
    assert cut or sql not in SEPARABLE or "*" in SEPARABLE[sql].split()[0] or sql == RESTRICTED_TWICE


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_select_of_the_house_in_portions_is_the_whole(name: str, warehouse: Connection) -> None:
    sql = QUERIES[name].sql
    if name.startswith("feature "):  # of these the first digits count
        sql = f"SELECT key, round(CAST(value AS DOUBLE), 9) AS value FROM ({sql})"
    found = Portions(warehouse, rows=3000).of(sql)
    assert len(found) > 2 or name not in DEAR
    if len(found) > 1:
        columns = columns_of(warehouse, f"({sql})")
        assert content(warehouse, in_one(found), columns) == content(warehouse, f"({sql})", columns)


def test_a_table_is_made_in_portions_and_what_is_temporary_whole(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.execute("CREATE TABLE visits AS SELECT 'K' || n % 7 AS class_id, n AS hour FROM range(70) AS t (n)")
    empty.execute("INSERT INTO visits VALUES (NULL, 1), ('it''s', 2)")
    monkeypatch.setattr(portions, "ROWS", 20)
    sql = "SELECT class_id, hour, count(*) OVER (PARTITION BY class_id) AS hours FROM visits"
    assert len(Portions(empty).of(sql)) == 5
    asked: list[str] = []
    of = Portions.of
    monkeypatch.setattr(Portions, "of", lambda self, sql: asked.append(sql) or of(self, sql))
    engine = DuckEngine(empty)
    assert engine.materialise("in_portions", sql) == engine.materialise("whole", sql, temporary=True) == 72
    assert asked == [sql]
    assert empty.execute("FROM in_portions EXCEPT ALL FROM whole").fetchall() == []


def test_a_portion_is_no_larger_than_memory_has_room_for(empty: Connection) -> None:
    empty.execute("CREATE TABLE visits AS SELECT n % 1000 AS class_id, n AS hour FROM range(3_000_000) AS t (n)")
    sql = "SELECT class_id, sum(hour) AS hours FROM visits GROUP BY class_id"
    assert Portions(empty).of(sql) == [sql]
    empty.execute("SET memory_limit = '500MB'")
    assert len(Portions(empty).of(sql)) == 5


def test_what_lies_all_over_a_table_is_not_sought_a_portion_at_a_time(
    empty: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.execute("CREATE TABLE photos AS SELECT n % 40 AS class_id, n AS photo FROM range(2000) AS t (n)")
    monkeypatch.setattr(portions, "ROWS_A_KEY", 20)
    by = "SELECT {0}, count(*) AS n FROM photos GROUP BY {0}"
    assert len(Portions(empty, rows=500).of(by.format("photo"))) == 1
    assert len(Portions(empty, rows=500).of(by.format("class_id"))) == 5


@pytest.mark.parametrize(
    ("set_to", "gathering", "sorting"), [("8GiB", 0.5, 0.25), ("2GiB", 1.0, 0.5), ("1GiB", 1.0, 1.0)]
)
def test_a_share_of_memory_is_given_back_afterwards(
    empty: Connection, set_to: str, gathering: float, sorting: float
) -> None:
    empty.execute("SET memory_limit = ?", [set_to])
    before = memory_limit(empty)
    for share, part in ((GATHERING, gathering), (SORTING, sorting)):
        with holding(empty, share, before):
            assert memory_limit(empty) == pytest.approx(before * part, rel=0.01)
        assert memory_limit(empty) == before
