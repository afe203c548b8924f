"""What is computed again and what is not, and that a change that is broken off has not been."""

from __future__ import annotations

import duckdb
import pytest

from assets import freshness as module
from assets.freshness import FINISHED, Freshness


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE numbers AS SELECT 1 AS n")
    return connection


class Line:
    """numbers -> evens -> doubles; counts how often each was computed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.computed: list[str] = []

    def run(self, upto: int, modulus: int = 2) -> list[str]:
        """What was computed in one scan of the numbers up to ``upto``."""
        self.computed = []
        fresh = Freshness(self.connection)
        self.refresh(fresh, "numbers", upto, (), f"SELECT range AS n FROM range({upto})")
        self.refresh(fresh, "evens", modulus, ("numbers",), f"SELECT n FROM numbers WHERE n % {modulus} = 0")
        self.refresh(fresh, "doubles", None, ("evens",), "SELECT 2 * n AS n FROM evens")
        return self.computed

    def refresh(self, fresh: Freshness, name: str, code: object, reads: tuple[str, ...], sql: str) -> None:
        def build() -> None:
            self.computed.append(name)
            self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")

        fresh.refresh(name, code, reads, build)

    def doubles(self) -> list[int]:
        return [n for (n,) in self.connection.execute("FROM doubles ORDER BY n").fetchall()]


@pytest.fixture
def line(connection: duckdb.DuckDBPyConnection) -> Line:
    return Line(connection)


def test_nothing_is_computed_twice(line: Line) -> None:
    assert line.run(6) == ["numbers", "evens", "doubles"]
    assert line.run(6) == []


def test_what_comes_out_the_same_leaves_its_readers_alone(line: Line) -> None:
    line.run(5)
    assert line.run(6) == ["numbers", "evens"]  # 5 is no even number
    assert line.run(7) == ["numbers", "evens", "doubles"]
    assert line.doubles() == [0, 4, 8, 12]


def test_what_was_and_is_again_is_computed_again(line: Line) -> None:
    line.run(7)
    line.run(9)
    line.run(7)
    assert line.doubles() == [0, 4, 8, 12]


def test_changed_code_counts_for_its_node_alone(line: Line) -> None:
    line.run(7)
    assert line.run(7, modulus=3) == ["evens", "doubles"]
    assert line.doubles() == [0, 6, 12]


def test_changed_running_code_counts_for_all(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.run(7)
    monkeypatch.setattr(module, "running_code", lambda: "another release")
    assert line.run(7)[0] == "numbers"


def test_a_table_that_is_gone_is_computed_again(line: Line) -> None:
    line.run(7)
    line.connection.execute("DROP TABLE evens")
    assert line.run(7) == ["evens"] and line.doubles() == [0, 4, 8, 12]


def test_a_full_scan_forgets_everything(line: Line) -> None:
    line.run(7)
    Freshness(line.connection).forget_all()
    assert line.run(7) == ["numbers", "evens", "doubles"]


def test_a_change_broken_off_leaves_table_record_and_readers_as_they_were(line: Line) -> None:
    line.run(7)
    fresh = Freshness(line.connection)

    def broken() -> None:
        line.connection.execute("CREATE OR REPLACE TABLE evens AS SELECT 99 AS n")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fresh.refresh("evens", "other code", (), broken)
    assert line.run(7) == [] and line.doubles() == [0, 4, 8, 12]


def test_the_scan_is_unfinished_from_the_first_change_on_and_not_before(line: Line) -> None:
    line.run(7)
    line.connection.execute(f"CREATE TABLE {FINISHED} AS SELECT 1 AS n")
    assert line.run(7) == []
    assert line.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'cases'").fetchone() == (1,)
    line.run(8)
    assert line.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'cases'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, 4", "SELECT 3 AS a, 4 AS b UNION ALL SELECT 1, 2", True),
        ("SELECT 1 AS a, 2 AS b", "SELECT 2 AS a, 1 AS b", False),
        ("SELECT 1 AS a", "SELECT 1 AS b", False),
        ("SELECT 1 AS a", "SELECT '1' AS a", False),
        ("SELECT 0.0::DOUBLE AS a", "SELECT -0.0::DOUBLE AS a", False),
        ("SELECT [NULL]::INT[] AS a", "SELECT []::INT[] AS a", False),
        ("SELECT NULL::INT AS a", "SELECT 0 AS a", False),
        ("SELECT 1 AS a UNION ALL SELECT 1 UNION ALL SELECT 2", "SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 2", False),
    ],
)  # fmt: skip
def test_tables_are_the_same_when_their_rows_are(one: str, other: str, same: bool) -> None:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE one AS {one}; CREATE TABLE other AS {other}")
    assert module._same(connection, "one", "other") is same
