"""The portal's own secrets in HOME/keys: made on first use, mode 0600, never shown.

Belongs here: one file, its bytes. Does not belong here: the keys that sign publications (`assets/keys.py`).
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

SESSION_KEY = "portal_session.key"
OPENID_SECRET = "openid_client_secret"


class SecretProblem(Exception):
    """A secret that cannot be used; the message names the file, never what is in it."""


def session_key(home: Path) -> bytes:
    """The key that signs sessions. Without it every session ends; it need not be backed up."""
    path = home / "keys" / SESSION_KEY
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    key = read_secret(path)
    if len(key) < 32:
        raise SecretProblem(f"{path}: too short; delete it, and a new one is made.")
    return key


def openid_secret(home: Path) -> str:
    return read_secret(home / "keys" / OPENID_SECRET).decode().strip()


def read_secret(path: Path) -> bytes:
    if not path.is_file():
        raise SecretProblem(f"{path} is missing.")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretProblem(f"{path}: others may read it; chmod 600 {path}.")
    return path.read_bytes()
