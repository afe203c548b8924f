"""The home as one file, and back: everything that cannot be computed again, with its checksums.

Belongs here: what goes into a backup, writing it, proving and unpacking it. Does not belong here: how it is sealed with a
passphrase (`sealing.py`). The file is a tar archive; its last member, SHA256SUMS, lists all others, so that a backup that was cut off
is noticed.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from filelock import FileLock

from pipelines.home import Home
from pipelines.sealing import MAGIC, SealedReader, SealedWriter, WrongPassphrase

_SUMS = "SHA256SUMS"
_WAREHOUSE = ("warehouse.duckdb", "warehouse.duckdb.wal")
_LEFT_OUT = ("spill", "scan.lock", "scan.json")
_KEYS = "keys"
_AUDIT, _AUDIT_LOCK = ("portal/audit.jsonl", "portal/audit.head"), "portal/.audit.jsonl.lock"


class BackupProblem(RuntimeError):
    """A backup that cannot be made or put back; the message says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """What a backup holds."""

    files: int
    bytes: int
    keys: bool


def backup(
    home: Home,
    file: Path,
    *,
    passphrase: bytes | None,
    keys: bool,
    warehouse: bool,
    wait: float,
    say: Callable[[str], None],
) -> Kept:
    """Write the home into `file`, mode 0600, whole or not at all. No scan runs meanwhile."""
    if file.exists():
        raise BackupProblem(
            f"{file} 已存在，不覆盖；请换一个名字。 / {file} exists and is not overwritten: give another name."
        )
    if not home.deliveries.is_dir():
        raise BackupProblem(
            f"{home.root} 不是工作目录，没有可备份的。 / {home.root} is no home: there is nothing to back up."
        )
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with (
            home.held("backup", wait, say),
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as below,
        ):
            told = _written(home, below, passphrase, keys=keys, warehouse=warehouse)
            below.flush()
            os.fsync(below.fileno())
        part.rename(file)
    except OSError as error:
        raise BackupProblem(
            f"备份写不进 {file.parent}（{error.strerror}）；请腾出空间或换一个地方。 / The backup cannot be written ({error.strerror}): make room."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return told


def restore(file: Path, home: Home, passphrase: bytes | None) -> Kept:
    """Unpack a backup into a home that does not exist yet, whole or not at all; every checksum is compared."""
    if home.root.exists() and (not home.root.is_dir() or any(home.root.iterdir())):
        raise BackupProblem(
            f"{home.root} 已存在且不是空的，不覆盖；请用 --home 给一个新目录，或先把它移开。 / {home.root} is there already and is not overwritten."
        )
    part = home.root.with_name(f".{home.root.name}.restoring.{os.getpid()}")
    try:
        part.mkdir(mode=0o700, parents=True)
        with file.open("rb") as below:
            told = _unpacked(below, part, passphrase)
        if home.root.exists():
            home.root.rmdir()
        part.rename(home.root)
    except OSError as error:
        raise BackupProblem(
            f"{home.root} 恢复不了（{error.strerror}）。 / cannot be restored ({error.strerror})."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return told


def sealed(file: Path) -> bool:
    """Does a passphrase open the file?"""
    with file.open("rb") as below:
        return below.read(len(MAGIC)) == MAGIC


def _written(home: Home, below: IO[bytes], passphrase: bytes | None, *, keys: bool, warehouse: bool) -> Kept:
    out: Any = SealedWriter(below, passphrase) if passphrase is not None else below
    sums, size = [], 0
    audited = _audit_log(home.root)
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, path in _files(home.root, keys=keys, warehouse=warehouse):
            if path.is_dir():
                archive.addfile(archive.gettarinfo(path, name))
                continue
            content = audited[name] if name in audited else path.read_bytes()
            sums.append(_add(archive, name, path, content))
            size += len(content)
        _add(archive, _SUMS, None, "".join(sums).encode())
    if passphrase is not None:
        out.close()
    return Kept(len(sums), size, keys)


def _audit_log(root: Path) -> dict[str, bytes]:
    """The portal adds to its log while a backup runs: its lines and their signed head are taken at one moment."""
    if not (root / _AUDIT[0]).is_file():
        return {}
    with FileLock(root / _AUDIT_LOCK, mode=0o600):
        return {name: (root / name).read_bytes() for name in _AUDIT if (root / name).is_file()}


def _files(root: Path, *, keys: bool, warehouse: bool) -> Iterator[tuple[str, Path]]:
    """Folders and files by name, in order; without what is computed again, locks, and what somebody was just writing."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        first = name.split("/")[0]
        unfinished = any(part.startswith(".") for part in name.split("/")) and first != "inbox"
        runs = first == "dagster" and name not in ("dagster", "dagster/dagster.yaml")
        if (
            unfinished or runs or first in _LEFT_OUT or path.suffix in (".part", ".lock") or path.is_symlink()
            or (first in _WAREHOUSE and not warehouse) or (first == _KEYS and not keys)
        ):  # fmt: skip
            continue
        yield name, path


def _add(archive: tarfile.TarFile, name: str, path: Path | None, content: bytes) -> str:
    member = archive.gettarinfo(path, name) if path else tarfile.TarInfo(name)
    member.size, member.uname, member.gname, member.uid, member.gid = len(content), "", "", 0, 0
    archive.addfile(member, io.BytesIO(content))
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


def _unpacked(below: IO[bytes], target: Path, passphrase: bytes | None) -> Kept:
    is_sealed = below.read(len(MAGIC)) == MAGIC
    below.seek(0)
    if is_sealed and passphrase is None:
        raise BackupProblem("这份备份要口令才能打开。 / This backup needs its passphrase: give --passphrase-file.")
    source: Any = SealedReader(below, passphrase) if is_sealed and passphrase is not None else below
    found: dict[str, str] = {}
    listed: dict[str, str] | None = None
    size, folders = 0, []
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for member in archive:
                if PurePosixPath(member.name).is_absolute() or ".." in PurePosixPath(member.name).parts:
                    raise _not_whole()
                if member.isdir():
                    (target / member.name).mkdir(parents=True, exist_ok=True)
                    folders.append((target / member.name, member.mode))
                    continue
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None or listed is not None:
                    raise _not_whole()
                content = stream.read()
                if member.name == _SUMS:
                    lines = [line.partition("  ") for line in content.decode().splitlines()]
                    listed = {name: digest for digest, _, name in lines}
                    continue
                found[member.name] = hashlib.sha256(content).hexdigest()
                size += len(content)
                _put(target / member.name, content, member)
    except WrongPassphrase:
        raise
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise _not_whole() from error
    if listed is None or listed != found:
        raise _not_whole()
    for folder, mode in reversed(folders):
        folder.chmod(mode)
    return Kept(len(found), size, any(name.startswith(f"{_KEYS}/") for name in found))


def _put(path: Path, content: bytes, member: tarfile.TarInfo) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, (member.mtime, member.mtime))
    path.chmod(member.mode & 0o777)


def _not_whole() -> BackupProblem:
    return BackupProblem(
        "备份文件不完整或已被改动，没有恢复任何东西；请用另一份备份。 / The backup is not whole or was changed; nothing was restored. Use another one."
    )
