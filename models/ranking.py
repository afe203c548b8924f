"""Ranks subjects by how little they look like the others, says why, and learns from judgements.

Belongs here: the public function `rank`, and what follows from an `Evidence`: order and reasons. Does not belong here:
the parts (`peers`, `tails`, `detectors`, `evidence`, `calibration`, `flow`, `learning`), or reading features (`assets/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from models.calibration import Recalibration, anchored, assumed, log_odds, recalibrate, two_groups
from models.evidence import LOUDEST, Evidence, Trait, weigh
from models.learning import learn

REASONS = 5
NOTABLE = 1.0
"""A reason lies at least one robust standard deviation out."""
REASON = pl.Struct({"feature": pl.String, "value": pl.Float64, "typical": pl.Float64, "contribution": pl.Float64})
OUTCOMES = {"confirmed": 1.0, "dismissed": 0.0}
ALL = slice(0, None)


def rank(
    features: pl.DataFrame,
    amounts: Mapping[str, float] | pl.Series | None = None,
    judgements: Mapping[str, Any] | pl.DataFrame | None = None,
    *,
    traits: Mapping[str, Trait] | None = None,
    families: Mapping[str, str] | None = None,
    peers: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Rank the rows of ``features``: key, score (0 to 1), rank (1 is the most suspicious, no ties), reasons; in the
    order of the keys.

    ``features``: first column the key, the others numbers, null where unknown. ``amounts`` (by key, or in row order)
    only break ties: size earns nothing. ``judgements``: key -> confirmed or dismissed (or true/false), or a frame with
    key, outcome and, where known, arm (`random` for subjects drawn by lot). ``families``: feature -> family of signs that
    speaks once; by default each feature speaks for itself. ``traits`` says more of features, and ``peers`` under which
    conditions rows are alike (one column each).
    """
    if traits is None and families is not None:
        traits = {name: Trait(families.get(name, name)) for name in features.columns[1:]}
    # in the order of their keys: the same rows in any order give the same ranking
    order = np.argsort(features[:, 0].cast(pl.String).to_numpy().astype(str), kind="stable")
    money = _by_row(features, amounts)[order]
    evidence = weigh(features[order], traits, peers[order] if peers is not None else None)
    if traits is None:
        logits = log_odds(assumed(evidence.strength))
    else:
        groups = two_groups(evidence.strength)
        logits = anchored(log_odds(groups.probability), groups.expected)
    judged, confirmed, by_lot = judged_rows(evidence.keys, judgements)
    logits = learn(logits, evidence.families, [], judged, confirmed)
    score = levelled(logits, judged, confirmed, by_lot).probability(logits)
    # within equal probabilities the strength itself orders
    places = ordered(evidence.keys, score, evidence.strength, money)
    place = np.empty(len(places), dtype=np.int64)
    place[places] = np.arange(1, len(places) + 1)
    return pl.DataFrame({
        "key": evidence.keys, "score": np.round(score, 6), "rank": place, "reasons": reason_lists(evidence),
    })  # fmt: skip


def levelled(logits: np.ndarray, judged: np.ndarray, confirmed: np.ndarray, by_lot: np.ndarray) -> Recalibration:
    """The line from log-odds to calibrated probabilities and their intervals. Where enough subjects were drawn by lot, they
    alone set the level: inspections that follow the score see too many fakes."""
    level = by_lot if by_lot.sum() >= 10 else np.ones(len(judged), bool)
    return recalibrate(logits[judged[level]], confirmed[level])


def ordered(keys: pl.Series, score: np.ndarray, strength: np.ndarray, amounts: np.ndarray | None = None) -> np.ndarray:
    """Row numbers from the most suspicious on: by score, then strength, then amount, then key. Rounded before compared."""
    money = np.zeros(len(keys)) if amounts is None else amounts
    return np.lexsort((keys.rank("dense").to_numpy(), -money, -np.round(strength, 4), -np.round(score, 4)))


Judged = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Of judged subjects: their rows, 1 or 0 for confirmed or not, and whether they were drawn by lot."""


def judged_rows(keys: Iterable[str], judgements: Mapping[str, Any] | pl.DataFrame | None) -> Judged:
    """Positions of judged keys, 1 or 0 for each, and whether it was drawn by lot; what is still open is left out."""
    if judgements is None:
        judgements = {}
    if isinstance(judgements, pl.DataFrame):
        arms = judgements["arm"].to_list() if "arm" in judgements.columns else [None] * judgements.height
        told = {
            str(key): (outcome, arm)
            for key, outcome, arm in zip(judgements["key"], judgements["outcome"], arms, strict=True)
        }
    else:
        told = {str(key): (outcome, None) for key, outcome in judgements.items()}
    position = {key: row for row, key in enumerate(keys) if key in told}
    found = [
        (position[key], value, arm == "random")
        for key, (outcome, arm) in sorted(told.items())
        if key in position
        and (value := OUTCOMES.get(outcome, None if isinstance(outcome, str) else outcome)) is not None
    ]
    rows = np.array([row for row, _, _ in found], dtype=np.int64)
    return rows, np.array([float(value) for _, value, _ in found]), np.array([lot for _, _, lot in found], dtype=bool)


def _by_row(features: pl.DataFrame, amounts: Mapping[str, float] | pl.Series | None) -> np.ndarray:
    if amounts is None:
        return np.zeros(features.height)
    if isinstance(amounts, pl.Series):
        return amounts.cast(pl.Float64).fill_null(0.0).to_numpy()
    return np.array([float(amounts.get(key, 0.0) or 0.0) for key in features[:, 0].cast(pl.String)])


def contributions(evidence: Evidence, rows: slice = ALL) -> np.ndarray:
    """Share of the families' evidence that each feature gives (subjects x features): a family's part is divided among
    its features by how rare each is."""
    surprises = evidence.surprises[rows]
    heard = np.minimum(np.maximum(np.nan_to_num(evidence.families[rows]), 0.0), LOUDEST) ** 2
    total = heard.sum(axis=1, keepdims=True)
    place = [evidence.family_names.index(name) for name in evidence.of_family]
    rarity = np.where(np.isnan(surprises), 0.0, 10.0 ** np.nan_to_num(surprises))
    shares = np.zeros_like(rarity)
    for f in range(len(evidence.family_names)):
        own = np.array(place) == f
        within = rarity[:, own] / np.maximum(rarity[:, own].sum(axis=1, keepdims=True), 1e-300)
        shares[:, own] = within * heard[:, [f]] / np.maximum(total, 1e-12)
    return shares


def reasons(evidence: Evidence, most: int = REASONS, of: slice = ALL) -> pl.DataFrame:
    """The strongest features of every subject, the strongest first: row (its number), place (from 1), feature, value,
    typical value of its peers, contribution (share of its evidence). A feature near what is usual is no reason. ``of``:
    the rows to tell of."""
    with np.errstate(invalid="ignore"):
        shares = np.round(np.where(evidence.outward(of) >= NOTABLE, contributions(evidence, of), 0.0), 4)
    most = min(most, shares.shape[1])
    best = np.argsort(-shares, axis=1, kind="stable")[:, :most]
    within = np.repeat(np.arange(len(shares)), most)
    rows = within + (of.start or 0)
    columns = best.ravel()
    names = np.asarray(evidence.features, dtype=object)
    return pl.DataFrame({
        "row": rows,
        "place": np.tile(np.arange(1, most + 1), len(shares)),
        "feature": pl.Series(names[columns].tolist(), dtype=pl.String),
        "value": evidence.values[rows, columns],
        "typical": evidence.standing.typical[rows, columns],
        "contribution": shares[within, columns],
    }).filter(pl.col("contribution") > 0).with_columns(pl.col("value", "typical").round_sig_figs(6))  # fmt: skip


def reason_lists(evidence: Evidence, most: int = REASONS) -> pl.Series:
    """`reasons` as one list of structs per subject, in row order."""
    told = reasons(evidence, most).select(
        "row", pl.struct("feature", "value", "typical", "contribution").alias("reasons")
    )
    rows = pl.DataFrame({"row": np.arange(len(evidence.keys))})
    grouped = told.group_by("row", maintain_order=True).agg("reasons")
    lists = rows.join(grouped, on="row", how="left", maintain_order="left")["reasons"]
    return lists.fill_null(pl.Series([[]], dtype=pl.List(REASON))).cast(pl.List(REASON))
