"""Slices: what a scan's changes can touch, as it is and as it was, cut out once for all that asks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets import slices
from assets.deltas import Delta
from assets.slices import Slices
from models.query import Query

Rows = list[tuple[str | None, int]]


@pytest.fixture(autouse=True)
def nothing_is_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "FEW", 0)


def scanned(came: Rows, went: Rows) -> tuple[duckdb.DuckDBPyConnection, Slices]:
    """A table ``visits`` of twenty classes after these rows came and went, and its slices."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE visits (class_id VARCHAR, hours INTEGER)")
    for name in ("visits_came", "visits_went"):
        connection.execute(f"CREATE TEMP TABLE {name} AS FROM visits")
    connection.executemany("INSERT INTO visits VALUES (?, ?)", [(f"K{n}", n) for n in range(20)])
    for name, rows in (("visits_came", came), ("visits_went", went), ("visits", came)):
        if rows:
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
    return connection, Slices(connection, {"visits": Delta("visits", "visits_came", "visits_went", len(came + went))})


def query(sql: str) -> Query:
    return Query("asked", Path("asked.sql"), {}, sql)


PER_CLASS = query("SELECT class_id, count(*) AS n, sum(hours) AS hours FROM visits GROUP BY class_id")


def test_a_slice_is_what_is_touched_as_it_is_and_as_it_was() -> None:
    connection, cut = scanned(came=[("K1", 5), ("K1", 5), ("K99", 2)], went=[("K2", 8)])
    touched = cut.of(PER_CLASS, {"visits"}, was=True)
    assert touched is not None and touched.key == "class_id"
    assert sorted(connection.execute(touched.sql).fetchall()) == [("K1", 3, 11), ("K2", 1, 2), ("K99", 1, 2)]
    assert sorted(connection.execute(touched.was).fetchall()) == [("K1", 1, 1), ("K2", 2, 10)]


def test_what_is_read_whole_is_not_asked_for_as_it_was() -> None:
    """One mention, restricted by two columns, is restricted by none."""
    connection = duckdb.connect()
    connection.execute(
        """CREATE TABLE calls (caller VARCHAR, called VARCHAR);
           INSERT INTO calls SELECT 'P' || n, 'P' || (n + 1) % 40 FROM range(40) AS t (n);
           CREATE TEMP TABLE calls_came AS FROM calls WHERE caller = 'P7';
           CREATE TEMP TABLE calls_went AS SELECT 'P9' AS caller, 'P3' AS called"""
    )
    sql = "WITH c AS (SELECT caller, called FROM calls) SELECT x.caller, y.caller AS by_whom FROM c AS x JOIN c AS y ON y.called = x.caller"
    cut = Slices(connection, {"calls": Delta("calls", "calls_came", "calls_went", 2)})
    touched = cut.of(query(sql), {"calls"})
    assert touched is not None and cut.of(query(sql), {"calls"}, was=True) is None
    whole = f"FROM ({sql}) WHERE {touched.key} IN (SELECT key FROM {touched.keys}) ORDER BY ALL"
    expected = connection.execute(whole).fetchall()
    assert expected and connection.execute(f"FROM ({touched.sql}) ORDER BY ALL").fetchall() == expected


def test_what_asks_by_the_same_key_reads_the_same_slice() -> None:
    connection, cut = scanned(came=[("K1", 5)], went=[])
    longest = query("SELECT class_id, max(hours) AS hours FROM visits GROUP BY class_id")
    told = []
    for asked in (PER_CLASS, longest):
        touched = cut.of(asked, {"visits"})
        assert touched is not None
        connection.execute(touched.sql)
        told.append(connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY 1").fetchall())
    assert told[0] == told[1]


def test_further_keys_are_part_of_it() -> None:
    connection, cut = scanned(came=[("K1", 5)], went=[])
    connection.execute("CREATE TEMP TABLE more AS SELECT 'K7' AS key")
    touched = cut.of(PER_CLASS, {"visits"}, more="more")
    assert touched is not None
    assert sorted(connection.execute(touched.sql).fetchall()) == [("K1", 2, 6), ("K7", 1, 7)]


@pytest.mark.parametrize(
    ("sql", "came"),
    [
        pytest.param("SELECT sum(hours) AS hours FROM visits", [("K1", 5)], id="does not fall apart"),
        pytest.param(PER_CLASS.sql, [(None, 5)], id="an empty key is found by no equality"),
        pytest.param(PER_CLASS.sql, [(f"K{n}", 5) for n in range(15)], id="most is touched"),
    ],
)
def test_what_must_be_run_whole(sql: str, came: Rows) -> None:
    assert scanned(came, [])[1].of(query(sql), {"visits"}) is None


def test_what_reads_few_rows_is_run_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    _, cut = scanned(came=[("K1", 5)], went=[])
    monkeypatch.setattr(slices, "FEW", 22)
    assert cut.of(PER_CLASS, {"visits"}) is None
    monkeypatch.setattr(slices, "FEW", 21)
    assert cut.of(PER_CLASS, {"visits"}) is not None
