"""Schemes and honest oddities: what is told of them is what is there, and what rules find of them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from models.province.clean import Province, make_province
from models.province.mechanisms import MECHANISMS
from models.province.plant import plant
from models.province.truth import truth_frame
from models.province.verdicts import Verdicts, verdicts, with_planted
from tests.models.province.warehouse import cases, clause_rules, told, warehouse

FRAUD = {name for name, kind in MECHANISMS.items() if kind.fake}
SEED = 2


@pytest.fixture(scope="module")
def province() -> Province:
    return make_province("tiny", SEED)


@pytest.fixture(scope="module")
def known(province: Province) -> Verdicts:
    return verdicts(province)


def test_there_are_enough_and_half_of_the_schemes_trip_no_rule() -> None:
    assert len(FRAUD) >= 10 and len(MECHANISMS) - len(FRAUD) >= 10
    silent = {name for name in FRAUD if not MECHANISMS[name].trips}
    assert 2 * len(silent) >= len(FRAUD)
    held_out = {name for name in FRAUD if MECHANISMS[name].held_out}
    assert len(held_out) >= 4


@pytest.mark.parametrize("name", sorted(MECHANISMS))
def test_a_mechanism_says_what_it_is(name: str) -> None:
    kind = MECHANISMS[name]
    assert kind.title and sys.modules[kind.__module__].__doc__
    assert kind.typologies or not kind.fake, "a scheme names the typologies that it plays"
    assert set(kind.trips) <= clause_rules().keys()


def test_rules_find_exactly_what_the_truth_says(province: Province, known: Verdicts) -> None:
    truth = truth_frame(known.hits)
    assert cases(warehouse(province), clause_rules()) == told(truth)
    by_mechanism = truth.group_by("mechanism").agg(pl.col("rule_id").unique())
    for mechanism, rules in by_mechanism.iter_rows():
        assert set(rules) <= set(MECHANISMS[mechanism].trips)
    assert set(by_mechanism["mechanism"]) >= {
        name for name, kind in MECHANISMS.items() if kind.trips and name != "paper_workers"
    }


def test_every_mechanism_acts_and_schemes_cost_money(known: Verdicts) -> None:
    labelled = pl.concat([known.frames[name] for name in ("classes", "institutions", "assessors")]).filter(
        pl.col("mechanism").is_not_null()
    )
    assert set(labelled["mechanism"]) == MECHANISMS.keys()
    yuan = labelled.group_by("mechanism").agg(pl.col("yuan").sum())
    for mechanism, amount in yuan.iter_rows():
        assert (amount > 0) == MECHANISMS[mechanism].fake, mechanism


def test_labels_name_live_claims_of_their_subject(province: Province, known: Verdicts) -> None:
    live = province.tables["claims"].filter(pl.col("status") != "rejected")
    amounts = dict(live.select("claim_id", "amount").rows())
    for row in known.frames["classes"].filter("fake").iter_rows(named=True):
        assert row["claim_ids"] and sum(amounts[claim] for claim in row["claim_ids"]) == row["yuan"]
    of_class = dict(live.select("claim_id", "class_id").rows())
    assert all(
        {of_class[claim] for claim in row["claim_ids"]} == {row["subject_key"]}
        for row in known.frames["classes"].filter("fake").iter_rows(named=True)
    )
    assert known.frames["claims"].filter("fake")["claim_id"].is_in(list(amounts)).all()


def test_pairs_are_two_live_claims_of_one_kind(province: Province, known: Verdicts) -> None:
    pairs = known.frames["claim_pairs"]
    kind = dict(
        province.tables["claims"].filter(pl.col("status") != "rejected").select("claim_id", "subsidy_kind").rows()
    )
    assert len(pairs) >= 10 and (pairs["claim_a"] < pairs["claim_b"]).all()
    assert all(kind[a] == kind[b] for a, b in pairs.select("claim_a", "claim_b").rows())
    assert set(pairs["mechanism"]) == {"corrupted_numbers", "old_identity", "second_identity"}


def test_planting_keeps_the_schemes_and_marks_its_own() -> None:
    before = make_province("tiny", SEED)
    known = verdicts(before)
    after, truth = plant(before, SEED, known=known.hits)
    planted = with_planted(known, before, after)
    assert cases(warehouse(after), {"ghost_trainee": clause_rules()["ghost_trainee"]}) == told(
        truth.filter(pl.col("rule_id") == "ghost_trainee")
    )
    old, new = known.frames["classes"], planted.frames["classes"]
    assert new.filter("fake").drop("planted").equals(old.filter("fake").drop("planted"))
    assert set(new["subject_key"]) == set(after.tables["classes"]["class_id"])
    assert new.filter(~pl.col("subject_key").is_in(old["subject_key"].implode()))["planted"].all()


def test_a_province_does_not_depend_on_the_order_of_sets() -> None:
    program = (
        "import hashlib; from models.province.clean import make_province; p = make_province(600, 4);"
        "print(hashlib.sha256(''.join(p.tables[s].write_csv() for s in p.tables).encode()).hexdigest())"
    )
    root = Path(__file__).parents[3]
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=os.environ | {"PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(seen) == 1 and len(seen.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_an_unknown_mechanism_is_refused() -> None:
    with pytest.raises(ValueError, match="no mechanism nonsense"):
        make_province(600, 1, ["nonsense"])
