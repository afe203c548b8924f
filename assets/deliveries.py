"""Files become deliveries: what can be read of a file, and what cannot, kept once under the hash of its bytes.

Belongs here: walking the inbox. Does not belong here: what was read before (`delivery_store.py`), how a file is read
(`reading/`), or which rows count in the end (`acceptance.py`).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from assets.delivery_name import named_as_read, read_name
from assets.delivery_store import DeliveryStore, NotKept, keep, meant, meta_of
from assets.reading.file import Reading, given_up
from assets.reading.grid import Unreadable
from assets.reading.limits import limits_in_force
from assets.reading.process import FileChanged, ReadingProcess, ReadingStopped
from models.source import Source

TEMPORARY = "临时文件 / a temporary file"
_PASSING = ("~$", ".")  # lock files of office programs, hidden files
GROWING = "还在写入，没有收下，下次扫描再读；请等它写完。 / It is still being written and was not taken in; the next scan reads it."


@dataclass(frozen=True)
class TakeIn:
    """What one look into the inbox brought: files seen, read now, passed over with the reason; of these, the ones still being
    written, and the files and folders that could not be opened."""

    seen: int
    read: tuple[str, ...]
    passed_over: Mapping[str, str]
    growing: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


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
    changed less than ``still_seconds`` ago is left for the next scan, and so is one that changes while it is read. Raises
    ReadingStopped when the store cannot be written.
    """
    deliveries.mkdir(parents=True, exist_ok=True)
    store = DeliveryStore(deliveries, trusting)
    files, passed_over, closed = files_in(inbox)
    read_now: list[str] = []
    growing: list[str] = []
    limits = limits_in_force()
    with ReadingProcess(deliveries, limits) as reader:
        for file, path in files.items():
            progress(file)
            try:
                if not still(path.stat(), still_seconds):
                    growing.append(file)
                    continue
                sha = store.sha_of(file, path)
                known = store.knows_content(sha) and not store.may_be_read_again(sha, asdict(limits))
                if not known or _was_misnamed(store, file, sha, deliveries, sources):
                    try:
                        reader.read(file, path.absolute(), sha)
                    except Unreadable as problem:
                        _keep_given_up(deliveries, sha, given_up(file, path, sources, problem, asdict(limits)))
                    read_now.append(file)
            except (FileNotFoundError, FileChanged):  # gone again, or another one by now
                store.forget(file)
                growing.append(file)
                continue
            except OSError as error:
                closed[file] = _why(error)
                continue
            store.arrived(file, sha)
    store.save()
    told = {**passed_over, **dict.fromkeys(growing, GROWING), **closed}
    return TakeIn(len(files), tuple(read_now), told, tuple(growing), tuple(closed))


def _was_misnamed(store: DeliveryStore, file: str, sha: str, deliveries: Path, sources: Mapping[str, Source]) -> bool:
    """Whether a content that nobody could read under the names that it had comes under one that tells another format or source."""
    if not store.is_new_name(file, sha):
        return False
    meta = meta_of(deliveries, sha)
    return meta["status"] == "quarantined" and not named_as_read(file, read_name(file, sources), meta)


def _keep_given_up(deliveries: Path, sha: str, reading: Reading) -> None:
    try:
        keep(deliveries, sha, reading)
    except NotKept as error:
        raise ReadingStopped.by_store(deliveries, str(error)) from error


def unread(inbox: Path, deliveries: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """Files of the inbox, by name, that no take-in has seen in their present state; and what cannot be looked at, and why.

    No file is opened, and one that is gone by now is left out.
    """
    store = DeliveryStore(deliveries)
    files, _, closed = files_in(inbox)
    found: dict[str, Path] = {}
    for file, path in files.items():
        try:
            if not store.knows_state(file, path):
                found[file] = path
        except FileNotFoundError:
            continue
        except OSError as error:
            closed[file] = _why(error)
    return found, closed


def still(state: os.stat_result, seconds: float, now: float | None = None) -> bool:
    """Has a file of this state not been touched for so long, `now` or by the clock? A time in the future says nothing, and holds nothing up.

    Where there is one, the time of the last change of any kind counts: copying with the original's times sets the other back.
    """
    touched = max(state.st_mtime, state.st_ctime) if os.name == "posix" else state.st_mtime
    return not 0 <= (time.time() if now is None else now) - touched < seconds


def files_in(inbox: Path) -> tuple[dict[str, Path], dict[str, str], dict[str, str]]:
    """Files of the inbox by their name within it, in order; those passed over; files and folders that cannot be looked at."""
    found: dict[str, Path] = {}
    passed_over: dict[str, str] = {}
    closed: dict[str, str] = {}

    def look(path: Path, error: OSError | None = None) -> None:
        name = meant(path.relative_to(inbox).as_posix()) if path != inbox else inbox.name
        passing = any(part.startswith(_PASSING) for part in Path(name).parts) or path.suffix.lower() == ".tmp"
        if passing and path != inbox:
            passed_over[name] = TEMPORARY
        elif error is None:
            found[name] = path
        elif not isinstance(error, FileNotFoundError):  # else it is gone again
            closed[name] = _why(error)

    walked = os.walk(inbox, onerror=lambda error: look(Path(error.filename), error))
    paths = [Path(folder, name) for folder, _, names in walked for name in names]
    for path in sorted(paths, key=lambda one: one.relative_to(inbox).as_posix()):
        try:
            if stat.S_ISREG(path.stat().st_mode):
                look(path)
        except OSError as error:
            look(path, error)
    return found, passed_over, closed


def _why(error: OSError) -> str:
    return f"打不开：{error.strerror} / cannot be opened: {error.strerror}"
