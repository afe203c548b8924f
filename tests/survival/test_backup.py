"""The home as one file and back: the same bytes, the same cases, and nothing half."""

from __future__ import annotations

import json
import os
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pipelines.backup
from assets.delivery_store import content_hash
from assets.keys import load_keys
from assets.verification import verify
from pipelines.backup import BackupProblem, backup, restore
from pipelines.cli import cli
from pipelines.home import Home
from portal.accounts import Accounts
from portal.audit import AuditLog, audit_command
from portal.state import folder_of
from tests.assets.closed_folders import closed


def run(*arguments: str | Path) -> tuple[int, dict, str]:
    result = CliRunner().invoke(cli, [str(one) for one in arguments])
    told = json.loads(result.stdout) if result.stdout.startswith("{") else {}
    return result.exit_code, told, result.stderr + result.stdout


def held(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file that a backup should hold: bytes and mode by name."""
    left_out = ("warehouse.duckdb", "spill", "scan.lock", "dagster")
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in root.rglob("*")
        if path.is_file() and not path.relative_to(root).as_posix().startswith(left_out) and path.suffix != ".lock"
    }


@pytest.fixture(scope="module")
def home(province: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The scanned province, with a portal that has been used."""
    copied = Home.at(tmp_path_factory.mktemp("backup") / "home")
    shutil.copytree(province.root, copied.root)
    folder = folder_of(copied)
    Accounts(folder).add("li.min", "inspector", ["140100"], "correct horse battery", "李敏")
    AuditLog(folder, load_keys(copied.root).signing).add("(shell)", "account_added", "li.min")
    return copied


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    (tmp_path / "passphrase").write_text("长长的口令 and then some\n", encoding="utf-8")
    return tmp_path / "passphrase"


@pytest.mark.parametrize("secret", [False, True], ids=["plain", "encrypted"])
def test_a_restored_home_is_the_home_and_its_next_scan_finds_nothing_new(
    home: Home, tmp_path: Path, passphrase: Path, secret: bool
) -> None:
    file, again = tmp_path / "home.backup", Home.at(tmp_path / "again")
    with_secret = ("--passphrase-file", passphrase) if secret else ()
    code, told, _ = run("backup", file, "--home", home.root, "--json", *with_secret)
    assert code == 0 and told["encrypted"] == secret and file.stat().st_mode & 0o777 == 0o600
    assert (b"signing_key" in file.read_bytes()) != secret
    code, _, _ = run("restore", file, "--home", again.root, "--json", *with_secret)
    assert code == 0 and held(again.root) == held(home.root)
    if secret:
        return
    code, _, said = run("explain", "C1", "--home", again.root)
    assert code == 1 and "备份不含它" in said, "without the warehouse, which a scan builds anew"
    code, told, _ = run("scan", "--inbox", again.inbox, "--home", again.root, "--json")
    assert code == 0 and told["unchanged"] is True
    assert verify(Path(told["publication"]), home=again.root).exit_code == 0
    assert audit_command(again.root, None)[1] == 0


def test_keys_stay_out_when_they_are_kept_elsewhere(home: Home, tmp_path: Path) -> None:
    file, again = tmp_path / "home.backup", Home.at(tmp_path / "again")
    assert run("backup", file, "--home", home.root, "--without-keys")[0] == 0
    assert load_keys(home.root).pseudonym not in file.read_bytes()
    code, _, said = run("restore", file, "--home", again.root)
    assert code == 0 and not again.keys.exists() and "放回" in said


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "home.backup"
    assert run("backup", file, "--home", home.root)[0] == 0
    code, _, said = run("backup", file, "--home", home.root)
    assert code == 1 and "已存在" in said
    code, _, said = run("restore", file, "--home", home.root)
    assert code == 1 and "不覆盖" in said


def test_a_damaged_or_cut_backup_restores_nothing(home: Home, tmp_path: Path, passphrase: Path) -> None:
    sealed = tmp_path / "sealed.backup"
    plain = tmp_path / "plain.backup"
    assert run("backup", plain, "--home", home.root)[0] == 0
    assert run("backup", sealed, "--home", home.root, "--passphrase-file", passphrase)[0] == 0
    for file, options in ((plain, ()), (sealed, ("--passphrase-file", passphrase))):
        content = file.read_bytes()
        middle = len(content) // 2
        for damaged in (
            content[:middle],
            content[: -len(content) // 3],
            content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        ):
            file.write_bytes(damaged)
            code, _, said = run("restore", file, "--home", tmp_path / "again", *options)
            assert code == 1 and "/" in said and not (tmp_path / "again").exists()
            assert not list(tmp_path.glob(".again*"))


def test_a_wrong_or_missing_passphrase_opens_nothing(home: Home, tmp_path: Path, passphrase: Path) -> None:
    file = tmp_path / "home.backup"
    assert run("backup", file, "--home", home.root, "--passphrase-file", passphrase)[0] == 0
    passphrase.write_text("a wrong one, quite as long", encoding="utf-8")
    code, _, said = run("restore", file, "--home", tmp_path / "again", "--passphrase-file", passphrase)
    assert code == 1 and "口令不对" in said
    passphrase.write_bytes(b"\xff\xfe no text at all")
    code, _, said = run("restore", file, "--home", tmp_path / "again", "--passphrase-file", passphrase)
    assert code == 2 and "UTF-8" in said
    passphrase.write_text("short", encoding="utf-8")
    code, _, said = run("backup", tmp_path / "b", "--home", home.root, "--passphrase-file", passphrase)
    assert code == 2 and "12" in said


@pytest.fixture
def plain_home(tmp_path: Path) -> Home:
    """A home that holds little."""
    home = Home.at(tmp_path / "plain")
    home.prepare()
    home.inbox.mkdir()
    (home.inbox / "a.csv").write_bytes(b"1")
    return home


@pytest.mark.parametrize("secret", [False, True], ids=["plain", "encrypted"])
def test_a_large_file_is_never_held_whole(plain_home: Home, tmp_path: Path, passphrase: Path, secret: bool) -> None:
    large = plain_home.deliveries / f"{'ab' * 32}.parquet"
    with large.open("wb") as file:
        file.seek(64 * 2**20)
        file.write(b"end")
    word = passphrase.read_bytes() if secret else None
    again = Home.at(tmp_path / "again")
    tracemalloc.start()
    try:
        backup(plain_home, tmp_path / "b", passphrase=word, keys=True, warehouse=False, wait=5, say=print)
        restore(tmp_path / "b", again, word)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 16 * 2**20
    assert content_hash(again.deliveries / large.name) == content_hash(large)


def test_two_names_of_one_file_both_come_back(plain_home: Home, tmp_path: Path) -> None:
    os.link(plain_home.inbox / "a.csv", plain_home.inbox / "b.csv")
    backup(plain_home, tmp_path / "b", passphrase=None, keys=True, warehouse=False, wait=5, say=print)
    restore(tmp_path / "b", Home.at(tmp_path / "again"), None)
    assert held(tmp_path / "again") == held(plain_home.root)


def test_a_file_that_changes_meanwhile_or_cannot_be_read_is_told(
    plain_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is gone is left out, one that became shorter or a folder that refuses leaves no backup at all."""
    (plain_home.inbox / "a.csv").write_bytes(b"1" * 1_000_000)
    wishes: dict[str, Any] = {"passphrase": None, "keys": True, "warehouse": False, "wait": 5.0, "say": print}
    hashed = pipelines.backup._Hashed.read

    def cut(self: Any, size: int) -> bytes:
        piece = hashed(self, size)
        if self._name == "inbox/a.csv":
            (plain_home.inbox / "a.csv").write_bytes(b"")
        return piece

    monkeypatch.setattr(pipelines.backup._Hashed, "read", cut)
    with pytest.raises(BackupProblem, match=r"inbox/a.csv 读不了（变短了"):
        backup(plain_home, tmp_path / "b", **wishes)
    monkeypatch.undo()
    closed(monkeypatch, plain_home.inbox)
    with pytest.raises(BackupProblem, match=r"inbox 读不了（Permission denied"):
        backup(plain_home, tmp_path / "b", **wishes)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    real = list(pipelines.backup._files(plain_home.root, keys=True, warehouse=False))
    monkeypatch.setattr(pipelines.backup, "_files", lambda root, **wishes: iter(real))
    (plain_home.inbox / "a.csv").unlink()
    backup(plain_home, tmp_path / "b", **wishes)
    restore(tmp_path / "b", Home.at(tmp_path / "again"), None)
    assert (tmp_path / "again" / "inbox").is_dir() and not (tmp_path / "again" / "inbox" / "a.csv").exists()


@pytest.mark.parametrize("name", ["plain", "sealed"])
def test_a_backup_of_an_earlier_release_can_be_restored(tmp_path: Path, name: str) -> None:
    """Written before backups were streamed; SHA256SUMS in it, and the text that it holds, are compared."""
    file, again = Path(__file__).parent / "backups" / f"{name}.backup", tmp_path / "again"
    restore(file, Home.at(again), b"an earlier passphrase" if name == "sealed" else None)
    assert (again / "inbox" / "申领.csv").read_text(encoding="utf-8") == "来自早先的备份 of an earlier backup\n"
    assert json.loads((again / "format.json").read_text(encoding="utf-8"))["format"] == 2


def test_a_folder_that_is_no_home_is_not_backed_up(tmp_path: Path) -> None:
    code, _, said = run("backup", tmp_path / "b", "--home", tmp_path / "nowhere")
    assert code == 1 and "不是工作目录" in said and not (tmp_path / "nowhere").exists()
    empty = Home.at(tmp_path / "empty")
    empty.prepare()
    code, _, said = run("backup", tmp_path / "b", "--home", empty.root)
    assert code == 1 and "检查 --home" in said and not (tmp_path / "b").exists()
