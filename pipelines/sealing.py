"""A file that only a passphrase opens: AES-256-GCM in pieces, the key from scrypt.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): the number of each piece and whether it is the last stand
in its nonce, so that pieces can be neither moved, nor dropped, nor cut off the end, without being noticed.
"""

from __future__ import annotations

import secrets
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"skillwatch sealed 1\n"
_SALT, _PREFIX, _TAG = 16, 7, 16
_PIECE = 1 << 20
_COST = {"n": 2**17, "r": 8, "p": 1}  # 128 MiB and about half a second for each guess


class WrongPassphrase(ValueError):
    """The passphrase does not open the file, or the file is not as it was written; nobody can tell the two apart."""

    def __init__(self) -> None:
        super().__init__(
            "口令不对，或备份文件已损坏。 / The passphrase does not open this file, or the file was damaged."
        )


class SealedWriter:
    """Takes bytes, writes them sealed; `close` writes the last piece and leaves the file beneath open."""

    def __init__(self, below: IO[bytes], passphrase: bytes) -> None:
        salt, self._prefix = secrets.token_bytes(_SALT), secrets.token_bytes(_PREFIX)
        below.write(MAGIC + salt + self._prefix)
        self._below, self._box, self._number, self._kept = below, _box(passphrase, salt), 0, bytearray()

    def write(self, content: bytes) -> int:
        self._kept += content
        while len(self._kept) > _PIECE:
            self._seal(bytes(self._kept[:_PIECE]), last=False)
            del self._kept[:_PIECE]
        return len(content)

    def close(self) -> None:
        self._seal(bytes(self._kept), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._below.write(self._box.encrypt(_nonce(self._prefix, self._number, last), piece, MAGIC))
        self._number += 1


class SealedReader:
    """Gives back what a SealedWriter took. Raises WrongPassphrase."""

    def __init__(self, below: IO[bytes], passphrase: bytes) -> None:
        head = below.read(len(MAGIC) + _SALT + _PREFIX)
        self._prefix = head[-_PREFIX:]
        self._below, self._box = below, _box(passphrase, head[len(MAGIC) : len(MAGIC) + _SALT])
        self._number, self._kept = 0, bytearray()
        self._next = below.read(_PIECE + _TAG)

    def read(self, size: int) -> bytes:
        while len(self._kept) < size and self._next:
            following = self._below.read(_PIECE + _TAG)
            try:
                self._kept += self._box.decrypt(_nonce(self._prefix, self._number, not following), self._next, MAGIC)
            except InvalidTag:
                raise WrongPassphrase() from None
            self._number, self._next = self._number + 1, following
        found = bytes(self._kept[:size])
        del self._kept[:size]
        return found


def _box(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, **_COST).derive(passphrase))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
