"""A scan that computes only what has changed publishes what a scan that computes everything publishes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.chain import previous_publication
from pipelines.home import Home
from tests.conftest import scanned
from tests.survival.sequences import play
from tests.whole_line.test_line import OVER_SCORES


def test_files_corrections_judgements_and_values_give_the_same_bytes(province: Home, tmp_path: Path) -> None:
    assert play(province, tmp_path, 1, ["new files and correction and judgement", "parameters and date"]) == []


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and /proc are of POSIX systems")
def test_a_killed_scan_is_finished_by_the_next_as_if_nothing_had_been() -> None:
    command = [sys.executable, "-m", "tests.survival.kill", "--kills", "1", "--seed", "1"]
    campaign = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert campaign.returncode == 0, campaign.stdout + campaign.stderr


def test_a_corrected_file_reopens_the_cases_that_it_touches_and_no_others(twin: Home, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    shutil.copytree(twin.root, home.root)
    cases, evidence = _newest(home, "cases"), _newest(home, "evidence")
    file, line, case = _a_row_of_one_case(home, cases, evidence)
    touched = set(evidence.filter(pl.col("file") == file)["case_id"])
    other = next(one for one in cases["case_id"] if one not in touched)
    judged = "".join(f"{one},排除,2022-01-01\n" for one in (case, other))
    (home.inbox / "核查反馈_140100_202203.csv").write_text(f"线索编号,核查结论,核查日期\n{judged}", encoding="utf-8")
    scanned(home)
    assert _status(home, case) == _status(home, other) == "dismissed"

    path = home.inbox / file
    lines = path.read_bytes().splitlines(keepends=True)
    correction = f"{path.stem}_更正9{path.suffix}"
    (home.inbox / correction).write_bytes(b"".join([*lines[: line - 1], *lines[line:]]))
    scanned(home)
    touched |= set(_newest(home, "evidence").filter(pl.col("file") == correction)["case_id"])
    changed = set(_newest(home, "changes").filter(~pl.col("rule_id").is_in(OVER_SCORES))["case_id"])
    assert case in changed and changed <= touched
    assert _status(home, case) in ("open", None) and _status(home, other) == "dismissed"


def _newest(home: Home, table: str) -> pl.DataFrame:
    folder = previous_publication(home.publications)
    assert folder is not None
    return pl.read_parquet(folder / f"{table}.parquet")


def _status(home: Home, case: str) -> str | None:
    return next(iter(_newest(home, "cases").filter(pl.col("case_id") == case)["status"]), None)


def _a_row_of_one_case(home: Home, cases: pl.DataFrame, evidence: pl.DataFrame) -> tuple[str, int, str]:
    """A row of a CSV file of claims that stands behind one violation only: its file, its line, the case."""
    of_rules = cases.filter(pl.col("severity") == "violation", ~pl.col("rule_id").is_in(OVER_SCORES))
    rows = (
        evidence.filter(
            pl.col("source") == "claims", pl.col("file").str.ends_with(".csv"), ~pl.col("file").str.contains("更正")
        )
        .with_columns(cases=pl.len().over("file", "line"))
        .filter((pl.col("cases") == 1) & pl.col("case_id").is_in(of_rules["case_id"].to_list()))
        .sort("file", "line")
    )
    file, line, case = rows.select("file", "line", "case_id").row(0)
    return file, line, case
