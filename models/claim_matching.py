"""Which claims of two persons who may be one would be the same thing, and how a pair is told.

Two claims are the same thing where the rules would name them, were the two numbers one person's: one class, one occupation and level,
one upskilling a year, one month. Each claim enters one pair at most per pair of persons: instalments are matched in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import polars as pl

from models.linkage.numbers import number_level

PAIR_SCHEMA = pl.Schema(
    {
        "claim_a": pl.String,
        "claim_b": pl.String,
        "probability": pl.Float64,
        "basis": pl.String,
        "number_level": pl.String,
        "name_level": pl.String,
        "identity_level": pl.String,
        "contact": pl.String,
        "presence": pl.String,
        "matter": pl.String,
        "grounds": pl.String,
        "grounds_en": pl.String,
    }
)
# How surely two claims are the same matter once the persons are one; `other` are different courses or certificates under two numbers.
_MATTERS = {
    "same_certificate": 1.0,
    "same_class": 1.0,
    "same_month": 1.0,
    "same_level": 0.97,
    "same_year": 0.95,
    "other": 0.75,
}

_ZH = {
    "number_level": {
        "confused": "两个证书编号只差形近的字母和数字（如 O 与 0、I 与 1）", "old_number": "两个证书编号是同一身份证号的 15 位和 18 位写法",
        "transposed": "两个证书编号只是相邻两位互换", "dropped": "两个证书编号只差漏写或多写的一位", "substituted": "两个证书编号只有一位不同",
        "one_batch": "两个证书编号只差末两位", "two_edits": "两个证书编号只有两位不同",
    },
    "name_level": {
        "equal": "姓名相同", "sound": "姓名同音", "shape": "姓名字形相近", "near_sound": "姓名近音", "exchanged": "姓名两字互换", "left_out": "姓名多一字或少一字",
        "one_of_three": "姓名只有一字不同", "one_of_two": "姓名只有一字不同", "other_surname": "只有姓不同", "different": "姓名不同",
    },
    "identity_level": {
        "one_digit": "身份证号只有一位不同", "transposed": "身份证号相邻两位互换", "neighbour": "身份证号顺序码相邻", "same_birth": "出生日期相同",
        "two_digits": "身份证号有两位不同", "different": "身份证号不同",
        "old_number": "一笔用的是 15 位旧身份证号，补位后号码相同",
    },
    "contact": {"phone": "共用一个电话", "account": "共用一个个人账号", "none": ""},
    "presence": {"photo": "考勤用过同一张照片", "one_absent": "同班只有一人有考勤", "together": "同班两人都有考勤"},
    "matter": {
        "same_certificate": "申领的证书编号几乎相同", "same_class": "申领的是同一个班", "same_month": "申领的是同一个月", "same_level": "申领的是同一职业和等级",
        "same_year": "同一年度两次在岗培训", "other": "申领的是不同的班或证书",
    },
}  # fmt: skip
_EN = {
    "number_level": {
        "confused": "the certificate numbers differ only in look-alike letters and digits", "old_number": "one number holds the 15-digit, the other the 18-digit identity number",
        "transposed": "the certificate numbers differ by two neighbouring characters exchanged", "dropped": "the certificate numbers differ by one character left out",
        "substituted": "the certificate numbers differ in one character", "one_batch": "the certificate numbers differ in the last two digits", "two_edits": "the certificate numbers differ in two characters",
    },
    "name_level": {
        "equal": "equal names", "sound": "names that sound alike", "shape": "names that look alike", "near_sound": "names that nearly sound alike",
        "exchanged": "two characters of the name exchanged", "left_out": "one character of the name left out", "one_of_three": "one character of the name differs",
        "one_of_two": "one character of the name differs", "other_surname": "only the surname differs", "different": "different names",
    },
    "identity_level": {
        "one_digit": "identity numbers differ in one digit", "transposed": "two neighbouring digits of the identity number exchanged", "neighbour": "neighbouring identity numbers",
        "same_birth": "same date of birth", "two_digits": "identity numbers differ in two digits", "different": "different identity numbers",
        "old_number": "one was claimed under the old 15-digit identity number, which is the same once widened",
    },
    "contact": {"phone": "one phone", "account": "one personal account", "none": ""},
    "presence": {"photo": "one photo in both attendances", "one_absent": "only one of them attended", "together": "both attended"},
    "matter": {
        "same_certificate": "nearly the same certificate number", "same_class": "one class", "same_month": "one month", "same_level": "one occupation and level",
        "same_year": "two upskilling courses in one year", "other": "different classes or certificates",
    },
}  # fmt: skip


def _told(row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], mark: str) -> str:
    found = [words[column].get(row[column] or "", "") for column in words]
    return mark.join(text for text in found if text)


def _frame(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    empty = dict.fromkeys(PAIR_SCHEMA)
    full = [{**empty, **row} for row in rows]
    for row in full:
        row["grounds"], row["grounds_en"] = _told(row, _ZH, "，"), _told(row, _EN, ", ")
    return pl.DataFrame(full, schema=PAIR_SCHEMA)


def certificate_rows(pairs: pl.DataFrame) -> pl.DataFrame:
    """Rows of `claim_pairs` for pairs of one person's certificate claims (`models.claim_certificates.certificate_pairs`)."""
    columns = ("claim_a", "claim_b", "probability", "number_level")
    return _frame(
        {name: row[name] for name in columns} | {"basis": "certificate"} for row in pairs.iter_rows(named=True)
    )


def old_identity_rows(pairs: pl.DataFrame) -> pl.DataFrame:
    """Rows of `claim_pairs` for claims of one person for one thing (`matter`), one of them under the old 15-digit number."""
    evidence = {"basis": "old_identity", "probability": 1.0, "identity_level": "old_number"}
    return _frame(
        {name: row[name] for name in ("claim_a", "claim_b", "matter")} | evidence for row in pairs.iter_rows(named=True)
    )


def person_rows(persons: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Rows of `claim_pairs` for two persons who may be one: their claims of one kind, matched by what they are for."""
    of_person: dict[str, list[dict[str, Any]]] = {}
    for claim in claims.sort("claimed_on", "claim_id").iter_rows(named=True):
        of_person.setdefault(claim["id_number"], []).append(claim)
    rows = []
    for pair in persons.iter_rows(named=True):
        for one, other, matter in _matched(
            of_person.get(pair["id_number_a"], []), of_person.get(pair["id_number_b"], [])
        ):
            first, second = sorted((one["claim_id"], other["claim_id"]))
            evidence = {name: pair[name] for name in ("name_level", "identity_level", "contact", "presence")}
            probability = round(pair["probability"] * _MATTERS[matter], 4)
            rows.append(
                {
                    "claim_a": first,
                    "claim_b": second,
                    "probability": probability,
                    "basis": "person",
                    "matter": matter,
                    **evidence,
                }
            )
    return _frame(rows)


def _matched(
    one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    """One-to-one: the surest matter first, then the claims nearest in time."""
    order = list(_MATTERS)
    possible = []
    for (i, a), (j, b) in product(enumerate(one), enumerate(other)):
        matter = _matter(a, b)
        if matter and a["claim_id"] != b["claim_id"]:
            apart = abs((a["claimed_on"] - b["claimed_on"]).days)
            possible.append((order.index(matter), apart, a["claim_id"], b["claim_id"], i, j, matter))
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    found = []
    for *_, i, j, matter in sorted(possible):
        if i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            found.append((one[i], other[j], matter))
    return found


def _matter(a: Mapping[str, Any], b: Mapping[str, Any]) -> str | None:
    """What two claims have in common; None where they are not of one kind, or where an exact rule names them already."""
    kind = a["subsidy_kind"]
    if kind != b["subsidy_kind"]:
        return None
    same = {
        name: a[name] is not None and a[name] == b[name]
        for name in ("class_id", "month", "occupation", "level", "class_year")
    }
    if kind == "work_training":
        return "same_month" if same["month"] else None
    if kind in ("living", "transport"):
        return "same_month" if same["class_id"] and a["month"] == b["month"] else None
    if kind == "certificate":
        if a["certificate_key"] is None or b["certificate_key"] is None or a["certificate_key"] == b["certificate_key"]:
            return None
        # Two certificates that the register gives to the one and to the other may well have neighbouring numbers.
        near = number_level(a["certificate_number"], b["certificate_number"]) not in ("equal", "different")
        if near and not (a["holds"] and b["holds"]):
            return "same_certificate"
        return "same_level" if same["occupation"] and a["level"] == b["level"] else "other"
    if same["class_id"]:
        return "same_class"
    if same["occupation"] and same["level"]:
        return "same_level"
    upskilling = a["training_kind"] == b["training_kind"] == "upskilling"
    return "same_year" if upskilling and same["class_year"] else "other"
