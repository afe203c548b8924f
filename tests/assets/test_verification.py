"""Whatever is changed in a publication, or in their line, is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assets import chain, keys
from assets.publication import sums_text
from assets.verification import CHANGED, NO_KEY, OK, verify, verify_chain, verify_command
from tests.assets.made_up import KEY, OTHER_KEY, SCAN, frames, publish

NAMES = ["2022-02-28-aaaaaaaaaaaa", "2022-03-31-bbbbbbbbbbbb", "2022-04-30-cccccccccccc"]
SMALL = frames(1)


def kinds(path: Path, key: Path | None = None) -> set[tuple[str, str]]:
    return {(problem.kind, problem.where) for problem in verify(path, key).problems}


def write(path: Path, content: bytes) -> None:
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "expected.pem"
    path.write_bytes(keys.public_pem(KEY.public_key()))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return publish(tmp_path / "publications", tables=SMALL)


@pytest.fixture
def line(tmp_path: Path) -> Path:
    root, previous = tmp_path / "chain", None
    for name in NAMES:
        previous = publish(root, name, tables=SMALL, previous=previous)
    return root


def test_what_was_not_changed_is_ok_only_with_a_key_to_compare(folder: Path, key: Path) -> None:
    good = verify(folder, key)
    assert (good.problems, good.exit_code, good.compared) == ((), OK, True)
    assert good.files == 16
    alone = verify(folder)
    assert alone.exit_code == NO_KEY and alone.fingerprint == keys.fingerprint(KEY.public_key())
    assert alone.fingerprint in str(alone) and "OK" not in str(alone)


def test_the_homes_own_key_is_the_one_to_compare(tmp_path: Path) -> None:
    mine = keys.load_keys(tmp_path)
    folder = publish(tmp_path / "publications", key=mine.signing, tables=SMALL)
    assert verify(folder, home=tmp_path).exit_code == OK
    assert verify(publish(tmp_path / "others", tables=SMALL), home=tmp_path).exit_code == CHANGED
    told, code = verify_command(folder, key=None, keys_folder=tmp_path / "keys", chain=True)
    assert code == OK and told.startswith("OK: 1 publication(s), 16 files")
    told, code = verify_command(folder, key=None, keys_folder=tmp_path / "elsewhere" / "keys")
    assert code == NO_KEY and not (tmp_path / "elsewhere").exists()
    bad = tmp_path / "bad.pem"
    bad.write_bytes(b"x")
    assert verify_command(folder, key=bad, keys_folder=tmp_path / "keys") == (
        f"{bad}: no public key in PEM; the key is the public_key.pem of a publication", CHANGED,
    )  # fmt: skip


def test_every_changed_or_missing_file_is_named(folder: Path, key: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, before = path.relative_to(folder).as_posix(), path.read_bytes()
        write(path, before[:-1] + bytes([before[-1] ^ 1]))
        found = verify(folder, key)
        assert found.exit_code == CHANGED, name
        assert name in {problem.where for problem in found.problems} or name == "SHA256SUMS"
        assert name in str(found)
        path.unlink()
        assert ("missing", name) in kinds(folder, key)
        write(path, before)
    assert kinds(folder, key) == set()


def test_a_file_that_came_later_is_named(folder: Path, key: Path) -> None:
    write(folder / "reports" / "more.parquet", b"x")
    assert kinds(folder, key) == {("extra", "reports/more.parquet")}


def test_a_link_is_no_file(folder: Path, key: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "cases.csv", tmp_path / "copy.csv")
    (folder / "cases.csv").unlink()
    (folder / "cases.csv").symlink_to(tmp_path / "copy.csv")
    assert kinds(folder, key) == {("changed", "cases.csv")}


def test_who_changes_a_file_and_its_hash_cannot_sign(folder: Path, key: Path) -> None:
    write(folder / "cases.csv", b"nothing to see")
    write(folder / "SHA256SUMS", sums_text(folder).encode())
    assert kinds(folder, key) == {("signature", "SHA256SUMS.sig")} == kinds(folder)


def test_who_signs_anew_has_another_key(folder: Path, key: Path) -> None:
    write(folder / "cases.csv", b"nothing to see")
    write(folder / "public_key.pem", keys.public_pem(OTHER_KEY.public_key()))
    sums = sums_text(folder).encode()
    write(folder / "SHA256SUMS", sums)
    write(folder / "SHA256SUMS.sig", OTHER_KEY.sign(sums))
    assert kinds(folder, key) == {("key", "public_key.pem"), ("signature", "SHA256SUMS.sig")}
    assert verify(folder).exit_code == NO_KEY, "without a key to compare nobody is told that all is well"


@pytest.mark.parametrize("line_", ["rubbish", f"{'0' * 64}  ../outside", f"{'0' * 64}  /etc/hosts"])
def test_hashes_of_what_is_not_in_the_folder_are_refused(folder: Path, key: Path, line_: str) -> None:
    sums = folder / "SHA256SUMS"
    write(sums, sums.read_bytes() + line_.encode() + b"\n")
    assert ("unreadable", "SHA256SUMS") in kinds(folder, key)


def test_a_folder_with_another_name_is_named(folder: Path, key: Path) -> None:
    other = folder.rename(folder.with_name("2022-03-01-0123456789ab"))
    assert kinds(other, key) == {("chain", "manifest.json")}


def test_an_unbroken_line_is_ok(line: Path, key: Path) -> None:
    good = verify_chain(line, key)
    assert good.exit_code == OK and good.publications == 3
    assert verify_chain(line).exit_code == NO_KEY
    assert verify_chain(line / "none", key).exit_code == CHANGED
    newest = chain.sums_hash(line / NAMES[2])
    assert verify_chain(line, key, newest=newest).exit_code == OK


def drop_first(root: Path) -> None:
    shutil.rmtree(root / NAMES[0])


def drop_middle(root: Path) -> None:
    shutil.rmtree(root / NAMES[1])


def exchange(root: Path) -> None:
    (root / NAMES[0]).rename(root / "x")
    (root / NAMES[1]).rename(root / NAMES[0])
    (root / "x").rename(root / NAMES[1])


def sign_the_middle_again(root: Path) -> None:
    folder = root / NAMES[1]
    write(folder / "cases.csv", b"nothing to see")
    sums = sums_text(folder).encode()
    write(folder / "SHA256SUMS", sums)
    write(folder / "SHA256SUMS.sig", KEY.sign(sums))


def begin_anew(root: Path) -> None:
    publish(root, "2022-05-31-dddddddddddd", tables=SMALL)


def fork(root: Path) -> None:
    publish(root, "2022-05-31-dddddddddddd", tables=SMALL, previous=root / NAMES[0])


def another_hand(root: Path) -> None:
    publish(root, "2022-05-31-dddddddddddd", key=OTHER_KEY, tables=SMALL, previous=root / NAMES[2])


def rewrite_the_manifest(root: Path) -> None:
    path = root / NAMES[2] / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["previous"] = {"scan_id": NAMES[0], "sha256sums": chain.sums_hash(root / NAMES[0])}
    write(path, json.dumps(told).encode())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (drop_first, f"{NAMES[1]}: follows {NAMES[0]}, which is missing"),
        (drop_middle, f"{NAMES[2]}: follows {NAMES[1]}, which is missing"),
        (exchange, "renamed or exchanged"),
        (sign_the_middle_again, f"{NAMES[2]}: follows {NAMES[1]}, which is missing or was changed"),
        (begin_anew, "each claim to be the first"),
        (fork, "the chain forks"),
        (another_hand, "2 different keys"),
        (rewrite_the_manifest, f"{NAMES[2]}/manifest.json: was changed"),
    ],
)
def test_what_breaks_the_line_is_named(line: Path, harm: Callable[[Path], None], words: str) -> None:
    harm(line)
    broken = verify_chain(line)
    assert broken.exit_code == CHANGED
    assert words in str(broken)


def test_only_a_note_kept_elsewhere_shows_that_the_end_was_taken_away(line: Path, key: Path) -> None:
    newest = chain.sums_hash(line / NAMES[2])
    shutil.rmtree(line / NAMES[2])
    assert verify_chain(line, key).exit_code == OK
    for written_down in (newest, NAMES[2]):
        assert "newest" in str(verify_chain(line, key, newest=written_down))


def test_the_made_up_publication_is_what_the_tests_think(folder: Path) -> None:
    assert folder.name == SCAN
