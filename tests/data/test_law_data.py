"""The files of data/law: complete, quoted truly, in both languages, and with the values that the notice sets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest

from models.law import load_notices, load_parameter_files, load_parameters, resolve
from models.law.notices import squeezed
from models.law.reading import LAW

NOTICES, PARAMETERS = load_notices(), load_parameter_files()
OURS = "shanxi-2021-600"
ALWAYS, NOTICE_DAY = date(1900, 1, 1), date(2021, 7, 8)

# id: (number or day, in force from); ages in months, times in seconds of the day, shares as fractions.
VALUES: dict[str, tuple[str | date, date]] = {
    "directed_cap": ("8000", NOTICE_DAY),
    "directed_months_min": ("3", ALWAYS),
    "directed_months_max": ("6", ALWAYS),
    "directed_quota": ("30000", NOTICE_DAY),
    "directed_level": ("3", ALWAYS),
    "certificate_amount.special_ability": ("200", NOTICE_DAY),
    "certificate_amount.qualification.5": ("400", NOTICE_DAY),
    "certificate_amount.qualification.4": ("600", NOTICE_DAY),
    "certificate_amount.qualification.3": ("800", NOTICE_DAY),
    "certificate_amount.skill_level.5": ("400", NOTICE_DAY),
    "certificate_amount.skill_level.4": ("600", NOTICE_DAY),
    "certificate_amount.skill_level.3": ("800", NOTICE_DAY),
    "certificate_amount.special_operation": ("400", NOTICE_DAY),
    "certificate_amount.special_equipment": ("400", NOTICE_DAY),
    "work_training_until": (date(2021, 12, 1), ALWAYS),
    "upskilling_per_year": ("1", ALWAYS),
    "trainings_per_year": ("3", ALWAYS),
    "age_min": ("192", ALWAYS),
    "age_max.male": ("720", ALWAYS),
    "age_max.female": ("720", ALWAYS),
    "standard_review_months": ("24", ALWAYS),
    "at_cap_classes_min": ("10", ALWAYS),
    "payment_days": ("60", ALWAYS),
    "transfer_days": ("30", ALWAYS),
    "in_transit_days": ("5", ALWAYS),
    "hours_share": ("0.5", ALWAYS),
    "overlap_minutes": ("10", ALWAYS),
    "site_km": ("5", ALWAYS),
    "device_minutes": ("60", ALWAYS),
    "night_from": ("82800", ALWAYS),
    "night_until": ("18000", ALWAYS),
    "lockstep_persons": ("10", ALWAYS),
    "lockstep_share": ("0.8", ALWAYS),
    "proxy_persons": ("10", ALWAYS),
    "phone_persons": ("5", ALWAYS),
    "wage_account_persons": ("3", ALWAYS),
    "only_claimed_claims": ("10", ALWAYS),
    "only_claimed_share": ("0.9", ALWAYS),
    "pass_day_certificates": ("50", ALWAYS),
    "assessed_before_end_days": ("7", ALWAYS),
    "employment_months": ("3", ALWAYS),
}


def test_every_parameter_of_the_rules_exists() -> None:
    assert sorted(VALUES.keys() - PARAMETERS.keys()) == []


@pytest.mark.parametrize("id", VALUES)
def test_value_of_2022_and_the_day_it_began(id: str) -> None:
    value, start = VALUES[id]
    held = resolve(load_parameters(), [], ["140100"]).filter(pl.col("id") == id)
    now = held.filter((pl.col("valid_from") <= date(2022, 1, 1)) & (pl.col("valid_until") > date(2022, 1, 1)))
    assert len(now) == 1
    assert now["valid_from"].item() == start == held["valid_from"].min()
    if isinstance(value, date):
        assert now["day"].item() == value and now["number"].item() is None
    else:
        assert now["number"].item() == Decimal(value) and now["day"].item() is None


@pytest.mark.parametrize("id", PARAMETERS)
def test_every_value_cites_a_clause_that_exists(id: str) -> None:
    for row in PARAMETERS[id].rows:
        clause = NOTICES[row.notice].clause(row.clause)
        if row.notice == OURS:
            assert row.says and NOTICES[OURS].quotes(row.clause, row.says), f"{row.says} is not in {row.clause}"
            assert row.division == "140000"
        else:
            assert not row.says, "a retold norm cannot be quoted"
            assert row.division == "000000"
        if row.clause == "起始概率":
            assert row.note, "an estimate of experience says what it rests on"
        elif row.notice not in (OURS, "retirement-2024"):
            assert row.value in clause.says["zh"], f"{row.value} and what {row.notice} {row.clause} says have parted"


@pytest.mark.parametrize("id", PARAMETERS)
def test_parameter_is_in_both_languages_and_was_checked(id: str) -> None:
    parameter = PARAMETERS[id]
    assert has_chinese(parameter.title["zh"]) and not has_chinese(parameter.title["en"])
    assert parameter.last_checked >= date(2026, 11, 24)
    for row in parameter.rows:
        assert row.valid_from != ALWAYS or row.note or row.says, "a value without a start date says why"


def test_age_limit_of_men_rises_by_a_month_for_every_four_months_of_birth() -> None:
    rows = [row for row in PARAMETERS["age_max.male"].rows if row.valid_from == date(2025, 1, 1)]
    assert len(rows) == 37 and rows[0].number == 720
    for step, row in enumerate(rows[1:], start=1):
        born = (step - 1) * 4
        assert row.born_from == date(1965 + born // 12, born % 12 + 1, 1)
        assert row.number == 720 + step
    assert all(one.born_until == two.born_from for one, two in pairwise(rows))


def test_notice_is_there_word_for_word() -> None:
    text = (LAW / "notices" / f"{OURS}.txt").read_text(encoding="utf-8")
    assert squeezed(NOTICES[OURS].text) == squeezed(text)


def test_notice_has_all_its_clauses_and_its_sentences_are_numbered() -> None:
    clauses = NOTICES[OURS].clauses
    assert " ".join(clause.id for clause in clauses) == (
        "前言 一 二 三 四 五 六 七 八 九 九（一） 九（二） 十 十（一） 十（二）"
    )
    for clause in clauses:
        assert [sentence.n for sentence in clause.sentences] == list(range(1, len(clause.sentences) + 1))
        assert all(sentence.text.count("。") == 1 for sentence in clause.sentences if clause.id != "前言")
        assert clause.heading.startswith(f"{clause.id}、") or not clause.heading


@pytest.mark.parametrize("id", NOTICES)
def test_notice_is_in_both_languages(id: str) -> None:
    notice = NOTICES[id]
    assert has_chinese(notice.title["zh"]) and not has_chinese(notice.title["en"])
    assert len({clause.id for clause in notice.clauses}) == len(notice.clauses)
    for clause in notice.clauses:
        assert has_chinese(clause.title["zh"]) and not has_chinese(clause.title["en"])
        if notice.retold:
            assert has_chinese(clause.says["zh"]) and clause.says["en"]
            assert not clause.sentences and not clause.heading
        else:
            assert not clause.says


@pytest.mark.parametrize("id", NOTICES)
def test_retold_norm_says_where_it_can_be_read(id: str) -> None:
    notice = NOTICES[id]
    assert notice.retold == (id != OURS)
    if notice.retold and not notice.ours and not notice.number.startswith("GB "):
        assert notice.address and all(address.startswith("http") for address in notice.address)


def has_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)
