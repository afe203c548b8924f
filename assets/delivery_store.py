"""The store of deliveries: what was read of each file content, and under which names and when it came.

It holds, per file content, `<sha256>.parquet` (readable rows), `<sha256>.quarantine.parquet` (unreadable rows) and
`<sha256>.json` (how it was read); `index.json` lists under which names and in which take-in each came.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from assets.reading.file import Reading, refused
from assets.reading.grid import Unreadable
from assets.reading.rows import QUARANTINE_SCHEMA

_SETTLED_NS = 2_000_000_000
"""So much older than the look at it must a file be to be known by its times again: a file system may count in 2 s, and a
clock that is put back can make any later time a time that was."""
_ROW_GROUP = 131_072


@dataclass(frozen=True)
class Arrival:
    """One name under which one content came, and in which take-in (1, 2, 3, ...) it was first seen."""

    file: str
    sha256: str
    ordinal: int


def arrivals(deliveries: Path) -> list[Arrival]:
    """Every name under which a content came, in the order of take-in and name."""
    return sorted(DeliveryStore(deliveries).arrivals, key=lambda one: (one.ordinal, one.file, one.sha256))


def meta_of(deliveries: Path, sha: str) -> dict[str, Any]:
    """How a content was read: source, format, rows_read, or why it could not be read at all."""
    return json.loads((deliveries / f"{sha}.json").read_text(encoding="utf-8"))


def meant(name: str) -> str:
    """A name whose bytes are no UTF-8 comes from a system that writes GB18030."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


class DeliveryStore:
    """The index of the store: contents by hash, names by content, and the state by which an unchanged file is known."""

    def __init__(self, folder: Path, trusting: bool = True) -> None:
        self._trusting = trusting
        self._path = folder / "index.json"
        self._folder = folder
        kept = (
            json.loads(self._path.read_text(encoding="utf-8"))
            if self._path.exists()
            else {"arrivals": [], "states": {}}
        )
        self.arrivals = [Arrival(**one) for one in kept["arrivals"]]
        self._states: dict[str, list[Any]] = kept["states"]
        self._known = {(one.file, one.sha256) for one in self.arrivals}
        self._ordinal = 1 + max((one.ordinal for one in self.arrivals), default=0)

    def sha_of(self, file: str, path: Path) -> str:
        """The content's hash; a file that is known as it stands is not opened again."""
        if self._trusting and self.knows_state(file, path) and self._was_at_rest(file, path):
            return self._states[file][-1]
        looked_at = time.time_ns()
        sha = content_hash(path)
        self._states[file] = [*self._state(path), looked_at, sha]
        return sha

    def knows_state(self, file: str, path: Path) -> bool:
        """Was the file read as it now stands there, by place, size and times?"""
        before = self._states.get(file)
        return before is not None and before[:-2] == self._state(path) and self.knows_content(before[-1])

    def _was_at_rest(self, file: str, path: Path) -> bool:
        """Had it been at rest when it was hashed, so that its times would tell a change since?"""
        stat = path.stat()
        return max(stat.st_mtime_ns, stat.st_ctime_ns) + _SETTLED_NS < self._states[file][-2]

    def forget(self, file: str) -> None:
        """It is not known what the file holds now."""
        self._states.pop(file, None)

    @staticmethod
    def _state(path: Path) -> list[Any]:
        stat = path.stat()
        return [meant(str(path.absolute())), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]

    def knows_content(self, sha: str) -> bool:
        return (self._folder / f"{sha}.json").exists()

    def may_be_read_again(self, sha: str, limits: dict[str, int]) -> bool:
        """Whether a file that cost too much was tried under other limits than those in force now."""
        return meta_of(self._folder, sha).get("limits", limits) != limits

    def is_new_name(self, file: str, sha: str) -> bool:
        """Whether this content has never come under this name."""
        return (file, sha) not in self._known

    def arrived(self, file: str, sha: str) -> None:
        if (file, sha) not in self._known:
            self._known.add((file, sha))
            self.arrivals.append(Arrival(file, sha, self._ordinal))

    def save(self) -> None:
        ordered = sorted(self.arrivals, key=lambda one: (one.ordinal, one.file, one.sha256))
        kept = {"arrivals": [asdict(one) for one in ordered], "states": dict(sorted(self._states.items()))}
        _replace(self._path, json.dumps(kept, ensure_ascii=False, indent=0).encode())


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(deliveries: Path, sha: str, reading: Reading) -> None:
    """Read, and write what was read into the store."""
    stage(deliveries, sha, reading).appear()


class NotKept(Exception):
    """What was read cannot be written into the store; the message is the system's reason."""


def stage(deliveries: Path, sha: str, reading: Reading) -> Staged:
    """Read the rows and write them beside the store, all of them or none: they count only once they have appeared.

    Raises NotKept, and whatever reading them raises but Unreadable, which becomes the file's record.
    """
    if reading.pieces is None:
        return Staged(deliveries / f"{sha}.json", reading.meta, ())
    accepted, quarantined = tables = (
        _Table(deliveries / f"{sha}.parquet"),
        _Table(deliveries / f"{sha}.quarantine.parquet"),
    )
    staged = Staged(deliveries / f"{sha}.json", reading.meta, tables)
    try:
        for rows in reading.pieces:
            accepted.add(rows.accepted)
            quarantined.add(rows.quarantined.cast(QUARANTINE_SCHEMA))
        for table in tables:
            table.close()
    except Unreadable as problem:
        staged.discard()
        return Staged(deliveries / f"{sha}.json", refused(reading.meta, problem), ())
    except BaseException:
        staged.discard()
        raise
    counts = {"rows_read": accepted.rows + quarantined.rows, "rows_quarantined": quarantined.rows}
    return Staged(deliveries / f"{sha}.json", {**reading.meta, **counts}, tables)


@dataclass(frozen=True)
class Staged:
    """What was read of one content, written but not yet part of the store."""

    record: Path
    meta: dict[str, Any]
    tables: tuple[_Table, ...]

    def appear(self) -> None:
        """Rows first, the record last: a content is known only when all of it is there. Raises NotKept."""
        with _told():
            for table in self.tables:
                table.part.replace(table.path)
            _replace(self.record, json.dumps(self.meta, ensure_ascii=False, sort_keys=True).encode())

    def discard(self) -> None:
        """As if nothing had been read."""
        for table in self.tables:
            table.drop()


class _Table:
    """A Parquet file under way."""

    def __init__(self, path: Path) -> None:
        self.path, self.part, self.rows = path, path.with_suffix(".part"), 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        self.rows += frame.height
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        with _told():
            if self._writer is None:
                # zstd: two thirds of the size, twice the time
                self._writer = pq.ParquetWriter(self.part, table.schema, compression="lz4")
            self._writer.write_table(table, row_group_size=_ROW_GROUP)

    def close(self) -> None:
        with _told():
            if self._writer is not None:
                self._writer.close()

    def drop(self) -> None:
        # on a full disk its end cannot be written either, and what cannot be taken away is written over by the next scan
        with suppress(NotKept):
            self.close()
        with suppress(OSError):
            self.part.unlink()


@contextmanager
def _told() -> Iterator[None]:
    """What keeps a file from being written, by the system's reason."""
    try:
        yield
    except OSError as error:
        raise NotKept(error.strerror or str(error)) from error


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
