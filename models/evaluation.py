"""How good a ranking is when the truth is known: pure functions over lists in the order of the ranking.

Belongs here: one figure a function. Does not belong here: which rankings are compared (`assets/evaluation.py`), or how
the comparison is printed (`evaluation_report.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

DEPTHS = (10, 20, 50, 100)
SHARES = (0.01, 0.03, 0.10)
SHUFFLES = 200


@dataclass(frozen=True)
class Figures:
    """One ranking against the truth. `precision` and `recall` by depth, `found` by share of all inspected yuan;
    `odd_above`: how often an honest but odd subject stands above a fake one (0.5 where the ranking cannot tell)."""

    name: str
    subjects: int
    fakes: int
    average_precision: float
    precision: Mapping[int, float]
    recall_at_fakes: float
    found: Mapping[float, float]
    odd_above: float | None


def average_precision(fake: Sequence[bool] | np.ndarray) -> float:
    """Mean of the precision at each fake; `fake` in the order of the ranking. NaN where nothing is fake."""
    hits = np.asarray(fake, dtype=bool)
    if not hits.any():
        return float("nan")
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def precision_at(fake: Sequence[bool] | np.ndarray, k: int) -> float:
    """Share of fakes among the first k; of a shorter list, among all."""
    first = np.asarray(fake, dtype=bool)[:k]
    return float(first.mean()) if len(first) else float("nan")


def recall_at(fake: Sequence[bool] | np.ndarray, k: int) -> float:
    """Share of all fakes that stand among the first k."""
    hits = np.asarray(fake, dtype=bool)
    return float(hits[:k].sum() / hits.sum()) if hits.any() else float("nan")


def yuan_found(amount: Sequence[float] | np.ndarray, yuan: Sequence[float] | np.ndarray, share: float) -> float:
    """Share of the fraudulent yuan that is found when subjects are inspected in order until `share` of all yuan was inspected.

    `amount` is what goes through a subject, `yuan` what of it is fraudulent. The subject at the border counts in part.
    """
    inspected, found = np.asarray(amount, dtype=float), np.asarray(yuan, dtype=float)
    if not found.sum():
        return float("nan")
    budget = share * inspected.sum()
    before = np.cumsum(inspected) - inspected
    part = np.clip((budget - before) / np.where(inspected > 0, inspected, 1), 0, 1)
    return float((found * np.where(inspected > 0, part, 0)).sum() / found.sum())


def above(odd: Sequence[bool] | np.ndarray, fake: Sequence[bool] | np.ndarray) -> float | None:
    """Probability that a random odd subject stands above a random fake one; None where there are none of either."""
    odd_at, fake_at = np.flatnonzero(np.asarray(odd, dtype=bool)), np.flatnonzero(np.asarray(fake, dtype=bool))
    if not len(odd_at) or not len(fake_at):
        return None
    return float((odd_at[:, None] < fake_at[None, :]).mean())


def brier(score: Sequence[float] | np.ndarray, fake: Sequence[bool] | np.ndarray) -> float:
    """Mean squared difference between the probability and what is true."""
    return float(np.mean((np.asarray(score, dtype=float) - np.asarray(fake, dtype=float)) ** 2))


def calibration(
    score: Sequence[float] | np.ndarray,
    fake: Sequence[bool] | np.ndarray,
    edges: Sequence[float] = (0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1),
) -> pl.DataFrame:
    """Per band of probability: how many subjects, the mean probability, the share that is fake."""
    labels = [f"{low:g}–{high:g}" for low, high in pairwise(edges)]
    band = np.digitize(np.asarray(score, dtype=float), edges[1:-1], right=True)
    table = pl.DataFrame({"at": band, "score": np.asarray(score, dtype=float), "fake": np.asarray(fake, dtype=bool)})
    found = (
        table.group_by("at")
        .agg(subjects=pl.len(), expected=pl.col("score").mean(), observed=pl.col("fake").mean())
        .sort("at")
    )
    return found.select(
        pl.Series("band", [labels[at] for at in found["at"]], dtype=pl.String), "subjects", "expected", "observed"
    )


def measure(name: str, ranked: pl.DataFrame) -> Figures:
    """The figures of a list in its order: columns fake, odd, amount, yuan."""
    fake, amount, yuan = (
        ranked["fake"].to_numpy(),
        ranked["amount"].cast(pl.Float64).to_numpy(),
        ranked["yuan"].cast(pl.Float64).to_numpy(),
    )
    fakes = int(fake.sum())
    return Figures(
        name,
        len(ranked),
        fakes,
        average_precision(fake),
        {k: precision_at(fake, k) for k in DEPTHS if k <= len(ranked)},
        recall_at(fake, fakes),
        {share: yuan_found(amount, yuan, share) for share in SHARES},
        above(ranked["odd"].to_numpy(), fake),
    )


def at_random(table: pl.DataFrame, seed: int = 0) -> Figures:
    """What a list in random order gives on average."""
    rng = np.random.default_rng(seed)
    each = [measure("", table[rng.permutation(len(table))]) for _ in range(SHUFFLES)]

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    first = each[0]
    return Figures(
        "随机次序",
        first.subjects,
        first.fakes,
        mean([one.average_precision for one in each]),
        {k: mean([one.precision[k] for one in each]) for k in first.precision},
        mean([one.recall_at_fakes for one in each]),
        {share: mean([one.found[share] for one in each]) for share in first.found},
        None if first.odd_above is None else 0.5,
    )


def by_mechanism(ranked: pl.DataFrame) -> pl.DataFrame:
    """Per mechanism, of the fakes and of the odd: how many subjects, the share of them among the first R (R = number of fakes), among
    the first 5 %, the best and the median rank, and the yuan. Columns of `ranked`: fake, odd, mechanism, held_out, yuan, in order."""
    fakes, n = int(ranked["fake"].sum()), len(ranked)
    placed = ranked.with_columns(place=pl.int_range(1, n + 1)).filter(pl.col("fake") | pl.col("odd"))
    return (
        placed.group_by("mechanism", "fake", "held_out")
        .agg(
            subjects=pl.len(),
            in_first_fakes=(pl.col("place") <= fakes).mean(),
            in_first_twentieth=(pl.col("place") <= max(n // 20, 1)).mean(),
            best_rank=pl.col("place").min(),
            median_rank=pl.col("place").median(),
            yuan=pl.col("yuan").cast(pl.Float64).sum(),
        )
        .sort("fake", "in_first_fakes", "mechanism", descending=[True, True, False])
    )


@dataclass(frozen=True)
class PairFigures:
    """Pairs found against pairs true."""

    found: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else float("nan")

    @property
    def f1(self) -> float:
        both = self.found + self.true
        return 2 * self.right / both if both else float("nan")


def pairs(found: pl.DataFrame, true: pl.DataFrame) -> PairFigures:
    """Both frames have claim_a < claim_b."""
    keys = ["claim_a", "claim_b"]
    found, true = found.select(keys).unique(), true.select(keys).unique()
    return PairFigures(len(found), len(true), len(found.join(true, on=keys, how="inner")))


def flag_rates(persons: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Per value of each dimension: persons, share flagged, share of the flagged that is fake, share of all that is fake.

    `persons`: one row a person and class, with the dimensions and the columns flagged and fake.
    """
    parts = []
    for name in dimensions:
        flagged = pl.col("flagged")
        parts.append(
            persons.with_columns(value=pl.col(name).cast(pl.String).fill_null("不详"))
            .group_by("value")
            .agg(
                persons=pl.len(),
                flagged=flagged.mean(),
                hit_rate=pl.col("fake").filter(flagged).mean(),
                fake=pl.col("fake").mean(),
            )
            .with_columns(dimension=pl.lit(name))
            .select("dimension", "value", "persons", "flagged", "hit_rate", "fake")
            .sort("value")
        )
    return pl.concat(parts)
