"""Sessions: what a signed cookie says, how long it holds, and how it ends.

Belongs here: making, reading, renewing and ending sessions. Does not belong here: proving a password (`accounts.py`).
The cookie says everything and is signed; a session that was ended stays ended after a restart, for its id is written down.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

ENDED = "ended_sessions"
_RENEW_AFTER = 60


@dataclass(frozen=True)
class Session:
    """`stamp` is the account's at sign-in; `csrf` the token that every form of this session carries."""

    id: str
    account: str
    stamp: int
    csrf: str
    started: int
    seen: int


class Sessions:
    """Signs and reads the cookie; `idle` and `longest` in seconds."""

    def __init__(
        self, key: bytes, folder: Path, idle: int, longest: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._key, self._signer = key, _signer(key, "session")
        self._path = folder / ENDED
        self._idle, self._longest, self._clock = idle, longest, clock
        self._lock = threading.Lock()
        self._ended = self._read_ended()

    def open(self, account: str, stamp: int) -> Session:
        now = int(self._clock())
        return Session(secrets.token_hex(16), account, stamp, secrets.token_urlsafe(24), now, now)

    def cookie(self, session: Session) -> str:
        return str(self._signer.dumps(asdict(session)))

    def read(self, cookie: str) -> Session | None:
        """The session, where the cookie is ours, not too old and not ended; else None."""
        session = self._loaded(cookie)
        now = int(self._clock())
        if session is None or session.id in self._ended:
            return None
        fresh = now - session.seen <= self._idle and now - session.started <= self._longest
        return session if fresh and session.seen <= now + 60 else None

    def renewed(self, session: Session) -> str | None:
        """A new cookie for a session in use, once a minute."""
        now = int(self._clock())
        return self.cookie(replace(session, seen=now)) if now - session.seen >= _RENEW_AFTER else None

    def end(self, session: Session) -> None:
        until = session.started + self._longest
        with self._lock:
            self._ended[session.id] = until
            now = self._clock()
            self._ended = {one: last for one, last in self._ended.items() if last >= now}
            new = self._path.with_name(f".{ENDED}.{os.getpid()}")
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.writelines(f"{one} {last}\n" for one, last in sorted(self._ended.items()))
            new.replace(self._path)

    def sign(self, what: dict[str, Any], purpose: str) -> str:
        """A signed note to ourselves, for a cookie that lives a few minutes (a sign-in under way)."""
        return str(_signer(self._key, purpose).dumps({**what, "at": int(self._clock())}))

    def signed(self, cookie: str, purpose: str, seconds: int) -> dict[str, Any] | None:
        try:
            what = _signer(self._key, purpose).loads(cookie)
        except BadData:
            return None
        return what if 0 <= self._clock() - what["at"] + 1 <= seconds else None

    def _loaded(self, cookie: str) -> Session | None:
        try:
            return Session(**self._signer.loads(cookie))
        except (BadData, TypeError):
            return None

    def _read_ended(self) -> dict[str, int]:
        if not self._path.is_file():
            return {}
        pairs = (line.split() for line in self._path.read_text().splitlines())
        return {one: int(last) for one, last in pairs}


def _signer(key: bytes, purpose: str) -> URLSafeSerializer:
    """What was signed for one purpose is worth nothing for another."""
    return URLSafeSerializer(
        key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
