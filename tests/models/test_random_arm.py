"""The draw can be repeated by anybody, gives everybody the same chance, and its intervals hold what they promise."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from models.random_arm import advise, commitment, draw, estimate

UNITS = [("class", f"K{number:03}") for number in range(200)]


def test_the_commitment_is_a_plain_hash_of_the_seed() -> None:
    assert commitment("蒙山 2022") == hashlib.sha256("蒙山 2022".encode()).hexdigest()


def test_the_draw_can_be_repeated_with_hashes_alone_in_whatever_order_units_come() -> None:
    by_hand = sorted(
        UNITS, key=lambda unit: hashlib.sha256(f"s|2022-02-28-abc|{unit[0]}|{unit[1]}".encode()).hexdigest()
    )[:7]
    assert [UNITS[place] for place in draw("s", "2022-02-28-abc", UNITS, 7)] == by_hand
    assert [UNITS[::-1][place] for place in draw("s", "2022-02-28-abc", UNITS[::-1], 7)] == by_hand
    assert draw("s", "another plan", UNITS, 7) != draw("s", "2022-02-28-abc", UNITS, 7)


def test_everybody_is_drawn_equally_often() -> None:
    times = np.zeros(len(UNITS))
    for seed in range(1000):
        times[draw(str(seed), "", UNITS, 20)] += 1
    chi_square = ((times - 100) ** 2 / (100 * 0.9)).sum()
    assert 130 < chi_square < 280  # 199 degrees of freedom


def test_an_estimate_worked_by_hand() -> None:
    found = estimate([None, 100.0, None, 300.0], [400.0] * 4, population=8, population_amount=3200.0)
    assert (found.judged, found.confirmed, found.rate, found.yuan) == (4, 2, 0.5, 800.0)
    assert (found.rate_low, found.rate_high) == (pytest.approx(0.25), pytest.approx(0.75)), (
        "two are known to be wrong and two to be in order"
    )
    assert found.yuan_low == 400.0, "never less than what was found"


def test_a_full_count_leaves_nothing_open() -> None:
    found = estimate([None, 50.0], [100.0, 100.0], population=2, population_amount=200.0)
    assert (found.rate_low, found.rate_high, found.yuan_low, found.yuan_high) == (0.5, 0.5, 50.0, 50.0)


def test_nothing_found_is_not_nothing_there() -> None:
    found = estimate([None] * 30, [1000.0] * 30, population=1000, population_amount=1e6)
    assert (found.rate, found.yuan, found.rate_low, found.yuan_low) == (0.0, 0.0, 0.0, 0.0)
    assert found.rate_high == pytest.approx(0.1157, abs=1e-3) and found.yuan_high == pytest.approx(115_700, rel=0.01)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_the_intervals_hold_the_truth_as_often_as_they_say(rate: float) -> None:
    rng = np.random.default_rng(int(rate * 1000))
    held, runs, population, size = np.zeros(2), 400, 600, 60
    for _ in range(runs):
        amounts = rng.lognormal(9.0, 1.0, population)
        wrong = rng.random(population) < rate
        yuan = np.where(wrong, amounts * rng.uniform(0.3, 1.0, population), 0.0)
        sample = rng.choice(population, size, replace=False)
        found = estimate(
            [yuan[at] if wrong[at] else None for at in sample], list(amounts[sample]), population, float(amounts.sum())
        )
        held += [found.rate_low <= wrong.mean() <= found.rate_high, found.yuan_low <= yuan.sum() <= found.yuan_high]
    assert held[0] / runs >= 0.94 and held[1] / runs >= 0.94, held / runs


@pytest.mark.parametrize(
    ("confirmed", "judged", "what"),
    [(0, 100, "stop"), (0, 20, "extend"), (12, 40, "inspect"), (3, 40, "extend")],
)
def test_advice(confirmed: int, judged: int, what: str) -> None:
    found = estimate(
        [1.0] * confirmed + [None] * (judged - confirmed), [10.0] * judged, population=2000, population_amount=20_000.0
    )
    advice = advise(found)
    assert advice.what == what and (advice.more > 0) == (what == "extend")


def test_a_sample_has_units() -> None:
    with pytest.raises(ValueError, match="between 1 and all"):
        estimate([], [], 10, 100.0)
