"""What the ranking of classes rests on: families of signs, the flow of evidence, and the ceiling that labels would allow.

    python -m benchmarks.ranking ablation --size small --seeds 301 302
    python -m benchmarks.ranking flow     --size small --seeds 301 302 --together 4
    python -m benchmarks.ranking ceiling  --size small --seeds 301 302 --train 311 312 313 314

Prints Markdown tables of average precision, the mean over the provinces of the seeds. `ablation`: without each family, and by each
alone. `flow`: with and without the evidence of institutions, trainers, assessors and payees. `ceiling`: a gradient boosting and a
logistic regression that know the truth of other provinces (`--train`), on the same features.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assets.levels import evidence_of
from assets.scores import OWNERS, rank_subjects
from benchmarks.worlds import World, world
from models.evaluation import average_precision
from models.feature import FAMILIES, read_features


def main() -> None:
    """Make the provinces, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("ablation", "flow", "ceiling"))
    parser.add_argument("--size", default="small")
    parser.add_argument("--seeds", type=int, nargs="+", default=[301])
    parser.add_argument("--train", type=int, nargs="+", default=[311])
    parser.add_argument("--together", type=int)
    given = parser.parse_args()
    worlds = [world(given.size, seed, together=given.together) for seed in given.seeds]
    if given.what == "ablation":
        print(ablation(worlds))
    elif given.what == "flow":
        print(flow(worlds))
    else:
        print(ceiling([world(given.size, seed, together=given.together) for seed in given.train], worlds))


def ablation(worlds: Sequence[World]) -> str:
    """AP of the classes with all families, without each, and by each alone."""
    of = {name: feature.family for name, feature in read_features().items() if feature.level == "class"}
    families = [family for family in FAMILIES if family in of.values()]
    lines = [f"| 全部 | {_mean([_ap(one) for one in worlds]):.3f} | – |"]
    for family in families:
        without = [_ap(one, [name for name in of if of[name] != family]) for one in worlds]
        alone = [_ap(one, [name for name in of if of[name] == family]) for one in worlds]
        lines.append(f"| {FAMILIES[family]} `{family}` | {_mean(without):.3f} | {_mean(alone):.3f} |")
    return "\n".join(["| 家族 | 去掉它 | 只有它 |", "| --- | --- | --- |", *lines])


def flow(worlds: Sequence[World]) -> str:
    """AP of classes and institutions with and without the evidence of owners."""
    lines = ["| 对象 | 有流动 | 没有 |", "| --- | --- | --- |"]
    for level, title in (("class", "班级"), ("institution", "机构")):
        on, off = ([_ap(one, owners=owners, level=level) for one in worlds] for owners in (OWNERS, ()))
        lines.append(f"| {title} | {_mean(on):.3f} | {_mean(off):.3f} |")
    return "\n".join(lines)


def ceiling(train: Sequence[World], test: Sequence[World]) -> str:
    """AP of the classes where the truth of other provinces is known, of all mechanisms and of those that the others never saw."""
    seen, fresh = [_told(one) for one in train], [_told(one) for one in test]
    lines = ["| 模型 | 手法都见过 | 没见过的手法（留出） |", "| --- | --- | --- |"]
    models = {
        "梯度提升": lambda: HistGradientBoostingClassifier(random_state=0, max_iter=200, learning_rate=0.05),
        "逻辑回归": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=2000)),
    }
    for title, made in models.items():
        scores = []
        for unseen in (False, True):
            rows = [~held if unseen else np.ones(len(held), bool) for _, _, held in seen]
            model = made().fit(
                np.concatenate([values[kept] for (values, _, _), kept in zip(seen, rows, strict=True)]),
                np.concatenate([fake[kept] for (_, fake, _), kept in zip(seen, rows, strict=True)]),
            )
            found = []
            for values, fake, held in fresh:
                kept = held | ~fake if unseen else np.ones(len(fake), bool)
                order = np.argsort(-model.predict_proba(values[kept])[:, 1], kind="stable")
                found.append(average_precision(fake[kept][order]))
            scores.append(_mean(found))
        lines.append(f"| {title} | {scores[0]:.3f} | {scores[1]:.3f} |")
    ours = [_ap(one) for one in test], [_ap(one, held=True) for one in test]
    lines.append(f"| 无标签的排序 | {_mean(ours[0]):.3f} | {_mean(ours[1]):.3f} |")
    return "\n".join(lines)


def _ap(
    one: World,
    kept: Sequence[str] | None = None,
    owners: Sequence[str] = OWNERS,
    level: str = "class",
    held: bool = False,
) -> float:
    """AP of the unlabelled ranking, from some of the class features only. Claims are left out: no class rests on its claims' scores."""
    connection = one.connection
    connection.execute("BEGIN TRANSACTION")
    try:
        if kept is not None:
            columns = ", ".join(["key", *kept])
            connection.execute(f"CREATE OR REPLACE TABLE features_class AS SELECT {columns} FROM features_class")
            for other in ("institution", "assessor"):
                connection.execute(f"CREATE OR REPLACE TABLE features_{other} AS SELECT key FROM features_{other}")
        if level == "class":
            connection.execute("DELETE FROM features_claim")
        rank_subjects(connection, owners)
        order = connection.execute("SELECT subject_key FROM scores WHERE subject_kind = ? ORDER BY rank", [level]).pl()
    finally:
        connection.execute("ROLLBACK")
    judged = one.judged(level, order)
    if held:
        judged = judged.filter(pl.col("held_out") | ~pl.col("fake"))
    return average_precision(judged["fake"].to_numpy())


def _told(one: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features and their distances from the peers, whether fake, whether by a held-out mechanism; a row a class."""
    evidence = evidence_of(one.connection, "class", read_features())
    keys = pl.DataFrame({"subject_key": evidence.keys, "row": np.arange(len(evidence.keys))})
    judged = one.judged("class", keys)
    parts = [evidence.standing.distance, evidence.families]
    values = np.nan_to_num(np.column_stack(parts))[judged["row"].to_numpy()]
    fake = judged["fake"].to_numpy().astype(bool)
    return values, fake, fake & judged["held_out"].to_numpy().astype(bool)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


if __name__ == "__main__":
    main()
