"""A store that cannot be written: a message that says what to do, and nothing is taken for read that was not kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assets.deliveries import take_in
from assets.delivery_store import arrivals
from assets.reading.process import ReadingStopped
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
