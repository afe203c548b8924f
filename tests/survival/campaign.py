"""Damaged files go through the door by the batch; afterwards nothing may be lost, and everything must have its reason.

What must hold of every one: the take-in ends and goes on to the next file; the file is read or quarantined whole, with a code
and a reason in both languages; rows read = accepted + quarantined + superseded; and each row of a text file that the damage
left as it was is found again among the accepted or the quarantined rows, unless the whole file is quarantined.
"""

from __future__ import annotations

import hashlib
import re
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

import duckdb
import polars as pl

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.delivery_store import meta_of
from assets.reading.file import ENDINGS
from models.source import load_sources
from tests.survival.corruption import damaged

BATCH = 100
_LARGEST = 2_000_000  # of a sample: mutants by the thousand are made of small files


@dataclass(frozen=True)
class Mutant:
    name: str
    damage: str
    content: bytes
    lines: tuple[bytes, ...]
    """The lines of the sample that stand in the mutant as they were."""

    @property
    def sha(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Outcome:
    """Counts of a campaign, and what broke a promise."""

    mutants: int = 0
    read: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def memory(self) -> int:
        """Most that any reading process held, in MB."""
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def samples(folder: Path) -> list[Path]:
    """The files of a folder that are damaged: those that could be read, and not too large."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    return [path for path in found if 0 < path.stat().st_size <= _LARGEST]


def mutants(files: Sequence[Path], seed: int, first: int, many: int) -> Iterator[Mutant]:
    """Mutants number `first` to `first + many - 1` of a seed: each can be made again alone."""
    for number in range(first, first + many):
        random = Random(f"{seed}-{number}")
        path = random.choice(files)
        original = path.read_bytes()
        damage, content, ending = damaged(random, original, path.suffix.lower())
        kept = tuple(_lines_left(original, content)) if path.suffix.lower() == ".csv" else ()
        yield Mutant(f"{path.stem}_x{number}{ending}", damage, content, kept)


def run(files: Sequence[Path], scratch: Path, seed: int, first: int, many: int, outcome: Outcome) -> None:
    """One batch: an inbox of mutants, taken in and accepted; then every promise is checked."""
    inbox, deliveries = scratch / "inbox", scratch / "deliveries"
    inbox.mkdir(parents=True)
    batch = list(mutants(files, seed, first, many))
    for mutant in batch:
        (inbox / mutant.name).write_bytes(mutant.content)
    sources = load_sources()
    began: list[float] = []
    take_in(inbox, deliveries, sources, progress=lambda file: began.append(time.monotonic()))
    began.append(time.monotonic())
    outcome.slowest = max(outcome.slowest, *(after - before for before, after in pairwise(began)))
    for mutant in batch:
        outcome.mutants += 1
        outcome.read[mutant.damage.partition("+")[0]] += 1
        told = f"seed {seed}, {mutant.name}, {mutant.damage}"
        outcome.broken += [f"{told}: {problem}" for problem in _problems(mutant, deliveries, outcome)]
    with duckdb.connect() as connection:
        accept(connection, deliveries, sources)
        wrong = connection.execute(
            "SELECT file FROM delivered.files WHERE rows_read <> rows_accepted + rows_quarantined + rows_superseded OR rows_superseded < 0"
        ).fetchall()
        listed = {name for (name,) in connection.execute("SELECT file FROM delivered.files").fetchall()}
    outcome.broken += [f"seed {seed}, {name}: the accounting does not add up" for (name,) in wrong]
    outcome.broken += [f"seed {seed}, {mutant.name}: not listed" for mutant in batch if mutant.name not in listed]


def _problems(mutant: Mutant, deliveries: Path, outcome: Outcome) -> Iterator[str]:
    meta = meta_of(deliveries, mutant.sha)
    if meta["status"] == "quarantined":
        outcome.reasons[meta["reason_code"]] += 1
        if not re.fullmatch(r".*[\u4e00-\u9fff].* / .+", meta["reason"], re.DOTALL):
            yield f"no reason in both languages: {meta['reason']!r}"
        if meta["reason_code"] == "reader_failed" and "PanicException" not in meta["reason"]:
            yield meta["reason"]  # a fault of our own; a native reader may well panic
        return
    outcome.reasons["read"] += 1
    accepted = pl.read_parquet(deliveries / f"{mutant.sha}.parquet")
    quarantined = pl.read_parquet(deliveries / f"{mutant.sha}.quarantine.parquet")
    outcome.rows["accepted"] += accepted.height
    outcome.rows["quarantined"] += quarantined.height
    if (accepted.height + quarantined.height, quarantined.height) != (meta["rows_read"], meta["rows_quarantined"]):
        yield "the record does not agree with the rows"
    if quarantined.select(pl.any_horizontal(pl.col("reason", "reason_code").is_null())).to_series().any():
        yield "a row is quarantined without a reason"
    yield from lost(mutant, accepted, quarantined)


def lost(mutant: Mutant, accepted: pl.DataFrame, quarantined: pl.DataFrame) -> Iterator[str]:
    """Lines that the damage left as they were, and that nothing tells of."""
    kept = "\n".join(quarantined["row"].to_list())
    texts = accepted.select(pl.concat_str(pl.all().cast(pl.String).fill_null(""), separator="|")).to_series()
    held = "\n".join([*texts.to_list(), kept]).upper()
    for line in mutant.lines:
        tokens = _tokens(line)
        if tokens and not any(token in held for token in tokens):
            yield f"a row is lost: the one with {tokens[0]}"
            return


def _lines_left(original: bytes, content: bytes) -> Iterator[bytes]:
    there = set(content.replace(b"\r\n", b"\n").split(b"\n")[1:-1])
    lines = original.replace(b"\r\n", b"\n").split(b"\n")
    for line in lines:
        if line in there and b'"' not in line:
            yield line


def _tokens(line: bytes) -> list[str]:
    """Cells by which the row can be found again: runs of capital letters and digits with both in them."""
    found = re.findall(rb"(?<![\w.-])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{12,}(?![\w.-])", line)
    return [token.decode() for token in found]
