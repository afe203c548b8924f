"""Record linkage: levels of names and numbers, blocking, weights, and the whole on made-up records."""

from __future__ import annotations

import random

import polars as pl
import pytest

from models.duplicates import clusters, link
from models.linkage.chinese import look_alike, name_level, sound_key
from models.linkage.numbers import identity_level, number_level
from models.linkage.values import tell_kinds

NAMES = [
    ("张晓丽", "张晓丽", "equal"), ("张晓丽", "张 晓丽", "equal"), ("张晓丽", "张晓莉", "sound"), ("王建国", "王建囯", "sound"), ("李晴", "李睛", "shape"),
    ("王玲", "王林", "near_sound"), ("张建国", "张国建", "exchanged"), ("张晓丽", "张丽", "left_out"), ("王建国", "王建军", "one_character"),
    ("张伟", "李伟", "one_character"), ("张晓丽", "李海涛", "different"),
]  # fmt: skip
NUMBERS = [
    ("S000014000101214000123", "SO00014000101214000123", "confused"), ("S000014000101214000123", "S000014000101214000I23", "confused"),
    ("S000014000101214000123", "S000014000101214000132", "transposed"), ("S000014000101214000123", "S00014000101214000123", "dropped"),
    ("S000014000101214000123", "S000014000101214000124", "one_batch"), ("S000014000101214000123", "S000014000101215000123", "substituted"), ("S000014000101214000123", "S000014000101214000999", "different"),
    ("T140105900101001", "T140105199001010016", "old_number"), ("140105199001010016", "T140105199001010016", "different"), ("A1", "A2", "different"),
]  # fmt: skip
IDENTITIES = [
    ("140105199001010016", "140105199001010016", "equal"), ("140105199001010016", "140105199001010032", "neighbour"),
    ("140105199001010016", "140105199001018018", "one_digit"), ("140105199001010016", "140224199001015551", "same_birth"),
    ("140105199001010016", "14010519900101001", "one_digit"), ("140105199001010016", "410105198812120016", "different"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "level"), NAMES)
def test_names(one: str, other: str, level: str) -> None:
    assert name_level(one, other) == name_level(other, one) == level


@pytest.mark.parametrize(("one", "other", "level"), NUMBERS)
def test_numbers(one: str, other: str, level: str) -> None:
    assert number_level(one, other) == number_level(other, one) == level


@pytest.mark.parametrize(("one", "other", "level"), IDENTITIES)
def test_identity_numbers(one: str, other: str, level: str) -> None:
    assert identity_level(one, other) == identity_level(other, one) == level


def test_names_that_sound_alike_share_a_key() -> None:
    assert sound_key("张晓莉") == sound_key("章小丽")
    assert look_alike("未", "末") and not look_alike("未", "丽")


def _records(count: int = 150) -> pl.DataFrame:
    draw = random.Random(7)
    surnames, given = "王李张刘陈杨赵黄周吴徐孙", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
    rows = []
    for at in range(count):
        name = draw.choice(surnames) + draw.choice(given) + draw.choice(given)
        born = f"{draw.randrange(1960, 2003)}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
        phone, street = (
            f"13{draw.randrange(10**8, 10**9)}",
            f"street {draw.randrange(40)} of {draw.choice(['oaks', 'elms', 'pines'])}",
        )
        rows.append((f"r{at:03d}-a", name, born, phone, street))
        if at % 2:
            typed = phone[:6] + str((int(phone[6]) + 1) % 10) + phone[7:]
            rows.append((f"r{at:03d}-b", name if at % 4 > 1 else name[:2], born, typed, street))
    return pl.DataFrame(rows, schema=["key", "name", "born", "phone", "street"], orient="row")


FIELDS = {"name": "name", "born": "date", "phone": "number", "street": "text"}


def test_link_finds_the_doubles_and_nothing_else() -> None:
    pairs = link(_records(), FIELDS)
    found = set(pairs.filter(pl.col("probability") >= 0.5).select("left", "right").iter_rows())
    truth = {(f"r{at:03d}-a", f"r{at:03d}-b") for at in range(1, 150, 2)}
    assert len(found & truth) >= 0.97 * len(truth)
    assert len(found - truth) <= 1


def test_link_does_not_depend_on_the_order_of_the_records() -> None:
    records = _records()
    assert link(records, FIELDS).equals(link(records.sample(fraction=1.0, shuffle=True, seed=3), FIELDS))


def test_link_across_two_sources_gives_each_record_one_partner() -> None:
    records = _records()
    first = records.filter(pl.col("key").str.ends_with("a"))
    second = records.filter(pl.col("key").str.ends_with("b"))
    pairs = link(first, FIELDS, against=second)
    assert pairs["left"].is_unique().all() and pairs["right"].is_unique().all()
    assert pairs["left"].str.ends_with("a").all() and pairs["right"].str.ends_with("b").all()


def test_clusters_join_what_most_pairs_join() -> None:
    pairs = pl.DataFrame({"left": ["a", "b", "a", "d"], "right": ["b", "c", "c", "e"], "probability": [0.9, 0.99, 0.6, 0.2]})  # fmt: skip
    assert clusters(pairs).rows() == [("a", "a"), ("b", "a"), ("c", "a")]
    assert clusters(pairs.reverse()).rows() == clusters(pairs).rows()
    assert clusters(pairs, threshold=0.8).rows() == [("b", "b"), ("c", "b")]


def test_one_chance_likeness_chains_no_two_clusters() -> None:
    # a, b and x, y are sure pairs; that b looks like x says nothing of a and y
    pairs = pl.DataFrame({"left": ["a", "x", "b"], "right": ["b", "y", "x"], "probability": [0.99, 0.99, 0.8]})
    assert clusters(pairs).rows() == [("a", "a"), ("b", "a"), ("x", "x"), ("y", "x")]


def test_kinds_are_told_from_the_values() -> None:
    assert tell_kinds(_records().drop("key")) == {"name": "text", "born": "date", "phone": "number", "street": "text"}


def test_nothing_to_link_is_no_error() -> None:
    assert link(_records().head(1)).is_empty()


def test_what_is_asked_of_link_must_be_there() -> None:
    with pytest.raises(ValueError, match="no column nickname"):
        link(_records(), {"nickname": "name"})
    with pytest.raises(ValueError, match="Unknown kinds"):
        link(_records(), {"name": "nickname"})
    with pytest.raises(ValueError, match="repeated"):
        link(pl.concat([_records(), _records()]))
