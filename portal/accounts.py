"""The accounts: HOME/portal/accounts.json, managed by `skillwatch account`, read by the portal.

Belongs here: adding, changing and finding accounts, and proving a password. Does not belong here: what a role may do
(`access.py`), how often somebody may try (`throttle.py`).
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock

from portal.access import Role

FILE = "accounts.json"
SHORTEST = 10
LONGEST = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_DIVISION = re.compile(r"[1-8][0-9]{5}")
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
# Argon2 takes 64 MiB a time: however many knock at once, two are heard.
_AT_ONCE = threading.BoundedSemaphore(2)


class AccountProblem(Exception):
    """An account that cannot be made or changed; the message says why."""


@dataclass(frozen=True)
class Account:
    """`stamp` moves whenever the password, the role, the divisions or `disabled` change: sessions from before end."""

    name: str
    role: Role
    divisions: tuple[str, ...]
    shown: str = ""
    password: str = ""
    disabled: bool = False
    stamp: int = 1

    @property
    def title(self) -> str:
        return self.shown or self.name

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {self.role.value!r})"


class Accounts:
    """The file, read again whenever it was changed: a disabled account is out at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = FileLock(folder / f".{FILE}.lock", mode=0o600)
        self._read: tuple[tuple[int, int] | None, dict[str, Account]] = (None, {})

    def all(self) -> list[Account]:
        return [account for _, account in sorted(self._accounts().items())]

    def find(self, name: str) -> Account | None:
        return self._accounts().get(name)

    def proved(self, name: str, password: str) -> Account | None:
        """The account, where the password is its own and it is not disabled. An unknown name takes as long as a wrong
        password."""
        account = self.find(name)
        with _AT_ONCE:
            right = _proved(account.password if account and account.password else _NOBODY, password[:LONGEST])
        return account if account and right and account.password and not account.disabled else None

    def add(self, name: str, role: str, divisions: Iterable[str], password: str | None, shown: str = "") -> Account:
        """A new account; without a password it can only sign in through OpenID Connect."""
        if not _NAME.fullmatch(name):
            raise AccountProblem("账号名只用小写字母、数字和 . _ @ -，2 至 64 个字符。 / 2 to 64 of a-z 0-9 . _ @ -")
        codes = checked_divisions(divisions)
        if password is not None:
            check_password(name, password)
        if role not in set(Role):
            raise AccountProblem(f"角色只有 / roles are: {', '.join(Role)}")
        with self._lock:
            accounts = self._fresh()
            if name in accounts:
                raise AccountProblem(f"账号 {name} 已存在。 / The account exists.")
            hashed = _HASHER.hash(password) if password is not None else ""
            accounts[name] = Account(name, Role(role), codes, shown.strip()[:40], hashed)
            self._write(accounts)
            return accounts[name]

    def set_password(self, name: str, password: str) -> Account:
        check_password(name, password)
        return self._change(name, password=_HASHER.hash(password))

    def disable(self, name: str, disabled: bool = True) -> Account:
        return self._change(name, disabled=disabled)

    def _change(self, name: str, **more: Any) -> Account:
        with self._lock:
            accounts = self._fresh()
            if name not in accounts:
                raise AccountProblem(f"没有账号 {name}。 / There is no account {name}.")
            accounts[name] = replace(accounts[name], **more, stamp=accounts[name].stamp + 1)
            self._write(accounts)
            return accounts[name]

    def _accounts(self) -> dict[str, Account]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return {}
        state = (stat.st_mtime_ns, stat.st_ino)
        if self._read[0] != state:
            self._read = (state, self._fresh())
        return self._read[1]

    def _fresh(self) -> dict[str, Account]:
        if not self._path.is_file():
            return {}
        if os.name == "posix" and self._path.stat().st_mode & 0o077:
            raise AccountProblem(
                f"{self._path}: 其他用户可以读取，请执行 chmod 600。 / others may read it; chmod 600 {self._path}"
            )
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        return {
            one["name"]: Account(**{**one, "role": Role(one["role"]), "divisions": tuple(one["divisions"])})
            for one in kept
        }

    def _write(self, accounts: dict[str, Account]) -> None:
        kept = [{**asdict(account), "role": account.role.value} for _, account in sorted(accounts.items())]
        new = self._path.with_name(f".{FILE}.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)


def checked_divisions(divisions: Iterable[str]) -> tuple[str, ...]:
    """Six-digit codes, sorted; a province is its code with four zeros."""
    codes = tuple(sorted(set(divisions)))
    wrong = [code for code in codes if not _DIVISION.fullmatch(code)]
    if wrong or not codes:
        told = f"：{wrong[0]}" if wrong else ""
        raise AccountProblem(
            f"区划是六位代码，如 140000（全省）、140100（市）、140105（县）{told}。 / Divisions are six-digit codes."
        )
    return codes


def check_password(name: str, password: str) -> None:
    """Long, not the name, not one character over and over; nothing else helps."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountProblem(f"密码至少 {SHORTEST} 个字符。 / A password has at least {SHORTEST} characters.")
    if name in password.lower() or len(set(password)) < 5:
        raise AccountProblem(
            "密码不能包含账号名，也不能由少数几个字符重复而成。 / It may not hold the account's name or repeat a few characters."
        )


def _proved(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
