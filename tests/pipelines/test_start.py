"""What is loaded before anything is asked for: a scan in which nothing has changed, and --help, wait for nothing that they do not use."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("pipelines.cli", ["dagster", "polars", "sqlglot"]),
        (
            "pipelines.scanning",
            ["great_expectations", "pandas", "pypinyin", "scipy.optimize", "scipy.stats", "sklearn"],
        ),
    ],
)
def test_what_is_not_used_is_not_loaded(module: str, unused: list[str]) -> None:
    script = f"import sys, {module}; print([name for name in {unused} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]", f"{module} loads {told.stdout.strip()}: load it where it is used"
