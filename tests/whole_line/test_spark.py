"""One province, both engines: the same tables, hits, features and publication."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home
from pipelines.scanning import scan
from tests.conftest import publication_of
from tests.on_spark import TINY, missing

pytestmark = [pytest.mark.spark, pytest.mark.skipif(missing() is not None, reason=str(missing()))]


@pytest.fixture(scope="module")
def on_spark(province: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Another installation with the same keys, inbox and readings of its files, scanned on Spark."""
    home = Home.at(tmp_path_factory.mktemp("spark"))
    for of_both in ("inbox", "keys", "deliveries"):
        shutil.copytree(province.root / of_both, home.root / of_both)
    scan(
        home,
        home.inbox,
        as_of=None,
        parameters=None,
        reveal=False,
        wait_seconds=5,
        engine="spark",
        spark_conf=TINY,
    )
    return home


def test_every_table_hit_and_feature_is_the_same(province: Home, on_spark: Home) -> None:
    with duckdb.connect() as connection:
        for name, home in (("duckdb", province), ("spark", on_spark)):
            connection.execute(f"ATTACH '{home.warehouse}' AS {name} (READ_ONLY)")
        # what the accounting of incremental scans keeps names files and engines, and is no result
        tables = connection.execute(
            """SELECT schema_name || '.' || table_name FROM duckdb_tables()
               WHERE database_name = 'duckdb' AND schema_name IN ('main', 'hits') AND table_name <> 'freshness' ORDER BY 1"""
        ).fetchall()
        assert len(tables) > 140
        different = [table for (table,) in tables if _difference(connection, table)]
    assert different == []


def _difference(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether rows or types differ, in whatever order the rows stand."""
    one, other = (f"{name}.{table}" for name in ("duckdb", "spark"))
    types = [
        connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {each})").fetchall()
        for each in (one, other)
    ]
    row = connection.execute(
        f"SELECT count(*) FROM ((FROM {one} EXCEPT ALL FROM {other}) UNION ALL (FROM {other} EXCEPT ALL FROM {one}))"
    ).fetchone()
    return types[0] != types[1] or row is None or row[0] > 0


def test_the_publication_is_the_same_byte_for_byte(province: Home, on_spark: Home) -> None:
    ours, theirs = publication_of(province), publication_of(on_spark)
    assert ours.name == theirs.name, "the engine is no part of a scan's identity"
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (ours, theirs)]
    assert [manifest.pop("engine") for manifest in manifests] == ["duckdb", "spark"]
    for manifest in manifests:
        manifest.pop("written_at")
    assert manifests[0] == manifests[1]
    names = [_files(folder) for folder in (ours, theirs)]
    assert names[0] == names[1]
    told_of_the_scan = {"manifest.json", "SHA256SUMS", "SHA256SUMS.sig"}
    for name in sorted(names[0] - told_of_the_scan):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_left_of_what_the_engines_handed_over(on_spark: Home) -> None:
    assert not (on_spark.root / "spill" / "spark").exists()
