"""The format of a home, and the way from every released one to the present.

Belongs here: HOME/format.json, and one step per change of what a home keeps (deliveries, portal, plans). Publications never change,
and the warehouse is built again, so neither needs a step. A step may be run twice: what broke off is begun anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

FORMAT = 2
_FILE = "format.json"


class FormatProblem(RuntimeError):
    """The home is of a format that this program does not know; the message says what to do."""


def _clear_half_written(root: Path) -> None:
    """0.1.0 left files of a broken-off take-in beside the deliveries; they were never read again."""
    for part in (root / "deliveries").glob("*.part"):
        part.unlink(missing_ok=True)


# Format to which a step leads -> the step.
_STEPS: Mapping[int, Callable[[Path], None]] = {2: _clear_half_written}


def bring_forward(root: Path) -> int:
    """Bring a home to the present format and return the one it had. Raises FormatProblem for one of a later release."""
    found = _format_of(root)
    if found > FORMAT:
        raise FormatProblem(
            f"{root} 由更新的版本写成（格式 {found}，本版本只认到 {FORMAT}）；请升级 skillwatch，或恢复旧备份到另一个目录。 / "
            f"{root} was written by a later release (format {found}, this one knows {FORMAT}): upgrade, or restore an older backup elsewhere."
        )
    for step in range(found + 1, FORMAT + 1):
        _STEPS[step](root)
    if found < FORMAT or not (root / _FILE).exists():
        part = root / f".{_FILE}.{os.getpid()}"
        part.write_text(json.dumps({"format": FORMAT, "skillwatch": version("skillwatch")}) + "\n", encoding="utf-8")
        part.replace(root / _FILE)
    return found


def _format_of(root: Path) -> int:
    """What the home says; without a word it is of 0.1.0 where something was delivered already, else new."""
    path = root / _FILE
    if not path.exists():
        return 1 if (root / "deliveries" / "index.json").exists() else FORMAT
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise FormatProblem(
            f"{path} 读不懂；请从备份恢复这个文件。 / {path} cannot be read: restore it from the backup."
        ) from error
