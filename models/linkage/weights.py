"""Fellegi and Sunter's weights: how much each level of agreement speaks for one person, learnt without labels by expectation-maximisation.

u (agreement of two records by chance) comes from random pairs, m (agreement within one entity) and the share of matches from EM over
the candidates. An agreement on a rare value counts for more than one on a common value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.linkage.comparison import LEVELS, UNKNOWN, Values

RANDOM_PAIRS = 200_000
ROUNDS = 40
SMALLEST = 1e-6
SETTLED = 1e-4


@dataclass(frozen=True)
class Weights:
    """m and u per field and level, and the share of matches among all pairs of records."""

    m: Mapping[str, np.ndarray]
    u: Mapping[str, np.ndarray]
    share: float


def _shares(level: np.ndarray, count: int, weight: np.ndarray | None = None, start: float = 1.0) -> np.ndarray:
    known = level != UNKNOWN
    total = (
        np.bincount(level[known], None if weight is None else weight[known], minlength=count).astype(float)
        + start / count
    )
    return np.maximum(total / total.sum(), SMALLEST)


def chance(values: Values, rows: int, seed: int = 20210708) -> dict[str, np.ndarray]:
    """u: the levels of randomly drawn pairs; that of equality exactly, from the frequencies."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, rows, (RANDOM_PAIRS, 2))
    levels = values.levels(pairs[pairs[:, 0] != pairs[:, 1]])
    found = {}
    for name, kind in values.kinds.items():
        u = _shares(levels[name], LEVELS[kind])
        codes = values.codes[name][values.codes[name] >= 0]
        if len(codes) > 1:
            counts = np.unique(codes, return_counts=True)[1].astype(float)
            u[0] = max((counts * (counts - 1)).sum() / (len(codes) * (len(codes) - 1.0)), SMALLEST)
        found[name] = u / u.sum()
    return found


def rarity(
    values: Values, pairs: np.ndarray, levels: Mapping[str, np.ndarray], u: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What an equality on this very value adds to the logarithm of odds: rare values more, common ones less."""
    found = {}
    for name in values.kinds:
        codes = values.codes[name]
        counts = np.bincount(codes[codes >= 0], minlength=1).astype(float)
        share = counts / max(counts.sum(), 1.0)
        equal = levels[name] == 0
        extra = np.zeros(len(pairs))
        same = codes[pairs[:, 0]]
        extra[equal] = np.log(u[name][0] / np.maximum(share[same[equal]], SMALLEST))
        found[name] = extra
    return found


def learn(
    values: Values,
    levels: Mapping[str, np.ndarray],
    extra: Mapping[str, np.ndarray],
    u: Mapping[str, np.ndarray],
    all_pairs: float,
) -> tuple[Weights, np.ndarray]:
    """m and the share of matches by EM over the candidates, and each candidate's logarithm of odds."""
    m = {name: _first_guess(LEVELS[kind]) for name, kind in values.kinds.items()}
    count = len(next(iter(levels.values())))
    share = min(0.5, count / 20 / all_pairs)
    odds = np.zeros(count)
    for _ in range(ROUNDS):
        odds = np.full(count, np.log(share) - np.log1p(-share))
        for name, level in levels.items():
            weight = np.log(m[name] / u[name])
            odds += np.where(level == UNKNOWN, 0.0, weight[np.maximum(level, 0)] + extra[name])
        before, probability = share, 1 / (1 + np.exp(-np.clip(odds, -40, 40)))
        share = float(np.clip(probability.sum() / all_pairs, 1e-12, 0.5))
        m = {name: _shares(level, LEVELS[values.kinds[name]], probability) for name, level in levels.items()}
        if abs(share - before) < SETTLED * before:
            break
    return Weights(m, u, share), odds


def _first_guess(count: int) -> np.ndarray:
    guess = np.full(count, 0.2 / (count - 1))
    guess[0] = 0.8
    return guess
