"""What reading one file may cost. A file that costs more is quarantined whole, with its reason, and the scan goes on.

The defaults let through every lawful file that we know of (a sheet of a million rows, a province-year of attendance in one csv file); the
environment changes them, and a file that failed under other limits is then tried again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

_UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}


class LimitProblem(ValueError):
    """A limit in the environment that is none; the message names it and says what is allowed."""


@dataclass(frozen=True)
class Limits:
    """Bytes of memory, seconds, bytes that a workbook may unpack to, and bytes of a text file; all for one file."""

    memory: int = 6 * _UNITS["GB"]
    seconds: int = 3600
    unpacked: int = 2 * _UNITS["GB"]
    text: int = 32 * _UNITS["GB"]


def limits_in_force(environment: Mapping[str, str] = os.environ) -> Limits:
    """SKILLWATCH_READ_MEMORY, _SECONDS, _UNPACKED and _TEXT, each where it is set, else the default."""
    given = Limits()
    return Limits(
        memory=_bytes(environment, "SKILLWATCH_READ_MEMORY", given.memory),
        seconds=_seconds(environment, "SKILLWATCH_READ_SECONDS", given.seconds),
        unpacked=_bytes(environment, "SKILLWATCH_READ_UNPACKED", given.unpacked),
        text=_bytes(environment, "SKILLWATCH_READ_TEXT", given.text),
    )


def told(size: int) -> str:
    """A number of bytes as people write it: 6 GB, 512 MB."""
    unit = max((unit for unit in _UNITS if size >= _UNITS[unit]), key=_UNITS.__getitem__, default="KB")
    return f"{size / _UNITS[unit]:.3g} {unit}"


def _bytes(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]B)", text.upper())
    if not found or float(found[1]) == 0:
        raise LimitProblem(f"{name}={text}：应写成 512MB、6GB 这样。 / {name} is a size such as 512MB or 6GB.")
    return int(float(found[1]) * _UNITS[found[2]])


def _seconds(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        raise LimitProblem(f"{name}={text}：应是整数秒。 / {name} is a whole number of seconds.")
    return int(text)
