"""Evidence flows: a class of a suspicious institution, trainer or assessor is more suspicious, and the reverse.

Belongs here: passing expected shares of fakes along shared owners. Does not belong here: where strengths come from.
Everything is a share, never a sum: size alone earns nothing. And evidence flows only as far as the data show that it
is shared: where fakes do not cluster by owner, an owner's other members say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from models.calibration import log_odds

ROUNDS = 3
DAMPING = 0.5
LEAST, MOST = 0.01, 0.7
"""Bounds of the clustering that is believed: some, because fraud does cluster; not all, because no owner convicts."""
EXPECTED = 0.1
DOUBT = 20.0
"""Before the data are seen clustering is taken to be EXPECTED; so many suspicious subjects' worth of data outweigh that."""


@dataclass(frozen=True)
class Owners:
    """What subjects have in common: ``owner`` numbers the owner of every subject (-1: none); ``own`` the owners' own
    log-odds against the usual, 0 where nothing is known; ``trust``: how much of that reaches a subject."""

    owner: np.ndarray
    own: np.ndarray
    trust: float = 0.5


def spread(probability: np.ndarray, share: float, owners: Sequence[Owners]) -> np.ndarray:
    """Log-odds of every subject after its owners have been heard (a few damped rounds); the subject's own evidence is
    left out of what its owner tells it. Several kinds of owners tell much the same: the loudest is heard, not the sum."""
    alone = log_odds(probability)
    usual = float(log_odds(np.array([share]))[0])
    clusters = [clustering(probability, owned.owner, share) for owned in owners]
    now = alone.copy()
    for _ in range(ROUNDS):
        told = [
            _message(scipy.special.expit(now), owned, cluster, share, usual)
            for owned, cluster in zip(owners, clusters, strict=True)
        ]
        heard = np.maximum.reduce(told) + np.minimum.reduce(told) if len(told) > 1 else sum(told, np.zeros_like(alone))
        now = (1 - DAMPING) * now + DAMPING * (alone + heard)
    return alone + (now - alone) / (1 - DAMPING**ROUNDS)


def clustering(probability: np.ndarray, owner: np.ndarray, share: float) -> float:
    """How much more often than usual a suspicious subject's fellows under one owner are suspicious too: 0 not at all, 1 all."""
    total, count, index = _sums(probability, owner)
    fellows = count[index] > 1
    has = np.flatnonzero(owner >= 0)[fellows]
    index = index[fellows]
    if not len(has):
        return LEAST
    rate = (total[index] - probability[has]) / (count[index] - 1)
    weight = np.where(probability[has] > 2 * share, probability[has], 0.0)
    excess = float((weight * (rate - share)).sum() / (1 - share))
    return float(np.clip((excess + DOUBT * EXPECTED) / (weight.sum() + DOUBT), LEAST, MOST))


def _sums(probability: np.ndarray, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    index = owner[owner >= 0]
    return np.bincount(index, probability[owner >= 0]), np.bincount(index), index


def _message(probability: np.ndarray, owned: Owners, cluster: float, share: float, usual: float) -> np.ndarray:
    """Log-odds against the usual: of the owner's other members, pulled to the usual as far as fakes do not cluster
    (a beta-binomial whose intraclass correlation is ``cluster``), plus the owner's own; bounded."""
    pseudo = (1 - cluster) / cluster
    total, count, index = _sums(probability, owned.owner)
    has = owned.owner >= 0
    rate = (total[index] - probability[has] + pseudo * share) / (count[index] - 1 + pseudo)
    told = np.zeros(len(probability))
    told[has] = np.clip(log_odds(rate) - usual + owned.trust * owned.own[index], -1.0, 3.0)
    return told


def any_member(probability: np.ndarray, owner: np.ndarray, owners: int) -> np.ndarray:
    """Probability that an owner has at least one fake among its members. What every usual member has is taken off
    first, so that having many members earns nothing."""
    has = owner >= 0
    usual = np.median(probability) if len(probability) else 0.0
    beyond = np.clip(probability - usual, 0.0, 0.999)
    return -np.expm1(np.bincount(owner[has], np.log1p(-beyond[has]), minlength=owners))
