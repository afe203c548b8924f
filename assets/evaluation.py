"""The models against the truth of a made-up province, beside simpler ways to order the list. What `skillwatch evaluate` prints.

Belongs here: reading scores, hits and truth, and choosing what is compared. Does not belong here: the figures
(`models/evaluation.py`) or their print (`models/evaluation_report.py`). Nothing here is read by a scan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from assets.baselines import simple_orders, single_detectors
from assets.scores import rank_subjects
from models.evaluation import (
    Figures,
    PairFigures,
    at_random,
    brier,
    by_mechanism,
    calibration,
    flag_rates,
    measure,
    pairs,
)
from models.evaluation_report import LevelReport, Report

LEVELS = {"class": "classes", "institution": "institutions", "assessor": "assessors"}
JUDGEMENTS = 30
BY_LOT = 10
"""of the judgements come from the random arm, the others from the top of the list"""
SINGLE_DETECTORS = 5
LEADS = {"suspicious_class": "classes", "suspicious_institution": "institutions", "suspicious_assessor": "assessors"}

# One row a person and class with a class claim. Residence, sex and age are read here and nowhere in the models.
_PERSONS = """
    SELECT DISTINCT c.class_id, c.id_number, concat(left(c.class_division, 4), '00') AS city, e.residence_division, c.class_division, c.start_date
    FROM class_claims AS c
    LEFT JOIN enrolments AS e ON e.class_id = c.class_id AND e.id_number = c.id_number
    ORDER BY c.class_id, c.id_number"""


class EvaluationError(ValueError):
    """There is nothing to evaluate; the message says what is missing and how to get it."""


def evaluate(
    connection: duckdb.DuckDBPyConnection, truth_folder: Path, judgements: int = JUDGEMENTS, seed: int = 0
) -> Report:
    """Compare the tables `scores`, `claim_pairs` and `hits.*` of a warehouse with the truth that `skillwatch simulate` wrote.

    With `judgements` above 0 the scores are also computed anew with so many results of inspections, in a transaction that is
    rolled back.
    """
    truth = _truth(truth_folder)
    scores = connection.execute(
        "SELECT subject_kind, subject_key, score, rank, amount FROM scores ORDER BY subject_kind, rank"
    ).pl()
    if not len(scores):
        raise EvaluationError("The table `scores` is empty: run a scan with the models first.")
    taught = _taught(connection, truth, scores, judgements, seed) if judgements else None
    levels = [_level(connection, level, truth, scores, taught, seed) for level in LEVELS]
    found = _pairs(connection, truth)
    notes = [
        "前R：与造假对象个数相同的名次。",
        "计划内的违规样本（planted）和只有个别申领有问题的真实班级不参加排序评价。",
    ]
    return Report(
        _province(truth_folder), levels, _leads(connection, truth), found, _groups(connection, truth, scores), notes
    )


def _truth(folder: Path) -> dict[str, pl.DataFrame]:
    names = [*LEVELS.values(), "claims", "claim_pairs", "mechanisms"]
    missing = [name for name in names if not (folder / f"{name}.parquet").exists()]
    if missing:
        raise EvaluationError(
            f"{folder} lacks {', '.join(missing)}: evaluate only what `skillwatch simulate` of this version has made."
        )
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in names}


def _province(folder: Path) -> dict[str, Any]:
    made = (
        json.loads((folder / "simulated.json").read_text(encoding="utf-8"))
        if (folder / "simulated.json").exists()
        else {}
    )
    return {name: made[name] for name in ("size", "seed", "claims", "fake_classes", "mechanisms") if name in made}


def _judged(level: str, truth: Mapping[str, pl.DataFrame], scores: pl.DataFrame) -> pl.DataFrame:
    """The level's scored subjects with their truth, in the order of the ranking."""
    known = truth[LEVELS[level]].filter(~pl.col("planted") & pl.col("fake").is_not_null())
    return scores.filter(pl.col("subject_kind") == level).join(known, on="subject_key", how="inner").sort("rank")


def _level(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    truth: Mapping[str, pl.DataFrame],
    scores: pl.DataFrame,
    taught: pl.DataFrame | None,
    seed: int,
) -> LevelReport:
    judged = _judged(level, truth, scores)
    orders = {"模型": judged["subject_key"].to_list()}
    if taught is not None:
        orders["模型，加核查结论"] = (
            taught.filter(pl.col("subject_kind") == level).sort("rank")["subject_key"].to_list()
        )
    orders |= simple_orders(connection, level, judged)
    sets: dict[str, list[Figures]] = {}
    held_out = judged["fake"] & judged["held_out"]
    for name, kept in {
        "全部手法": judged,
        "参与调试的手法": judged.filter(~held_out),
        "留出的手法": judged.filter(held_out | ~judged["fake"]),
    }.items():
        if not kept["fake"].any():
            continue
        figures = [measure(title, _in_order(kept, order)) for title, order in orders.items()]
        single = [
            measure(title, _in_order(kept, order)) for title, order in single_detectors(connection, level, kept).items()
        ]
        single.sort(key=lambda one: (-one.average_precision, one.name))
        best = kept.sort(
            pl.col("yuan").cast(pl.Float64) / pl.col("amount").cast(pl.Float64),
            "subject_key",
            descending=[True, False],
            nulls_last=True,
        )
        sets[name] = [
            *figures,
            *single[:SINGLE_DETECTORS],
            at_random(kept.sort("subject_key"), seed),
            measure("上限：事先知道结果", best),
        ]
    fake = judged["fake"].to_numpy()
    base = float(fake.mean()) if len(fake) else 0.0
    return LevelReport(
        level,
        sets,
        by_mechanism(judged),
        brier(judged["score"].to_numpy(), fake),
        base * (1 - base),
        calibration(judged["score"].to_numpy(), fake),
    )


def _in_order(table: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    """The table's rows as the order has them; what it does not name comes last, by key."""
    place = {key: at for at, key in enumerate(order)}
    return (
        table.with_columns(
            _place=pl.col("subject_key").replace_strict(place, default=len(place), return_dtype=pl.Int64)
        )
        .sort("_place", "subject_key")
        .drop("_place")
    )


def _taught(
    connection: duckdb.DuckDBPyConnection,
    truth: Mapping[str, pl.DataFrame],
    scores: pl.DataFrame,
    judgements: int,
    seed: int,
) -> pl.DataFrame:
    """The scores after inspectors went to some classes: the top of the list, and a few drawn by lot."""
    judged = _judged("class", truth, scores)
    by_lot = min(BY_LOT, judgements // 3, len(judged))
    lot = set(np.random.default_rng(seed).choice(len(judged), by_lot, replace=False).tolist())
    top = [at for at in range(len(judged)) if at not in lot][: judgements - by_lot]
    rows = [
        (
            f"PG-{at:05d}",
            "class",
            judged["subject_key"][at],
            "random" if at in lot else "targeted",
            "confirmed" if judged["fake"][at] else "dismissed",
        )
        for at in sorted(lot | set(top))
    ]
    connection.execute("BEGIN TRANSACTION")
    try:
        connection.executemany(
            "INSERT INTO feedback BY NAME SELECT ? AS inspection_id, ? AS subject_kind, ? AS subject_key, ? AS arm, ? AS outcome, (SELECT as_of FROM scan) AS checked_on",
            rows,
        )
        rank_subjects(connection)
        return connection.execute("SELECT subject_kind, subject_key, score, rank FROM scores").pl()
    finally:
        connection.execute("ROLLBACK")


def _leads(connection: duckdb.DuckDBPyConnection, truth: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the rules over scores raised, on subjects whose truth is known."""
    rows = []
    for rule, name in LEADS.items():
        if not _has(connection, "hits", rule):
            continue
        known = truth[name].filter(~pl.col("planted") & pl.col("fake").is_not_null())
        raised = connection.execute(f"SELECT DISTINCT subject_key FROM hits.{rule} ORDER BY 1").pl()
        met = raised.join(known, on="subject_key", how="inner")
        right = int(met["fake"].sum())
        rows.append((rule, len(met), right, int(known["fake"].sum()), right))
    return pl.DataFrame(
        rows,
        schema={"rule_id": pl.String, "cases": pl.Int64, "right": pl.Int64, "true": pl.Int64, "reached": pl.Int64},
        orient="row",
    )


def _pairs(connection: duckdb.DuckDBPyConnection, truth: Mapping[str, pl.DataFrame]) -> PairFigures | None:
    """Pairs that the rule raised (else those at least as likely as not), where neither claim was planted."""
    if _has(connection, "hits", "possible_duplicate_claim"):
        found = connection.execute(
            "SELECT DISTINCT split_part(subject_key, '|', 1) AS claim_a, split_part(subject_key, '|', 2) AS claim_b FROM hits.possible_duplicate_claim"
        ).pl()
    elif _has(connection, "main", "claim_pairs"):
        found = connection.execute("SELECT DISTINCT claim_a, claim_b FROM claim_pairs WHERE probability >= 0.5").pl()
    else:
        return None
    planted = truth["claims"].filter("planted")["claim_id"].implode()
    return pairs(
        found.filter(~pl.col("claim_a").is_in(planted) & ~pl.col("claim_b").is_in(planted)), truth["claim_pairs"]
    )


def _has(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?", [schema, table]
    ).fetchone()
    return bool(row and row[0])


def _groups(
    connection: duckdb.DuckDBPyConnection, truth: Mapping[str, pl.DataFrame], scores: pl.DataFrame
) -> pl.DataFrame:
    """Flag rates of people in the evaluated classes; a class is flagged when it is among the first R."""
    judged = _judged("class", truth, scores)
    first = judged.head(int(judged["fake"].sum()))["subject_key"].implode()
    persons = (
        connection.execute(_PERSONS)
        .pl()
        .join(judged.select("fake", class_id="subject_key"), on="class_id", how="inner")
    )
    birth = pl.col("id_number").str.slice(6, 4).cast(pl.Int32, strict=False)
    age = pl.col("start_date").dt.year() - birth
    residence, division = pl.col("residence_division").str, pl.col("class_division").str
    persons = persons.with_columns(
        flagged=pl.col("class_id").is_in(first),
        sex=pl.when(pl.col("id_number").str.slice(16, 1).cast(pl.Int32, strict=False) % 2 == 1)
        .then(pl.lit("男"))
        .otherwise(pl.lit("女")),
        age=pl.when(age < 25)
        .then(pl.lit("16–24"))
        .when(age < 35)
        .then(pl.lit("25–34"))
        .when(age < 45)
        .then(pl.lit("35–44"))
        .otherwise(pl.lit("45以上")),
        residence=pl.when(pl.col("residence_division").is_null())
        .then(None)
        .when(residence.slice(0, 4) == division.slice(0, 4))
        .then(pl.lit("本市"))
        .when(residence.slice(0, 2) == division.slice(0, 2))
        .then(pl.lit("省内外市"))
        .otherwise(pl.lit("外省")),
    )
    return flag_rates(persons, ("city", "residence", "sex", "age"))
