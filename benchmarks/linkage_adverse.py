"""Fuzzy duplicate claims in counties full of lawful look-alikes: precision, recall and F1 over pairs of claims, per county and seed.

usage: python -m benchmarks.linkage_adverse [--seeds 901 902 903] [--counties families twins] [--spoilt 40] [--json FILE]

The counties (`adverse_county.py`) have families, twins, brothers and sisters whose names sound alike, phones that somebody else had before,
attendance that was never recorded. Seeds up to 199 were looked at while the model was made; the figures in docs/linkage.md come from others.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import polars as pl

from assets.duplicates import CLAIM_PAIRS_READS, write_claim_pairs
from assets.tables import build_tables
from benchmarks.adverse_county import COUNTIES, Habits, adverse_county
from tests.models.duplicate_world import World, delivered

SEEDS = (901, 902, 903, 904, 905)


def scored(world: World, threshold: float) -> tuple[int, int, int, set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs found at ``threshold``, true ones among them, true ones in all; the wrong and the missed pairs."""
    with delivered(world) as connection:
        build_tables(connection, CLAIM_PAIRS_READS)
        write_claim_pairs(connection)
        pairs = connection.execute("SELECT claim_a, claim_b, probability FROM claim_pairs").pl()
    found = set(pairs.filter(pl.col("probability") >= threshold).select("claim_a", "claim_b").iter_rows())
    return len(found), len(found & world.truth), len(world.truth), found - world.truth, world.truth - found


def rates(found: int, right: int, truth: int) -> dict[str, float]:
    """Precision, recall and F1 over pairs."""
    return {
        "precision": right / max(found, 1),
        "recall": right / max(truth, 1),
        "f1": 2 * right / max(found + truth, 1),
    }


def measured(
    counties: dict[str, Habits], seeds: tuple[int, ...], spoilt: int, threshold: float
) -> list[dict[str, object]]:
    """One row per county: pooled over its seeds, with the worst precision of a seed."""
    rows: list[dict[str, object]] = []
    for name, habits in counties.items():
        counts = []
        for seed in seeds:
            counts.append(scored(adverse_county(seed, habits, spoilt), threshold)[:3])
            print(f"{name} {seed}: found {counts[-1][0]}, right {counts[-1][1]}, true {counts[-1][2]}", file=sys.stderr)
        found, right, truth = (sum(column) for column in zip(*counts, strict=True))
        worst = min(one[1] / max(one[0], 1) for one in counts)
        rows.append({"county": name, "found": found, "right": right, "true": truth, **rates(found, right, truth), "worst": worst})  # fmt: skip
    found, right, truth = (sum(int(str(row[name])) for row in rows) for name in ("found", "right", "true"))
    return [*rows, {"county": "all", "found": found, "right": right, "true": truth, **rates(found, right, truth), "worst": min(float(str(row["worst"])) for row in rows)}]  # fmt: skip


def table(rows: list[dict[str, object]]) -> str:
    """A Markdown table of `measured`."""
    lines = ["| county | true pairs | found | precision | recall | F1 | worst precision of a seed |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    lines += ["| {county} | {true} | {found} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {worst:.4f} |".format(**row) for row in rows]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    parser.add_argument("--counties", nargs="*", choices=list(COUNTIES), default=list(COUNTIES))
    parser.add_argument("--spoilt", type=int, default=40, help="duplicates of each of the two ways, per county")
    parser.add_argument("--threshold", type=float, default=0.9, help="as the parameter duplicate_probability")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = measured(
        {name: COUNTIES[name] for name in given.counties}, tuple(given.seeds), given.spoilt, given.threshold
    )
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
