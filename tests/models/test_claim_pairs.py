"""Fuzzy duplicates among claims: found in a county with everything lawful that looks like them, and none in a clean one."""

from __future__ import annotations

import polars as pl
import pytest

from assets.duplicates import CLAIM_PAIRS_READS, write_claim_pairs
from assets.tables import build_tables
from models.claim_matching import PAIR_SCHEMA
from models.claim_pairs import consistent
from tests.models.duplicate_world import county, delivered


def _pairs(seed: int, spoilt: int, shuffled: int | None = None) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    world = county(seed, spoilt, classes=30)
    with delivered(world, shuffled) as connection:
        build_tables(connection, CLAIM_PAIRS_READS)
        write_claim_pairs(connection)
        return connection.execute("FROM claim_pairs").pl(), world.truth


@pytest.mark.parametrize("seed", [11, 12])
def test_doubles_are_found_and_look_alikes_are_not(seed: int) -> None:
    pairs, truth = _pairs(seed, 40)
    found = set(pairs.filter(pl.col("probability") >= 0.5).select("claim_a", "claim_b").iter_rows())
    right = len(found & truth)
    assert right / len(found) >= 0.97, sorted(found - truth)
    assert right / len(truth) >= 0.97, sorted(truth - found)
    assert pairs.schema == PAIR_SCHEMA
    assert (pairs["claim_a"] < pairs["claim_b"]).all() and pairs.select("claim_a", "claim_b").is_unique().all()
    assert pairs.filter(pl.col("grounds") == "").is_empty()


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_a_clean_county_gives_none(seed: int) -> None:
    pairs, _ = _pairs(seed, 0)
    assert pairs.filter(pl.col("probability") >= 0.5).is_empty()


def test_the_order_of_the_rows_changes_nothing() -> None:
    assert _pairs(11, 10)[0].equals(_pairs(11, 10, shuffled=5)[0])


def test_a_weaker_pair_that_contradicts_a_stronger_one_is_left_out() -> None:
    # b is a under another number; c is a's twin, and so looks like b too.
    pairs = pl.DataFrame(
        {"id_number_a": ["a", "a", "b"], "id_number_b": ["b", "c", "c"], "probability": [0.99, 0.1, 0.7]}
    )
    assert consistent(pairs).select("id_number_a", "id_number_b").rows() == [("a", "b"), ("a", "c")]
