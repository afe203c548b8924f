"""The choice of visits against exhaustive search on small worlds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from models.planning import DAY_HOURS, certain_visits, choose


def visits(*rows: tuple[str, float, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows), schema={"division": pl.String, "hours": pl.Float64, "value": pl.Float64}, orient="row"
    )


def days_needed(rows: list[tuple[str, float, float]], travel: dict[str, float]) -> float:
    hours: dict[str, float] = {}
    for place, taken, _ in rows:
        hours[place] = hours.get(place, 0.0) + taken
    return sum(
        -(-round(total, 9) // (DAY_HOURS - travel[place])) if travel[place] < DAY_HOURS else np.inf
        for place, total in hours.items()
    )


def best_by_trying(rows: list[tuple[str, float, float]], days: int, travel: dict[str, float]) -> float:
    """Every subset of the visits, the dearest that fits into the days."""
    chosen = (subset for size in range(len(rows) + 1) for subset in combinations(rows, size))
    return max(sum(value for *_, value in subset) for subset in chosen if days_needed(list(subset), travel) <= days)


@pytest.mark.parametrize("seed", range(40))
def test_no_other_choice_recovers_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = ["140100", "140212", "140311"][: rng.integers(1, 4)]
    travel = {place: float(rng.choice([0.0, 1.0, 2.5, 4.0, 9.0])) for place in places}
    lengths = [3.0] if seed % 2 else [1.5, 3.0, 5.0, 12.0]
    rows = [
        (str(rng.choice(places)), float(rng.choice(lengths)), float(rng.integers(0, 5000)) / 100)
        for _ in range(rng.integers(1, 13))
    ]
    days = int(rng.integers(1, 5))
    choice = choose(visits(*rows), days, travel)
    taken = [rows[place] for place in choice.rows]
    assert choice.value == pytest.approx(best_by_trying(rows, days, travel))
    assert choice.value == pytest.approx(sum(value for *_, value in taken))
    assert days_needed(taken, travel) <= sum(choice.days.values()) <= days
    assert choice.gap <= 1e-6


def test_visits_in_one_division_share_the_travel() -> None:
    far_but_together = [("140311", 2.0, 60.0)] * 3
    near_alone = [("140100", 2.0, 100.0)]
    choice = choose(visits(*near_alone, *far_but_together), 1, {"140100": 0.0, "140311": 2.0})
    assert choice.rows == (1, 2, 3) and choice.value == 180.0 and choice.days == {"140311": 1}


def test_where_travel_takes_the_day_nobody_is_visited() -> None:
    assert choose(visits(("140311", 1.0, 900.0)), 5, {"140311": 8.0}).rows == ()


def test_nothing_to_recover_is_no_visit_and_no_days_are_no_plan() -> None:
    assert choose(visits(("140100", 1.0, 0.0)), 3, {"140100": 0.0}).rows == ()
    assert choose(visits(("140100", 1.0, 5.0)), 0, {"140100": 0.0}).rows == ()


def test_a_province_of_visits_is_solved_to_the_end() -> None:
    rng = np.random.default_rng(7)
    places = [f"14{city:02}{county:02}" for city in range(1, 12) for county in range(1, 11)]
    rows = [
        (places[at], 3.0, round(float(value), 2))
        for at, value in zip(rng.integers(0, len(places), 4_000), rng.lognormal(8, 1.5, 4_000), strict=True)
    ]
    choice = choose(visits(*rows), 60, {place: 1.0 + (int(place[2:4]) % 4) for place in places})
    assert choice.gap <= 1e-6 and sum(choice.days.values()) == 60


@pytest.mark.parametrize("seed", range(40))
def test_a_sample_that_fits_for_certain_fits_wherever_it_falls_and_one_more_would_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = ["140100", "140212", "140311"][: rng.integers(1, 4)]
    travel = {place: float(rng.choice([0.0, 1.0, 2.5, 4.0, 6.0])) for place in places}
    hours, days = float(rng.choice([1.5, 3.0, 5.0])), int(rng.integers(0, 6))
    units = [(str(rng.choice(places)), hours, 0.0) for _ in range(rng.integers(1, 11))]
    counts = {place: sum(place == of for of, *_ in units) for place in places}
    size = certain_visits(counts, travel, hours, days)
    worst = [max(days_needed(list(drawn), travel) for drawn in combinations(units, k)) for k in range(len(units) + 1)]
    assert worst[size] <= days and all(needed > days for needed in worst[size + 1 :])
