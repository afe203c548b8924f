"""Files become deliveries: what can be read of a file, and what cannot, kept once under the hash of its bytes.

Belongs here: walking the inbox, knowing what was read before, writing the store. Does not belong here: how a format is read
(`reading/`), or which rows count in the end (`acceptance.py`).

The store holds, per file content, `<sha256>.parquet` (readable rows), `<sha256>.quarantine.parquet` (unreadable rows) and
`<sha256>.json` (how it was read); `index.json` lists under which names and in which take-in each came.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.delivery_name import read_name
from assets.reading.grid import Grid, Unreadable
from assets.reading.header import Header, find_header, tell_source
from assets.reading.limits import limits_in_force
from assets.reading.parquet import header_of_names, read_parquet
from assets.reading.process import FileChanged, ReadingProcess
from assets.reading.rows import QUARANTINE_SCHEMA, Rows, read_rows
from assets.reading.text import read_text
from assets.reading.workbook import read_workbook
from models.source import Source

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")
TEMPORARY = "临时文件 / a temporary file"
_PASSING = ("~$", ".")  # lock files of office programs, hidden files
_SETTLED_NS = 2_000_000_000
"""So much older than the look at it must a file be to be known by its times again: a file system may count in 2 s, and a
clock that is put back can make any later time a time that was."""
GROWING = "还在写入，没有收下，下次扫描再读；请等它写完。 / It is still being written and was not taken in; the next scan reads it."


@dataclass(frozen=True)
class Arrival:
    """One name under which one content came, and in which take-in (1, 2, 3, ...) it was first seen."""

    file: str
    sha256: str
    ordinal: int


@dataclass(frozen=True)
class TakeIn:
    """What one look into the inbox brought: files seen, read now, passed over with the reason, and those still being written."""

    seen: int
    read: tuple[str, ...]
    passed_over: Mapping[str, str]
    growing: tuple[str, ...] = ()


def take_in(
    inbox: Path,
    deliveries: Path,
    sources: Mapping[str, Source],
    progress: Callable[[str], None] = lambda file: None,
    *,
    still_seconds: float = 0,
    trusting: bool = True,
) -> TakeIn:
    """Read every file of the inbox that the store does not know yet.

    A known file is not opened again, unless not ``trusting``: then its bytes are compared with what is known of it. One that
    changed less than ``still_seconds`` ago is left for the next scan, and so is one that changes while it is read.
    """
    deliveries.mkdir(parents=True, exist_ok=True)
    store = _Store(deliveries, trusting)
    files, passed_over = _files(inbox)
    read_now: list[str] = []
    growing: list[str] = []
    limits = limits_in_force()
    with ReadingProcess(deliveries, limits) as reader:
        for file, path in files.items():
            progress(file)
            try:
                if not still(path, still_seconds):
                    growing.append(file)
                    continue
                sha = store.sha_of(file, path)
                if not store.knows_content(sha) or store.may_be_read_again(sha, asdict(limits)):
                    try:
                        reader.read(file, path.absolute(), sha)
                    except Unreadable as problem:
                        keep(deliveries, sha, _given_up(file, path, sources, problem, asdict(limits)))
                    read_now.append(file)
            except (FileNotFoundError, FileChanged):  # gone again, or another one by now
                store.forget(file)
                growing.append(file)
                continue
            except OSError as error:
                passed_over[file] = f"打不开：{error.strerror} / cannot be opened: {error.strerror}"
                continue
            store.arrived(file, sha)
    store.save()
    return TakeIn(len(files), tuple(read_now), {**passed_over, **dict.fromkeys(growing, GROWING)}, tuple(growing))


def arrivals(deliveries: Path) -> list[Arrival]:
    """Every name under which a content came, in the order of take-in and name."""
    return sorted(_Store(deliveries).arrivals, key=lambda one: (one.ordinal, one.file, one.sha256))


def unread(inbox: Path, deliveries: Path) -> dict[str, Path]:
    """Files of the inbox, by name, that no take-in has seen in their present state. No file is opened."""
    store = _Store(deliveries)
    return {file: path for file, path in _files(inbox)[0].items() if not store.knows_state(file, path)}


def still(path: Path, seconds: float, now: float | None = None) -> bool:
    """Has the file not been touched for so long, `now` or by the clock? A time in the future says nothing, and holds nothing up.

    Where there is one, the time of the last change of any kind counts: copying with the original's times sets the other back.
    """
    stat = path.stat()
    touched = max(stat.st_mtime, stat.st_ctime) if os.name == "posix" else stat.st_mtime
    return not 0 <= (time.time() if now is None else now) - touched < seconds


def meta_of(deliveries: Path, sha: str) -> dict[str, Any]:
    """How a content was read: source, format, rows_read, or why it could not be read at all."""
    return json.loads((deliveries / f"{sha}.json").read_text(encoding="utf-8"))


def _files(inbox: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """Files of the inbox by their name within it, in order; and those passed over."""
    found: dict[str, Path] = {}
    passed_over: dict[str, str] = {}
    for path in sorted(inbox.rglob("*"), key=lambda one: one.relative_to(inbox).as_posix()):
        if not path.is_file():
            continue
        name = _meant(path.relative_to(inbox).as_posix())
        if any(part.startswith(_PASSING) for part in Path(name).parts) or path.suffix.lower() == ".tmp":
            passed_over[name] = TEMPORARY
        else:
            found[name] = path
    return found, passed_over


def _meant(name: str) -> str:
    """A name whose bytes are no UTF-8 comes from a system that writes GB18030."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


class _Store:
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
        return [_meant(str(path.absolute())), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]

    def knows_content(self, sha: str) -> bool:
        return (self._folder / f"{sha}.json").exists()

    def may_be_read_again(self, sha: str, limits: dict[str, int]) -> bool:
        """Whether a file that cost too much was tried under other limits than those in force now."""
        return meta_of(self._folder, sha).get("limits", limits) != limits

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


@dataclass(frozen=True)
class Reading:
    """One file as read: its rows, or why there are none."""

    meta: dict[str, Any]
    rows: Rows | None = None


def _nothing_read(file: str, path: Path, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        "source": read_name(file, sources).source,
        "format": path.suffix.lower().lstrip("."),
        "rows_read": 0,
        "rows_quarantined": 0,
    }


def _given_up(
    file: str, path: Path, sources: Mapping[str, Source], problem: Unreadable, limits: dict[str, int]
) -> Reading:
    """A file that ended the process that read it; under other limits it is tried again."""
    told = {"status": "quarantined", "reason_code": problem.code, "reason": str(problem), "limits": limits}
    return Reading({**_nothing_read(file, path, sources), **told})


def read(file: str, path: Path, sources: Mapping[str, Source]) -> Reading:
    """One file, read in this process; what comes from outside is read through `ReadingProcess`."""
    meta = _nothing_read(file, path, sources)
    try:
        source, grid, header = _grid(path, sources.get(meta["source"]), sources)
        meta["source"] = source.name
        if header.last_row in grid.damaged:
            raise Unreadable(
                "damaged_header",
                "表头里有损坏的字，不知道是哪一列；请重新导出后再交。 / The header holds damaged text: nobody knows which column it names. Export it again.",
            )
        if header.missing:
            meta["missing"] = list(header.missing)
            raise Unreadable(
                "missing_columns",
                f"缺少必需的列：{'、'.join(source.column(name).zh for name in header.missing)}，请补上后再交。 / "
                f"Required columns are missing: {', '.join(header.missing)}.",
            )
        rows = read_rows(grid, header, source)
    except Unreadable as problem:
        return Reading({**meta, "status": "quarantined", "reason_code": problem.code, "reason": str(problem)})
    counts = {"rows_read": rows.read, "rows_quarantined": rows.quarantined.height}
    return Reading(
        {**meta, **counts, **grid.about, "sheet": grid.sheet, "header_row": header.last_row + 1, "status": "read"}, rows
    )


def _grid(path: Path, source: Source | None, sources: Mapping[str, Source]) -> tuple[Source, Grid, Header]:
    """The source, the grid and its header; by the headers where the name tells no source."""
    ending = path.suffix.lower()
    if path.stat().st_size == 0:
        raise Unreadable("empty_file", "文件是空的，请重新导出后再交。 / The file is empty; export it again.")
    if ending not in ENDINGS:
        raise Unreadable(
            "unknown_format",
            f"不认识的文件格式 {ending or '（无）'}，请用 csv、xlsx 或 parquet。 / Unknown format; send csv, xlsx or parquet.",
        )
    if ending == ".parquet":
        grid, names = read_parquet(path)
        if source is None:
            fitting = [one for one in sources.values() if not header_of_names(names, one).missing]
            source = max(fitting, key=lambda one: len(header_of_names(names, one).positions), default=None)
        if source is None:
            raise Unreadable(
                "unknown_source", "从文件名和列名都看不出是哪种文件。 / Neither name nor columns tell what this is."
            )
        return source, grid, header_of_names(names, source)
    if ending == ".xlsx":
        grids = {
            name: read_workbook(path, one.titles) for name, one in sources.items() if source is None or source is one
        }
    else:
        text = read_text(path)
        grids = dict.fromkeys(sources, text)
    source = source or tell_source(grids, sources)
    header = find_header(grids[source.name], source)
    if header is None:
        expected = "、".join(column.zh for column in source.columns if column.required)
        raise Unreadable(
            "no_header", f"找不到“{source.titles[0]}”的表头，应有：{expected}。 / No header of {source.name} was found."
        )
    return source, grids[source.name], header


def keep(deliveries: Path, sha: str, reading: Reading) -> None:
    """Write what was read into the store. Rows first, the record last: a content is known only when all of it was written."""
    if reading.rows is not None:
        _write_parquet(reading.rows.accepted, deliveries / f"{sha}.parquet")
        _write_parquet(reading.rows.quarantined.cast(QUARANTINE_SCHEMA), deliveries / f"{sha}.quarantine.parquet")
    _replace(deliveries / f"{sha}.json", json.dumps(reading.meta, ensure_ascii=False, sort_keys=True).encode())


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    part = path.with_suffix(".part")
    frame.write_parquet(part, compression="zstd", statistics=True)
    part.replace(path)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
