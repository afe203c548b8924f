"""Weighs signs: what the features of each subject say together, family by family, and through every detector's eyes.

Belongs here: from a wide frame of features to one strength per subject, with what each feature and family gave to it.
Does not belong here: evidence of other subjects (`flow.py`), judgements (`learning.py`), probabilities (`calibration.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models import detectors, tails
from models.peers import Standing, standing

LOUDEST = 4.0
"""One family counts as at most one in ten thousand: it cannot shout alone."""
QUIET = 2.0
"""The detectors together count as at most one in a hundred: they see oddness, not what it means."""


@dataclass(frozen=True)
class Trait:
    """What ranking has to know of a feature; the defaults fit a column of which nothing is known."""

    family: str
    weight: float = 1.0
    both_sides: bool = True
    grain: float = 0.0
    peers: bool = True


@dataclass(frozen=True)
class Evidence:
    """What the features say. ``strength``: larger is more suspicious (one number per subject);
    ``families``: -log10 probability per subject and family; ``surprises``: the same per feature, weighed; NaN where unknown."""

    keys: pl.Series
    features: list[str]
    family_names: list[str]
    of_family: list[str]
    values: np.ndarray
    standing: Standing
    both_sides: np.ndarray
    surprises: np.ndarray
    families: np.ndarray
    strength: np.ndarray

    def outward(self, rows: slice) -> np.ndarray:
        """How far each feature of these subjects lies towards its suspicious side; NaN where unknown."""
        distance = self.standing.distance[rows]
        return np.where(self.both_sides, np.abs(distance), distance)


def weigh(
    features: pl.DataFrame,
    traits: Mapping[str, Trait] | None = None,
    peers: pl.DataFrame | None = None,
    *,
    detect: bool = True,
) -> Evidence:
    """Evidence of every row of ``features`` (first column the key, the others numbers, null where unknown).

    ``traits`` by feature; a feature without one is its own family and tells on both sides. ``peers``: one row per row
    of ``features``, one column per condition under which subjects are alike. Without ``detect`` the detectors are not
    asked: of millions of claims the families say enough.
    """
    names = features.columns[1:]
    known = [(traits or {}).get(name) or Trait(name) for name in names]
    values = _matrix(features, names)
    stands = standing(values, peers, [trait.peers for trait in known], [trait.grain for trait in known])
    both = [trait.both_sides for trait in known]
    of_family = [trait.family for trait in known]
    family_names = sorted(set(of_family))
    weights = [trait.weight for trait in known]
    surprises = tails.surprise(stands.distance, both)
    families = tails.families(surprises, weights, of_family, family_names)
    consensus = (
        _consensus(stands.distance, both, weights, told=traits is not None) if detect else np.zeros(features.height)
    )
    surprises *= np.array(weights)  # in place: of millions of claims a matrix more is half a gigabyte more
    return Evidence(
        keys=features[:, 0].cast(pl.String),
        features=names,
        family_names=family_names,
        of_family=of_family,
        values=values,
        standing=stands,
        both_sides=np.asarray(both, bool),
        surprises=surprises,
        families=families,
        strength=np.round(loudness(families, consensus) if traits is not None else consensus, 4),
    )


def _matrix(features: pl.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Subjects x features, NaN where a number is not known or not finite. A column lies together: all that follows goes column by column."""
    values = np.empty((features.height, len(names)), order="F")
    for j, name in enumerate(names):
        column = features[name].cast(pl.Float64).to_numpy()
        values[:, j] = np.where(np.isfinite(column), column, np.nan)
    return values


def _consensus(distance: np.ndarray, both: Sequence[bool], weights: Sequence[float], *, told: bool) -> np.ndarray:
    """What the detectors say together of each subject, on the scale of a normal curve."""
    matrix = detectors.filled(distance)
    matrix = np.where(np.asarray(both, bool), matrix, np.maximum(matrix, 0.0)) * np.asarray(weights, float)
    matrix = matrix[:, matrix.std(axis=0) > 0] if len(matrix) >= 3 else matrix[:, :0]
    if matrix.shape[1] == 0:
        return np.zeros(len(distance))
    voices = [
        (2.0, detectors.forest(matrix, 100 if told else 200)),
        (1.0, detectors.neighbours(matrix)),
        (1.0, detectors.components(matrix)),
    ]
    if not told:
        voices.append((1.0, detectors.tails(matrix)))
    scores = np.array([weight * detectors.normal_scores(voice) for weight, voice in voices])
    return scores.sum(axis=0) / sum(weight for weight, _ in voices)


def loudness(families: np.ndarray, consensus: np.ndarray) -> np.ndarray:
    """Length of the vector of what each family says, none louder than LOUDEST; the detectors together are one more.

    A family of which a subject has nothing says of it what it says of the usual subject: no gain from not delivering.
    """
    heard = np.clip(families, 0.0, LOUDEST)
    for column in heard.T:
        unknown = np.isnan(column)
        column[unknown] = 0.0 if unknown.all() else np.nanmedian(column)
    voice = np.minimum(-np.log10(tails.upper_share(consensus[:, None])[:, 0]), QUIET) if len(consensus) else consensus
    np.square(heard, out=heard)
    return np.sqrt(heard.sum(axis=1) + voice**2)
