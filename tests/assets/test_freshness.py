"""What is computed again and what is not, and that a change that is broken off has not been."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from assets import freshness as module
from assets.deltas import Delta
from assets.engine import DuckEngine
from assets.freshness import FINISHED, Freshness
from assets.hits import forget_hits, refresh_rule
from checks.rule import read_rules


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


def test_a_changed_rule_file_runs_that_rule_alone_and_a_rule_that_is_gone_leaves_no_hits(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE live AS SELECT 'C' || range AS claim_id, range AS amount FROM range(5)")
    (tmp_path / "one.sql").write_text(_RULE.format(limit=2), encoding="utf-8")
    (tmp_path / "two.sql").write_text(_RULE.format(limit=3), encoding="utf-8")

    def scan() -> dict[str, tuple[bool, int, int]]:
        rules = read_rules(tmp_path)
        fresh = Freshness(connection)
        fresh.refresh("live", None, (), lambda: None)
        forget_hits(connection, fresh, rules)
        found = {name: refresh_rule(connection, fresh, rule, DuckEngine(connection)) for name, rule in rules.items()}
        return {name: (outcome.computed, told.examined, told.hits.height) for name, (told, outcome) in found.items()}

    assert scan() == {"one": (True, 5, 2), "two": (True, 5, 1)}
    assert scan() == {"one": (False, 5, 2), "two": (False, 5, 1)}
    (tmp_path / "two.sql").write_text(_RULE.format(limit=1), encoding="utf-8")
    assert scan() == {"one": (False, 5, 2), "two": (True, 5, 3)}
    (tmp_path / "one.sql").unlink()
    assert scan() == {"two": (False, 5, 3)}
    left = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'hits'").fetchall()
    assert left == [("two",)] and connection.execute("SELECT rule_id FROM rule_counts").fetchall() == [("two",)]


_RULE = """/*
clause: shanxi-2021-600 九（二）
title: {{zh: 题, en: title}}
means: 意思
explain: {{zh: "{{claim_id}}", en: "{{claim_id}}"}}
severity: violation
remedy: 查
innocent: 无
subject: claim
*/
WITH examined AS (SELECT claim_id, '140100' AS division, amount AS observed, {limit} AS allowed FROM live)
SELECT *, CAST(observed - allowed AS DECIMAL(14, 2)) AS amount_at_risk FROM examined WHERE observed > allowed
"""


def parts(connection: duckdb.DuckDBPyConnection, upto: int, *, readers: bool = True) -> list[str]:
    """A scan of numbers -> doubles in which doubles can be computed in part; tells how it was."""
    fresh, told = Freshness(connection), []

    def write(table: str, sql: str) -> None:
        told.append(f"{table} whole")
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}")

    def double(deltas: Mapping[str, Delta]) -> Delta:
        came, went = deltas["numbers"].added, deltas["numbers"].removed
        told.append(f"doubles +{sorted(connection.execute(f'FROM {came}').fetchall())}")
        connection.execute(f"DELETE FROM doubles WHERE n IN (SELECT 2 * n FROM {went})")
        connection.execute(f"INSERT INTO doubles SELECT 2 * n FROM {came}")
        return deltas["numbers"]

    numbers = f"SELECT range AS n FROM range({upto})"
    fresh.refresh("numbers", upto, (), lambda: write("numbers", numbers), part=lambda deltas: None)
    if readers:
        doubles = "SELECT 2 * n AS n FROM numbers"
        fresh.refresh("doubles", None, ("numbers",), lambda: write("doubles", doubles), part=double)
    return told


def test_what_came_and_went_is_handed_to_a_reader_that_was_computed_from_what_stood_before(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert parts(connection, 8) == ["numbers whole", "doubles whole"]
    assert parts(connection, 9) == ["numbers whole", "doubles +[(8,)]"]
    assert parts(connection, 9) == []
    assert connection.execute("SELECT count(*), max(n) FROM doubles").fetchone() == (9, 16)


def test_what_changed_in_a_scan_that_was_broken_off_is_not_known_and_its_readers_are_computed_whole(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    parts(connection, 8)
    parts(connection, 9, readers=False)
    assert parts(connection, 10) == ["numbers whole", "doubles whole"]
    assert connection.execute("SELECT count(*), max(n) FROM doubles").fetchone() == (10, 18)


def test_where_much_has_changed_everything_is_computed_whole(connection: duckdb.DuckDBPyConnection) -> None:
    parts(connection, 8)
    assert parts(connection, 80) == ["numbers whole", "doubles whole"]


def test_a_full_scan_knows_of_no_parts(connection: duckdb.DuckDBPyConnection) -> None:
    parts(connection, 8)
    Freshness(connection).forget_all()
    assert parts(connection, 9) == ["numbers whole", "doubles whole"]


def test_rows_that_are_made_anew_in_place_and_come_out_the_same_are_no_change(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    def scan(code: str, upto: int) -> str:
        fresh = Freshness(connection)

        def build() -> None:
            with fresh.made_anew("numbers"):
                connection.execute(f"CREATE OR REPLACE TABLE numbers AS SELECT range AS n FROM range({upto})")

        return fresh.refresh("numbers", code, (), build, in_place=True).version

    first = scan("a file", 8)
    assert scan("the file under another name", 8) == first
    assert scan("another file", 9) != first
