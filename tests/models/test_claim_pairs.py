"""Fuzzy duplicates among claims: found in a county with everything lawful that looks like them, and none in a clean one."""

from __future__ import annotations

import polars as pl
import pytest

from assets.duplicates import CLAIM_PAIRS_READS, write_claim_pairs
from assets.tables import build_tables
from benchmarks.adverse_county import COUNTIES, adverse_county
from models.claim_certificates import certificate_pairs
from models.claim_matching import PAIR_SCHEMA
from models.claim_persons import consistent, person_pairs
from tests.models.duplicate_world import county, delivered

LEAD = 0.9
"""As the parameter duplicate_probability."""


def _pairs(seed: int, spoilt: int, shuffled: int | None = None) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    world = county(seed, spoilt, classes=30)
    with delivered(world, shuffled) as connection:
        build_tables(connection, CLAIM_PAIRS_READS)
        write_claim_pairs(connection)
        return connection.execute("FROM claim_pairs").pl(), world.truth


@pytest.mark.parametrize("seed", [11, 12])
def test_doubles_are_found_and_look_alikes_are_not(seed: int) -> None:
    pairs, truth = _pairs(seed, 40)
    found = set(pairs.filter(pl.col("probability") >= LEAD).select("claim_a", "claim_b").iter_rows())
    right = len(found & truth)
    assert right / len(found) >= 0.99, sorted(found - truth)
    assert right / len(truth) >= 0.95, sorted(truth - found)
    assert pairs.schema == PAIR_SCHEMA
    assert (pairs["claim_a"] < pairs["claim_b"]).all() and pairs.select("claim_a", "claim_b").is_unique().all()
    assert pairs.filter(pl.col("grounds") == "").is_empty()


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_a_clean_county_gives_none(seed: int) -> None:
    pairs, _ = _pairs(seed, 0)
    assert pairs.filter(pl.col("probability") >= LEAD).is_empty()


def test_the_order_of_the_rows_changes_nothing() -> None:
    assert _pairs(11, 10)[0].equals(_pairs(11, 10, shuffled=5)[0])


def test_a_weaker_pair_that_contradicts_a_stronger_one_is_left_out() -> None:
    # b is a under another number; c is a's twin, and so looks like b too.
    pairs = pl.DataFrame(
        {"id_number_a": ["a", "a", "b"], "id_number_b": ["b", "c", "c"], "probability": [0.99, 0.1, 0.7]}
    )
    assert consistent(pairs).select("id_number_a", "id_number_b").rows() == [("a", "b"), ("a", "c")]


def test_a_county_full_of_look_alikes_hardly_misleads() -> None:
    world = adverse_county(105, COUNTIES["all at once"])
    with delivered(world) as connection:
        build_tables(connection, CLAIM_PAIRS_READS)
        write_claim_pairs(connection)
        pairs = connection.execute("FROM claim_pairs").pl()
    found = set(pairs.filter(pl.col("probability") >= LEAD).select("claim_a", "claim_b").iter_rows())
    assert len(found & world.truth) / len(found) >= 0.95, sorted(found - world.truth)
    assert len(found & world.truth) / len(world.truth) >= 0.9, sorted(world.truth - found)


def _certificates(**more: object) -> float:
    row = {"number_a": "S000014000101214000123", "number_b": "S000014000101214000132", "others": [], "claimed": 1000, "unregistered": 30, "kind_a": None, "kind_b": None,
           "registered_a": True, "registered_b": False, "occupation_a": None, "occupation_b": None, "level_a": None, "level_b": None,
           "issued_on_a": None, "issued_on_b": None, "amount_a": 800, "amount_b": 800}  # fmt: skip
    return float(certificate_pairs(pl.DataFrame([row | more], infer_schema_length=None))["probability"][0])


def test_a_number_that_the_register_lacks_says_little_where_the_register_lacks_many() -> None:
    assert _certificates() > LEAD
    assert _certificates(number_b="S000014000101214000128", unregistered=400) < 0.1  # two certificates of one batch
    assert _certificates(unregistered=400) < _certificates(unregistered=30)


def _persons(**more: object) -> float:
    row = {"id_number_a": "140105199001010016", "id_number_b": "140105199603050019", "name_a": "王建军", "name_b": "王建君", "contact": "phone",
           "presence": "one_absent", "others": 23, "others_absent": 0, "training": "class"}  # fmt: skip
    return float(person_pairs(pl.DataFrame([row | more]))["probability"][0])


def test_attendance_speaks_as_far_as_the_class_was_recorded() -> None:
    assert _persons() > _persons(others_absent=8) > _persons(presence="together")


def test_relatives_named_alike_in_many_households_are_believed_relatives() -> None:
    alone = _persons(presence="together")
    family = {"contact": "phone", "presence": "together", "others": 23, "others_absent": 0, "training": "class"}
    rows = [{"id_number_a": f"1401051980010{n:02d}011", "id_number_b": f"1401051984060{n:02d}02X", "name_a": "李晓丽", "name_b": "李晓莉", **family} for n in range(60)]  # fmt: skip
    one = {
        "id_number_a": "140105199001010016",
        "id_number_b": "140105199603050019",
        "name_a": "王建军",
        "name_b": "王建君",
        **family,
    }
    assert person_pairs(pl.DataFrame([*rows, one]))["probability"][-1] < alone
