"""One level of subjects (classes, institutions, assessors or claims) on its way from features to scores.

Belongs here: what a level's own features say of its subjects. Does not belong here: what levels say of each other (`scores.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from assets.subjects import CLASS_PEERS
from models.calibration import TwoGroups, log_odds, two_groups
from models.evidence import Evidence, Trait, weigh
from models.feature import Feature


@dataclass(frozen=True)
class Level:
    """One level on its way: what its evidence alone says, its log-odds and tail probabilities as they stand. Without the features
    themselves: of millions of claims they are gigabytes."""

    keys: pl.Series
    families: np.ndarray
    strength: np.ndarray
    groups: TwoGroups
    logits: np.ndarray
    tail: np.ndarray
    alone: np.ndarray
    """the probability that owes nothing to its owners"""
    bounds: tuple[np.ndarray, np.ndarray] | None = None
    """of the probability, once it is settled: it lies between them with 95 %, as far as the judgements go"""


def evidence_of(connection: duckdb.DuckDBPyConnection, name: str, features: Mapping[str, Feature]) -> Evidence:
    """What the features of a level say of each of its subjects, in the order of their keys; reads `features_<name>`."""
    frame = connection.execute(f"FROM features_{name} ORDER BY key").pl()
    traits = {
        feature.name: Trait(feature.family, feature.weight, feature.both_sides, feature.grain, feature.peers)
        for feature in features.values()
        if feature.level == name
    }
    peers = None
    if name == "class":
        peers = (
            frame.select("key")
            .join(connection.execute(CLASS_PEERS).pl(), on="key", how="left", maintain_order="left")
            .drop("key")
            .fill_null("")  # of a class that only claims know, nothing is known: such classes are each other's peers
        )
    return weigh(frame, traits, peers, detect=name != "claim")


def level_of(evidence: Evidence) -> Level:
    """A level as its own features alone leave it."""
    groups = two_groups(evidence.strength)
    return Level(
        keys=evidence.keys,
        families=evidence.families,
        strength=evidence.strength,
        groups=groups,
        logits=log_odds(groups.probability),
        tail=groups.tail,
        alone=groups.probability,
    )
