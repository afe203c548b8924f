"""The doctor finds what is wrong with a home, tells nothing personal, and misses no planted case that is missing."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from checks.rule import read_rules
from pipelines import doctor
from pipelines.cli import cli
from pipelines.doctor import BAD, GOOD, WARNING, examine
from pipelines.home import Home
from tests.conftest import publication_of


def states(home: Home) -> dict[str, str]:
    return {finding.name.split()[0]: finding.state for finding in examine(home, scan_too=False).findings}


def test_a_home_that_is_not_there_yet_is_sound_and_is_not_made(tmp_path: Path) -> None:
    found = states(Home.at(tmp_path / "home"))
    assert set(found.values()) == {GOOD} and not (tmp_path / "home").exists()


def test_a_scanned_home_is_sound(province: Home) -> None:
    found = states(province)
    assert set(found.values()) == {GOOD} and found["权限"] == GOOD and found["数据仓库"] == GOOD


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")  # modes alone do not bind root, under whom CI may run

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refused)
    assert states(Home.at(tmp_path))["工作目录"] == BAD


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_keys_that_others_may_read_are_named(province: Home, tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    shutil.copytree(province.keys, home.keys)
    (home.keys / "pseudonym.key").chmod(0o644)
    (finding,) = [one for one in examine(home, scan_too=False).findings if one.name.startswith("权限")]
    assert finding.state == BAD and "pseudonym.key" in finding.told and "chmod" in finding.told


def test_who_holds_the_home_is_told_and_is_no_fault(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with home.held("scan", 0, print):
        (finding,) = [one for one in examine(home, scan_too=False).findings if one.name.startswith("锁")]
    assert finding.state == WARNING and f"Process {os.getpid()}" in finding.told
    assert states(home)["锁"] == GOOD


def test_a_full_disk_and_a_missing_package_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_BYTES", 1 << 62)
    monkeypatch.setattr(doctor, "PACKAGES", ("duckdb", "no-such-package"))
    found = states(Home.at(tmp_path))
    assert found["磁盘"] == BAD and found["版本"] == BAD and not examine(Home.at(tmp_path), scan_too=False).sound


def test_every_rule_is_proved_and_a_case_that_is_missing_is_named(province: Home, tmp_path: Path) -> None:
    found = {finding.name.split()[0]: finding for finding in doctor._found(province, publication_of(province))}
    assert {finding.state for finding in found.values()} == {GOOD}, [
        finding for finding in found.values() if finding.state != GOOD
    ]
    proved = set(pl.read_parquet(province.truth / "truth.parquet")["rule_id"]) | doctor.OUT_OF_REACH.keys()
    assert all(rule in proved or rule in found["不逐条埋设的规则"].told for rule in read_rules())
    gutted = shutil.copytree(publication_of(province), tmp_path / "gutted")
    cases = pl.read_parquet(gutted / "cases.parquet")
    (gutted / "cases.parquet").chmod(0o644)
    cases.filter(pl.col("rule_id") != "sessions_overlap").write_parquet(gutted / "cases.parquet")
    missed = {finding.name.split()[0]: finding for finding in doctor._found(province, gutted)}
    assert missed["埋设的线索"].state == BAD and "sessions_overlap" in missed["埋设的线索"].told
    assert missed["签名"].state == BAD


def test_the_command_says_sound_or_not_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial scan itself is the same as the province's; here it breaks off, and the shadow goes all the same."""
    monkeypatch.setattr(doctor.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("models.province.simulate.simulate", _empty_inbox)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    result = CliRunner().invoke(cli, ["doctor", "--home", str(tmp_path / "home"), "--json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and not told["ok"]
    assert "无法确定扫描日" in next(one["told"] for one in told["findings"] if one["name"].startswith("试扫描"))
    assert not list(tmp_path.glob("skillwatch-doctor-*")) and os.environ["DAGSTER_HOME"] == str(tmp_path)


def _empty_inbox(home: Path, size: str, seed: int) -> dict[str, int]:
    (home / "inbox").mkdir(parents=True)
    return {"files": 0, "claims": 0}
