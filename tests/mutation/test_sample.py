"""A seeded sample of the mutants of some rules: each is killed by a worked example, or listed as equivalent.

`make mutate` tries them all.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from checks.rule import read_rules
from tests.mutation.report import judge

SEED, RULES_TRIED, MUTANTS_EACH = 600, 5, 6
RULES = read_rules()


@pytest.mark.parametrize("rule_id", sorted(random.Random(SEED).sample(sorted(RULES), RULES_TRIED)))
def test_a_sample_of_the_mutants_is_killed(rule_id: str, tmp_path: Path) -> None:
    report = judge(RULES[rule_id], tmp_path, MUTANTS_EACH, SEED)
    assert report.clean, "\n".join(report.lines())
