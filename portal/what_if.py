"""Back-tests that were kept under HOME/backtests, a folder each with the `backtest.json` of `skillwatch backtest --out`.

Belongs here: finding and reading them, and of each only what a scope holds. Does not belong here: any figure of them
(`assets/backtest_report.py`).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.access import Scope

FOLDER = "backtests"
NAME = r"^[\w.\-]{1,80}$"
_FILE = "backtest.json"


def kept(home: Path) -> list[dict[str, Any]]:
    """Name, baseline and figures of each back-test, by name; one that cannot be read is left out."""
    found = []
    for path in sorted((home / FOLDER).glob(f"*/{_FILE}")):
        told = _read(path)
        if told is not None and re.match(NAME, path.parent.name):
            found.append({"name": path.parent.name, **told})
    return found


def find(home: Path, name: str) -> dict[str, Any] | None:
    """One back-test by its folder's name; nothing but a name that is there is ever joined to a path."""
    return next((one for one in kept(home) if one["name"] == name), None)


def within(told: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """What a scope holds of it: for a whole province all of it, else its own cities' lines and its own cases, counted."""
    if scope.whole:
        return told
    cases = [case for case in told["cases"] if scope.sees(case.get("division"))]
    count = {kind: sum(1 for case in cases if case["change"] == kind) for kind in ("new", "gone", "changed")}
    return {
        **told, "cases": cases, "cities": [row for row in told["cities"] if row["key"] and scope.sees(row["key"])], "rules": [], "institutions": [],
        "cases_before": None, "cases_after": None, "cases_gained": count["new"], "cases_lost": count["gone"],
        "cases_changed": count["changed"], "amount_at_risk_before": None, "amount_at_risk_after": None,
        "yuan_gained": None, "yuan_lost": None,  # yuan that no two cases count twice are known for the whole alone
    }  # fmt: skip


def _read(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return told if isinstance(told, dict) and {"baseline", "cases", "cities", "rules"} <= told.keys() else None
    except (OSError, ValueError):
        return None
