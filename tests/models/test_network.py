"""Rosters that meet again and institutions that share too much: chance, what is lawful, the picture."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ElementTree

import numpy as np
import polars as pl
import pytest

from models.network import adjusted, affiliated, groups, institution_pairs, roster_pairs
from models.network_picture import picture
from models.roster_picture import Roster, roster_picture

POOLS = pl.DataFrame({"city": ["140100"], "pool": [20_000]})


def _rosters(*shared: int) -> pl.DataFrame:
    rows = [{"city": "140100", "city_b": "140100", "shared": count, "size_a": 30, "size_b": 25} for count in shared]
    return roster_pairs(pl.DataFrame(rows), POOLS)


def test_the_more_persons_in_common_the_less_is_chance() -> None:
    found = _rosters(1, 2, 8, 25)
    assert found["p"][0] == pytest.approx(1.0) and found["p"].is_sorted(descending=True)
    assert found["q"][2] < 1e-6 and found["share"].to_list() == [0.04, 0.08, 0.32, 1.0]
    assert (found["q"] >= found["p"]).all()


def test_no_rosters_no_pairs() -> None:
    assert roster_pairs(_rosters(1).drop("share", "expected", "p", "q").clear(), POOLS).is_empty()


def test_adjusted_is_benjamini_and_hochberg() -> None:
    assert adjusted(np.array([0.01, 0.04, 0.03, 0.5])).round(6).tolist() == [0.04, 0.053333, 0.053333, 0.5]
    assert adjusted(np.array([0.01]), tests=10).tolist() == [0.1]
    assert adjusted(np.empty(0)).tolist() == []


@pytest.mark.parametrize(
    ("one", "other", "open_branch"),
    [
        ("晋阳职业培训学校", "晋阳职业培训学校晋中分校", True),
        ("山西晋阳职业培训学校太原分校", "山西晋阳职业培训学校大同分校", True),
        ("晋阳职业培训学校", "汾河职业培训学校", False),
        ("晋阳职业培训学校", None, False),
    ],
)
def test_a_branch_that_says_so(one: str, other: str | None, open_branch: bool) -> None:
    assert affiliated(one, other) is open_branch


CHANCE = {f"O{at:02d}": 0.05 for at in range(40)}


def _institutions(count: int = 40, **names: str) -> pl.DataFrame:
    rows = [
        {"institution_id": f"O{at:02d}", "name": names.get(f"O{at:02d}", f"第{at}学校"), "persons": 60, "trainers": 3}
        for at in range(count)
    ]
    return pl.DataFrame(rows)


def _ties(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"institution_a": pl.String, "institution_b": pl.String, "kind": pl.String, "bearers": pl.Int64},
        orient="row",
    )


def _met(*rows: tuple[str, str, int]) -> pl.DataFrame:
    schema = {
        "institution_a": pl.String,
        "institution_b": pl.String,
        "shared": pl.Int64,
        "size_a": pl.Int64,
        "size_b": pl.Int64,
    }
    return pl.DataFrame([(*row, 60, 60) for row in rows], schema=schema, orient="row")


def test_common_trainees_and_one_representative_make_a_group() -> None:
    pairs = institution_pairs(
        _ties(("O01", "O02", "representative", 2), ("O02", "O03", "phone", 2)),
        _met(("O01", "O02", 30), ("O02", "O03", 20)),
        _institutions(),
    )
    assert groups(pairs, CHANCE) == [["O01", "O02", "O03"]]


@pytest.mark.parametrize(
    "ties",
    [
        _ties(("O01", "O02", "representative", 2), ("O01", "O02", "phone", 2), ("O01", "O02", "address", 2)),
        _ties(("O01", "O02", "address", 2), ("O01", "O02", "trainer", 2), ("O01", "O02", "trainer", 2)),
        _ties(("O01", "O02", "address", 12), ("O01", "O02", "device", 12)),
    ],
    ids=["a branch", "a landlord and travelling trainers", "a training park with its own devices"],
)
def test_what_institutions_lawfully_share_makes_none(ties: pl.DataFrame) -> None:
    assert groups(institution_pairs(ties, _met(), _institutions()), CHANCE) == []


def test_an_open_branch_is_no_group_by_its_register_entries() -> None:
    names = {"O01": "晋阳职业培训学校", "O02": "晋阳职业培训学校晋中分校"}
    ties = _ties(
        ("O01", "O02", "representative", 2),
        ("O01", "O02", "account", 2),
        ("O01", "O02", "phone", 2),
        ("O01", "O02", "trainer", 2),
    )
    assert groups(institution_pairs(ties, _met(("O01", "O02", 30)), _institutions(**names)), CHANCE) == []
    assert groups(institution_pairs(ties, _met(("O01", "O02", 30)), _institutions()), CHANCE) == [["O01", "O02"]]


def test_common_trainees_alone_make_no_group() -> None:
    assert groups(institution_pairs(_ties(), _met(("O01", "O02", 30)), _institutions()), CHANCE) == []


def test_how_much_is_left_to_chance_is_said_by_the_city_alone() -> None:
    """A pair whose q is 8 % makes a group where a city allows 10 %, and none where it allows 5 % or says nothing."""
    pairs = institution_pairs(
        _ties(("O01", "O02", "representative", 2)), _met(("O01", "O02", 30)), _institutions()
    ).with_columns(q=pl.lit(0.08))
    assert groups(pairs, CHANCE | {"O01": 0.10}) == [["O01", "O02"]]
    assert groups(pairs, CHANCE) == groups(pairs, {"O02": 0.10}) == []


def test_the_picture_is_the_same_for_the_same_rows_and_names_everyone() -> None:
    pairs = institution_pairs(_ties(("O01", "O02", "representative", 2)), _met(("O01", "O02", 30)), _institutions())
    names = {"O01": "第一学校 <甲>", "O02": "第二学校"}
    drawn = picture(names, pairs)
    assert drawn == picture(dict(reversed(names.items())), pairs.reverse())
    texts = [node.text for node in ElementTree.fromstring(drawn).iter() if node.text]
    assert {"第一学校 <甲>", "第二学校", "法定代表人、学员30"} <= set(texts)


def test_the_picture_of_two_rosters_tells_both_classes_and_what_chance_would_give() -> None:
    a = Roster("BJ1", "甲<校", dt.date(2021, 3, 1), 20)
    drawn = roster_picture(a, Roster("BJ2", "乙校", None, 30), 15, 0.4)
    told = " ".join("".join(part.itertext()) for part in ElementTree.fromstring(drawn))
    assert "甲<校" in told and "2021-03-01 开班，20 人" in told and "乙校　30 人" in told
    assert "共同 15 人" in told and "约 0.40 人" in told
    assert drawn == roster_picture(a, Roster("BJ2", "乙校", None, 30), 15, 0.4)
