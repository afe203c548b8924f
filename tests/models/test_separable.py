"""What is proven to fall apart by a key, and what is not; each refusal with rows for which the proof would have been wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from models.separable import Separation, among, mentions, narrowed, separations, table_of

COLUMNS = {name: {"k": "INTEGER", "j": "INTEGER", "v": "INTEGER"} for name in ("a", "b", "still")}
Rows = list[tuple[int | None, int | None, int]]

# SELECT -> the columns by which it falls apart when rows of a and b come and go; * where by a link.
SEPARABLE = {
    "SELECT k, v FROM a WHERE v > 1": "k v",
    "SELECT * FROM a": "k j v",
    "SELECT k, sum(v) AS total FROM a GROUP BY k": "k",
    "SELECT DISTINCT k, j FROM a": "k j",
    "SELECT k, row_number() OVER (PARTITION BY k ORDER BY v, j) AS place FROM a": "k",
    "SELECT k, lag(v) OVER w AS before FROM a WINDOW w AS (PARTITION BY k ORDER BY v, j)": "k",
    "SELECT k, v FROM a QUALIFY row_number() OVER (PARTITION BY k ORDER BY v DESC, j) = 1": "k",
    "SELECT a.k, b.v FROM a JOIN b ON b.k = a.k": "k v*",
    "SELECT b.k, a.v FROM a, b WHERE b.k = a.k AND a.v < b.v": "k v*",
    "SELECT a.k, b.v FROM a LEFT JOIN b ON b.k = a.k AND b.v > 1": "k",
    "SELECT k FROM a UNION ALL SELECT k FROM b": "k",
    "SELECT k FROM a UNION SELECT j FROM b": "k",
    "SELECT k FROM a EXCEPT SELECT k FROM b": "k",
    "SELECT k FROM a UNION ALL SELECT v FROM still": "k",
    "WITH c AS (SELECT k, max(v) AS v FROM a GROUP BY k) SELECT x.k, y.v FROM c AS x JOIN c AS y ON y.k = x.k": "k",
    "WITH c AS (SELECT k, j, v FROM a) SELECT x.k, y.v FROM c AS x JOIN c AS y ON y.j = x.k": "k",
    "SELECT a.k, s.v FROM a CROSS JOIN still AS s": "k",
    "SELECT a.k, s.v FROM a LEFT JOIN still AS s ON s.j = a.j": "k",
    "SELECT a.k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v >= a.v)": "k",
    "SELECT a.k, (SELECT count(*) FROM b WHERE b.k = a.k) AS n FROM a": "k",
    "SELECT a.k, a.v FROM a CROSS JOIN (SELECT max(v) AS v FROM still) AS m WHERE a.v < m.v": "k v",
    "SELECT a.k, b.v FROM a LEFT JOIN b ON b.j = a.j": "k*",
    "SELECT a.k, count(*) AS n FROM a JOIN b ON b.j = a.j GROUP BY a.k": "k*",
    "SELECT a.k, t.n FROM a LEFT JOIN (SELECT j, count(*) AS n FROM b GROUP BY j) AS t ON t.j = a.j": "k*",
}

# SELECT -> a's rows before, a's rows that come, and the same of b: narrowed to the keys of what came it would go wrong.
NOT_SEPARABLE: dict[str, tuple[Rows, Rows, Rows, Rows]] = {
    "SELECT k, v FROM a ORDER BY v LIMIT 1": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT k, row_number() OVER (ORDER BY v) AS place FROM a": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT k, sum(v) OVER (PARTITION BY j) AS total FROM a": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT max(k) AS k, sum(v) AS total FROM a": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT max(k) AS k FROM a GROUP BY j": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT k, v FROM a WHERE v < (SELECT max(v) FROM a)": ([(1, 1, 5)], [(2, 1, 7)], [], []),
    "SELECT k FROM a WHERE j NOT IN (SELECT j FROM b)": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT a.k FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.j = a.j)": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT a.k, b.v FROM a CROSS JOIN b": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT a.k, b.v FROM a JOIN b ON b.j < a.j": ([(1, 2, 5)], [], [], [(2, 1, 1)]),
    "SELECT a.k, b.v FROM a LEFT JOIN b ON b.j = a.j OR b.k = a.k": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT b.k FROM a LEFT JOIN b ON b.j = a.j": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT a.k, b.k AS other FROM a FULL JOIN b ON b.k = a.k": ([(1, 1, 5)], [(2, 1, 1)], [(2, 1, 1)], []),
    "SELECT a.k, b.v FROM b CROSS JOIN a LEFT JOIN still AS s ON s.k = a.k AND s.k = b.k": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
    "SELECT DISTINCT ON (j) k, j FROM a ORDER BY j, k DESC": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT k, random() AS v FROM a": ([(1, 1, 5)], [(2, 1, 1)], [], []),
    "SELECT k + 0 AS k, v FROM a LIMIT 1 OFFSET 1": ([(2, 1, 5)], [(1, 1, 1)], [], []),
    "SELECT a.k, a.v FROM a JOIN (SELECT count(*) AS n FROM b) AS t ON t.n = a.j": ([(1, 1, 5)], [], [], [(2, 1, 1)]),
}  # fmt: skip


def tree(sql: str) -> exp.Query:
    parsed = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed


def ways(sql: str, changed: Iterable[str] = ("a", "b")) -> list[Separation]:
    return separations(tree(sql), COLUMNS, frozenset(changed))


def fill(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """The table holds these rows of integers, and no others."""
    told = ", ".join(f"{name} INTEGER" for name in columns)
    values = ", ".join(f"({', '.join('NULL' if one is None else str(one) for one in row)})" for row in rows)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} ({told}); {f'INSERT INTO {table} VALUES {values}' if values else ''}"
    )


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def filled(connection: duckdb.DuckDBPyConnection, a: Rows, b: Rows, still: Rows) -> duckdb.DuckDBPyConnection:
    for name, rows in (("a", a), ("b", b), ("still", still)):
        fill(connection, name, ("k", "j", "v"), rows)
    return connection


def in_part(
    connection: duckdb.DuckDBPyConnection, sql: str, way: Separation, before: list[tuple], delta: dict[str, Rows]
) -> list:
    """The result as `way` brings it up to date from what it was, with the tables as they are now."""
    names = list(COLUMNS["a"])
    keys = {row[names.index(column)] for table, column in way.touched for row in delta[table]}
    for link in way.links:
        tied = {row[names.index(link.column)] for row in delta[link.table]}
        keys |= {
            row[names.index(link.key)]
            for row in connection.execute(f"FROM {link.through}").fetchall()
            if row[names.index(link.on)] in tied
        }
    fill(connection, "keys", ("key",), ((key,) for key in keys))
    described = [name for name, *_ in connection.execute(f"DESCRIBE {sql}").fetchall()]
    place = described.index(way.key)
    anew = connection.execute(narrowed(tree(sql), way, among("keys"))).fetchall()
    return sorted([row for row in before if row[place] not in keys] + anew, key=str)


@pytest.mark.parametrize("sql", SEPARABLE)
def test_what_falls_apart_gives_the_same_rows_in_part(sql: str, empty: duckdb.DuckDBPyConnection) -> None:
    found = ways(sql)
    assert " ".join(way.key + "*" * bool(way.links) for way in found) == SEPARABLE[sql]
    chance = random.Random(sql)
    for _ in range(25):
        rows = {
            name: [tuple(chance.randrange(4) for _ in range(3)) for _ in range(chance.randrange(7))] for name in COLUMNS
        }
        before = filled(empty, rows["a"], rows["b"], rows["still"]).execute(sql).fetchall()
        delta: dict[str, Rows] = {}
        for name in ("a", "b"):
            gone = [row for row in rows[name] if chance.random() < 0.2]
            come = [tuple(chance.randrange(4) for _ in range(3)) for _ in range(chance.randrange(3))]
            rows[name] = [row for row in rows[name] if row not in gone] + come
            delta[name] = gone + come
        now = filled(empty, rows["a"], rows["b"], rows["still"])
        whole = sorted(now.execute(sql).fetchall(), key=str)
        for way in found:
            assert in_part(now, sql, way, before, delta) == whole, (way, rows, delta)


@pytest.mark.parametrize("sql", NOT_SEPARABLE)
def test_what_does_not_fall_apart_would_have_given_wrong_rows(sql: str, empty: duckdb.DuckDBPyConnection) -> None:
    assert ways(sql) == []
    a, a_came, b, b_came = NOT_SEPARABLE[sql]
    still: Rows = [(7, 7, 7)]
    before = filled(empty, a, b, still).execute(sql).fetchall()
    now = filled(empty, a + a_came, b + b_came, still)
    narrow = {number: "k" for number, one in enumerate(mentions(tree(sql))) if table_of(one) != "still"}
    way = Separation("k", frozenset({("a", "k"), ("b", "k")}), frozenset(), narrow, frozenset())
    assert in_part(now, sql, way, before, {"a": a_came, "b": b_came}) != sorted(now.execute(sql).fetchall(), key=str)


def test_an_unknown_table_a_key_of_another_type_and_an_unknown_function_prove_nothing() -> None:
    assert separations(tree("SELECT k FROM nowhere"), COLUMNS, frozenset({"nowhere"})) == []
    kinds = {**COLUMNS, "b": {"k": "VARCHAR", "j": "INTEGER", "v": "INTEGER"}}
    assert separations(tree("SELECT a.k, b.v FROM a JOIN b ON b.k = a.k"), kinds, frozenset({"a", "b"})) == []
    assert ways("SELECT k, product(v) AS v FROM a GROUP BY k") == []
