"""When what has arrived is ready to be scanned: plain decisions, which the sensors ask for.

Belongs here: which files are new, whether they stand still, how long they have waited. Does not belong here: Dagster
(`sensors.py`), or reading a file (`assets/deliveries.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.deliveries import still, unread
from assets.delivery_name import read_name
from models.source import load_sources
from pipelines.home import Home

_NAMED = 3  # of what cannot be opened; the rest is in the count
Memory = dict[str, list[Any]]
"""Per file: size, time of modification, time of change (ns), the seconds at which it was first seen so, and the seconds at
which it was first seen at all."""


@dataclass(frozen=True)
class Decision:
    """`key` names the files in their present state, where they are to be scanned now; `told` says why not, or how many."""

    key: str
    told: str
    memory: Memory


def waiting(home: Home, *, feedback: bool) -> tuple[dict[str, Path], dict[str, str]]:
    """New files in the home's inbox: those with judgements, or all others; and what cannot be looked at, and why."""
    sources = load_sources()
    found, closed = unread(home.inbox, home.deliveries)
    new = {file: path for file, path in found.items() if (read_name(file, sources).source == "feedback") == feedback}
    return new, closed


def decide(files: Mapping[str, Path], before: Memory, now: float, quiet: float, longest: float) -> Decision:
    """Scan when every new file has stood still for `quiet` seconds, or those that have when the oldest has waited `longest`.

    A file that is gone by now, or cannot be looked at any more, counts as if it had never come.
    """
    states = {file: state for file, path in files.items() if (state := _state(path)) is not None}
    memory = {file: _seen(state, before.get(file), now) for file, state in states.items()}
    ready = [file for file, state in states.items() if now - memory[file][3] >= quiet and still(state, quiet, now)]
    if not states:
        return Decision("", "没有新文件。 / No new file.", memory)
    waited = now - min(seen[4] for seen in memory.values())
    if not ready or (len(ready) < len(states) and waited < longest):
        moving = len(states) - len(ready)
        return Decision(
            "", f"{moving} 个新文件还没有静止满 {quiet:.0f} 秒。 / Not yet still: {moving} new file(s).", memory
        )
    looks = json.dumps({file: memory[file][:3] for file in sorted(ready)})
    return Decision(hashlib.sha256(looks.encode()).hexdigest()[:20], f"{len(ready)} 个新文件 new file(s)", memory)


def closed_told(closed: Mapping[str, str]) -> str:
    """What cannot be looked at, for the one who reads the sensor's tick; empty where there is nothing."""
    if not closed:
        return ""
    some = "；".join(f"{name}：{why}" for name, why in sorted(closed.items())[:_NAMED])
    return (
        f" 收件箱里有 {len(closed)} 处打不开，请检查权限。 / Cannot be opened: {len(closed)}; check the modes. {some}"
    )


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _seen(stat: os.stat_result, before: list[Any] | None, now: float) -> list[Any]:
    state = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
    if before is None:
        return [*state, now, now]
    return [*state, before[3] if before[:3] == state else now, before[4]]
