"""Homes that have seen much: of an earlier release, with a warehouse kept the older way, on a disk that was full."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from assets.acceptance import accept
from assets.chain import previous_publication
from assets.deliveries import take_in
from assets.verification import verify, verify_chain
from models.source import load_sources
from pipelines.backup import backup, restore
from pipelines.cli import cli
from pipelines.doctor import examine
from pipelines.home import Home, HomeError, open_warehouse, read_warehouse
from pipelines.migrations import FORMAT
from pipelines.scanning import ScanFailed
from tests.conftest import scanned
from tests.survival.first_release import unpacked
from tests.survival.kill import differences, publications

OLD_STORAGE, NEW_STORAGE = "v1.0.0+", "v1.3.0+"
MEGABYTES = 9
"""Room for the home, for Dagster, and for a warehouse that comes as far as the models."""


@pytest.fixture(scope="module")
def brought_forward(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of 0.1.0, with a warehouse as DuckDB made it by default for that release, scanned by this one."""
    home = unpacked(tmp_path_factory.mktemp("first_release"))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("CREATE TABLE cases AS SELECT 1 AS left_by_the_first_release")
    scanned(home)
    assert storage(home) == OLD_STORAGE
    return home


def test_a_home_of_the_first_release_is_brought_forward_and_goes_on(brought_forward: Home) -> None:
    home = brought_forward
    assert json.loads((home.root / "format.json").read_text(encoding="utf-8"))["format"] == FORMAT
    assert not list(home.deliveries.glob("*.part"))
    first, second = publications(home)
    assert verify(second, home=home.root).exit_code == 0
    assert verify_chain(home.publications, home=home.root).problems == ()
    assert previous_publication(home.publications) == second
    before, after = (pl.read_parquet(path / "cases.parquet") for path in (first, second))
    known = after.filter(pl.col("case_id").is_in(before["case_id"].to_list()))
    assert known.height > before.height / 2, "the keys, and so the cases, are the same"
    assert known.filter(pl.col("status") == "new").is_empty()
    read = json.loads((second / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert (read["files"], read["rows_read"], read["rows_quarantined"]) == (36, 4460, 1)


def test_what_the_first_release_read_counts_as_if_it_were_read_today(brought_forward: Home, tmp_path: Path) -> None:
    sources = load_sources()
    take_in(brought_forward.inbox, tmp_path / "today", sources)
    shutil.copytree(unpacked(tmp_path).deliveries, tmp_path / "then")
    with duckdb.connect() as today, duckdb.connect() as then:
        for connection, store in ((today, "today"), (then, "then")):
            accept(connection, tmp_path / store, sources)
        for table in (*sources, "files"):
            rows = f"SELECT * EXCLUDE (delivery_order) FROM delivered.{table} ORDER BY ALL"
            rows = rows if table != "files" else "SELECT * EXCLUDE (note) FROM delivered.files ORDER BY ALL"
            assert then.execute(rows).fetchall() == today.execute(rows).fetchall(), table


def storage(home: Home) -> str:
    with read_warehouse(home) as connection:
        told = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchone()
    assert told is not None
    return str(told[0]["storage_version"])


def test_every_command_opens_a_warehouse_of_the_older_storage(brought_forward: Home, tmp_path: Path) -> None:
    older = brought_forward
    cases = pl.read_parquet(publications(older)[-1] / "cases.parquet")
    claim = cases.filter(pl.col("subject_kind") == "claim")["subject_key"][0]
    told = CliRunner().invoke(cli, ["explain", claim, "--json", "--home", str(older.root)])
    assert told.exit_code == 0 and any(line["hit"] for line in json.loads(told.stdout))
    doctor = {finding.name: finding for finding in examine(older, scan_too=False).findings}
    assert doctor["数据仓库 warehouse"].state == "ok"
    again = Home.at(tmp_path / "again")
    backup(older, tmp_path / "b", passphrase=None, keys=True, warehouse=True, wait=5, say=print)
    restore(tmp_path / "b", again, None)
    assert storage(again) == OLD_STORAGE
    with read_warehouse(again, read_only=False) as one, read_warehouse(again, read_only=False) as two:
        assert (
            one.execute("SELECT count(*) FROM cases").fetchone() == two.execute("SELECT count(*) FROM cases").fetchone()
        )


def test_what_this_process_has_open_in_another_way_is_held_and_not_damaged(brought_forward: Home) -> None:
    writing = open_warehouse(brought_forward)
    try:
        with pytest.raises(HomeError, match="占用"), read_warehouse(brought_forward):
            pass
    finally:
        writing.close()


def test_a_damaged_warehouse_is_not_taken_for_one_that_is_held(brought_forward: Home, tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    content = bytearray(brought_forward.warehouse.read_bytes())
    content[4096 : 3 * 4096] = bytes(2 * 4096)
    home.warehouse.write_bytes(content)
    with pytest.raises(HomeError, match="损坏"), read_warehouse(home):
        pass


def test_after_a_full_disk_the_next_scan_publishes_what_an_undisturbed_one_does(
    brought_forward: Home, tmp_path: Path
) -> None:
    """The disk is full while the warehouse is made; this one is kept the newer way, and the undisturbed one the older."""
    with small_disk(tmp_path / "disk", MEGABYTES) as (folder, make_room):
        home = unpacked(folder)
        with pytest.raises((ScanFailed, HomeError), match=r"腾出空间.* / .*[Mm]ake room"):
            scanned(home)
        assert len(publications(home)) == 1, "what was published stands"
        make_room()
        scanned(home)
        assert storage(home) == NEW_STORAGE and differences(home, brought_forward) == []


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A file system of so many megabytes, and a way to make room in it. Skips the test where none may be mounted."""
    folder.mkdir()
    if not _mounted(folder, f"size={megabytes}m"):
        pytest.skip("no file system of its own may be mounted here")
    try:
        yield folder, lambda: _enlarge(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _enlarge(folder: Path) -> None:
    assert _mounted(folder, "remount,size=500m")


def _mounted(folder: Path, options: str) -> bool:
    try:
        return (
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True).returncode
            == 0
        )
    except FileNotFoundError:
        return False
