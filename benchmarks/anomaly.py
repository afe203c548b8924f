"""Our ranking beside single detectors on public anomaly sets: mean ROC-AUC and average precision, no labels used.

usage: python -m benchmarks.anomaly FOLDER [--json FILE]

FOLDER holds ADBench sets as npz files (X, y). Nothing of ours is tuned on them. ECOD and COPOD come from PyOD where it is
installed, else they are left out, with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score

from models.ranking import rank

Detector = Callable[[np.ndarray], np.ndarray]


def ours(values: np.ndarray) -> np.ndarray:
    """Suspicion by `models.ranking.rank`, nothing told of the features: minus the rank, so that larger is odder."""
    frame = pl.DataFrame(
        {"key": [f"{row:08d}" for row in range(len(values))], **{f"f{j}": values[:, j] for j in range(values.shape[1])}}
    )
    ranked = frame.select("key").join(rank(frame).select("key", "rank"), on="key", how="left", maintain_order="left")
    return -ranked["rank"].to_numpy().astype(float)


def isolation_forest(values: np.ndarray) -> np.ndarray:
    return -IsolationForest(random_state=0).fit(values).score_samples(values)


def detectors() -> tuple[dict[str, Detector], dict[str, str]]:
    """The detectors of this run by name, and why others are missing."""
    found: dict[str, Detector] = {"skillwatch rank": ours, "IsolationForest": isolation_forest}
    try:
        from pyod.models.copod import COPOD
        from pyod.models.ecod import ECOD
    except ImportError as error:
        return found, dict.fromkeys(("ECOD", "COPOD"), f"PyOD is not installed ({error})")
    found["ECOD"] = lambda values: ECOD().fit(values).decision_scores_
    found["COPOD"] = lambda values: COPOD().fit(values).decision_scores_
    return found, {}


def public(folder: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """ADBench's sets: name, values, 1 for an anomaly."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=True) as held:
            yield path.stem, held["X"].astype(float), held["y"].astype(int)


def made(rows: int = 2000, columns: int = 12, share: float = 0.05) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Made-up sets with the kinds of anomalies that the literature tells apart: far out, of another dependence, in a clump, near a bulk."""
    draw = np.random.default_rng(7)
    odd = np.zeros(rows, dtype=int)
    odd[: int(rows * share)] = 1
    mixing = draw.normal(size=(columns, columns)) / np.sqrt(columns)
    middles = draw.normal(scale=3, size=(2, columns))
    for kind in ("far", "dependence", "clump", "near"):
        values = draw.normal(size=(rows, columns)) @ mixing + middles[draw.integers(2, size=rows)]
        few = odd == 1
        if kind == "far":
            values[few] = draw.uniform(values.min(axis=0) * 1.3, values.max(axis=0) * 1.3, size=(few.sum(), columns))
        elif kind == "dependence":
            values[few] = np.column_stack([draw.permutation(values[:, j])[: few.sum()] for j in range(columns)])
        elif kind == "clump":
            values[few] = 0.3 * draw.normal(size=(few.sum(), columns)) + 2.5 * values.std(axis=0)
        else:
            values[few] += draw.normal(scale=1.2, size=(few.sum(), columns))
        yield f"made up: {kind}", values, odd


def measured(sets: Iterable[tuple[str, np.ndarray, np.ndarray]]) -> pl.DataFrame:
    """One row per set and detector: rows, columns, share of anomalies, auc, ap, seconds."""
    lines = []
    for title, values, odd in sets:
        print(f"ranking: {title}", file=sys.stderr)
        for name, detector in detectors()[0].items():
            started = time.perf_counter()
            scores = detector(values)
            lines.append({
                "set": title, "detector": name, "rows": len(values), "columns": values.shape[1], "anomalies": float(odd.mean()),
                "auc": roc_auc_score(odd, scores), "ap": average_precision_score(odd, scores), "seconds": time.perf_counter() - started,
            })  # fmt: skip
    return pl.DataFrame(lines)


def summary(results: pl.DataFrame) -> pl.DataFrame:
    """Mean over the sets per detector, the best first."""
    return results.group_by("detector").agg(
        pl.len().alias("sets"), pl.col("auc").mean().round(4), pl.col("ap").mean().round(4), pl.col("seconds").sum().round(1)
    ).sort("auc", descending=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = measured(public(given.folder))
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(
            results.pivot(on="detector", index=["set", "rows", "anomalies"], values=["auc", "ap"]).with_columns(
                pl.selectors.float().round(3)
            )
        )
        print(summary(results))
    for name, reason in detectors()[1].items():
        print(f"{name}: left out, {reason}")
    if given.json:
        given.json.write_text(json.dumps(results.to_dicts(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
