"""How this installation is run: HOME/settings.yaml, every line of it optional.

Belongs here: reading and checking that file, and the secrets that belong to it. Does not belong here: what the settings are
for (`schedules.py`, `sensors.py`, `alerts/`), or the portal's own settings (`portal/settings.py`).
"""

from __future__ import annotations

import os
import stat
from typing import Literal
from zoneinfo import ZoneInfo

import dagster as dg
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipelines.home import MEMORY, Home, HomeError


class SettingsProblem(HomeError):
    """A setting that cannot be used; the message names the file and the line, and says what is allowed."""


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Inbox(_Settings):
    """`still_seconds`: a file that changed less long ago is still being written. The minutes are for feedback alone."""

    still_seconds: float = Field(default=120, ge=0)
    quiet_minutes: float = Field(default=30, ge=0)
    longest_minutes: float = Field(default=240, ge=0)


class Smtp(_Settings):
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str
    to: tuple[str, ...] = Field(min_length=1)


class Webhook(_Settings):
    url: str = Field(pattern=r"^https?://")


class Alerts(_Settings):
    """`least_amount`: yuan at risk from which a new violation is worth a message."""

    least_amount: float = Field(default=100_000, ge=0)
    smtp: Smtp | None = None
    webhook: Webhook | None = None


class Settings(_Settings):
    """`memory`: what DuckDB may hold before it spills to HOME/spill; features and models need about half as much beside it."""

    time_zone: str = "Asia/Shanghai"
    memory: str = Field(default="4GB", pattern=MEMORY)
    nightly_scan: str = "30 1 * * *"
    monthly_publication: str = "0 6 5 * *"
    inbox: Inbox = Inbox()
    portal: str = Field(default="http://127.0.0.1:8600", pattern=r"^https?://[^/]+")
    alerts: Alerts = Alerts()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"no time zone {value!r}; write it as Asia/Shanghai") from None
        return value

    @field_validator("nightly_scan", "monthly_publication")
    @classmethod
    def _cron(cls, value: str) -> str:
        try:
            dg.ScheduleDefinition(name="tried", job_name="tried", cron_schedule=value)
        except dg.DagsterInvalidDefinitionError:
            raise ValueError(
                f"{value!r} is no cron time; write minute hour day month weekday, as in '30 1 * * *'"
            ) from None
        return value

    @field_validator("portal")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")


def read_settings(home: Home) -> Settings:
    """The settings of a home; all defaults where there is no file. Raises SettingsProblem."""
    path = home.settings
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsProblem(f"{path} 读不懂 / cannot be read: {error}") from error
    if given is not None and not isinstance(given, dict):
        raise SettingsProblem(f"{path} 应是“名称: 值” / expected names with values, found {type(given).__name__}.")
    try:
        return Settings(**(given or {}))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        raise SettingsProblem(f"{path} 里的设置不能用 / a setting cannot be used: {told}") from error


def secret(home: Home, variable: str, file: str) -> str:
    """A secret from the environment, else from HOME/keys, which nobody else may read; empty where there is none."""
    if value := os.environ.get(variable):
        return value
    path = home.keys / file
    if not path.is_file():
        return ""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsProblem(f"{path} 别人也能读 / others may read it; chmod 600 {path}")
    return path.read_text(encoding="utf-8").strip()
