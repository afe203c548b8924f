"""How this installation's portal is run: HOME/portal/portal.yaml, every line of it optional.

Belongs here: reading and checking that file. Does not belong here: secrets, which lie in HOME/keys with mode 0600, and
accounts (`accounts.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = "portal"
FILE = "portal.yaml"


class SettingsProblem(Exception):
    """A setting that cannot be used; the message names it and says what is allowed."""


@dataclass(frozen=True)
class OpenId:
    """An OpenID Connect provider. `claim` is the claim of the identity token that names the account."""

    issuer: str
    client_id: str
    claim: str = "preferred_username"
    title: str = "统一身份认证"


@dataclass(frozen=True)
class Settings:
    """`base_url` is the address that people type, where the portal stands behind a proxy; https there makes cookies secure."""

    base_url: str = ""
    hosts: tuple[str, ...] = ()
    idle_minutes: int = 30
    longest_hours: int = 8
    failures: int = 5
    lock_minutes: int = 15
    chromium: str = ""
    openid: OpenId | None = None

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")


_SETTINGS: Mapping[str, type] = {
    "base_url": str, "hosts": list, "idle_minutes": int, "longest_hours": int, "failures": int, "lock_minutes": int,
    "chromium": str, "openid": dict,
}  # fmt: skip
_OPENID: Mapping[str, type] = {"issuer": str, "client_id": str, "claim": str, "title": str}


def read_settings(home: Path) -> Settings:
    """The settings of a home; all defaults where there is no file."""
    path = home / FOLDER / FILE
    if not path.is_file():
        return Settings()
    given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    checked = _checked(given, _SETTINGS, path)
    if "hosts" in checked:
        checked["hosts"] = tuple(str(host) for host in checked["hosts"])
    if "openid" in checked:
        openid = _checked(checked["openid"], _OPENID, path)
        if missing := {"issuer", "client_id"} - openid.keys():
            raise SettingsProblem(f"{path}: openid lacks {', '.join(sorted(missing))}.")
        if not checked.get("base_url"):
            raise SettingsProblem(
                f"{path}: openid needs base_url, the address to which the provider sends people back."
            )
        checked["openid"] = OpenId(**openid)
    return Settings(**checked)


def _checked(given: Any, known: Mapping[str, type], path: Path) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise SettingsProblem(f"{path}: expected names with values, found {type(given).__name__}.")
    for name, value in given.items():
        if name not in known:
            raise SettingsProblem(f"{path}: unknown setting {name!r}; known: {', '.join(known)}.")
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise SettingsProblem(f"{path}: {name} must be of type {known[name].__name__}.")
    return dict(given)
