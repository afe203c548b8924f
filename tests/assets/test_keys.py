"""The keys of an installation: made once, private, never shown."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assets import keys
from assets.keys import KeyProblem, load_keys


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    first = load_keys(tmp_path)
    again = load_keys(tmp_path)
    assert first.pseudonym == again.pseudonym and len(first.pseudonym) == 32
    assert first.fingerprint == again.fingerprint
    assert mode(tmp_path / "keys") == 0o700
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [keys.PSEUDONYM_KEY, keys.SIGNING_KEY]
    assert {mode(path) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert load_keys(tmp_path / "other").pseudonym != first.pseudonym


def test_two_processes_that_begin_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_keys(tmp_path), range(8)))
    assert len({k.pseudonym for k in found}) == 1 and len({k.fingerprint for k in found}) == 1


def test_keys_are_shown_by_nothing(tmp_path: Path) -> None:
    found = load_keys(tmp_path)
    assert repr(found) == "Keys()"


def test_an_unusable_key_is_named_and_not_shown(tmp_path: Path) -> None:
    load_keys(tmp_path)
    path = tmp_path / "keys" / keys.SIGNING_KEY
    path.write_bytes(b"secret rubbish")
    with pytest.raises(KeyProblem, match=keys.SIGNING_KEY) as error:
        load_keys(tmp_path)
    assert "rubbish" not in str(error.value)
    (tmp_path / "keys" / keys.PSEUDONYM_KEY).write_bytes(b"short")
    with pytest.raises(KeyProblem, match="5 bytes, not 32"):
        load_keys(tmp_path)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    load_keys(tmp_path)
    (tmp_path / "keys" / keys.PSEUDONYM_KEY).chmod(0o644)
    with pytest.raises(KeyProblem, match="others may read it"):
        load_keys(tmp_path)


def test_looking_for_the_homes_key_makes_none(tmp_path: Path) -> None:
    assert keys.home_public_key(tmp_path) is None
    assert not (tmp_path / "keys").exists()
    made = load_keys(tmp_path)
    found = keys.home_public_key(tmp_path)
    assert found is not None and keys.fingerprint(found) == made.fingerprint


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_the_fingerprint_is_what_openssl_gives(tmp_path: Path) -> None:
    made = load_keys(tmp_path)
    pem = tmp_path / "public.pem"
    pem.write_bytes(keys.public_pem(made.signing.public_key()))
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", str(pem), "-outform", "DER"], capture_output=True, check=True
    )
    assert made.fingerprint.replace(" ", "") == hashlib.sha256(der.stdout).hexdigest()


def test_a_public_key_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="their key"):
        keys.read_public_key(b"x", "their key")


def test_sealed_values_are_private_and_add_up(tmp_path: Path) -> None:
    keys.seal(tmp_path, {"140105199001011234": "P0"})
    keys.seal(tmp_path, {"13812345678": "T0"})
    assert keys.unseal(tmp_path, "P0") == "140105199001011234"
    assert keys.unseal(tmp_path, "T0") == "13812345678"
    assert keys.unseal(tmp_path, "A0") is None
    assert mode(tmp_path / "sealed") == 0o700
    assert [mode(path) for path in (tmp_path / "sealed").iterdir()] == [0o600]
