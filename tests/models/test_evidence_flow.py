"""Probabilities, false discoveries, the flow of evidence between owners, and learning from weak labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from models.calibration import anchored, false_discovery, log_odds, recalibrate, simes, two_groups
from models.flow import Owners, any_member, clustering, spread
from models.learning import lean, learn


def honest(n: int = 400, seed: int = 0) -> np.ndarray:
    """Strengths as a clean province has them."""
    return np.sqrt((np.random.default_rng(seed).exponential(0.43, size=(n, 9)) ** 2).sum(axis=1))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n", [25, 120, 2000])
def test_a_clean_province_gives_no_discovery(seed: int, n: int) -> None:
    groups = two_groups(honest(n, seed))
    assert groups.q.min() > 0.05
    assert groups.probability.max() < 0.9


def test_fakes_among_the_honest_are_discovered_and_probable() -> None:
    strength = np.concatenate([honest(400), honest(20, 9) + 6.0])
    groups = two_groups(strength)
    assert (groups.q[400:] <= 0.05).mean() > 0.9 and (groups.q[:400] <= 0.05).mean() < 0.01
    assert groups.probability[400:].mean() > 0.7 and groups.probability[:400].mean() < 0.1
    assert 0.02 < groups.share < 0.15
    order = np.argsort(strength)
    assert (np.diff(groups.probability[order]) >= 0).all()


@pytest.mark.parametrize("fakes", [12, 120])
def test_the_share_of_fakes_is_told_without_labels(fakes: int) -> None:
    """Where they are few and where they are many: within two in a hundred, and nobody is called surer than it is right."""
    strength = np.concatenate([honest(1000 - fakes), honest(fakes, 9) + 4.0])
    groups = two_groups(strength)
    assert abs(groups.expected - fakes / 1000) < 0.02
    settled = expit(anchored(log_odds(groups.probability), groups.expected))
    assert settled.mean() == pytest.approx(groups.expected, abs=1e-6)
    fake = np.arange(1000) >= 1000 - fakes
    for least in (0.5, 0.8):
        assert settled[settled >= least].mean() < fake[settled >= least].mean() + 0.05
    assert settled[fake].mean() > 0.5 > 0.05 > settled[~fake].mean()


def test_many_fakes_do_not_widen_what_counts_as_honest() -> None:
    strength = np.concatenate([honest(1000), honest(150, 9) + 6.0])
    alone = two_groups(honest(1000)).tail
    assert np.median(np.log(two_groups(strength).tail[:1000] / alone)) == pytest.approx(0.0, abs=0.1)


def test_of_a_handful_nothing_is_said() -> None:
    assert two_groups(np.array([1.0, 2.0, 50.0])).q.min() == 1.0


def test_benjamini_hochberg_of_a_known_case() -> None:
    assert false_discovery(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx(
        [0.04, 0.0533333, 0.0533333, 0.5], abs=1e-5
    )


def test_simes_is_no_smaller_for_many_usual_members() -> None:
    owner = np.array([0, 0, 0, 0, 1, -1])
    assert simes(np.array([0.2, 0.4, 0.6, 0.8, 0.001, 1e-9]), owner, 3) == pytest.approx([0.8, 0.001, 1.0])


def test_the_level_is_learned_and_few_judgements_move_it_little() -> None:
    logits = np.zeros(200)
    assert recalibrate(logits[:0], np.array([])).probability(np.array([0.7])) == pytest.approx(1 / (1 + np.exp(-0.7)))
    line = recalibrate(logits, np.repeat([1.0, 0.0], [40, 160]))
    low, high = line.interval(np.array([0.0]))
    assert low[0] < 0.2 < high[0] and abs(line.probability(np.array([0.0]))[0] - 0.2) < 0.05
    wide_low, wide_high = recalibrate(logits[:5], np.array([1.0, 0, 0, 0, 0])).interval(np.array([0.0]))
    assert wide_high[0] - wide_low[0] > high[0] - low[0]


def test_evidence_flows_where_fakes_cluster() -> None:
    probability = np.full(100, 0.05)
    owner = np.repeat(np.arange(10), 10)
    probability[:5] = 0.95
    after = spread(probability, 0.1, [Owners(owner, np.zeros(10))])
    assert after[7] > log_odds(probability)[7] + 0.3, "a fellow of five suspicious classes"
    assert after[55] <= log_odds(probability)[55] + 1e-9, "a class of an unsuspicious institution"


def test_evidence_hardly_flows_where_fakes_do_not_cluster() -> None:
    probability = np.full(400, 0.05)
    owner = np.repeat(np.arange(40), 10)
    probability[::10] = 0.95
    assert clustering(probability, owner, 0.1) < 0.1
    after = spread(probability, 0.1, [Owners(owner, np.zeros(40))])
    assert after[1] < log_odds(probability)[1] + 0.5


def test_size_alone_earns_nothing() -> None:
    probability = np.full(110, 0.03)
    owner = np.concatenate([np.zeros(100, int), np.arange(1, 11)])
    assert any_member(probability, owner, 11) == pytest.approx(np.zeros(11))
    probability[105] = 0.9
    assert any_member(probability, owner, 11)[6] == pytest.approx(0.87, abs=0.01)


def test_rules_as_weak_labels_lean_on_what_resembles_their_hits() -> None:
    rng = np.random.default_rng(2)
    profile = rng.exponential(0.4, size=(500, 6))
    fake = np.arange(500) < 60
    profile[fake, 0] += 2.0
    hit = fake & (np.arange(500) % 2 == 0)
    leaned = lean(profile, hit)
    assert leaned[fake & ~hit].mean() > leaned[~fake].mean() + 0.3
    assert (lean(profile, rng.random(500) < 0.1) == 0).mean() > 0.9 or abs(
        lean(profile, rng.random(500) < 0.1)
    ).max() < 0.2
    assert (lean(profile, np.zeros(500, bool)) == 0).all()


def test_judgements_reach_the_fellows_of_the_judged() -> None:
    rng = np.random.default_rng(4)
    profile = rng.exponential(0.4, size=(200, 5))
    owner = np.repeat(np.arange(20), 10)
    judged = np.array([0, 1, 2, 50, 60, 70, 80, 90])
    confirmed = np.array([1.0, 1, 1, 0, 0, 0, 0, 0])
    after = learn(np.full(200, -1.0), profile, [owner], judged, confirmed)
    assert after[3:10].mean() > after[100:].mean() + 0.3
    assert (learn(np.full(200, -1.0), profile, [owner], judged[:2], confirmed[:2]) == -1.0).all()
