"""Homes of earlier releases are brought forward, those of later ones refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.home import Home, HomeError
from pipelines.migrations import FORMAT, bring_forward


@pytest.fixture
def first_release(tmp_path: Path) -> Home:
    """As 0.1.0 left it: no word of its format, a half-written file of a take-in that broke off."""
    home = Home.at(tmp_path / "home")
    home.deliveries.mkdir(parents=True)
    (home.deliveries / "index.json").write_text('{"arrivals": [], "states": {}}', encoding="utf-8")
    (home.deliveries / f"{'ab' * 32}.part").write_bytes(b"half")
    return home


def test_a_home_of_the_first_release_is_brought_forward(first_release: Home) -> None:
    first_release.prepare()
    assert json.loads((first_release.root / "format.json").read_text(encoding="utf-8"))["format"] == FORMAT
    assert [path.name for path in first_release.deliveries.iterdir()] == ["index.json"]


def test_a_step_that_broke_off_is_begun_anew_and_a_second_time_nothing_happens(first_release: Home) -> None:
    assert bring_forward(first_release.root) == 1
    told = (first_release.root / "format.json").stat().st_mtime_ns
    assert bring_forward(first_release.root) == FORMAT
    assert (first_release.root / "format.json").stat().st_mtime_ns == told


def test_a_new_home_has_the_present_format(tmp_path: Path) -> None:
    Home.at(tmp_path / "home").prepare()
    assert json.loads((tmp_path / "home" / "format.json").read_text(encoding="utf-8"))["format"] == FORMAT


@pytest.mark.parametrize(("text", "told"), [('{"format": 99}', "更新的版本"), ("{", "读不懂"), ("[]", "读不懂")])
def test_a_home_that_is_not_understood_is_left_alone(tmp_path: Path, text: str, told: str) -> None:
    home = Home.at(tmp_path / "home")
    home.root.mkdir()
    (home.root / "format.json").write_text(text, encoding="utf-8")
    with pytest.raises(HomeError, match=told):
        home.prepare()
    assert (home.root / "format.json").read_text(encoding="utf-8") == text
