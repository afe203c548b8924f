"""HOME/settings.yaml: every line optional, each wrong one named with what is allowed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import yaml

from pipelines.home import SETTINGS_YAML, Home
from pipelines.settings import Settings, SettingsProblem, read_settings


def test_a_new_home_gets_the_commented_defaults_and_keeps_what_is_there(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    home.prepare()
    assert home.settings.read_text(encoding="utf-8") == SETTINGS_YAML.read_text(encoding="utf-8")
    assert read_settings(home) == Settings()
    home.settings.write_text("time_zone: Asia/Urumqi\n", encoding="utf-8")
    home.prepare()
    assert read_settings(home).time_zone == "Asia/Urumqi"


def test_every_example_of_the_template_is_a_setting_and_the_defaults_are_the_code_s() -> None:
    """Uncommented, the template must read; and what it gives as a default must be one."""
    lines = SETTINGS_YAML.read_text(encoding="utf-8").splitlines()
    told = [line[2:] for line in lines if line.startswith("# ") and ":" in line.split("#")[1] and line[2:3].isascii()]
    settings = Settings(**yaml.safe_load("\n".join(line for line in told if not line.startswith(("How", "Copied")))))
    assert settings.alerts.smtp is not None and settings.alerts.webhook is not None
    assert settings.model_copy(update={"alerts": Settings().alerts}) == Settings()
    assert settings.alerts.least_amount == Settings().alerts.least_amount


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nightly_scan: every night", "nightly_scan"),
        ("time_zone: Asia/Peking1", "time_zone"),
        ("inbox: {still_seconds: -1}", "inbox.still_seconds"),
        ("night: 1", "night"),
        ("memory: much", "memory"),
        ("alerts: {smtp: {host: x}}", "alerts.smtp.sender"),
        ("alerts: {webhook: {url: 'ftp://x'}}", "alerts.webhook.url"),
        ("- 1", "list"),
        ("a: [", "settings.yaml"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, told: str) -> None:
    home = Home.at(tmp_path)
    home.settings.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem, match=told):
        read_settings(home)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX systems")
def test_a_new_home_is_the_owner_s_alone(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "new")
    home.prepare()
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (home.root, home.deliveries)] == [0o700, 0o700]
