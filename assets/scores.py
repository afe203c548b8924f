"""Scores: features become evidence, evidence flows between levels, judgements and rule hits are learned from, and the
tables `scores` and `score_reasons` say who stands where and why.

Belongs here: what levels say of each other, and who is ranked where. Does not belong here: the models themselves
(`models/`), the words of the reasons (`reasons.py`), and any accusation: that is a rule's (`checks/rules/suspicious_*.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import polars as pl
import scipy

from assets.appending import append, begin
from assets.features import feature_tables
from assets.judged_subjects import judgements_of
from assets.levels import Level, evidence_of, level_of
from assets.live_subjects import find_live, in_parts
from assets.memory import GATHERING, SORTING, holding, memory_limit
from assets.reasons import REASONS_SCHEMA, add_reasons
from assets.subjects import LINKS, SIGNS, paired_claims, weak_labels
from models.calibration import CERTAIN, Recalibration, anchored, false_discovery, log_odds, recalibrate, simes
from models.feature import LEVELS, Feature, read_features
from models.flow import Owners, any_member, spread
from models.learning import lean, learn
from models.ranking import Judged, judged_rows, levelled, ordered

SCORES_READS = tuple(
    sorted(
        frozenset().union(*(feature.query.reads for feature in read_features().values()))
        | {"class_profiles", "class_claims", "live_claims", "certificate_claims", "organisations", "feedback"}
    )
)
RANKING_READS = (
    *(f"features_{level}" for level in LEVELS),
    "claim_pairs", "class_profiles", "class_claims", "live_claims", "certificate_claims", "organisations", "feedback",
    *(f"hits.{sign}" for sign in SIGNS),
)  # fmt: skip
"""What `rank_subjects` reads, once there are features."""
CARRIES = 1.0
"""A family carries a subject from one in ten on: -log10 of its probability."""
SCORES_SCHEMA: dict[str, Any] = {
    "subject_kind": pl.String, "subject_key": pl.String, "division": pl.String, "institution_id": pl.String, "score": pl.Float64,
    "rank": pl.Int64, "tail": pl.Float64, "q": pl.Float64, "families": pl.Int32, "amount": pl.Decimal(14, 2), "claim_ids": pl.List(pl.String),
    "score_low": pl.Float64, "score_high": pl.Float64,
}  # fmt: skip
# An institution answers for its classes; an assessor of a fake class may know nothing of it.
PASSES_ON = {"institution": 1.0, "assessor": 0.3}
OF_CERTIFICATE = 3.0
"""Log-odds that a certificate's claim is better off than the class that led to it."""
OWNERS = ("institution", "trainer", "assessor", "payee")


def write_scores(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Compute the features, then `rank_subjects`."""
    feature_tables(connection)
    return rank_subjects(connection)


def rank_subjects(
    connection: duckdb.DuckDBPyConnection, owners: Sequence[str] = OWNERS, *, case_key: bytes | None = None
) -> dict[str, int]:
    """Write `scores` and `score_reasons` from the tables `features_<level>`; returns the number of subjects per level.

    ``owners``: the kinds of owners between which evidence flows. ``case_key``: that of the installation's case ids, for judgements of cases.
    """
    features = read_features()
    limit = memory_limit(connection)
    begin(connection, "score_reasons", REASONS_SCHEMA)
    levels, live = {}, {}
    for name in LEVELS:
        with holding(connection, GATHERING, limit):
            live[name] = find_live(connection, name)
        with holding(connection, SORTING, limit):
            levels[name] = _level(connection, name, live[name], features)
    with holding(connection, GATHERING, limit):
        judged = {
            name: judged_rows(level.keys, judgements_of(connection, name, level.keys, case_key))
            for name, level in levels.items()
        }
        levels["class"] = _classes(connection, levels, owners, judged["class"])
        for name in ("institution", "assessor"):
            levels[name] = _owner_level(connection, name, levels, judged[name])
        levels["claim"] = _claims(connection, levels, judged["claim"])
        begin(connection, "scores", SCORES_SCHEMA)
        for name, level in levels.items():
            _add_scores(connection, name, level, live[name])
    return {name: len(rows) for name, rows in live.items()}


def _level(
    connection: duckdb.DuckDBPyConnection, name: str, live: np.ndarray, features: Mapping[str, Feature]
) -> Level:
    """A level as its own features leave it, and its reasons written: nobody needs the features afterwards."""
    evidence = evidence_of(connection, name, features)
    add_reasons(connection, name, evidence, live, features)
    return level_of(evidence)


def _owner_numbers(
    connection: duckdb.DuckDBPyConnection, link: str, members: Level, owners: Level | None
) -> tuple[np.ndarray, int]:
    """Number of every member's owner (-1: none), and how many owners there are; numbered as in ``owners`` where given."""
    names = _of_keys(members, connection.execute(LINKS[link]).pl()).to_series(1)
    numbered = owners.keys if owners else names.filter(names != "").unique().sort()
    numbers = pl.DataFrame({"name": numbered}).with_row_index("number").filter(pl.col("name") != "")
    found = names.to_frame("name").join(numbers, on="name", how="left", maintain_order="left")["number"]
    return found.cast(pl.Int64).fill_null(-1).to_numpy(), len(numbered)


def _of_keys(level: Level, told: pl.DataFrame) -> pl.DataFrame:
    """A row per subject of the level, in its order: what ``told`` (its first column the key) says of it, else nulls."""
    return pl.DataFrame({"key": level.keys}).join(
        told, left_on="key", right_on=told.columns[0], how="left", maintain_order="left"
    )


def _against_usual(level: Level) -> np.ndarray:
    """What a level's own evidence says of each of its subjects, as log-odds against the usual subject."""
    usual = float(log_odds(np.array([level.groups.share]))[0])
    return np.clip(log_odds(level.groups.probability) - usual, -1.0, 3.0)


@lru_cache(maxsize=1)
def _unjudged() -> Recalibration:
    """Log-odds as they are, with the doubt that is left before anybody has looked."""
    return recalibrate(np.empty(0), np.empty(0))


def _classes(
    connection: duckdb.DuckDBPyConnection, levels: Mapping[str, Level], kinds: Sequence[str], judgements: Judged
) -> Level:
    """Classes after their owners have been heard, rule hits have been learned from, and judgements too."""
    level = levels["class"]
    owned, numbers = [], []
    for link in kinds:
        owners = levels.get(link)
        number, count = _owner_numbers(connection, f"class_{link}", level, owners)
        owned.append(Owners(number, _against_usual(owners) if owners else np.zeros(count)))
        numbers.append(number)
    heard = spread(level.groups.probability, level.groups.share, owned)
    hit = connection.execute(weak_labels(connection, "class")).pl()
    leaning = lean(level.families, level.keys.is_in(hit["key"].implode()).to_numpy())
    judged, confirmed, by_lot = judgements
    unjudged = anchored(heard + leaning, level.groups.expected)
    logits = learn(unjudged, level.families, numbers[:2], judged, confirmed)
    # what an owner has said of its classes must not come back to it
    alone = anchored(level.logits + leaning, level.groups.expected) + logits - unjudged
    level = replace(level, alone=levelled(alone, judged, confirmed, by_lot).probability(alone))
    return _settled(level, logits, judged, confirmed, by_lot)


def _settled(
    level: Level, logits: np.ndarray, judged: np.ndarray, confirmed: np.ndarray, by_lot: np.ndarray, **changes: Any
) -> Level:
    line = levelled(logits, judged, confirmed, by_lot)
    return replace(level, logits=log_odds(line.probability(logits)), bounds=line.interval(logits), **changes)


def _owner_level(
    connection: duckdb.DuckDBPyConnection, name: str, levels: Mapping[str, Level], judgements: Judged
) -> Level:
    """Institutions or assessors: either their own evidence or one of their classes is what makes them suspicious."""
    level, classes = levels[name], levels["class"]
    number, _ = _owner_numbers(connection, f"class_{name}", classes, level)
    through = any_member(classes.alone, number, len(level.keys)) * PASSES_ON[name]
    if name == "institution":
        paired = _paired(connection, levels["claim"])
        of_claim, _ = _owner_numbers(connection, "claim_institution", levels["claim"], level)
        through = 1 - (1 - through) * (1 - any_member(paired, of_claim, len(level.keys)))
    own, expected = level.groups.probability, level.groups.expected
    if name == "institution":  # its classes are anchored already
        own = scipy.special.expit(anchored(log_odds(own), expected))
    logits = log_odds(1 - (1 - own) * (1 - through))
    if name == "assessor":
        logits = anchored(logits, expected)
    judged, confirmed, by_lot = judgements
    logits = learn(logits, level.families, [], judged, confirmed)
    tail = level.tail
    if name == "institution":
        # two readings, the smaller counts, and pays for the choice
        tail = np.minimum(2 * np.minimum(tail, simes(classes.tail, number, len(tail))), 1.0)
    return _settled(level, logits, judged, confirmed, by_lot, tail=tail)


def _paired(connection: duckdb.DuckDBPyConnection, level: Level) -> np.ndarray:
    """Per claim the probability that it asks for what another claim has already asked for."""
    paired = _of_keys(level, connection.execute(paired_claims(connection)).pl())
    return paired["probability"].cast(pl.Float64).fill_null(0.0).to_numpy()


def _claims(connection: duckdb.DuckDBPyConnection, levels: Mapping[str, Level], judgements: Judged) -> Level:
    """Claims: the person's own signs on top of the class, the employer or the assessor that the claim goes through."""
    level = levels["claim"]
    own = np.clip(level.logits - float(log_odds(np.array([level.groups.share]))[0]), -1.0, 4.0)
    number = {
        link: _owner_numbers(connection, f"claim_{link}", level, levels[link])[0]
        for link in ("class", "institution", "assessor")
    }
    # -1 reads the last place: where a level has nobody at all, there is still that one, and it says nothing
    through = {
        link: np.where(at >= 0, np.append(levels[link].logits, np.nan)[at], np.nan) for link, at in number.items()
    }
    # a certificate may be earned in a class that was not what it was claimed to be
    certified = np.fmax(through["assessor"], through["class"] - OF_CERTIFICATE)
    trained = np.where(np.isnan(through["class"]), through["institution"], through["class"])
    heard = np.where(number["assessor"] >= 0, certified, trained)
    usual = float(log_odds(np.array([levels["class"].groups.share]))[0])
    logits = np.where(np.isnan(heard), usual, heard) + own
    logits = log_odds(1 - (1 - scipy.special.expit(logits)) * (1 - _paired(connection, level)))
    judged, confirmed, _ = judgements
    logits = learn(logits, level.families, [], judged, confirmed)
    return replace(level, logits=logits, bounds=_unjudged().interval(logits))


def _add_scores(connection: duckdb.DuckDBPyConnection, name: str, level: Level, live: np.ndarray) -> None:
    """Add the rows of a level's live subjects to `scores`."""
    probability = scipy.special.expit(level.logits)
    low, high = level.bounds or _unjudged().interval(level.logits)
    numbers = pl.DataFrame({
        "score": np.minimum(probability, CERTAIN)[live],
        "rank": _places(level.keys.gather(live), probability[live], level.strength[live]),
        "tail": level.tail[live],
        "q": false_discovery(level.tail[live]),
        "families": (np.nan_to_num(level.families[live]) >= CARRIES).sum(axis=1),
        "score_low": np.minimum(low, CERTAIN)[live],
        "score_high": high[live],
    }).with_columns(
        pl.col("score", "score_low", "score_high").round(4), pl.col("tail", "q").round_sig_figs(6), subject_kind=pl.lit(name)
    )  # fmt: skip
    told = 0
    for subjects in in_parts(connection, name, "subject_key, division, institution_id, amount, claim_ids", live):
        rows = numbers[told : told + subjects.height]
        append(connection, "scores", pl.concat([subjects, rows], how="horizontal"), SCORES_SCHEMA)
        told += subjects.height
    connection.execute(f"DROP TABLE live_{name}")


def _places(keys: pl.Series, probability: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """1 for the most suspicious, 2 for the next, ..."""
    places = np.empty(len(keys), dtype=np.int64)
    places[ordered(keys, probability, strength)] = np.arange(1, len(keys) + 1)
    return places
