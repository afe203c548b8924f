"""How rare a value is: the share of subjects at least as far out, read from the data and from a heavy-tailed reference.

Belongs here: tail probabilities of single features and of families. Does not belong here: distances (`peers.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

FREEDOM = 4.0
"""Degrees of freedom of the reference: honest distances have heavier tails than a normal curve."""
RAREST = 6.0
"""No single number counts as rarer than one in a million."""


def upper_share(values: np.ndarray) -> np.ndarray:
    """Share of known values that are at least as large, per column, halving ties; NaN where there is no value."""
    shares = np.full(values.shape, np.nan)
    for j in range(values.shape[1]):
        known = ~np.isnan(values[:, j])
        n = int(known.sum())
        if n:
            column = values[known, j]
            largest = scipy.stats.rankdata(-column, method="max")
            shares[known, j] = (largest - 0.5) / n
    return shares


def surprise(distance: np.ndarray, both: Sequence[bool]) -> np.ndarray:
    """-log10 of the tail probability of every distance; NaN stays. Upper tails, or both where ``both`` says so.

    The mean of two readings: how many subjects are as far out (exact, but 5 % of fakes of one kind would hide each
    other), and how far that is in robust units (sees them, but trusts the reference curve).
    """
    told = np.empty_like(distance)
    for j, two_sided in enumerate(
        both
    ):  # a column at a time: of millions of claims a matrix more is half a gigabyte more
        out = np.abs(distance[:, j]) if two_sided else distance[:, j]
        with np.errstate(invalid="ignore", divide="ignore"):
            counted = -np.log10(upper_share(out[:, None])[:, 0])
            reference = scipy.stats.t.sf(out, FREEDOM) * (2.0 if two_sided else 1.0)
            read = -np.log10(np.clip(reference, 1e-12, 1.0))
        told[:, j] = np.minimum((counted + read) / 2, RAREST)
    return told


def families(surprises: np.ndarray, weights: Sequence[float], of: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """-log10 probability per subject and family: a mean of its features' probabilities that the strongest sign dominates
    (harmonic, yet idle features dilute it only by the root of their number). NaN where the family has no value at all."""
    weight, members = np.asarray(weights, float), np.asarray(of)
    combined = np.full((len(surprises), len(names)), np.nan)
    for f, name in enumerate(names):
        own = surprises[:, members == name] * weight[members == name]
        known = ~np.isnan(own)
        count = known.sum(axis=1)
        inverse = np.where(known, 10.0 ** np.nan_to_num(own), 0.0).sum(axis=1)
        combined[:, f] = np.where(
            count > 0, np.log10(np.maximum(inverse, 1e-300)) - np.log10(np.maximum(count, 1)) / 2, np.nan
        )
    return combined
