"""`skillwatch account` and `skillwatch portal`: what they print, keep, write down and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.home import Home
from portal import serving
from portal.state import open_portal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def run(home: Home, *arguments: str, told: str = ""):
    return CliRunner().invoke(cli, [*arguments, "--home", str(home.root)], input=told)


def test_who_only_asks_makes_no_home_and_no_key(home: Home) -> None:
    for command in (("list",), ("disable", "li.min"), ("password", "li.min", "--generate")):
        refused = run(home, "account", *command)
        assert refused.exit_code == 1 and "不是工作目录" in refused.stderr and not home.root.exists(), command
    home.prepare()
    assert run(home, "account", "list").output == "" and not home.keys.exists()


def test_an_account_from_making_to_shutting_out(home: Home) -> None:
    made = run(
        home,
        "account",
        "add",
        "li.min",
        "--role",
        "inspector",
        "--division",
        "140200",
        "--division",
        "140100",
        "--shown",
        "李敏",
        "--password-stdin",
        told="a long passphrase\n",
    )
    assert made.exit_code == 0 and made.output == "li.min\tinspector\t140100,140200\n"
    accounts = open_portal(home).accounts
    assert accounts.proved("li.min", "a long passphrase")
    generated = run(home, "account", "password", "li.min", "--generate").output.strip()
    assert accounts.proved("li.min", generated) and not accounts.proved("li.min", "a long passphrase")
    assert run(home, "account", "disable", "li.min").exit_code == 0
    assert run(home, "account", "list").output == "li.min\tinspector\t140100,140200\tdisabled\t李敏\n"
    assert not accounts.proved("li.min", generated)
    assert run(home, "account", "disable", "li.min", "--enable").exit_code == 0 and accounts.proved("li.min", generated)
    log = (home.root / "portal" / "audit.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["action"] for line in log.splitlines()] == [
        "account_added",
        "account_password",
        "account_disabled",
        "account_enabled",
    ]
    assert "passphrase" not in log and generated not in log
    assert run(home, "verify", "--audit").exit_code == 0


def test_a_password_is_asked_for_twice(home: Home) -> None:
    asked = run(
        home,
        "account",
        "add",
        "wang",
        "--role",
        "viewer",
        "--division",
        "140000",
        told="a long passphrase\na long passphrase\n",
    )
    assert asked.exit_code == 0 and "a long passphrase" not in asked.output
    assert open_portal(home).accounts.proved("wang", "a long passphrase")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("account", "add", "x y", "--role", "viewer", "--division", "140000", "--generate"), 1),
        (("account", "add", "wang", "--role", "king", "--division", "140000", "--generate"), 2),
        (("account", "add", "wang", "--role", "viewer", "--generate"), 2),
        (("account", "add", "wang", "--role", "viewer", "--division", "太原", "--generate"), 1),
        (("account", "password", "nobody", "--generate"), 1),
        (("account", "disable", "nobody"), 1),
        (("verify",), 2),
    ],
    ids=str,
)
def test_what_is_refused(home: Home, arguments: tuple[str, ...], code: int) -> None:
    assert run(home, *arguments).exit_code == code


def test_the_portal_listens_on_loopback_unless_told_otherwise(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(serving, "serve", lambda home, host, port, proxies: asked.append((host, port)))
    assert run(home, "portal").exit_code == 0 and asked == [("127.0.0.1", 8600)]
    told = run(home, "portal", "--host", "0.0.0.0")
    assert asked[-1][0] == "0.0.0.0" and "https" in told.output
    (home.root / "portal").mkdir(exist_ok=True)
    (home.root / "portal" / "portal.yaml").write_text("color: blue", encoding="utf-8")
    monkeypatch.undo()
    assert run(home, "portal").exit_code == 1
