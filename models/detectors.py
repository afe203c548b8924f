"""Detectors that look at all features at once: an isolation forest, near neighbours, principal components, copulas.

Belongs here: one number per subject from one way of looking, larger where odder. Does not belong here: how the voices
are put together (`ranking.py`). Fixed seeds, one thread: the same rows give the same numbers.
scikit-learn takes seconds to load, so it is loaded where it is used: a scan in which nothing has changed needs none of it.
"""

from __future__ import annotations

import numpy as np
import scipy

SEED = 600
REFERENCE = 4000
"""So many subjects stand for all as neighbours: cost grows with the number of subjects, not with its square."""


def filled(distance: np.ndarray) -> np.ndarray:
    """Distances with the usual value (0) where there is none."""
    return np.nan_to_num(distance, nan=0.0)


def forest(matrix: np.ndarray, trees: int = 200) -> np.ndarray:
    """How few random cuts set a subject apart (isolation forest)."""
    from sklearn.ensemble import IsolationForest

    grown = IsolationForest(n_estimators=trees, max_samples=min(256, len(matrix)), random_state=SEED, n_jobs=1)
    return -grown.fit(matrix).score_samples(matrix)


def neighbours(matrix: np.ndarray, count: int = 20) -> np.ndarray:
    """Logarithm of the mean distance to the nearest subjects of a fixed sample."""
    from sklearn.neighbors import NearestNeighbors

    chosen = np.random.default_rng(SEED).permutation(len(matrix))[:REFERENCE]
    near = NearestNeighbors(n_neighbors=min(count + 1, len(chosen)), n_jobs=1).fit(matrix[chosen])
    lengths = near.kneighbors(matrix)[0]
    own = np.zeros(len(matrix), bool)
    own[chosen] = True
    return np.log1p(np.where(own, lengths[:, 1:].mean(axis=1), lengths[:, :-1].mean(axis=1)))


def components(matrix: np.ndarray) -> np.ndarray:
    """Logarithm of the distance from the middle when what goes together is counted once (shrunk covariance)."""
    from sklearn.covariance import LedoitWolf

    fitted = LedoitWolf().fit(matrix)
    return np.log1p(fitted.mahalanobis(matrix))


def tails(matrix: np.ndarray) -> np.ndarray:
    """Sum over features of the surprise of the more telling tail: the left, the right, or the longer one of each feature."""
    n = len(matrix)
    low = -np.log(np.apply_along_axis(lambda column: scipy.stats.rankdata(column, method="max"), 0, matrix) / n)
    high = -np.log(np.apply_along_axis(lambda column: scipy.stats.rankdata(-column, method="max"), 0, matrix) / n)
    with np.errstate(invalid="ignore"):
        skew = np.nan_to_num(scipy.stats.skew(matrix, axis=0))
    longer = np.where(skew < 0, low, high)
    return np.maximum.reduce([low.sum(axis=1), high.sum(axis=1), longer.sum(axis=1)])


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Ranks on the scale of a normal curve: voices with different units can be added, and extremes keep weight."""
    return scipy.stats.norm.ppf((scipy.stats.rankdata(np.round(values, 10)) - 0.5) / max(len(values), 1))
