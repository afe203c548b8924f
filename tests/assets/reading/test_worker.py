"""The process that reads: what it answers of files that change, break or cannot be kept while their rows are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets import delivery_store
from assets.delivery_store import content_hash, meta_of
from assets.reading import file as reading_file
from assets.reading.grid import Grid
from assets.reading.rows import Rows, read_rows
from assets.reading.worker import answered
from models.source import load_sources
from tests.assets.reading.files import HEADER, ROW, write_csv

SOURCES = load_sources()


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A ledger of five rows that is read in pieces of two."""
    path = write_csv(tmp_path / "ledger_140100_202107.csv", [HEADER, *([f"V{n}", *ROW[1:]] for n in range(5))])
    monkeypatch.setattr(Grid.pieces, "__defaults__", (2,))
    return {"file": path.name, "path": str(path), "sha": content_hash(path)}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


def with_every_piece(monkeypatch: pytest.MonkeyPatch, happens: Iterator[object]) -> None:
    """``happens`` is taken a step further with every piece that is read."""

    def reading(*given: object) -> Rows:
        next(happens)
        return read_rows(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(reading_file, "read_rows", reading)


def test_what_is_read_whole_is_kept(asked: dict[str, str], store: Path) -> None:
    assert answered(store, asked, SOURCES) == {"kept": True}
    assert meta_of(store, asked["sha"])["rows_read"] == 5
    assert sorted(path.suffixes[-1] for path in store.iterdir()) == [".json", ".parquet", ".parquet"]


def test_a_file_that_changes_between_two_pieces_is_not_kept(
    asked: dict[str, str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def happens() -> Iterator[None]:
        yield
        Path(asked["path"]).write_bytes(b"another")
        yield
        yield

    with_every_piece(monkeypatch, happens())
    assert answered(store, asked, SOURCES) == {"changed": True}
    assert list(store.iterdir()) == []


def test_an_error_in_a_later_piece_is_the_files_and_stops_nothing(
    asked: dict[str, str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def happens() -> Iterator[None]:
        yield
        raise ArithmeticError

    with_every_piece(monkeypatch, happens())
    assert answered(store, asked, SOURCES) == {"failed": "ArithmeticError"}
    assert list(store.iterdir()) == []


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the writer tries once more when it goes
@pytest.mark.parametrize("when", ["write_table", "close"])
def test_a_store_that_cannot_be_written_is_told_by_the_systems_reason(
    asked: dict[str, str], store: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivery_store.pq.ParquetWriter, when, full)
    assert answered(store, asked, SOURCES) == {"stopped": "No space left on device"}
    assert list(store.iterdir()) == []


def test_rows_that_cannot_get_their_name_are_told_too(
    asked: dict[str, str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuses)
    assert answered(store, asked, SOURCES) == {"stopped": "Permission denied"}
    assert list(store.iterdir()) == []
