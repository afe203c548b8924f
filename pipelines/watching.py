"""When what has arrived is ready to be scanned: plain decisions, which the sensors ask for.

Belongs here: which files are new, whether they stand still, how long they have waited. Does not belong here: Dagster
(`sensors.py`), or reading a file (`assets/deliveries.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.deliveries import still, unread
from assets.delivery_name import read_name
from models.source import load_sources
from pipelines.home import Home

Memory = dict[str, list[Any]]
"""Per file: size, time of modification, time of change (ns), the seconds at which it was first seen so, and the seconds at
which it was first seen at all."""


@dataclass(frozen=True)
class Decision:
    """`key` names the files in their present state, where they are to be scanned now; `told` says why not, or how many."""

    key: str
    told: str
    memory: Memory


def waiting(home: Home, *, feedback: bool) -> dict[str, Path]:
    """New files in the home's inbox: those with judgements, or all others."""
    sources = load_sources()
    found = unread(home.inbox, home.deliveries) if home.inbox.is_dir() else {}
    return {file: path for file, path in found.items() if (read_name(file, sources).source == "feedback") == feedback}


def decide(files: Mapping[str, Path], before: Memory, now: float, quiet: float, longest: float) -> Decision:
    """Scan when every new file has stood still for `quiet` seconds, or those that have when the oldest has waited `longest`."""
    memory = {file: _seen(path, before.get(file), now) for file, path in files.items()}
    ready = [file for file, path in files.items() if now - memory[file][3] >= quiet and still(path, quiet, now)]
    if not files:
        return Decision("", "没有新文件。 / No new file.", memory)
    waited = now - min(memory[file][4] for file in files)
    if not ready or (len(ready) < len(files) and waited < longest):
        moving = len(files) - len(ready)
        return Decision(
            "", f"{moving} 个新文件还没有静止满 {quiet:.0f} 秒。 / Not yet still: {moving} new file(s).", memory
        )
    states = json.dumps({file: memory[file][:3] for file in sorted(ready)})
    return Decision(hashlib.sha256(states.encode()).hexdigest()[:20], f"{len(ready)} 个新文件 new file(s)", memory)


def _seen(path: Path, before: list[Any] | None, now: float) -> list[Any]:
    stat = path.stat()
    state = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
    if before is None:
        return [*state, now, now]
    return [*state, before[3] if before[:3] == state else now, before[4]]
