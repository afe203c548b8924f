"""The audit log: what is written down, and that no line of it can be changed, moved, put in or taken away unseen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.case import case_id
from pipelines.home import Home
from portal.audit import HEAD, LOG, AuditLog, audit_command, verify_audit
from portal.state import Portal
from tests.portal.conftest import PASSWORD, SignIn, csrf_of
from tests.portal.made_up import CLASS, SECOND

CASE = f"/publications/{SECOND}/cases/{case_id(b'k' * 32, 'night_class', CLASS)}"


@pytest.fixture
def written(portal: Portal) -> Portal:
    for place in range(6):
        portal.audit.add("li", "download", f"file {place}", "10.0.0.1", why="检查")
    return portal


def problems(portal: Portal) -> list[str]:
    return verify_audit(portal.folder, portal.keys.signing.public_key())[0]


def lines(portal: Portal) -> list[str]:
    return (portal.folder / LOG).read_text(encoding="utf-8").splitlines(keepends=True)


def test_a_log_as_it_was_written_is_whole(written: Portal) -> None:
    assert verify_audit(written.folder, written.keys.signing.public_key()) == ([], 6)
    assert (written.folder / LOG).stat().st_mode & 0o077 == 0


def test_any_changed_character_is_found(written: Portal) -> None:
    log = written.folder / LOG
    whole = log.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1
        log.write_bytes(bytes(changed))
        assert problems(written), f"byte {place}"


@pytest.mark.parametrize(
    "tamper",
    [
        lambda rows: rows[:-1], lambda rows: rows[1:], lambda rows: rows[:2] + rows[3:], lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]],
        lambda rows: [*rows[:3], rows[2], *rows[3:]], lambda rows: [*rows, rows[-1]], lambda rows: [], lambda rows: [*rows, "nonsense\n"],
    ],
    ids=["cut", "beheaded", "hole", "swapped", "doubled", "appended", "emptied", "nonsense"],
)  # fmt: skip
def test_missing_moved_and_added_lines_are_found(written: Portal, tamper) -> None:
    (written.folder / LOG).write_text("".join(tamper(lines(written))), encoding="utf-8")
    assert problems(written)


def test_a_log_written_anew_lacks_the_signature(written: Portal, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    forger = AuditLog(tmp_path, Ed25519PrivateKey.generate())
    forger.add("li", "sign_in")
    for name in (LOG, HEAD):
        (tmp_path / name).rename(written.folder / name)
    assert problems(written) == ["audit.head was not signed with this installation's key"]


def test_a_removed_log_is_found(written: Portal) -> None:
    (written.folder / LOG).unlink()
    assert problems(written)
    (written.folder / HEAD).unlink()
    assert "accounts.json" in problems(written)[0], "an account is never made without a line"
    assert audit_command(written.home.root, None)[1] == 1


def test_where_there_is_no_log_nothing_is_called_in_order(written: Portal) -> None:
    shutil.rmtree(written.folder)
    told, code = audit_command(written.home.root, None)
    assert code == 0 and "没有审计日志" in told and "OK" not in told


def test_many_write_at_once_and_none_is_lost(home: Home, portal: Portal) -> None:
    other = AuditLog(portal.folder, portal.keys.signing)
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: (portal.audit if i % 2 else other).add("li", "download", str(i)), range(60)))
    assert sorted(numbers) == list(range(1, 61)) and problems(portal) == []


def test_the_command_proves_it(written: Portal) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines.cli", "verify", "--audit", "--home", str(written.home.root), *more]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})

    assert run().returncode == 0
    both = run(str(written.home.publications / SECOND))
    assert both.returncode == 0 and "6 line" in both.stdout
    (written.folder / LOG).write_text("".join(lines(written)[1:]), encoding="utf-8")
    broken = run(str(written.home.publications / SECOND))
    assert broken.returncode == 1 and "line 1" in broken.stdout


def test_what_people_do_is_written_down(signed_in: SignIn, portal: Portal) -> None:
    officer = signed_in("officer")
    officer.get(CASE)
    officer.get(f"/publications/{SECOND}/downloads/cases.csv")
    officer.get("/audit")
    officer.post("/sign-out", data={"csrf": csrf_of(officer)})
    assert [line.action for line in reversed(portal.audit.newest(9))] == [
        "view_case",
        "download",
        "refused",
        "sign_out",
    ]
    assert {line.account for line in portal.audit.newest(9)} == {"officer"}
    admin = signed_in("admin")
    assert "哈希链完整" in admin.get("/audit").text
    assert PASSWORD not in json.dumps(lines(portal))


def test_what_cannot_be_written_down_does_not_happen(signed_in: SignIn, portal: Portal) -> None:
    if os.geteuid() == 0:
        (portal.folder / LOG).mkdir()  # for root no file is read-only
    else:
        portal.folder.chmod(0o500)
    answer = signed_in("viewer").get(f"/publications/{SECOND}/downloads/cases.csv")
    assert answer.status_code == 500 and "SL14" not in answer.text
