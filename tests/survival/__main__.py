"""`python -m tests.survival [FOLDER] --mutants 10000 --seed 1`: a campaign over the files of a folder, or over a made-up province."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from models.province.simulate import simulate
from tests.survival.campaign import BATCH, Outcome, run, samples


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.survival", description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, help="files to damage; default the inbox of a made-up province")
    asked.add_argument("--mutants", type=int, default=1000)
    asked.add_argument("--first", type=int, default=0, help="number of the first mutant: a campaign in parts")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder
        if folder is None:
            simulate(Path(scratch) / "home", "tiny", given.seed)
            folder = Path(scratch) / "home" / "inbox"
        files = samples(folder)
        last = given.first + given.mutants
        for first in range(given.first, last, BATCH):
            batch = Path(scratch) / "batch"
            run(files, batch, given.seed, first, min(BATCH, last - first), outcome)
            shutil.rmtree(batch)
            print(f"{outcome.mutants} mutants, {len(outcome.broken)} broken promises", file=sys.stderr, flush=True)
    print(f"{outcome.mutants} mutants of {len(files)} files, seed {given.seed}, from {given.first}")
    print("damage:", ", ".join(f"{name} {many}" for name, many in sorted(outcome.read.items())))
    print("outcome:", ", ".join(f"{name} {many}" for name, many in outcome.reasons.most_common()))
    print("rows:", ", ".join(f"{name} {many}" for name, many in outcome.rows.items()))
    print(f"slowest file {outcome.slowest:.1f} s, most memory of a reading process {outcome.memory} MB")
    print(f"broken promises: {len(outcome.broken)}", *outcome.broken[:40], sep="\n  ")
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
