"""The keys of one installation, in HOME/keys, and the values behind its pseudonyms, in HOME/sealed.

Here: making them on first use, reading them, and the fingerprint by which people compare a public key. Not here: what
is signed (`publication.py`) and what a pseudonym is (`models/privacy.py`). Nothing here is ever logged, shown by `repr`
or put into a message.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.privacy import PSEUDONYM

SIGNING_KEY = "signing_key.pem"
PSEUDONYM_KEY = "pseudonym.key"
SEALED = "pseudonyms.parquet"
_PSEUDONYM_BYTES = 32


class KeyProblem(Exception):
    """A key that cannot be used; the message names the file, never its contents."""


@dataclass(frozen=True)
class Keys:
    """`signing` signs publications; `pseudonym` makes case ids and pseudonyms."""

    signing: Ed25519PrivateKey = field(repr=False)
    pseudonym: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.signing.public_key())


def load_keys(home: Path) -> Keys:
    """The installation's keys, made on first use. Losing them means new case ids and a new signer: back them up."""
    folder = home / "keys"
    _private_folder(folder)
    signing = _first_use(folder / SIGNING_KEY, _new_signing_key)
    pseudonym = _first_use(folder / PSEUDONYM_KEY, lambda: secrets.token_bytes(_PSEUDONYM_BYTES))
    if len(pseudonym) != _PSEUDONYM_BYTES:
        raise KeyProblem(
            f"{folder / PSEUDONYM_KEY}: {len(pseudonym)} bytes, not {_PSEUDONYM_BYTES}; restore it from the backup"
        )
    try:
        key = serialization.load_pem_private_key(signing, password=None)
    except (ValueError, TypeError):
        raise KeyProblem(f"{folder / SIGNING_KEY}: no private key in PEM; restore it from the backup") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(f"{folder / SIGNING_KEY}: not an Ed25519 key; restore it from the backup")
    return Keys(key, pseudonym)


def home_pseudonym_key(home: Path) -> bytes | None:
    """The home's key of pseudonyms, without making one where there is none."""
    made = all((home / "keys" / name).is_file() for name in (SIGNING_KEY, PSEUDONYM_KEY))
    return load_keys(home).pseudonym if made else None


def home_public_key(home: Path) -> Ed25519PublicKey | None:
    """The home's own public key, without making one where there is none."""
    return load_keys(home).signing.public_key() if (home / "keys" / SIGNING_KEY).is_file() else None


def read_public_key(pem: bytes, where: str) -> Ed25519PublicKey:
    """A public key from PEM; `where` names it in the message."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError):
        raise KeyProblem(f"{where}: no public key in PEM; the key is the public_key.pem of a publication") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyProblem(f"{where}: not an Ed25519 key; the key is the public_key.pem of a publication")
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key in DER, as `openssl pkey -pubin -outform DER | sha256sum` gives it, in groups of four."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(der).hexdigest()
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def seal(home: Path, seen: Mapping[str, str]) -> None:
    """Add the values behind pseudonyms to HOME/sealed; what is already there stays."""
    _write_sealed(home, {**_sealed(home), **{pseudonym: value for value, pseudonym in seen.items()}})


def sealed_pseudonyms(home: Path) -> set[str]:
    """The pseudonyms whose values are sealed, without the values."""
    path = home / "sealed" / SEALED
    return set(pl.read_parquet(path, columns=["pseudonym"])["pseudonym"]) if path.is_file() else set()


def forget_sealed(home: Path, keep: Collection[str]) -> None:
    """Delete the values behind all pseudonyms but those of `keep`; a later scan that names one seals it again."""
    _write_sealed(home, {pseudonym: value for pseudonym, value in _sealed(home).items() if pseudonym in keep})


def unseal(home: Path, pseudonym: str) -> str | None:
    """The value behind one pseudonym; who asks and why is for the caller to write down."""
    return _sealed(home).get(pseudonym)


def unsealed(home: Path, key: str) -> str:
    """A masked key with the sealed values in place of its pseudonyms; one of which nothing is kept stays."""
    values = _sealed(home)
    return re.sub(PSEUDONYM, lambda found: values.get(found[0], found[0]), key)


_SEALED_SCHEMA = {"pseudonym": pl.String, "value": pl.String}


def _sealed(home: Path) -> dict[str, str]:
    path = home / "sealed" / SEALED
    return dict(pl.read_parquet(path).select("pseudonym", "value").iter_rows()) if path.is_file() else {}


def _write_sealed(home: Path, together: Mapping[str, str]) -> None:
    folder = home / "sealed"
    _private_folder(folder)
    frame = pl.DataFrame({"pseudonym": list(together), "value": list(together.values())}, schema=_SEALED_SCHEMA)
    for left in folder.glob(f".{SEALED}.*"):
        left.unlink()
    new = folder / f".{SEALED}.{os.getpid()}"
    new.touch(mode=0o600)
    new.chmod(0o600)
    frame.sort("pseudonym").write_parquet(new)
    new.replace(folder / SEALED)


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _first_use(path: Path, make: Callable[[], bytes]) -> bytes:
    """The file's bytes; where it is missing it appears whole, once, with mode 0600, whoever else is making it."""
    if not path.is_file():
        new = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)  # fails where another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            new.unlink()
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyProblem(f"{path}: others may read it; chmod 600 {path}, or make new keys if others have read it")
    return path.read_bytes()


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
