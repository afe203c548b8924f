"""Certificates that follow classes, and those of people who only sat an assessment. What is claimed for them is elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from models.province.classes import LAST_DAY, Class
from models.province.examiners import Examiners
from models.province.institutions import Ground
from models.province.population import Population, days
from models.province.schema import TYPES

SHARED_NUMBERS = ("special_operation", "special_equipment")
EXTRA_COLUMNS = ("class_id", "_k", "_claimable")


def follow_classes(
    ground: Ground, classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Certificates, still without numbers, of those who finished a class that ends in one; `_k` is the class's position."""
    examiners = Examiners(ground)
    facts = [_assessment(examiners, c, rng) for c in classes]
    table = pl.DataFrame(
        [f for f in facts if f],
        schema={
            "_k": pl.Int64,
            "class_id": pl.String,
            "kind": pl.String,
            "registry": pl.String,
            "occupation_code": pl.String,
            "level": pl.String,
            "assessor_id": pl.String,
            "assessed_on": pl.Date,
            "issued_on": pl.Date,
            "_share": pl.Float64,
        },
    )
    people = enrolments.select("id_number", "name", "_k", "_fit").with_columns(
        _draw=pl.Series(rng.random(len(enrolments)))
    )
    held = (
        people.filter("_fit")
        .join(table, on="_k")
        .filter((pl.col("_draw") < pl.col("_share")) & (pl.col("issued_on") <= LAST_DAY))
    )
    return _finish(held.with_columns(_claimable=pl.lit(True), first_issue=pl.lit(True)), rng)


def _assessment(examiners: Examiners, c: Class, rng: np.random.Generator) -> dict[str, Any] | None:
    project = c["_project"]
    kind = project["_certificate"]
    if kind is None:
        return None
    registry = "hrss"
    if kind in SHARED_NUMBERS:
        assessor = examiners.apart("special", c["_city"])
    elif kind == "skill_level" and c["_organiser"]["kind"] == "college" and rng.random() < 0.3:
        registry, assessor = "moe", examiners.apart("education", c["_city"])
    else:
        assessor = examiners.usual(c["organiser_id"], project["occupation_code"], project["level"], c["_city"])
    assessed = days(c["end_date"]) + int(rng.integers(-3, 12))
    return {
        "_k": c["_k"],
        "class_id": c["class_id"],
        "kind": kind,
        "registry": registry,
        "occupation_code": project["occupation_code"],
        "level": project["level"],
        "assessor_id": assessor["institution_id"],
        "assessed_on": date.fromordinal(assessed + 719163),
        "issued_on": date.fromordinal(assessed + 719163 + int(rng.integers(6, 20))),
        "_share": 0.96 if c["_line"] == "directed" else 0.8,
    }


def walk_ins(ground: Ground, population: Population, rng: np.random.Generator, n: int) -> pl.DataFrame:
    """Certificates, still without numbers, of people who came for an assessment alone: other kinds, second occupations, renewals, technicians. Only some are claimed."""
    cities = rng.choice(np.array(list(ground.bureaus)), n)
    people = population.draw(cities)
    examiners = Examiners(ground)
    open_to_all = {city: examiners.open_to_all(city) for city in ground.bureaus}
    rows = []
    for at, (city, person) in enumerate(zip(cities.tolist(), people.iter_rows(named=True), strict=True)):
        mix = (
            "skill_level",
            "skill_level",
            "special_operation",
            "qualification",
            "special_ability",
            "technician",
            "renewal",
            "education",
        )[at % 8]
        assessed = date(2020, 11, 1).toordinal() + int(rng.integers(0, 440))
        row = {
            "_k": -1,
            "class_id": None,
            "registry": "hrss",
            "id_number": person["id_number"],
            "name": person["name"],
            "_claimable": True,
            "first_issue": True,
            "assessed_on": date.fromordinal(assessed),
            "issued_on": date.fromordinal(assessed + int(rng.integers(6, 20))),
            "_city": city,
        }
        taught, ability = open_to_all[city][int(rng.integers(len(open_to_all[city])))]
        special = examiners.apart("special", city)["institution_id"]
        scope = taught[int(rng.integers(len(taught)))]
        if mix in ("skill_level", "technician"):
            level = scope["level"] if mix == "skill_level" else str(rng.integers(1, 3))
            row |= {
                "kind": "skill_level",
                "occupation_code": scope["occupation_code"],
                "level": level,
                "assessor_id": scope["assessor_id"],
                "_claimable": mix == "skill_level",
            }
        elif mix == "special_ability":
            row |= {
                "kind": mix,
                "occupation_code": ability["occupation_code"],
                "level": None,
                "assessor_id": ability["assessor_id"],
            }
        elif mix == "education":
            row |= {
                "kind": "skill_level",
                "registry": "moe",
                "occupation_code": scope["occupation_code"],
                "level": scope["level"],
                "assessor_id": examiners.apart("education", city)["institution_id"],
            }
        elif mix == "qualification":
            row |= {
                "kind": mix,
                "occupation_code": scope["occupation_code"],
                "level": scope["level"],
                "assessor_id": special,
            }
        else:
            row |= {"kind": "special_operation", "occupation_code": "6-31-01-03", "level": None, "assessor_id": special}
            if mix == "renewal":
                row |= {"first_issue": False, "_claimable": False}
            elif at % 16 == 2:
                # one number, two occupations: both lawful, both claimed
                rows.append(row | {"occupation_code": "6-18-02-04"})
        rows.append(row)
    table = pl.DataFrame(
        rows, schema_overrides={"_k": pl.Int64, "class_id": pl.String, "level": pl.String}, infer_schema_length=None
    )
    return _finish(table.filter(pl.col("issued_on") <= LAST_DAY).drop("_city"), rng)


def _finish(held: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Scores and status."""
    theory, practice = _marks(held, rng)
    held = held.with_columns(
        theory_score=pl.Series(theory),
        practice_score=pl.Series(practice),
        status=pl.lit("valid"),
        certificate_no=pl.lit(None, dtype=pl.String),
    )
    return held.select(*EXTRA_COLUMNS, *(pl.col(name).cast(kind) for name, kind in TYPES["certificates"].items()))


def _marks(held: pl.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Theory and practice of those who passed: people and exam days differ, and who knows one thing tends to know the other."""
    n = len(held)
    day = (
        held.select(pl.struct("assessor_id", "assessed_on").rank("dense")).to_series().to_numpy().astype(np.int64)
        if n
        else np.zeros(0, dtype=np.int64)
    )
    shared = rng.normal(0, 3, int(day.max()) + 1 if n else 1)[day]
    ability = rng.normal(76, 6, n) + shared
    fine = (rng.random(int(day.max()) + 1 if n else 1) < 0.35)[day]
    marks = []
    for lift in (0, 3):
        mark = ability + lift + rng.normal(0, 5, n)
        mark = np.where((mark < 60) & (mark > 57), 60, np.where(mark < 60, 60 + rng.exponential(5, n), mark)).clip(
            60, 99
        )
        marks.append(np.where(fine, np.round(mark * 2) / 2, np.round(mark)))
    return marks[0], marks[1]


def number(ground: Ground, held: pl.DataFrame, base: int) -> pl.DataFrame:
    """Gives the numbers: an assessor counts on through its exam days, and within a day down the list."""
    share = ground.territory.share
    bodies = {row["institution_id"]: share.number(1000 + at) for at, row in enumerate(ground.institutions)}
    held = held.with_columns(_at=pl.int_range(pl.len())).sort("assessor_id", "assessed_on", "_k", "_at")
    serial = (pl.int_range(pl.len()).over("assessor_id") + base + 1).cast(pl.String).str.zfill(6)
    body = pl.col("assessor_id").replace_strict(bodies, return_dtype=pl.Int64).cast(pl.String)
    year = pl.col("issued_on").dt.strftime("%y")
    text = (
        pl.when(pl.col("registry") == "moe")
        .then(pl.format("J14{}{}{}{}", body, year, pl.col("level"), serial))
        .when(pl.col("kind") == "skill_level")
        .then(pl.format("S000014{}{}{}{}", body.str.zfill(6), year, pl.col("level"), serial))
        .when(pl.col("kind") == "qualification")
        .then(pl.format("{}14{}{}00{}", year, body, pl.col("level"), serial))
        .when(pl.col("kind") == "special_ability")
        .then(pl.format("ZX14{}{}{}", body, year, serial))
        .when(pl.col("kind") == "special_operation")
        .then(pl.format("T{}", pl.col("id_number")))
        .otherwise(pl.col("id_number"))
    )
    return held.with_columns(certificate_no=text).sort("_at").drop("_at")
