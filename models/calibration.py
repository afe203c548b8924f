"""Probabilities: how likely a strength would be among honest subjects, and how likely its bearer is not one of them.

Belongs here: null tails, false-discovery rates, probabilities with their interval. Does not belong here: strengths
(`evidence.py`) and what judgements say of single subjects (`learning.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

CERTAIN = 0.98
"""Without judgements no subject is surer than this: oddness is not proof."""
FEWEST = 20
"""Fewer subjects than this have no bulk to read a null distribution from: nothing is said to be rare."""

LEAST_STEP = 0.1
"""A bulk in which all are alike says little of how far an honest subject may lie: its step counts as at least this."""


MOST = 0.3
"""Beyond this share of subjects that are not honest the bulk could no longer be told."""


@dataclass(frozen=True)
class TwoGroups:
    """``tail``: probability of such a strength among honest subjects; ``q``: expected share of false alarms down to here
    (Benjamini-Hochberg); ``probability``: that a subject of at least this strength is none of the honest, and ``share`` the
    mean of that: what order and flow go by; ``expected``: the share of subjects that are none of the honest."""

    tail: np.ndarray
    q: np.ndarray
    probability: np.ndarray
    share: float
    expected: float


def two_groups(strength: np.ndarray) -> TwoGroups:
    """Honest subjects are the bulk; what lies farther out than the bulk's own tail would reach belongs to the others."""
    n = len(strength)
    if n < FEWEST:
        return TwoGroups(np.ones(n), np.ones(n), np.full(n, 0.01), 0.01, 0.01)
    wide = null_tail(strength)
    above = n - np.searchsorted(np.sort(strength), strength, side="left")
    # one false alarm more than expected: a single odd subject among a few is no discovery
    honest = np.clip((wide * n + 1) / (above + 1), 0.0, 1.0)
    middle, step = bulk(strength)
    honest[strength <= middle] = 1.0
    # a stronger subject is never more likely honest than a weaker one
    order = np.lexsort((np.arange(n), strength))
    honest[order] = np.minimum.accumulate(honest[order])
    share = float(np.clip(np.mean(1 - honest), 1 / n, 0.5))
    # equal shares of false alarms are told apart by strength, a little
    finer = np.clip(0.1 * (strength - middle) / step, -2.0, 2.0)
    probability = scipy.special.expit(log_odds(np.clip(1 - honest, share / 20, CERTAIN)) + finer)
    # the bulk was read as if all were honest: read it once more without those that are not
    others = min(not_honest(strength), MOST)
    tail = null_tail(strength, others)
    expected = float(np.clip(not_honest(strength, others), 1 / n, MOST))
    return TwoGroups(tail, false_discovery(tail), probability, share, expected)


def bulk(strength: np.ndarray, others: float = 0.0) -> tuple[float, float]:
    """Median and step to the 70th percentile of the honest strengths, where a share ``others`` of all lies above them."""
    middle, upper = np.quantile(strength, [0.5 * (1 - others), 0.7 * (1 - others)])
    return float(middle), max(float(upper - middle), LEAST_STEP)


def not_honest(strength: np.ndarray, others: float = 0.0) -> float:
    """Share of subjects beyond what the bulk explains: one minus the mean local false-discovery rate.

    The rate is that of subjects of just this strength, not of all that are stronger too: honest mass between neighbours over
    their number, never falling with weakness (Grenander's estimate). One false alarm is added at the top.
    """
    n = len(strength)
    middle, _ = bulk(strength, others)
    strong = -np.sort(-strength[strength > middle])
    if not len(strong):
        return 0.0
    reach = null_tail(strong, at=bulk(strength, others))
    mass = n * (1 - others) * np.diff(reach, prepend=0.0)
    mass[0] += 1.0
    honest = np.clip(scipy.optimize.isotonic_regression(mass, increasing=True).x, 0.0, 1.0)
    return float((1 - honest).sum() / n)


def anchored(logits: np.ndarray, expected: float) -> np.ndarray:
    """Log-odds moved alike until their mean probability is the expected share: evidence that flows tells who, not how many."""
    if not len(logits):
        return logits
    return logits + scipy.optimize.brentq(
        lambda shift: scipy.special.expit(logits + shift).mean() - expected, -30.0, 30.0
    )


def assumed(strength: np.ndarray, share: float = 0.1) -> np.ndarray:
    """Probabilities where nothing is known of the features and strengths have no scale of their own: a tenth is odd."""
    if not len(strength):
        return strength
    return scipy.special.expit(log_odds(np.array([share]))[0] + 1.5 * (strength - np.quantile(strength, 1 - share)))


def null_tail(strength: np.ndarray, others: float = 0.0, at: tuple[float, float] | None = None) -> np.ndarray:
    """Upper-tail probability under the bulk: its median and the step to its 70th percentile, continued exponentially.

    ``others``: share of subjects known not to belong to the bulk; ``at``: the bulk itself, where it was read from more
    subjects than ``strength`` holds. An exponential tail is fatter than that of a sum of many signs: it errs towards raising
    nothing.
    """
    middle, step = at or bulk(strength, others)
    return np.clip(0.5 * np.exp(-np.log(5 / 3) * (strength - middle) / step), 0.0, 1.0)


def false_discovery(tail: np.ndarray) -> np.ndarray:
    """Benjamini-Hochberg q of every tail probability."""
    n = len(tail)
    order = np.argsort(tail, kind="stable")
    steps = tail[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return q


@dataclass(frozen=True)
class Recalibration:
    """A line on the log-odds, ``a + b * x``, with the covariance of (a, b)."""

    a: float
    b: float
    covariance: np.ndarray

    def probability(self, logits: np.ndarray) -> np.ndarray:
        return scipy.special.expit(self.a + self.b * logits)

    def interval(self, logits: np.ndarray, width: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of the probability (95 % by default)."""
        design = np.column_stack([np.ones_like(logits), logits])
        spread = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        middle = self.a + self.b * logits
        return scipy.special.expit(middle - width * spread), scipy.special.expit(middle + width * spread)


def recalibrate(logits: np.ndarray, confirmed: np.ndarray, weights: np.ndarray | None = None) -> Recalibration:
    """Fit the line to judged subjects; without any it is the identity, with few it stays near (ridge: a to 0 +- 1, b to 1 +- 0.3)."""
    prior = np.diag([1.0, 1 / 0.3**2])
    beta, start = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    weight = np.ones(len(logits)) if weights is None else weights
    design = np.column_stack([np.ones(len(logits)), logits])
    hessian = prior
    for _ in range(25):
        p = scipy.special.expit(design @ beta)
        gradient = design.T @ (weight * (confirmed - p)) - prior @ (beta - start)
        hessian = design.T @ (design * (weight * p * (1 - p))[:, None]) + prior
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return Recalibration(float(beta[0]), float(max(beta[1], 0.05)), np.linalg.inv(hessian))


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Log-odds, kept away from the infinite."""
    return scipy.special.logit(np.clip(probability, 1e-6, 1 - 1e-6))


def simes(tail: np.ndarray, owner: np.ndarray, owners: int) -> np.ndarray:
    """Tail probability of an owner from those of its members (Simes): small when one member is very unusual or many are
    somewhat, and no smaller for having many members. 1 for an owner without members."""
    combined = np.ones(owners)
    has = np.flatnonzero(owner >= 0)
    order = has[np.lexsort((tail[has], owner[has]))]
    index = owner[order]
    count = np.bincount(index, minlength=owners)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    place = np.arange(len(order)) - start[index] + 1
    np.minimum.at(combined, index, tail[order] * count[index] / place)
    return combined
