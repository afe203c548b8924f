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


def commit(folder: Path, promised: Mapping[str, Any]) -> dict[str, Any]:
    """Write a line with ``promised`` and force it onto the disk; returns the line. The same promise again is no new line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REGISTER
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for line in lines:
        known = json.loads(line)
        if all(known.get(name) == value for name, value in promised.items() if name != "written_at"):
            return known
    before = hashlib.sha256(lines[-1].encode()).hexdigest() if lines else None
    entry = {**promised, "number": len(lines) + 1, "previous": before}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def broken(folder: Path) -> list[int]:
    """Numbers of the lines that do not follow the line before them."""
    lines = (folder / REGISTER).read_text(encoding="utf-8").splitlines() if (folder / REGISTER).is_file() else []
    hashes = [None, *(hashlib.sha256(line.encode()).hexdigest() for line in lines)]
    return [
        number
        for number, line in enumerate(lines, start=1)
        if json.loads(line)["previous"] != hashes[number - 1] or json.loads(line)["number"] != number
    ]
