"""How often somebody may fail to sign in: per account and per address, in memory.

Belongs here: counting. Does not belong here: saying so to people, or writing it down (`pages/sign_in.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_PER_ADDRESS = 6
"""An address may stand for a whole office behind one gateway: it may fail so many times as often as an account."""
_MOST = 10_000


class Throttle:
    """After `failures` failures within `seconds` an account, or an address after more, is locked for `seconds`."""

    def __init__(self, failures: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures, self._seconds, self._clock = failures, seconds, clock
        self._failed: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def locked(self, account: str, address: str) -> bool:
        with self._lock:
            return self._locked(account, address)

    def _locked(self, account: str, address: str) -> bool:
        return (
            self._count(f"a {account}") >= self._failures
            or self._count(f"i {address}") >= self._failures * _PER_ADDRESS
        )

    def begins(self, account: str, address: str) -> bool:
        """Whether another try is allowed. It counts as a failure until it has succeeded: tries that come at once count too."""
        with self._lock:
            if self._locked(account, address):
                return False
            now = self._clock()
            if len(self._failed) > _MOST:
                self._failed = {key: times for key, times in self._failed.items() if now - times[-1] < self._seconds}
            for key in (f"a {account}", f"i {address}"):
                self._failed.setdefault(key, []).append(now)
            return True

    def succeeded(self, account: str, address: str) -> None:
        """Forget the account's tries, and of the address's this one."""
        with self._lock:
            self._failed.pop(f"a {account}", None)
            if tries := self._failed.get(f"i {address}"):
                tries.pop()
                if not tries:
                    del self._failed[f"i {address}"]

    def _count(self, key: str) -> int:
        now = self._clock()
        recent = [at for at in self._failed.get(key, ()) if now - at < self._seconds]
        if recent:
            self._failed[key] = recent
        else:
            self._failed.pop(key, None)
        return len(recent)
