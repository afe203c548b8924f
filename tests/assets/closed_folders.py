"""Folders that refuse, also to root, who may open every real one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest


def closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The folder may not be listed."""
    real = os.scandir

    def scandir(path: Any = ".") -> Any:
        if Path(os.fspath(path)) == folder:
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def without_entry(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The folder may be listed; nothing may be asked of what is in it."""
    real = Path.stat

    def stat(self: Path, **options: Any) -> os.stat_result:
        if self.parent == folder:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, **options)

    monkeypatch.setattr(Path, "stat", stat)
