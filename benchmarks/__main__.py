"""Everything beside what a user would pick instead, in one run and on one page: `make bench`, or `python -m benchmarks [--data FOLDER]`.

usage: python -m benchmarks [--data FOLDER] [--size small] [--page docs/benchmarks.md]

Without --data made-up data and those that the peers ship are used; FOLDER may hold `anomaly/` (ADBench sets) and `linkage/` (FEBRL,
historical_50k). Each part runs alone, one after the other. Ratios and accuracy only: no absolute time is a goal, and none is a test.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

from benchmarks import anomaly, ingest, linkage, linkage_adverse, nightly, promises_beside, rules_beside, scale
from benchmarks.adverse_county import COUNTIES

PACKAGES = (
    "skillwatch",
    "duckdb",
    "polars",
    "pandas",
    "numpy",
    "scikit-learn",
    "pyod",
    "splink",
    "recordlinkage",
    "psycopg",
    "great-expectations",
    "pandera",
    "pointblank",
)
SIZES = ("10000", "100000")
# On historical_50k it took six times as long as skillwatch or splink, for an F1 of 0.17.
TOO_SLOW = {("historical_50k", "recordlinkage")}


def machine() -> str:
    """What this run ran on; no name of the machine and no path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return f"Python {platform.python_version()}, {os.cpu_count()} processors, {memory:.0f} GiB of memory. {', '.join(found)}."


def ranking(data: Path | None) -> str:
    """Mean ROC-AUC and average precision over the sets, and time as a multiple of ours."""
    folder = data / "anomaly" if data else None
    known = folder is not None and folder.is_dir()
    results = anomaly.measured(anomaly.public(folder) if known else anomaly.made())  # type: ignore[arg-type]
    means = anomaly.summary(results)
    own = float(means.filter(pl.col("detector") == "skillwatch rank")["seconds"][0])
    lines = [
        f"{results['set'].n_unique()} {'ADBench sets' if known else 'made-up sets'}, no labels used; nothing of ours is tuned on them.",
        "", "| detector | mean ROC-AUC | mean average precision | time ÷ skillwatch's |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    lines += [f"| {row['detector']} | {row['auc']:.4f} | {row['ap']:.4f} | {row['seconds'] / max(own, 0.1):.2f} |" for row in means.iter_rows(named=True)]  # fmt: skip
    lines += [f"| {name} | left out: {reason} | | |" for name, reason in anomaly.detectors()[1].items()]
    return "\n".join(lines)


def duplicates(data: Path | None) -> str:
    """Records of persons, `link` beside its peers."""
    folder = data / "linkage" if data else None
    found = linkage.tasks(folder) if folder is not None and folder.is_dir() else linkage.packaged()
    rows: list[dict[str, object]] = []
    for task in found:
        for name, method in linkage.METHODS.items():
            print(f"linkage: {task.name}, {name}", file=sys.stderr)
            if (task.name, name) in TOO_SLOW:
                rows.append({"data": task.name, "method": name, "skipped": "too slow for this run, see `python -m benchmarks.linkage`"})  # fmt: skip
            else:
                rows += linkage.run(task, name, method)
    return (
        linkage.table(rows)
        if rows
        else "Left out: no data given, and recordlinkage, which ships some, is not installed."
    )


def stages() -> str:
    """What every stage of a scan costs beside a bare pass, in provinces of two sizes."""
    with tempfile.TemporaryDirectory() as folder:
        return scale.told(scale.made(SIZES, Path(folder)), 0)


def night() -> str:
    """A full scan, and the night after one city has delivered one more period."""
    with tempfile.TemporaryDirectory() as folder:
        return nightly.made("medium", Path(folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with public data sets")
    parser.add_argument("--size", default="small", help="size of the made-up province for the rules")
    parser.add_argument("--page", type=Path, help="where to write the page; printed when not given")
    given = parser.parse_args()
    counties = linkage_adverse.measured(COUNTIES, linkage_adverse.SEEDS[:2], 40, 0.9)
    parts = {
        f"The same {len(rules_beside.NAMES)} rules": "The same hits are asserted before a time is written down. Everybody starts from cleaned, typed tables of one made-up "
        "province; what a rule needs beyond them counts. A ratio below 1 is quicker than skillwatch.\n\n" + rules_beside.table(rules_beside.made(given.size, 1)),
        "The promises of one source": "Breaks are planted into the claims of one made-up province; whether the same rows are found broken stands beside the time.\n\n"
        + promises_beside.table(promises_beside.made(given.size, 1)),
        "Taking files in": "Beside merely reading the same file, in processor seconds; the same accepted rows are asserted in every format. Larger files: `python -m benchmarks.ingest`.\n\n"
        + ingest.made(12_000, 3),
        "What a scan costs": "Made-up provinces. A bare pass reads every value of every accepted row once, in DuckDB's own storage. Larger ones: `python -m benchmarks.scale`; "
        "one of five million claims is in `docs/performance.md`.\n\n" + stages(),
        "The night after one more delivery": "A made-up province of size medium, scans by command; the same cases are asserted.\n\n" + night(),
        "Ranking without labels": ranking(given.data),
        "Records of one person": duplicates(given.data),
        "Duplicate claims among look-alikes": "Made-up counties (`benchmarks/adverse_county.py`), two seeds each; five seeds are in `docs/linkage.md`.\n\n" + linkage_adverse.table(counties),
    }  # fmt: skip
    page = "# Benchmarks\n\nWritten by `make bench`; do not edit. Ratios of one run on one machine: " + machine() + "\n"
    page += "".join(f"\n## {title}\n\n{body}\n" for title, body in parts.items())
    if given.page:
        given.page.write_text(page, encoding="utf-8")
        print(f"written: {given.page}", file=sys.stderr)
    else:
        print(page)


if __name__ == "__main__":
    main()
