"""Who signed off what: a publication, or the reconciliation of a division and month. The audit log is the only record of it.

Belongs here: reading signatures out of the log, and what one rests on. Does not belong here: who may sign (`access.py`).
A signature holds for what was signed: the bytes of a publication, the figures of a month. Where a later publication shows
the same figures, it holds there too; where it shows others, it does not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.audit import LOG

SIGNED, WITHDRAWN = "sign_off", "sign_off_withdrawn"
FIGURES = ("claims", "ledger", "bank", "report")


@dataclass(frozen=True)
class SignOff:
    """`on` is what was signed, as `rests_on` or a publication's hash tells it."""

    account: str
    at: str
    note: str
    on: str
    scan_id: str


def month_key(division: str, month: Any) -> str:
    """What a month's signature is filed under, and the end of its target in the log."""
    return f"{division}/{str(month)[:7]}"


def rests_on(row: Mapping[str, Any]) -> str:
    """The figures of a month of the reconciliation, as a signature names them."""
    return " ".join(f"{name}={'-' if row[name] is None else row[name]}" for name in FIGURES)


class SignOffs:
    """The signatures that stand in the log of a home; of the log only what was added is read again."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / LOG
        self._lock = threading.Lock()
        self._read = 0
        self._found: dict[str, SignOff | None] = {}

    def of(self, key: str) -> SignOff | None:
        """The latest signature of a publication (its name) or month (`month_key`); None where there is none, or it was withdrawn."""
        with self._lock:
            self._catch_up()
            return self._found.get(key)

    def _catch_up(self) -> None:
        size = self._log.stat().st_size if self._log.is_file() else 0
        if size < self._read:  # put back to an older state: the audit page says so
            self._read, self._found = 0, {}
        if size == self._read:
            return
        with self._log.open("rb") as file:
            file.seek(self._read)
            text = file.read(size - self._read)
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            if b'"sign_off' in line:
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            action, target, detail = told["action"], str(told["target"]), told["detail"]
            scan_id, _, rest = target.partition("/")
            key = rest or scan_id
            if action == SIGNED:
                self._found[key] = SignOff(told["account"], told["at"], detail.get("note", ""), detail["on"], scan_id)
            elif action == WITHDRAWN:
                self._found[key] = None
        except (ValueError, KeyError, AttributeError):
            return  # `verify_audit` names it
