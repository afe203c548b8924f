"""Random sequences of what reaches a home: a scan that computes only what has changed must publish, byte for byte, what a
scan that computes everything publishes.

    python -m tests.survival.sequences --seeds 5 --steps 5

After every step the home is copied without its warehouse, and both are scanned: same name of the publication, same bytes
of all its files but the manifest (and sums and signature, which follow it). The copy shares deliveries, keys and earlier
publications, for what came when, and what was seen before, is part of what a publication says.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from assets import deltas, slices
from assets.chain import previous_publication
from models.province.simulate import simulate
from pipelines.home import Home
from pipelines.scanning import Summary, scan

APART = {
    "manifest.json",
    "SHA256SUMS",
    "SHA256SUMS.sig",
}  # only the manifest may know a clock; sums and signature follow it
CITIES = ("140100", "140200")


class Bureau:
    """A home whose scans are incremental, what is still to be delivered to it, and what is asked of its scans."""

    def __init__(self, root: Path, deliveries: list[Path], seed: int) -> None:
        self.home = Home.at(root / "home")
        self.home.inbox.mkdir(parents=True)
        self.chance = random.Random(seed)
        self.waiting = self.chance.sample(deliveries, k=len(deliveries))
        self.wishes: dict[str, Any] = {"as_of": None, "parameters": None}

    def new_files(self, many: int = 2) -> None:
        for _ in range(min(many, len(self.waiting))):
            shutil.copy2(self.waiting.pop(), self.home.inbox)

    def correction(self) -> None:
        """A file again, as a correction that lacks its last row."""
        path = self.chance.choice([path for path in sorted(self.home.inbox.glob("*.csv")) if "更正" not in path.name])
        lines = path.read_bytes().splitlines(keepends=True)
        (self.home.inbox / f"{path.stem}_更正{self.chance.randint(2, 9)}.csv").write_bytes(b"".join(lines[:-1]))

    def other_parameters(self) -> None:
        values = self.home.root / "values.yaml"
        values.write_text(
            f'- {{id: directed_cap, value: {self.chance.choice((900, 1700))}, division: "140000", valid_from: 2021-07-08}}\n',
            encoding="utf-8",
        )
        self.wishes["parameters"] = values

    def no_parameters(self) -> None:
        self.wishes["parameters"] = None

    def other_date(self) -> None:
        self.wishes["as_of"] = date(2022, self.chance.randint(1, 2), self.chance.randint(1, 28))

    def judgement(self) -> None:
        newest = previous_publication(self.home.publications)
        assert newest is not None
        case = self.chance.choice(pl.read_parquet(newest / "cases.parquet")["case_id"].to_list())
        (self.home.inbox / f"核查反馈_140100_2022{self.chance.randint(10, 12)}.csv").write_text(
            f"线索编号,核查结论,核查日期\n{case},{self.chance.choice(('属实', '排除'))},2022-01-01\n", encoding="utf-8"
        )

    def scan(self) -> Summary:
        return scan(self.home, self.home.inbox, reveal=False, wait_seconds=5, **self.wishes)

    def scanned_both_ways(self, tmp: Path) -> tuple[Summary, Summary]:
        """A scan of the home, and one of its copy without a warehouse."""
        copy = Home.at(tmp)
        shutil.copytree(
            self.home.root, copy.root, ignore=shutil.ignore_patterns("warehouse.duckdb*", "dagster", "*.lock")
        )
        return self.scan(), scan(copy, copy.inbox, reveal=False, wait_seconds=5, **self.wishes)


STEPS: dict[str, Callable[[Bureau], None]] = {
    "new files": Bureau.new_files,
    "correction": Bureau.correction,
    "parameters": Bureau.other_parameters,
    "no parameters": Bureau.no_parameters,
    "date": Bureau.other_date,
    "judgement": Bureau.judgement,
}


def differing(one: Path, two: Path) -> list[str]:
    files = [
        {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()} for root in (one, two)
    ]
    names = sorted((files[0].keys() | files[1].keys()) - APART)
    return [name for name in names if len({_sha(each.get(name)) for each in files}) > 1]


def _sha(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


@contextmanager
def nothing_too_small() -> Iterator[None]:
    """Tables, rules and features are brought up to date in part, however few rows they read and however many are touched."""
    with patch.multiple(deltas, FEW=0, LARGE=10), patch.multiple(slices, FEW=0, LARGE=10):
        yield


@nothing_too_small()
def play(province: Home, root: Path, seed: int, steps: list[str]) -> list[str]:
    """The steps one after another (`one and another`: together), each followed by a scan both ways; the first scan sees half of the files. Returns what differed."""
    files = [path for path in sorted(province.inbox.iterdir()) if any(city in path.name for city in CITIES)]
    bureau = Bureau(root, files, seed)
    bureau.new_files(len(files) // 2)
    wrong: list[str] = []
    bureau.scan()
    for number, step in enumerate(steps):
        for part in step.split(" and "):
            STEPS[part](bureau)
        kept, anew = bureau.scanned_both_ways(root / f"anew_{number}")
        if kept.publication.name != anew.publication.name:
            wrong.append(f"{step}: {kept.publication.name} and {anew.publication.name}")
        wrong += [f"{step}: {name}" for name in differing(kept.publication, anew.publication)]
        shutil.rmtree(root / f"anew_{number}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        province = Home.at(Path(folder) / "province")
        simulate(province.root, "tiny", 1)
        for seed in range(1, arguments.seeds + 1):
            steps = random.Random(seed).choices(sorted(STEPS), k=arguments.steps)
            wrong = play(province, Path(folder) / str(seed), seed, steps)
            print(f"{seed}: {', '.join(steps)}: {wrong if wrong else 'same bytes'}", flush=True)
            failed += bool(wrong)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
