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


def test_a_store_that_cannot_be_written_stops_the_take_in_and_loses_nothing(tmp_path: Path) -> None:
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    file = write_csv(inbox / "专账资金台账_太原市_202107.csv", [HEADER, ROW])
    in_the_way = store / f"{hashlib.sha256(file.read_bytes()).hexdigest()}.part"
    in_the_way.mkdir(parents=True)
    with pytest.raises(ReadingStopped, match="腾出空间"):
        take_in(inbox, store, load_sources())
    assert arrivals(store) == [] and not list(store.glob("*.json"))
    in_the_way.rmdir()
    assert len(take_in(inbox, store, load_sources()).read) == 1


def test_what_became_of_a_file_that_ended_its_reader_cannot_be_kept_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(self: ReadingProcess, file: str, path: Path, sha: str) -> None:
        raise Unreadable("reader_stopped", "读这个文件时进程中断")

    monkeypatch.setattr(ReadingProcess, "read", ended)
    inbox, store = tmp_path / "inbox", tmp_path / "deliveries"
    inbox.mkdir()
    file = write_csv(inbox / "专账资金台账_太原市_202107.csv", [HEADER, ROW])
    in_the_way = store / f"{hashlib.sha256(file.read_bytes()).hexdigest()}.json.part"
    in_the_way.mkdir(parents=True)
    with pytest.raises(ReadingStopped, match="腾出空间"):
        take_in(inbox, store, load_sources())
    in_the_way.rmdir()
    assert take_in(inbox, store, load_sources()).closed == ()
    assert [meta_of(store, one.sha256)["reason_code"] for one in arrivals(store)] == ["reader_stopped"]
