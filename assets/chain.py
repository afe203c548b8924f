"""The line of publications: what a scan is called, which publication is the newest, and whether it still stands.

Here: fingerprints, names and hashes. Not here: writing a publication (`publication.py`) or proving one
(`verification.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SUMS, SIGNATURE, PUBLIC_KEY, MANIFEST = "SHA256SUMS", "SHA256SUMS.sig", "public_key.pem", "manifest.json"


class PublicationProblem(Exception):
    """A publication that cannot be written; the message says why and what to do."""


def fingerprint(*, inputs: Iterable[str], parameters: Any, code: str, reveal: bool, previous: str | None) -> str:
    """One hash over what a scan rests on: its input files' hashes in any order, the parameters in force, the code's
    version, whether it reveals, and the hash of the previous publication's SHA256SUMS."""
    parts = {
        "inputs": sorted(inputs), "parameters": parameters, "code": code, "reveal": reveal, "previous": previous
    }  # fmt: skip
    return hashlib.sha256(json_text(parts).encode()).hexdigest()


def scan_id(as_of: date, fingerprint: str) -> str:
    return f"{as_of.isoformat()}-{fingerprint[:12]}"


def publications(root: Path) -> list[Path]:
    """The publications in a folder, by name; what is being written has a dot before its name and is none."""
    if not root.is_dir():
        return []
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".") and (p / SUMS).is_file())


def sums_hash(publication: Path) -> str:
    """The hash by which the next publication names this one."""
    return hashlib.sha256((publication / SUMS).read_bytes()).hexdigest()


def read_manifest(publication: Path) -> dict[str, Any]:
    return json.loads((publication / MANIFEST).read_text(encoding="utf-8"))


def is_plan(folder: Path) -> bool:
    """Is the signed folder an inspection plan? One whose manifest cannot be read is none."""
    try:
        return read_manifest(folder).get("kind") == "plan"
    except (OSError, ValueError, AttributeError):
        return False


def previous_publication(root: Path) -> Path | None:
    """The end of the chain: the publication that no other one names. A fork is an error, for a new publication could
    follow only one of its ends."""
    found = {sums_hash(path): path for path in publications(root)}
    named = {(read_manifest(path).get("previous") or {}).get("sha256sums") for path in found.values()}
    ends = [path for digest, path in found.items() if digest not in named]
    if len(ends) > 1:
        names = ", ".join(sorted(path.name for path in ends))
        raise PublicationProblem(f"{root}: the chain has {len(ends)} ends ({names}); run `skillwatch verify --chain`")
    return ends[0] if ends else None


def standing(
    root: Path, *, as_of: date, inputs: Iterable[str], parameters: Any, code: str, reveal: bool
) -> Path | None:
    """The newest publication, where a scan over these would only repeat it: nothing is written then."""
    newest = previous_publication(root)
    if newest is None:
        return None
    before = (read_manifest(newest).get("previous") or {}).get("sha256sums")
    same = fingerprint(inputs=inputs, parameters=parameters, code=code, reveal=reveal, previous=before)
    return newest if newest.name == scan_id(as_of, same) else None


def month_end(as_of: str) -> bool:
    """Is it the last day of a month? Then the publication is the month's, and waits to be signed off."""
    day = date.fromisoformat(as_of)
    return (day + timedelta(days=1)).day == 1


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_text(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, default=str)
