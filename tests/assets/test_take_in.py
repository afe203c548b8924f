"""Files that move while they are looked at, and clocks that do: nothing is lost, and nothing changed counts as unchanged."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from assets import delivery_store
from assets.deliveries import take_in
from assets.delivery_store import arrivals
from assets.reading.process import ReadingProcess
from models.source import load_sources
from tests.assets.closed_folders import closed, without_entry
from tests.assets.reading.files import HEADER, ROW, write_csv

SOURCES = load_sources()
NAME = "ledger_140100_202107.csv"
LONG_AGO = 1_600_000_000


def drop(inbox: Path, amount: str) -> Path:
    """The same file with another amount of as many digits: the same size."""
    path = inbox / NAME
    write_csv(path, [HEADER, [*ROW[:-1], amount]])
    return path


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def contents(store: Path) -> int:
    return len({one.sha256 for one in arrivals(store)})


def counted_hashes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    hashed: list[Path] = []
    real = delivery_store.content_hash

    def counting(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(delivery_store, "content_hash", counting)
    return hashed


def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if an hour had passed since the file was written: its change time cannot be set back."""
    monkeypatch.setattr(time, "time_ns", lambda real=time.time_ns: real() + 3_600_000_000_000)


def test_a_file_at_rest_is_not_opened_again(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox, "100")
    at_rest(monkeypatch)
    take_in(inbox, tmp_path / "store", SOURCES)
    hashed = counted_hashes(monkeypatch)
    assert take_in(inbox, tmp_path / "store", SOURCES).read == () and hashed == []
    assert take_in(inbox, tmp_path / "store", SOURCES, trusting=False).read == () and hashed != []


def test_a_file_written_just_now_is_looked_at_once_more(inbox: Path, tmp_path: Path) -> None:
    """Within one tick of the file system's clock a second write leaves size and times as they were."""
    path = drop(inbox, "100")
    take_in(inbox, tmp_path / "store", SOURCES)
    before = path.stat()
    drop(inbox, "200")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert take_in(inbox, tmp_path / "store", SOURCES).read == (NAME,)
    assert contents(tmp_path / "store") == 2


@pytest.mark.parametrize(
    "when", [LONG_AGO, int(time.time()) + 10**8], ids=["older than the known one", "in the future"]
)
def test_a_changed_file_is_read_whatever_its_time(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    drop(inbox, "100")
    at_rest(monkeypatch)
    take_in(inbox, tmp_path / "store", SOURCES)
    os.utime(drop(inbox, "200"), (when, when))
    assert take_in(inbox, tmp_path / "store", SOURCES).read == (NAME,)


def test_a_clock_that_runs_backwards_loses_nothing(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three scans, each an hour before the one before it, and a file that keeps its times when its bytes change."""
    now = time.time_ns()
    for scan, amount in enumerate(("100", "200", "300")):
        monkeypatch.setattr(time, "time_ns", lambda at=now - scan * 3_600_000_000_000: at)
        os.utime(drop(inbox, amount), ns=(now, now))
        assert take_in(inbox, tmp_path / "store", SOURCES).read == (NAME,)
    known = arrivals(tmp_path / "store")
    assert [one.ordinal for one in known] == [1, 2, 3] and contents(tmp_path / "store") == 3


def test_a_file_that_changes_while_it_is_read_waits_for_the_next_scan(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(inbox, "100")
    write_csv(inbox / "ledger_140200_202107.csv", [HEADER, ROW])
    real = ReadingProcess.read

    def growing(self: ReadingProcess, file: str, path: Path, sha: str) -> None:
        if file == NAME:
            with path.open("a", encoding="utf-8") as more:
                more.write("\n")
        real(self, file, path, sha)

    monkeypatch.setattr(ReadingProcess, "read", growing)
    taken = take_in(inbox, tmp_path / "store", SOURCES)
    assert taken.growing == (NAME,) and "下次扫描" in taken.passed_over[NAME]
    assert taken.read == ("ledger_140200_202107.csv",) and contents(tmp_path / "store") == 1
    monkeypatch.setattr(ReadingProcess, "read", real)
    assert take_in(inbox, tmp_path / "store", SOURCES).read == (NAME,)
    path.unlink()
    assert take_in(inbox, tmp_path / "store", SOURCES).growing == ()


def test_a_file_that_goes_while_the_inbox_is_walked_waits_too(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(inbox, "100")
    taken = take_in(inbox, tmp_path / "store", SOURCES, progress=lambda file: path.unlink())
    assert taken.growing == (NAME,) and taken.read == ()


def test_what_cannot_be_opened_is_told_and_the_rest_is_read(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may not be listed, and one that may be listed and not entered."""
    drop(inbox, "100")
    for folder in ("大同市", "长治市"):
        (inbox / folder).mkdir()
        write_csv(inbox / folder / "ledger_140200_202107.csv", [HEADER, ROW])
    closed(monkeypatch, inbox / "大同市")
    without_entry(monkeypatch, inbox / "长治市")
    taken = take_in(inbox, tmp_path / "store", SOURCES)
    assert taken.read == (NAME,) and sorted(taken.closed) == ["大同市", "长治市/ledger_140200_202107.csv"]
    assert all("打不开" in taken.passed_over[name] for name in taken.closed)
    monkeypatch.undo()
    taken = take_in(inbox, tmp_path / "store", SOURCES)
    assert len(taken.read) == 1 and taken.closed == (), "two names of one content: read once"
    assert len(arrivals(tmp_path / "store")) == 3


def test_an_inbox_that_cannot_be_listed_is_told(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed(monkeypatch, inbox)
    assert take_in(inbox, tmp_path / "store", SOURCES).closed == (inbox.name,)
