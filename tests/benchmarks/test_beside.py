"""The benchmark's own logic: peers that find what we find, rates, and the page's tables. No time is tested."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from benchmarks import anomaly, linkage, linkage_adverse, rules_beside
from benchmarks.adverse_county import COUNTIES, adverse_county
from models.province.simulate import simulate


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bench")
    simulate(home, "tiny", 3)
    return home


def test_every_peer_finds_the_same_hits(tiny: Path) -> None:
    rows = {row["way"]: row for row in rules_beside.measured(tiny / "inbox", tiny)}
    own = rows["skillwatch (DuckDB)"]["hits"]
    assert int(str(own)) > 20
    for way in ("pandas", "SQLite", "PostgreSQL"):
        if "skipped" not in rows[way]:
            assert rows[way]["hits"] == own, way
    assert "skipped" not in rows["SQLite"]
    assert "skillwatch" in rules_beside.table(list(rows.values()))


def test_a_peer_that_finds_something_else_is_no_peer() -> None:
    own = {name: {("a",)} for name in rules_beside.NAMES}
    assert rules_beside.compared(own, own, "itself") == len(rules_beside.NAMES)
    with pytest.raises(rules_beside.Differs, match="phone_shared: 1 missing, 2 too many"):
        rules_beside.compared(own, own | {"phone_shared": {("b",), ("c",)}}, "other")


def test_rates_over_pairs() -> None:
    assert linkage_adverse.rates(8, 6, 10) == {"precision": 0.75, "recall": 0.6, "f1": 12 / 18}
    assert linkage.measured({("a", "b"), ("a", "c")}, {("a", "b")}) == {"precision": 0.5, "recall": 1.0, "f1": 0.66667}


def test_a_county_is_made_the_same_each_time_and_names_no_relative_alike() -> None:
    world = adverse_county(7, COUNTIES["families"], spoilt=0, classes=20)
    assert world.rows == adverse_county(7, COUNTIES["families"], spoilt=0, classes=20).rows
    people = pl.DataFrame(world.rows["enrolments"]).select("phone", "name", "id_number").unique()
    families = people.group_by("phone").agg(pl.col("name").n_unique(), pl.len()).filter(pl.col("len") == 2)
    assert families.height > 50 and (families["name"] == 2).mean() > 0.99


@pytest.mark.skipif(importlib.util.find_spec("pyod") is None, reason="PyOD is not installed: make bench installs it")
def test_pyod_runs_beside() -> None:
    names = set(anomaly.measured(list(anomaly.made(rows=200, columns=4))[:1])["detector"])
    assert names == {"skillwatch rank", "IsolationForest", "ECOD", "COPOD"}


@pytest.mark.parametrize("peer", ["splink", "recordlinkage"])
def test_a_peer_of_linkage_runs_or_says_why_not(peer: str) -> None:
    if importlib.util.find_spec(peer) is not None:
        pytest.skip("installed here: FEBRL in make bench runs it")
    task = linkage.Task("none", pl.DataFrame({"key": ["a", "b"], "name": ["x", "y"]}), set())
    assert peer in str(linkage.run(task, peer, linkage.METHODS[peer])[0]["skipped"])
