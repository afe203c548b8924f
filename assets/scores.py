"""Scores: features become evidence, evidence flows between levels, judgements and rule hits are learned from, and the
tables `scores` and `score_reasons` say who stands where and why.

Belongs here: reading what the models need from the warehouse, and writing what they say. Does not belong here: the
models themselves (`models/`), and any accusation: that is a rule's (`checks/rules/suspicious_*.sql`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import polars as pl
import scipy

from assets.features import feature_tables
from assets.judged_subjects import judgements_of
from assets.levels import Level, level_of
from assets.memory import holding_half
from assets.subjects import LINKS, SIGNS, amounts, paired_claims, weak_labels
from models.calibration import CERTAIN, Recalibration, anchored, false_discovery, log_odds, recalibrate, simes
from models.feature import LEVELS, Feature, read_features
from models.flow import Owners, any_member, spread
from models.learning import lean, learn
from models.ranking import Judged, judged_rows, levelled, ordered, reasons

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
REASONS_SCHEMA: dict[str, Any] = {
    "subject_kind": pl.String, "subject_key": pl.String, "place": pl.Int64, "feature": pl.String, "title": pl.String, "value": pl.Float64,
    "typical": pl.Float64, "contribution": pl.Float64, "says": pl.String, "high": pl.String, "innocent": pl.String,
}  # fmt: skip
# An institution answers for its classes; an assessor of a fake class may know nothing of it.
PASSES_ON = {"institution": 1.0, "assessor": 0.3}
OF_CERTIFICATE = 3.0
"""Log-odds that a certificate's claim is better off than the class that led to it."""
OWNERS = ("institution", "trainer", "assessor", "payee")
TOLD_AT_ONCE = 100_000


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
    with holding_half(connection):
        levels = {name: level_of(connection, name, features) for name in LEVELS}
        judged = {
            name: judged_rows(level.evidence.keys, judgements_of(connection, name, level.evidence.keys, case_key))
            for name, level in levels.items()
        }
        levels["class"] = _classes(connection, levels, owners, judged["class"])
        for name in ("institution", "assessor"):
            levels[name] = _owner_level(connection, name, levels, judged[name])
        levels["claim"] = _claims(connection, levels, judged["claim"])
        explained = _explained(features)
        _begin(connection, "scores", SCORES_SCHEMA)
        _begin(connection, "score_reasons", REASONS_SCHEMA)
        subjects = {}
        for name, level in levels.items():
            scored, rows = _scored(connection, name, level)
            _add(connection, "scores", scored, SCORES_SCHEMA)
            for why in _whys(name, level, rows, explained):
                _add(connection, "score_reasons", why, REASONS_SCHEMA)
            subjects[name] = scored.height
    return subjects


def _owner_numbers(
    connection: duckdb.DuckDBPyConnection, link: str, members: Level, owners: Level | None
) -> tuple[np.ndarray, int]:
    """Number of every member's owner (-1: none), and how many owners there are; numbered as in ``owners`` where given."""
    names = _of_keys(members, connection.execute(LINKS[link]).pl()).to_series(1)
    numbered = owners.evidence.keys if owners else names.filter(names != "").unique().sort()
    numbers = pl.DataFrame({"name": numbered}).with_row_index("number").filter(pl.col("name") != "")
    found = names.to_frame("name").join(numbers, on="name", how="left", maintain_order="left")["number"]
    return found.cast(pl.Int64).fill_null(-1).to_numpy(), len(numbered)


def _of_keys(level: Level, told: pl.DataFrame) -> pl.DataFrame:
    """A row per subject of the level, in its order: what ``told`` (its first column the key) says of it, else nulls."""
    return pl.DataFrame({"key": level.evidence.keys}).join(
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
    leaning = lean(level.evidence.families, level.evidence.keys.is_in(hit["key"].implode()).to_numpy())
    judged, confirmed, by_lot = judgements
    unjudged = anchored(heard + leaning, level.groups.expected)
    logits = learn(unjudged, level.evidence.families, numbers[:2], judged, confirmed)
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
    through = any_member(classes.alone, number, len(level.evidence.keys)) * PASSES_ON[name]
    if name == "institution":
        paired = _paired(connection, levels["claim"])
        of_claim, _ = _owner_numbers(connection, "claim_institution", levels["claim"], level)
        through = 1 - (1 - through) * (1 - any_member(paired, of_claim, len(level.evidence.keys)))
    own, expected = level.groups.probability, level.groups.expected
    if name == "institution":  # its classes are anchored already
        own = scipy.special.expit(anchored(log_odds(own), expected))
    logits = log_odds(1 - (1 - own) * (1 - through))
    if name == "assessor":
        logits = anchored(logits, expected)
    judged, confirmed, by_lot = judgements
    logits = learn(logits, level.evidence.families, [], judged, confirmed)
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
    logits = learn(logits, level.evidence.families, [], judged, confirmed)
    return replace(level, logits=logits, bounds=_unjudged().interval(logits))


def _scored(connection: duckdb.DuckDBPyConnection, name: str, level: Level) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of `scores`, and which row of the evidence is whose (row, subject_key). What no live claim goes through is a peer,
    but is not scored itself."""
    keys = level.evidence.keys
    low, high = level.bounds or _unjudged().interval(level.logits)
    frame = pl.DataFrame({
        "subject_key": keys,
        "probability": scipy.special.expit(level.logits),
        "score": np.minimum(scipy.special.expit(level.logits), CERTAIN),
        "score_low": np.minimum(low, CERTAIN),
        "score_high": high,
        "strength": level.evidence.strength,
        "tail": level.tail,
        "families": (np.nan_to_num(level.evidence.families) >= CARRIES).sum(axis=1),
        "row": np.arange(len(keys)),
    })  # fmt: skip
    frame = frame.join(connection.execute(amounts(name)).pl(), on="subject_key", how="inner")
    rank = np.empty(frame.height, dtype=np.int64)
    rank[ordered(frame["subject_key"], frame["probability"].to_numpy(), frame["strength"].to_numpy())] = np.arange(
        1, frame.height + 1
    )
    scored = frame.select(
        pl.lit(name).alias("subject_kind"),
        "subject_key",
        "division",
        "institution_id",
        pl.col("score").round(4),
        pl.Series("rank", rank),
        pl.col("tail").round_sig_figs(6),
        pl.Series("q", false_discovery(frame["tail"].to_numpy())).round_sig_figs(6),
        pl.col("families").cast(pl.Int32),
        pl.col("amount").cast(pl.Decimal(14, 2)),
        "claim_ids",
        pl.col("score_low", "score_high").round(4),
    )
    return scored, frame.select("row", "subject_key")


def _explained(features: Mapping[str, Feature]) -> pl.DataFrame:
    """What is said of every feature: feature, title, high, innocent, unit."""
    return pl.DataFrame(
        [
            (feature.name, feature.title["zh"], feature.high, feature.innocent, feature.unit)
            for feature in features.values()
        ],
        schema=["feature", "title", "high", "innocent", "unit"],
        orient="row",
    )


def _whys(name: str, level: Level, scored: pl.DataFrame, explained: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of `score_reasons`, some thousand subjects at a time: the texts of millions of claims are many times their numbers."""
    for first in range(0, len(level.evidence.keys), TOLD_AT_ONCE):
        yield (
            reasons(level.evidence, of=slice(first, first + TOLD_AT_ONCE))
            .join(scored, on="row", how="inner")
            .join(explained, on="feature", how="left")
            .with_columns(
                pl.concat_str("title", pl.lit("："), told("value"), pl.lit("，同类通常"), told("typical")).alias(
                    "says"
                ),
                pl.lit(name).alias("subject_kind"),
            )
            .select(list(REASONS_SCHEMA))
            .sort("subject_key", "place")
        )


def told(column: str) -> pl.Expr:
    """A number with its unit as an analyst reads it; shares as per cent."""
    share = pl.col("unit") == "占比"
    number = pl.when(share).then(100 * pl.col(column).clip(lower_bound=0.0)).otherwise(pl.col(column)).round_sig_figs(3)
    text = number.cast(pl.String).str.replace(r"\.0$", "")
    return pl.when(share).then(text + "%").otherwise(pl.concat_str(text, pl.lit("（"), "unit", pl.lit("）")))


def _begin(connection: duckdb.DuckDBPyConnection, table: str, schema: dict[str, Any]) -> None:
    connection.register("empty", pl.DataFrame(schema=schema).to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM empty")
    connection.unregister("empty")


def _add(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, schema: dict[str, Any]) -> None:
    connection.register("added", frame.select(list(schema)).cast(pl.Schema(schema)).to_arrow())
    connection.execute(f"INSERT INTO {table} SELECT * FROM added")
    connection.unregister("added")
