"""What one running portal holds: the home, and the parts that read and write in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assets.keys import Keys, load_keys
from pipelines.home import Home
from portal.accounts import Accounts
from portal.audit import AuditLog
from portal.publications import Publications
from portal.secret import session_key
from portal.sessions import Sessions
from portal.settings import FOLDER, Settings, read_settings
from portal.sign_offs import SignOffs
from portal.throttle import Throttle


@dataclass(frozen=True)
class Portal:
    home: Home
    settings: Settings
    accounts: Accounts
    sessions: Sessions
    throttle: Throttle
    audit: AuditLog
    publications: Publications
    keys: Keys
    sign_offs: SignOffs

    @property
    def folder(self) -> Path:
        return folder_of(self.home)

    @property
    def cookie(self) -> str:
        """The prefix binds the cookie to https and to this host, where there is https."""
        return "__Host-skillwatch" if self.settings.secure else "skillwatch"

    def set_cookie(self, value: str, name: str = "", seconds: int | None = None) -> str:
        """The header that sets a cookie; one of a session dies with the browser, and with the session itself."""
        parts = [f"{name or self.cookie}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        parts += [f"Max-Age={seconds}"] if seconds is not None else []
        return "; ".join(parts + (["Secure"] if self.settings.secure else []))


def folder_of(home: Home) -> Path:
    """HOME/portal, for the owner alone."""
    folder = home.root / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def open_portal(home: Home, settings: Settings | None = None, clock: Callable[[], float] = time.time) -> Portal:
    """Everything that a portal over this home needs."""
    settings = settings or read_settings(home.root)
    folder, keys = folder_of(home), load_keys(home.root)
    return Portal(
        home,
        settings,
        Accounts(folder),
        Sessions(session_key(home.root), folder, settings.idle_minutes * 60, settings.longest_hours * 3600, clock),
        Throttle(settings.failures, settings.lock_minutes * 60),
        AuditLog(folder, keys.signing),
        Publications(home.publications),
        keys,
        SignOffs(folder),
    )
