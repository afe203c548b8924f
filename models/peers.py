"""Compares like with like: how far a value lies from what is usual among its peers, in robust units.

Belongs here: medians and spreads that a tenth of odd subjects cannot move. Does not belong here: how rare a distance is
(`tails.py`) or what several distances mean together (`ranking.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

PULL = 25.0
"""A group of so many subjects moves its own median half way from the general one: small groups borrow from all."""
FARTHEST = 50.0


@dataclass(frozen=True)
class Standing:
    """Where every subject stands: ``distance`` (robust standard deviations from ``typical``), both subjects x features.

    NaN where the feature has no value. ``typical`` is the peers' usual value in the feature's own unit.
    """

    distance: np.ndarray
    typical: np.ndarray


def standing(
    values: np.ndarray,
    peers: pl.DataFrame | None = None,
    compared: Sequence[bool] | None = None,
    grains: Sequence[float] | None = None,
) -> Standing:
    """Robust distances of ``values`` (subjects x features) from the usual value of their peers.

    ``peers`` has one column per condition (occupation, city, ...), a row per subject; ``compared`` says which features
    are compared with peers rather than with all; ``grains`` are the smallest differences that mean anything.
    """
    columns = values.shape[1]
    typical = np.broadcast_to(_medians(values), values.shape)
    chosen = np.flatnonzero(np.ones(columns, bool) if compared is None else np.asarray(compared))
    if peers is not None and len(chosen):
        typical = typical.copy()
        for condition in peers.columns:
            rest = values[:, chosen] - typical[:, chosen]
            typical[:, chosen] += _shifts(rest, peers[condition])
    rest = values - typical
    scale = _scales(rest, np.zeros(columns) if grains is None else np.asarray(grains, float))
    factor = np.ones((1, columns))
    if peers is not None and len(chosen):
        factor = np.ones_like(rest)
        for condition in peers.columns:
            factor[:, chosen] *= _stretch(rest[:, chosen] / factor[:, chosen], scale[chosen], peers[condition])
    with np.errstate(invalid="ignore"):  # in place: of millions of claims each copy is half a gigabyte
        rest /= scale * factor
        np.clip(rest, -FARTHEST, FARTHEST, out=rest)
    return Standing(np.round(rest, 6, out=rest), typical)


def _medians(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return np.array([np.median(values[known[:, j], j]) if known[:, j].any() else 0.0 for j in range(values.shape[1])])


def _groups(condition: pl.Series) -> tuple[np.ndarray, int]:
    """A small whole number per subject for its group, and how many groups there are."""
    codes = condition.cast(pl.String).fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
    return codes, int(codes.max()) + 1 if len(codes) else 0


def _by_group(rest: np.ndarray, condition: pl.Series, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group of every subject; per group and feature the number of known values and their median (or median distance)."""
    codes, groups = _groups(condition)
    frame = pl.DataFrame(
        {f"c{j}": rest[:, j] if measure == "median" else np.abs(rest[:, j]) for j in range(rest.shape[1])}
    )
    frame = frame.fill_nan(None).with_columns(pl.Series("group", codes))
    told = (
        frame.group_by("group")
        .agg(pl.exclude("group").count().name.suffix("_n"), pl.exclude("group").median())
        .sort("group")
    )
    counts = told.select(pl.selectors.ends_with("_n")).to_numpy().astype(float)
    middles = told.select([f"c{j}" for j in range(rest.shape[1])]).cast(pl.Float64).to_numpy()
    assert told.height == groups
    return codes, counts, np.nan_to_num(middles)


def _shifts(rest: np.ndarray, condition: pl.Series) -> np.ndarray:
    """What a subject's group adds to the usual value, pulled towards nothing where the group is small."""
    codes, counts, middles = _by_group(rest, condition, "median")
    return (middles * counts / (counts + PULL))[codes]


def _scales(rest: np.ndarray, grains: np.ndarray) -> np.ndarray:
    """One robust standard deviation per feature; where more than half the values agree, from the values that do not."""
    scales = np.ones(rest.shape[1])
    for j in range(rest.shape[1]):
        known = np.abs(rest[~np.isnan(rest[:, j]), j])
        if len(known):
            scales[j] = max(1.4826 * np.median(known), np.quantile(known, 0.8) / 1.2816, grains[j])
            if scales[j] == 0:
                scales[j] = 1.2533 * known.mean() or 1.0
    return scales


def _stretch(rest: np.ndarray, scale: np.ndarray, condition: pl.Series) -> np.ndarray:
    """How much wider than usual a subject's group spreads (a small class varies more), pulled towards 1, never below it."""
    codes, counts, middles = _by_group(rest, condition, "distance")
    ratio = np.where(middles > 0, 1.4826 * middles / scale, 1.0)
    pulled = np.exp(np.log(ratio) * counts / (counts + PULL))
    return np.clip(pulled, 1.0, 4.0)[codes]
