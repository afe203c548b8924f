"""What a nightly scan costs when one city has delivered one more period, beside a full scan of the same files.

    python -m benchmarks.nightly --size medium          # or --inbox FOLDER, whose file names tell city and period

Scans as an operator does, each in a process of its own: everything at once in a new home; then, in another, everything but
what one city has delivered for one period, that after it, and once more with nothing new. Prints Markdown: processor and wall
seconds and their ratio to the full scan. Publications of the full and the nightly scan must hold the same cases.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.delivery_name import read_name
from models.source import load_sources

COMPARED = ("rule_id", "subject_key", "claim_ids", "amount_at_risk", "rating", "explanation_zh")
"""Of a case; its history is not the same in a home that has seen an earlier scan."""


@dataclass(frozen=True)
class Scan:
    """What one scan told, and what it cost in seconds."""

    publication: Path
    rows: int
    processor: float
    wall: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--inbox", type=Path)
    chosen.add_argument("--size")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(report(given.inbox, Path(folder)) if given.inbox else made(given.size, Path(folder)))


def made(size: str, root: Path) -> str:
    """The report on a made-up province."""
    from models.province.simulate import simulate

    print(f"simulating a province of size {size}", file=sys.stderr)
    simulate(root, size)
    return report(root / "inbox", root)


def report(inbox: Path, root: Path) -> str:
    """The table of ratios for the files of an inbox."""
    late = one_delivery_of_a_city(inbox)
    full, early = root / "full", root / "early"
    shutil.copytree(inbox, early, ignore=lambda folder, names: [name for name in names if Path(folder, name) in late])
    whole = scan(inbox, full)
    # the same keys, or case ids and pseudonyms would be others
    shutil.copytree(full / "keys", root / "nightly" / "keys")
    scan(early, root / "nightly")
    for path in late:
        shutil.copy2(path, early / path.relative_to(inbox))
    nightly = scan(early, root / "nightly")
    again = scan(early, root / "nightly")
    if cases(whole.publication) != cases(nightly.publication):
        raise SystemExit("The nightly scan found other cases than the full one.")
    rows = [("full", whole), ("nightly", nightly), ("nothing new", again)]
    return "\n".join([
        f"{whole.rows:,} rows; the nightly scan finds {len(late)} new files: {', '.join(sorted({told(path) for path in late}))}.",
        "",
        "| scan | processor s | wall s | × full (processor) | × full (wall) |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {one.processor:.1f} | {one.wall:.1f} | {one.processor / whole.processor:.2f} | {one.wall / whole.wall:.2f} |"
            for name, one in rows
        ),
    ])  # fmt: skip


def one_delivery_of_a_city(inbox: Path) -> set[Path]:
    """The files of one city and period: of those with the most files the newest, of these the first city."""
    sources = load_sources()
    groups: dict[tuple[str, str], set[Path]] = defaultdict(set)
    for path in sorted(inbox.rglob("*")):
        name = read_name(path.relative_to(inbox).as_posix(), sources)
        if path.is_file() and name.city and name.period:
            groups[name.period, name.city].add(path)
    if not groups:
        raise SystemExit(f"No file name in {inbox} tells a city and a period.")
    most = max(len(files) for files in groups.values())
    newest = max(period for (period, _), files in groups.items() if len(files) == most)
    return groups[
        newest, min(city for (period, city), files in groups.items() if period == newest and len(files) == most)
    ]


def told(path: Path) -> str:
    """City and period of a file, as its name tells them."""
    name = read_name(path.name, load_sources())
    return f"{name.city} {name.period}"


def scan(inbox: Path, home: Path) -> Scan:
    """One scan from the shell."""
    command = [sys.executable, "-m", "pipelines.cli", "scan", "--inbox", str(inbox), "--home", str(home), "--json"]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    out = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"The scan of {inbox} did not finish: {out}")
    return Scan(
        Path(out["publication"]), out["rows_read"], usage.ru_utime + usage.ru_stime, time.perf_counter() - started
    )


def cases(publication: Path) -> list[tuple[object, ...]]:
    """What the publication says of each case, whenever it was seen first."""
    frame = pl.read_parquet(publication / "cases.parquet").select(COMPARED)
    return sorted(frame.with_columns(pl.col("claim_ids").list.join(";")).rows(), key=str)


if __name__ == "__main__":
    main()
