"""Proves that publications and inspection plans are what was signed, or names what is not.

Here: one folder, the chain of all publications, and the register in which plans were promised. Not here: writing them
(`publication.py`, `plan_folder.py`). Nothing is trusted that lies in the folder itself: a key that lies beside what it
signs proves only that both came from one hand, so without a key to compare with the answer is the fingerprint and exit
code 3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assets.chain import (
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    SUMS,
    file_hash,
    is_plan,
    publications,
    read_manifest,
    sums_hash,
)
from assets.commitments import COMMITMENT, REGISTER, broken, written_down
from assets.keys import KeyProblem, fingerprint, home_public_key, read_public_key

OK, CHANGED, NO_KEY = 0, 1, 3
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\\]+)")


@dataclass(frozen=True)
class Problem:
    """`kind` is missing, extra, changed, unreadable, signature, key or chain; `where` the file or the folder."""

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True)
class VerificationResult:
    problems: tuple[Problem, ...]
    fingerprint: str | None
    compared: bool
    files: int = 0
    publications: int = 1

    @property
    def exit_code(self) -> int:
        if self.problems:
            return CHANGED
        return OK if self.compared else NO_KEY

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if self.problems:
            lines.append(f"NOT as it was signed: {len(self.problems)} problem(s)")
        elif self.compared:
            lines.append(f"OK: {self.publications} publication(s), {self.files} files, as they were signed")
        else:
            lines.append("The files agree with the key beside them, but there is no key to compare that one with.")
            lines.append("Compare this fingerprint with one that reached you another way, or give --key FILE:")
        if self.fingerprint:
            lines.append(f"key {self.fingerprint}")
        return "\n".join(lines)


def verify(publication: Path, key: Path | None = None, home: Path | None = None) -> VerificationResult:
    """One publication or plan: every file's hash, no file too many, the signature, and the key against `key` (a public key
    in PEM) or else the one of `home`; of a plan also its line in the register of commitments, where that lies beside it."""
    result = _signed(publication, _expected(key, home))
    if is_plan(publication) and (publication.parent / REGISTER).is_file():
        return replace(result, problems=(*result.problems, *_promises(publication.parent, [publication])))
    return result


def verify_chain(
    root: Path, key: Path | None = None, home: Path | None = None, newest: str | None = None
) -> VerificationResult:
    """Every publication in `root`, and that they form one line in which none is missing or twice; or every plan in
    `root`, and that the register in which their draws were promised is whole.

    The line itself cannot show that its last links were taken away; `newest`, the SHA256SUMS hash or the name of the
    newest publication as somebody else wrote it down, can.
    """
    folders = publications(root)
    if not folders:
        none = Problem("missing", str(root), "holds no publication")
        return VerificationResult((none,), None, _expected(key, home) is not None, 0, 0)
    expected = _expected(key, home)
    single = [_signed(path, expected) for path in folders]
    problems = [
        Problem(p.kind, f"{path.name}/{p.where}", p.message)
        for path, result in zip(folders, single, strict=True)
        for p in result.problems
    ]
    plans = [path for path in folders if is_plan(path)]
    problems += _line([path for path in folders if path not in plans], newest)
    problems += _promises(root, plans) if plans else ()
    signers = {result.fingerprint for result in single} - {None}
    if len(signers) > 1:
        problems.append(Problem("key", root.name, f"the publications were signed with {len(signers)} different keys"))
    return VerificationResult(
        tuple(problems),
        single[-1].fingerprint,
        single[0].compared,
        sum(result.files for result in single),
        len(folders),
    )


def verify_command(publication: Path, *, key: Path | None, keys_folder: Path, chain: bool = False) -> tuple[str, int]:
    """What the shell prints, and its exit code. The home's key is the one in `keys_folder`."""
    home = keys_folder.parent
    try:
        result = verify_chain(publication.parent, key, home) if chain else verify(publication, key, home)
    except KeyProblem as problem:
        return str(problem), CHANGED
    return str(result), result.exit_code


def _signed(folder: Path, expected: Ed25519PublicKey | None) -> VerificationResult:
    """What can be said of a folder by itself."""
    found, key_problems = _signature(folder, expected)
    problems = (*_hashes(folder), *key_problems, *_manifest(folder))
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    return VerificationResult(problems, fingerprint(found) if found else None, expected is not None, files)


def _expected(key: Path | None, home: Path | None) -> Ed25519PublicKey | None:
    if key is not None:
        return read_public_key(key.read_bytes(), str(key))
    return home_public_key(home) if home is not None else None


def _hashes(folder: Path) -> Iterator[Problem]:
    sums = folder / SUMS
    if not sums.is_file():
        yield Problem("missing", SUMS, "is missing: nothing says what the files were")
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or ".." in Path(match[2]).parts or Path(match[2]).is_absolute() or match[2] in listed:
            yield Problem("unreadable", SUMS, f"line {number} is not a hash and a path inside the publication")
        else:
            listed[match[2]] = match[1]
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }
    for name, digest in listed.items():
        path = there.get(name)
        if path is None:
            yield Problem("missing", name, "is missing")
        elif path.is_symlink():
            yield Problem("changed", name, "is a link, not the file that was signed")
        elif file_hash(path) != digest:
            yield Problem("changed", name, "was changed after it was signed")
    for name in there.keys() - listed.keys() - {SUMS, SIGNATURE}:
        yield Problem("extra", name, "was not signed: it came later")


def _signature(folder: Path, expected: Ed25519PublicKey | None) -> tuple[Ed25519PublicKey | None, list[Problem]]:
    absent = [name for name in (PUBLIC_KEY, SIGNATURE, SUMS) if not (folder / name).is_file()]
    if absent:
        return None, [
            Problem("missing", name, "is missing: the signature cannot be checked") for name in absent if name != SUMS
        ]
    try:
        found = read_public_key((folder / PUBLIC_KEY).read_bytes(), PUBLIC_KEY)
    except KeyProblem:
        return None, [Problem("key", PUBLIC_KEY, "is no Ed25519 public key in PEM")]
    problems = []
    if expected is not None and fingerprint(expected) != fingerprint(found):
        problems.append(Problem("key", PUBLIC_KEY, f"is not the expected key, which is {fingerprint(expected)}"))
    try:
        (expected or found).verify((folder / SIGNATURE).read_bytes(), (folder / SUMS).read_bytes())
    except InvalidSignature:
        problems.append(Problem("signature", SIGNATURE, f"is not the key's signature of {SUMS}"))
    return found, problems


def _manifest(folder: Path) -> list[Problem]:
    if not (folder / MANIFEST).is_file():
        return [] if (folder / SUMS).is_file() else [Problem("missing", MANIFEST, "is missing")]
    try:
        named = read_manifest(folder)["scan_id"]
    except (ValueError, KeyError, TypeError):
        return [Problem("unreadable", MANIFEST, "is no manifest: no JSON object with a scan_id")]
    if named != folder.resolve().name:
        return [Problem("chain", MANIFEST, f"is that of {named}: the folder was renamed or exchanged")]
    return []


def _promises(root: Path, plans: list[Path]) -> Iterator[Problem]:
    """The register of commitments in one piece, with a line for each of these plans."""
    if not (root / REGISTER).is_file():
        yield Problem("missing", REGISTER, "is missing: nothing says what was promised before the draws")
    for number in broken(root):
        yield Problem(
            "chain", REGISTER, f"line {number} does not follow the one before it: a line was changed or taken out"
        )
    for path in plans:
        try:
            promised = json.loads((path / COMMITMENT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # named by _hashes already
        if not written_down(root, promised):
            yield Problem("chain", REGISTER, f"does not hold the commitment of {path.name}")


def _line(folders: list[Path], newest: str | None) -> Iterator[Problem]:
    """One start, every named predecessor there, no two successors of one, no loop."""
    by_hash = {sums_hash(path): path.name for path in folders}
    before: dict[str, str | None] = {}
    for path in folders:
        try:
            previous = read_manifest(path).get("previous")
            before[path.name] = previous["sha256sums"] if previous else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # named by _manifest already
        if previous and previous["sha256sums"] not in by_hash:
            told = previous.get("scan_id", "?")
            yield Problem(
                "chain", path.name, f"follows {told}, which is missing or was changed after this one was written"
            )
    starts = sorted(name for name, digest in before.items() if digest is None)
    if len(starts) > 1:
        yield Problem("chain", ", ".join(starts), "each claim to be the first: the chain was cut or begun anew")
    followers: dict[str, list[str]] = {}
    for name, digest in before.items():
        if digest is not None:
            followers.setdefault(digest, []).append(name)
    for digest, names in sorted(followers.items()):
        if len(names) > 1:
            after = by_hash.get(digest, "one that is missing")
            yield Problem("chain", ", ".join(sorted(names)), f"both follow {after}: the chain forks")
    ends = {name for digest, name in by_hash.items() if digest not in followers}
    if newest is not None and newest not in ends | {digest for digest, name in by_hash.items() if name in ends}:
        yield Problem("chain", newest, "should be the newest publication and is not at the end of the chain")
