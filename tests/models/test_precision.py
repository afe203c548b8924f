"""Judgements of a rule: the share confirmed, its interval, and what the next case is worth."""

from __future__ import annotations

import pytest
from scipy.special import betainc

from models.precision import Precision, updated


def test_a_rule_without_judgements_has_no_precision() -> None:
    nothing = Precision(0, 0)
    assert nothing.share is nothing.low is nothing.high is None
    assert updated(0.3, nothing) == 0.3


@pytest.mark.parametrize(("confirmed", "dismissed", "share"), [(1, 0, 1.0), (0, 5, 0.0), (7, 3, 0.7)])
def test_the_interval_holds_the_share(confirmed: int, dismissed: int, share: float) -> None:
    judged = Precision(confirmed, dismissed)
    assert judged.share == share
    assert judged.low is not None and judged.high is not None and 0 <= judged.low <= share <= judged.high <= 1
    assert (judged.high == 1.0) == (dismissed == 0) and (judged.low == 0.0) == (confirmed == 0)


def test_five_per_cent_of_the_jeffreys_distribution_lie_beyond_either_end() -> None:
    judged = Precision(7, 3)
    assert judged.low is not None and judged.high is not None
    assert betainc(7.5, 3.5, judged.low) == pytest.approx(0.05, abs=1e-3)
    assert betainc(7.5, 3.5, judged.high) == pytest.approx(0.95, abs=1e-3)


def test_judgements_move_the_start_little_by_little() -> None:
    assert updated(0.3, Precision(3, 0)) == pytest.approx(6 / 13, abs=1e-4)
    assert updated(0.3, Precision(0, 3)) == pytest.approx(3 / 13, abs=1e-4)
    assert updated(0.3, Precision(90, 0)) > 0.9
