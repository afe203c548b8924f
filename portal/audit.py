"""The audit log: HOME/portal/audit.jsonl, one line per act, each holding the hash of the line before.

Belongs here: adding a line, and proving the file. Does not belong here: deciding what is worth a line (the pages do).
The number and hash of the last line are signed with the installation's key beside the log, so that lines cannot be cut off its
end. No line holds a password, a token, or a value that was revealed.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from filelock import FileLock

from assets.keys import KeyProblem, home_public_key, read_public_key
from portal.accounts import FILE as ACCOUNTS
from portal.settings import FOLDER

LOG, HEAD = "audit.jsonl", "audit.head"
START = "0" * 64
_LONGEST = 500


@dataclass(frozen=True)
class Line:
    n: int
    at: str
    account: str
    action: str
    target: str
    detail: Mapping[str, Any]
    address: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Act:
    """What somebody did, to what, and what there is to say of it."""

    action: str
    target: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class AuditLog:
    """The log of one home, for adding and reading."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        self._log, self._head, self._key = folder / LOG, folder / HEAD, key
        self._file_lock = FileLock(folder / f".{LOG}.lock", mode=0o600)
        self._lock = threading.Lock()

    def add(self, account: str, action: str, target: str = "", address: str = "", **detail: Any) -> int:
        """Write a line, whole and on the disk, and return its number. Where it cannot be written, what it speaks of must
        not happen: the error goes to the caller."""
        return self.add_all(account, [Act(action, target, detail)], address)

    def add_all(self, account: str, acts: Sequence[Act], address: str = "") -> int:
        """As `add`, for acts that happen together: all their lines or none. Returns the number of the last."""
        with self._lock, self._file_lock:
            number, before = _last(self._log)
            texts = []
            for act in acts:
                number += 1
                line: dict[str, Any] = {
                    "n": number, "at": datetime.now(UTC).isoformat(timespec="seconds"), "account": account,
                    "action": act.action, "target": act.target[:_LONGEST], "detail": {k: _short(v) for k, v in act.detail.items()},
                    "address": address, "previous": before,
                }  # fmt: skip
                before = line["hash"] = _hash(line)
                texts.append(_text(line) + "\n")
            with os.fdopen(
                os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8"
            ) as file:
                file.write("".join(texts))
                file.flush()
                os.fsync(file.fileno())
            self._write_head(number, before)
            return number

    def newest(self, many: int, account: str = "", action: str = "") -> list[Line]:
        """The newest lines first, of one account or action where given."""
        if not self._log.is_file():
            return []
        found: list[Line] = []
        for text in reversed(self._log.read_text(encoding="utf-8").splitlines()):
            try:
                line = Line(**json.loads(text))
            except (ValueError, TypeError):
                continue  # `verify_audit` names it
            if (not account or line.account == account) and (not action or line.action == action):
                found.append(line)
                if len(found) == many:
                    break
        return found

    def _write_head(self, n: int, digest: str) -> None:
        signed = f"{n} {digest}"
        new = self._head.with_name(f".{HEAD}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{signed} {self._key.sign(signed.encode()).hex()}\n")
        new.replace(self._head)


def verify_audit(folder: Path, key: Ed25519PublicKey | None) -> tuple[list[str], int]:
    """Every problem of the log, each named by its line, and how many lines it has. No log is no problem where nothing is there
    that only comes with a line of it."""
    log, head = folder / LOG, folder / HEAD
    if not log.is_file():
        return [
            f"audit.jsonl 不见了，{name} 却还在：日志被删掉了。 / audit.jsonl is missing, but {name} is there: the log was removed"
            for name in (HEAD, ACCOUNTS)
            if (folder / name).exists()
        ], 0
    problems: list[str] = []
    n, digest = 0, START
    texts = log.read_text(encoding="utf-8", errors="replace").split("\n")
    if texts.pop():
        problems.append("the last line is not whole")
    for number, text in enumerate(texts, 1):
        try:
            line = json.loads(text)
            stated, previous, named = str(line["hash"]), str(line["previous"]), int(line["n"])
        except (ValueError, KeyError, TypeError):
            problems.append(f"line {number}: no line of the log")
            continue
        if _hash({k: v for k, v in line.items() if k != "hash"}) != stated or _text(line) != text:
            problems.append(f"line {number}: was changed after it was written")
        if previous != digest or named != n + 1:
            problems.append(f"line {number}: does not follow the line before it: lines are missing, moved or put in")
        n, digest = named, stated
    return problems + list(_head_problems(head, key, n, digest)), n


def audit_command(home: Path, key_file: Path | None) -> tuple[str, int]:
    """What `skillwatch verify --audit` prints, and its exit code: 0 whole or not there yet, 1 changed, 3 no key to compare with."""
    try:
        key = read_public_key(key_file.read_bytes(), str(key_file)) if key_file else home_public_key(home)
    except KeyProblem as problem:
        return str(problem), 1
    problems, lines = verify_audit(home / FOLDER, key)
    if problems:
        return "\n".join([*problems, f"audit log NOT as it was written: {len(problems)} problem(s)"]), 1
    if not lines:
        return (
            f"{home / FOLDER} 里没有审计日志：门户还没有用过，或者整个文件夹被拿走了。 / "
            f"No audit log in {home / FOLDER}: the portal was never used, or the whole folder was taken away."
        ), 0
    if key is None:
        return f"audit log: {lines} line(s) follow one another, but there is no key to compare the signature with", 3
    return f"audit log OK: {lines} line(s), as they were written", 0


def _head_problems(head: Path, key: Ed25519PublicKey | None, n: int, digest: str) -> Iterator[str]:
    try:
        number, stated, signature = head.read_text().split()
    except (OSError, ValueError):
        yield "audit.head is missing or unreadable: nothing says which line is the last"
        return
    if (int(number), stated) != (n, digest):
        yield f"the last line should be line {number}, not {n}: lines were cut off or put on"
    if key is not None:
        try:
            key.verify(bytes.fromhex(signature), f"{number} {stated}".encode())
        except (InvalidSignature, ValueError):
            yield "audit.head was not signed with this installation's key"


def _last(log: Path) -> tuple[int, str]:
    """Number and hash of the last line."""
    if not log.is_file() or log.stat().st_size == 0:
        return 0, START
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        block = 4096
        while True:
            file.seek(max(size - block, 0))
            tail = file.read().rstrip(b"\n")
            if b"\n" in tail or block >= size:
                break
            block *= 2
    line = json.loads(tail.rpartition(b"\n")[2])
    return int(line["n"]), str(line["hash"])


def _hash(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(line).encode()).hexdigest()


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value
