"""A store that cannot be written: a message that says what to do, and nothing is taken for read that was not kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assets.deliveries import take_in
from assets.delivery_store import arrivals, meta_of
from assets.reading.grid import Unreadable
from assets.reading.process import ReadingProcess, ReadingStopped
from models.source import load_sources
from tests.assets.reading.files import HEADER, ROW, write_csv


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """One file of one voucher."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    write_csv(folder / "专账资金台账_太原市_202107.csv", [HEADER, ROW])
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "deliveries"


def in_the_way(inbox: Path, store: Path, end: str) -> Path:
    """A folder where something of the only file is to be written first."""
    (file,) = inbox.iterdir()
    folder = store / f"{hashlib.sha256(file.read_bytes()).hexdigest()}{end}"
    folder.mkdir(parents=True)
    return folder


def test_a_store_that_cannot_be_written_stops_the_take_in_and_loses_nothing(inbox: Path, store: Path) -> None:
    folder = in_the_way(inbox, store, ".part")
    with pytest.raises(ReadingStopped, match="腾出空间"):
        take_in(inbox, store, load_sources())
    assert arrivals(store) == [] and not list(store.glob("*.json"))
    folder.rmdir()
    assert len(take_in(inbox, store, load_sources()).read) == 1


def test_what_became_of_a_file_that_ended_its_reader_cannot_be_kept_either(
    inbox: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(self: ReadingProcess, file: str, path: Path, sha: str) -> None:
        raise Unreadable("reader_stopped", "读这个文件时进程中断")

    monkeypatch.setattr(ReadingProcess, "read", ended)
    folder = in_the_way(inbox, store, ".json.part")
    with pytest.raises(ReadingStopped, match="腾出空间"):
        take_in(inbox, store, load_sources())
    assert arrivals(store) == []
    folder.rmdir()
    assert take_in(inbox, store, load_sources()).closed == ()
    assert [meta_of(store, one.sha256)["reason_code"] for one in arrivals(store)] == ["reader_stopped"]
