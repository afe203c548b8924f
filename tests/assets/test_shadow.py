"""Everything can be computed anew in a shadow, and nothing of it reaches the warehouse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from assets.shadow import differs, look_through, shadow_of


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "it's a warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA delivered; CREATE SCHEMA hits")
        connection.execute("CREATE TABLE delivered.claims AS SELECT range AS claim_id FROM range(10)")
        connection.execute(
            "CREATE TABLE claims AS FROM delivered.claims; CREATE TABLE hits.one AS SELECT 1 AS n; CREATE TABLE hits.two AS SELECT 2 AS n"
        )
    return path


def test_own_tables_come_first_and_all_others_are_the_warehouses(warehouse: Path) -> None:
    before = hashlib.sha256(warehouse.read_bytes()).hexdigest()
    with shadow_of(warehouse) as shadow:
        assert shadow.execute("SELECT count(*) FROM claims").fetchone() == (10,)
        shadow.execute("CREATE OR REPLACE TABLE claims AS SELECT * FROM delivered.claims WHERE claim_id < 3")
        assert shadow.execute("SELECT count(*) FROM claims").fetchone() == (3,)
        shadow.execute("CREATE TABLE hits.one AS SELECT 9 AS n")
        look_through(shadow, "hits")
        assert shadow.execute("SELECT a.n, b.n FROM hits.one AS a, hits.two AS b").fetchone() == (9, 2)
        with pytest.raises(duckdb.Error, match="read-only"):
            shadow.execute("DELETE FROM latest.main.claims")
    assert hashlib.sha256(warehouse.read_bytes()).hexdigest() == before


def test_a_table_differs_by_its_rows_in_whatever_order(warehouse: Path) -> None:
    with shadow_of(warehouse) as shadow:
        shadow.execute("CREATE TABLE claims AS SELECT 9 - range AS claim_id FROM range(10)")
        assert not differs(shadow, "claims")
        shadow.execute("INSERT INTO claims VALUES (9)")
        assert differs(shadow, "claims"), "a row that stands twice is one more"
        shadow.execute("CREATE TABLE hits.three AS SELECT 3 AS n")
        assert differs(shadow, "hits.three"), "the warehouse has no such table"
