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
_PIECE = 1 << 20
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
    made = (home.publications, home.keys, home.deliveries)
    if not home.inbox.exists() and not any(path.is_file() for folder in made for path in folder.rglob("*")):
        raise BackupProblem(
            f"{home.root} 里没有发布、密钥、交付和收件箱，没有可备份的：检查 --home 写对了没有。 / "
            f"{home.root} holds no publication, key, delivery or inbox: there is nothing to back up. Check --home."
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
            try:
                file = path.open("rb")
            except FileNotFoundError:  # taken out of the inbox meanwhile
                continue
            except OSError as error:
                raise _not_read(name, str(error.strerror)) from error
            with file:
                member = archive.gettarinfo(arcname=name, fileobj=file)
                kept = audited.get(name, os.fstat(file.fileno()).st_size)
                content = _Hashed(name, io.BytesIO(kept) if isinstance(kept, bytes) else file)
                member.size = len(kept) if isinstance(kept, bytes) else kept
                _add(archive, member, content)
            sums.append(f"{content.digest}  {name}\n")
            size += member.size
        listed = "".join(sums).encode()
        last = tarfile.TarInfo(_SUMS)
        last.size = len(listed)
        _add(archive, last, io.BytesIO(listed))
    if passphrase is not None:
        out.close()
    return Kept(len(sums), size, keys)


def _audit_log(root: Path) -> dict[str, int | bytes]:
    """The portal adds to its log while a backup runs: how long it is, and its signed head, at one moment."""
    log, head = (root / name for name in _AUDIT)
    if not log.is_file():
        return {}
    with FileLock(root / _AUDIT_LOCK, mode=0o600):
        return {_AUDIT[0]: log.stat().st_size} | ({_AUDIT[1]: head.read_bytes()} if head.is_file() else {})


class _Hashed:
    """A file that is read piece by piece, and the hash of what was read. Raises BackupProblem where it ends too early."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name, self._file, self._hash = name, file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except OSError as error:
            raise _not_read(self._name, str(error.strerror)) from error
        if len(piece) < size:
            raise _not_read(self._name, "变短了 / it became shorter")
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _files(root: Path, *, keys: bool, warehouse: bool) -> Iterator[tuple[str, Path]]:
    """Folders and files by name, in order; without what is computed again, locks, and what somebody was just writing."""

    def closed(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise _not_read(Path(error.filename).relative_to(root).as_posix(), str(error.strerror)) from error

    walked = os.walk(root, onerror=closed)
    for path in sorted(Path(folder, name) for folder, folders, files in walked for name in [*folders, *files]):
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


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, content: Any) -> None:
    """A second name of one file is a file of its own, so that the sums list every one."""
    member.type, member.linkname = tarfile.REGTYPE, ""
    member.uname, member.gname, member.uid, member.gid = "", "", 0, 0
    archive.addfile(member, content)


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
                if member.name == _SUMS:
                    lines = [line.partition("  ") for line in stream.read().decode().splitlines()]
                    listed = {name: digest for digest, _, name in lines}
                    continue
                found[member.name] = _put(target / member.name, stream, member)
                size += member.size
    except WrongPassphrase:
        raise
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise _not_whole() from error
    if listed is None or listed != found:
        raise _not_whole()
    for folder, mode in reversed(folders):
        folder.chmod(mode)
    return Kept(len(found), size, any(name.startswith(f"{_KEYS}/") for name in found))


def _put(path: Path, content: IO[bytes], member: tarfile.TarInfo) -> str:
    """Write a file as it was, piece by piece; returns its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(_PIECE):
            hashed.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, (member.mtime, member.mtime))
    path.chmod(member.mode & 0o777)
    return hashed.hexdigest()


def _not_read(name: str, why: str) -> BackupProblem:
    return BackupProblem(
        f"{name} 读不了（{why}），没有留下备份；等它不再变化、检查权限或磁盘后再备份。 / {name} cannot be read whole ({why}); no backup was left. "
        "Wait until it no longer changes, check modes and disk, then try again."
    )


def _not_whole() -> BackupProblem:
    return BackupProblem(
        "备份文件不完整或已被改动，没有恢复任何东西；请用另一份备份。 / The backup is not whole or was changed; nothing was restored. Use another one."
    )
