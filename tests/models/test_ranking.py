"""Ranking: what is odd comes first, whatever the order of the rows; families speak once; labels help and never harm."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score

from models.evidence import Trait, weigh
from models.ranking import rank


def crowd(
    seed: int = 0, n: int = 300, odd: int = 12, features: int = 8, shift: float = 4.0
) -> tuple[pl.DataFrame, np.ndarray]:
    """Keys k000.. of which the first ``odd`` lie far out in three features."""
    values = np.random.default_rng(seed).normal(size=(n, features))
    values[:odd, :3] += shift
    frame = pl.DataFrame(
        {"key": [f"k{row:03}" for row in range(n)], **{f"f{j}": values[:, j] for j in range(features)}}
    )
    return frame, np.arange(n) < odd


def found(frame: pl.DataFrame, odd: np.ndarray, **options: object) -> float:
    ranked = frame.select("key").join(rank(frame, **options), on="key", how="left", maintain_order="left")  # type: ignore[arg-type]
    return float(average_precision_score(odd, -ranked["rank"].to_numpy()))


def test_what_is_odd_comes_first() -> None:
    frame, odd = crowd()
    assert found(frame, odd) > 0.97


def test_columns_ranks_and_scores() -> None:
    frame, _ = crowd()
    ranked = rank(frame)
    assert ranked.columns == ["key", "score", "rank", "reasons"]
    assert sorted(ranked["rank"]) == list(range(1, 301))
    assert ranked["score"].is_between(0, 1).all()
    assert ranked.sort("rank")["score"].is_sorted(descending=True)


def test_the_order_of_the_rows_changes_nothing() -> None:
    frame, _ = crowd()
    mixed = frame.sample(fraction=1.0, shuffle=True, seed=7)
    assert rank(frame).equals(rank(mixed))


def test_reasons_name_the_feature_its_value_and_the_usual_value() -> None:
    frame, _ = crowd(odd=1, shift=9.0)
    first = rank(frame).sort("rank").row(0, named=True)
    assert first["key"] == "k000"
    reason = first["reasons"][0]
    assert reason["feature"] in {"f0", "f1", "f2"} and reason["value"] > 5 > 1 > abs(reason["typical"])
    assert 0 < reason["contribution"] <= 1


def test_missing_values_are_no_sign() -> None:
    frame, odd = crowd()
    holes = frame.with_columns(
        f7=pl.when(pl.col("key") < "k200").then(None).otherwise("f7"), empty=pl.lit(None, pl.Float64), same=pl.lit(3.0)
    )
    assert found(holes, odd) > 0.9


def test_one_family_cannot_shout_alone() -> None:
    """Eight copies of one sign weigh less than two signs that are independent."""
    values = np.random.default_rng(3).normal(size=(300, 4))
    values[0, 0] = 9.0
    values[1, 1:3] = 7.0
    frame = pl.DataFrame({
        "key": [f"k{row:03}" for row in range(300)], **{f"a{j}": values[:, 0] for j in range(8)}, "b": values[:, 1], "c": values[:, 2],
    })  # fmt: skip
    families = {f"a{j}": "a" for j in range(8)} | {"b": "b", "c": "c"}
    ranked = dict(rank(frame, families=families).select("key", "rank").iter_rows())
    assert ranked["k001"] == 1 and ranked["k000"] == 2


def test_amounts_only_break_ties() -> None:
    frame, odd = crowd()
    money = {key: 10.0**9 if row > 250 else 1.0 for row, key in enumerate(frame["key"])}
    assert found(frame, odd, amounts=money) == pytest.approx(found(frame, odd))
    same = pl.DataFrame({"key": ["a", "b", "c"], "f": [1.0, 1.0, 1.0]})
    assert rank(same, {"a": 1, "b": 5, "c": 3}).sort("rank")["key"].to_list() == ["b", "c", "a"]


def test_judgements_help_and_do_not_harm() -> None:
    """Half of what is odd is innocent (odd in f2 alone): a few judgements tell the two apart."""
    values = np.random.default_rng(5).normal(size=(400, 6))
    fake, innocent = np.arange(400) < 20, (np.arange(400) >= 20) & (np.arange(400) < 40)
    values[fake, 0] += 4.0
    values[innocent, 2] += 4.0
    frame = pl.DataFrame({"key": [f"k{row:03}" for row in range(400)], **{f"f{j}": values[:, j] for j in range(6)}})
    judged = {f"k{row:03}": "confirmed" for row in range(0, 8)} | {f"k{row:03}": "dismissed" for row in range(20, 28)}
    before, after = found(frame, fake), found(frame, fake, judgements=judged)
    assert after > before + 0.1
    told = pl.DataFrame({"key": list(judged), "outcome": list(judged.values()), "arm": ["targeted"] * len(judged)})
    assert rank(frame, judgements=told).equals(rank(frame, judgements=judged))
    open_only = {f"k{row:03}": "open" for row in range(20)}
    assert rank(frame, judgements=open_only).equals(rank(frame))


def test_like_is_compared_with_like() -> None:
    """What is usual among the peers of one occupation is no sign there."""
    rng = np.random.default_rng(1)
    welders = np.arange(200) >= 120
    values = rng.normal(size=200) + np.where(welders, 6.0, 0.0)
    values[0] += 6.0
    frame = pl.DataFrame({"key": [f"k{row:03}" for row in range(200)], "hours": values})
    peers = pl.DataFrame({"occupation": np.where(welders, "welder", "cook")})
    traits = {"hours": Trait("presence", both_sides=False)}
    with_peers = weigh(frame, traits, peers)
    assert int(np.argmax(with_peers.standing.distance[:, 0])) == 0
    assert with_peers.standing.typical[199, 0] > 3 > with_peers.standing.typical[1, 0]


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_few_rows_are_ranked_too(rows: int) -> None:
    frame, _ = crowd(n=max(rows, 1), odd=0)
    assert rank(frame.head(rows)).height == rows
