"""Learns from judgements: a few dozen confirmed and dismissed subjects move those that resemble them.

Belongs here: the step from log-odds without labels to log-odds with them. Does not belong here: probabilities and
their intervals (`calibration.py`).

Method: a Gaussian process on top of the unlabelled log-odds. Two subjects resemble each other by the profile of their
families and by common owners. How much of what it learned is applied is chosen by leaving out each judgement in turn;
nothing, where that predicts best: labels never make the ranking worse on what is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

FEWEST = 4
SHARES = (0.0, 0.35, 0.7, 1.0)
MOST_JUDGED = 1500
FEWEST_HITS = 10
LEAN = 0.5
"""Rules are weak labels: most hits of single rules are innocent, and what they miss is the point of ranking."""


def learn(
    logits: np.ndarray, profile: np.ndarray, owners: Sequence[np.ndarray], judged: np.ndarray, confirmed: np.ndarray
) -> np.ndarray:
    """Log-odds of all subjects after the judgements.

    ``profile``: subjects x families, larger is more suspicious; ``owners``: for each kind of owner its number per
    subject (-1: none); ``judged``: positions of judged subjects; ``confirmed``: 1 or 0 for each of them.
    """
    judged, confirmed = judged[-MOST_JUDGED:], confirmed[-MOST_JUDGED:].astype(float)
    if len(judged) < FEWEST:
        return logits
    scaled = np.nan_to_num(profile, nan=0.0)
    scaled = scaled / (scaled.std(axis=0) + 1e-9)
    kernel = _kernel(scaled[judged], scaled[judged], [(o[judged], o[judged]) for o in owners])
    share = _best_share(logits[judged], confirmed, kernel)
    if share == 0.0:
        return logits
    slope = _solve(logits[judged], confirmed, kernel)
    moved = np.empty_like(logits)
    for start in range(0, len(logits), 20000):
        block = slice(start, start + 20000)
        moved[block] = _kernel(scaled[block], scaled[judged], [(o[block], o[judged]) for o in owners]) @ slope
    return logits + share * moved


def _kernel(a: np.ndarray, b: np.ndarray, owners: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Covariance of what is not yet known of two sets of subjects."""
    width = max(a.shape[1], 1)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T
    kernel = 0.25 + 0.5 * (a @ b.T) / width + 1.5 * np.exp(-np.maximum(squares, 0) / (2 * width))
    for left, right in owners:
        kernel += 1.5 * ((left[:, None] == right[None, :]) & (left[:, None] >= 0))
    return kernel


def _solve(offset: np.ndarray, confirmed: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Weights of the judged subjects (Laplace's approximation, Newton's method)."""
    latent = np.zeros(len(offset))
    slope = np.zeros(len(offset))
    for _ in range(30):
        p = scipy.special.expit(offset + latent)
        curvature = np.sqrt(np.maximum(p * (1 - p), 1e-6))
        target = curvature**2 * latent + confirmed - p
        inner = np.eye(len(offset)) + curvature[:, None] * kernel * curvature[None, :]
        slope = target - curvature * np.linalg.solve(inner, curvature * (kernel @ target))
        updated = kernel @ slope
        if np.abs(updated - latent).max() < 1e-7:
            break
        latent = updated
    return slope


def _best_share(offset: np.ndarray, confirmed: np.ndarray, kernel: np.ndarray) -> float:
    """How much of the learned shift predicts left-out judgements best; ties go to less."""
    n = len(offset)
    folds = np.arange(n) % min(n, 12)
    shift = np.zeros(n)
    for fold in np.unique(folds):
        out, rest = folds == fold, folds != fold
        shift[out] = kernel[np.ix_(out, rest)] @ _solve(offset[rest], confirmed[rest], kernel[np.ix_(rest, rest)])
    losses = [_loss(offset + share * shift, confirmed) for share in SHARES]
    return SHARES[int(np.argmin(np.round(losses, 6)))]


def _loss(logits: np.ndarray, confirmed: np.ndarray) -> float:
    p = np.clip(scipy.special.expit(logits), 1e-4, 1 - 1e-4)
    return float(-np.mean(confirmed * np.log(p) + (1 - confirmed) * np.log(1 - p)))


def lean(profile: np.ndarray, hit: np.ndarray) -> np.ndarray:
    """Log-odds that weak labels add: subjects whose profile resembles those that rules have hit lean towards them.

    ``profile``: subjects x families; ``hit``: whether rules hit the subject. Each subject's lean comes from a model that
    has not seen it, so a hit itself adds nothing; and it is bounded, and nothing where hits cannot be told from the rest.
    """
    from sklearn.linear_model import LogisticRegression  # takes seconds to load
    from sklearn.metrics import roc_auc_score

    nothing = np.zeros(len(hit))
    if min(hit.sum(), (~hit).sum()) < FEWEST_HITS:
        return nothing
    matrix = np.nan_to_num(profile, nan=0.0)
    folds = np.arange(len(hit)) % 5
    guess = np.zeros(len(hit))
    for fold in range(5):
        seen = folds != fold
        if hit[seen].sum() < 3:
            return nothing
        model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500).fit(matrix[seen], hit[seen])
        guess[~seen] = model.decision_function(matrix[~seen])
    told = roc_auc_score(hit, guess)
    # half of an area under the curve is chance; below 0.6 the rules say nothing of the rest
    return np.clip(guess, -1.0, 2.0) * max(0.0, (told - 0.6) / 0.4) * LEAN
