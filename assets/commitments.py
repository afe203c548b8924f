"""The register of commitments: what was promised before a draw, a line per draw that is never taken back.

A seed that was tried and thrown away leaves its line, so that nobody can draw until the draw pleases. Lines are chained:
each names the hash of the line before it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REGISTER = "commitments.jsonl"
COMMITMENT = "commitment.json"
"""The register's line, as it lies in the plan's own folder."""


def commit(folder: Path, promised: Mapping[str, Any]) -> dict[str, Any]:
    """Write a line with ``promised`` and force it onto the disk; returns the line. The same promise again is no new line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REGISTER
    lines = _lines(folder)
    for line in lines:
        known = _entry(line)
        if known and all(known.get(name) == value for name, value in promised.items() if name != "written_at"):
            return known
    before = hashlib.sha256(lines[-1].encode()).hexdigest() if lines else None
    entry = {**promised, "number": len(lines) + 1, "previous": before}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def broken(folder: Path) -> list[int]:
    """Numbers of the lines that cannot be read or do not follow the line before them."""
    found, before = [], None
    for number, line in enumerate(_lines(folder), start=1):
        entry = _entry(line)
        if entry is None or (entry.get("number"), entry.get("previous")) != (number, before):
            found.append(number)
        before = hashlib.sha256(line.encode()).hexdigest()
    return found


def written_down(folder: Path, promised: Mapping[str, Any]) -> bool:
    """Does the register hold this very line?"""
    return any(_entry(line) == promised for line in _lines(folder))


def _lines(folder: Path) -> list[str]:
    path = folder / REGISTER
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []


def _entry(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
