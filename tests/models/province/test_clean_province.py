"""A clean province: nothing is wrong in it, and its people behave like people."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from models.province.calendar import HOLIDAYS
from models.province.clean import Province, claims_of, clean_province
from tests.models.province.warehouse import cases, clause_rules, warehouse


@pytest.fixture(scope="module")
def province() -> Province:
    return clean_province(2000, seed=3)


@pytest.fixture(scope="module")
def offline(province: Province) -> pl.DataFrame:
    """Check-ins at terminals, with the seconds before the bell of a morning."""
    classes = province.tables["classes"].filter(pl.col("mode") == "offline").select("class_id")
    punched = (
        province.tables["attendance"]
        .join(classes, on="class_id")
        .filter(pl.col("method").is_in(["face", "fingerprint"]))
    )
    morning = punched.filter(pl.col("check_in").dt.hour().is_between(7, 9))
    bell = pl.col("session_date").cast(pl.Datetime("us")) + pl.duration(hours=8, minutes=30)
    return morning.with_columns(early=(bell - pl.col("check_in")).dt.total_seconds())


def test_no_rule_hits(province: Province) -> None:
    assert cases(warehouse(province), clause_rules()) == set()


def test_the_size_is_the_number_of_claims(province: Province) -> None:
    assert 0.8 * 2000 <= len(province.tables["claims"]) <= 1.25 * 2000
    assert claims_of("small") == 12_000 and claims_of("700") == 700
    with pytest.raises(ValueError, match="known are tiny"):
        claims_of("huge")
    with pytest.raises(ValueError, match="least is 500"):
        claims_of(10)


def test_people_are_late_ill_and_forgetful(province: Province, offline: pl.DataFrame) -> None:
    assert 0.03 < (offline["early"] < 0).mean() < 0.25  # type: ignore[operator]
    assert offline["early"].std() > 150
    assert 0.003 < province.tables["attendance"]["check_out"].is_null().mean() < 0.1  # type: ignore[operator]
    finished = province.tables["enrolments"]["completed"].mean()
    assert 0.8 < finished < 0.99  # type: ignore[operator]


def test_everybody_has_a_habit(offline: pl.DataFrame) -> None:
    """People differ more from each other than from themselves a day later."""
    per_person = offline.group_by("class_id", "id_number").agg(
        pl.col("early").mean().alias("usual"), pl.col("early").std().alias("spread"), pl.len().alias("days")
    )
    settled = per_person.filter(pl.col("days") >= 5)
    assert settled["usual"].std() > 100 and settled["spread"].median() < 330


def test_a_terminal_takes_one_person_at_a_time(offline: pl.DataFrame) -> None:
    to_the_second = offline.filter((pl.col("check_in").dt.second() != 0).any().over("class_id"))
    gaps = to_the_second.sort("class_id", "device_id", "check_in").select(
        pl.col("check_in").diff().over("class_id", "device_id", "session_date").dt.total_seconds().alias("gap")
    )
    assert gaps["gap"].drop_nulls().min() >= 2  # type: ignore[operator]


def test_nobody_is_taught_on_holidays_and_weeks_have_a_pattern(province: Province) -> None:
    days = province.tables["attendance"]["session_date"]
    assert not set(days.unique()) & HOLIDAYS
    by_weekday = days.dt.weekday().value_counts().sort("session_date")["count"].to_list()
    assert by_weekday[6] < 0.8 * by_weekday[0]


def test_classes_have_at_most_fifty_and_institutions_differ(province: Province) -> None:
    classes = province.tables["classes"]
    assert classes["headcount"].max() <= 50  # type: ignore[operator]
    sizes = classes["organiser_id"].value_counts()["count"]
    assert sizes.max() >= 3 * sizes.median()  # type: ignore[operator]


def test_pictures_of_one_face_are_near_and_never_equal(province: Province) -> None:
    shots = province.tables["attendance"].filter(
        pl.col("method") == "face", pl.col("photo_hash").is_not_null(), pl.col("photo_hash") != "0" * 16
    )
    assert not shots.select("id_number", "photo_hash").is_duplicated().any()
    first = (
        shots.group_by("id_number", maintain_order=True)
        .agg(pl.col("photo_hash").head(2))
        .filter(pl.col("photo_hash").list.len() == 2)["photo_hash"]
        .to_list()
    )
    own = [bin(int(a, 16) ^ int(b, 16)).count("1") for a, b in first]
    other = [bin(int(a[0], 16) ^ int(b[0], 16)).count("1") for a, b in pairwise(first)]
    assert sum(own) / len(own) < 20 < sum(other) / len(other)


def test_certificates_of_one_exam_are_numbered_in_a_row(province: Province) -> None:
    held = province.tables["certificates"].filter((pl.col("kind") == "skill_level") & (pl.col("registry") == "hrss"))
    serial = pl.col("certificate_no").str.slice(16).cast(pl.Int64)
    exams = (
        held.with_columns(serial=serial)
        .group_by("assessor_id", "assessed_on")
        .agg(pl.col("serial").max() - pl.col("serial").min() + 1, pl.len().alias("held"))
    )
    large = exams.filter(pl.col("held") >= 15)
    assert len(large) > 3 and (large["serial"] <= large["held"] * 1.5).all()


def test_the_same_seed_gives_the_same_province() -> None:
    one, two, other = (clean_province(600, seed=seed).tables for seed in (5, 5, 6))
    assert all(one[source].equals(two[source]) for source in one)
    assert not one["claims"].equals(other["claims"])
