"""A sample of the campaign (`python -m tests.survival` is the whole), and proof that it can fail."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from models.province.simulate import simulate
from tests.survival.campaign import Mutant, Outcome, lost, run, samples


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("home")
    simulate(home, "tiny", 1)
    return samples(home / "inbox")


def test_damaged_files_are_told_and_nothing_is_lost(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLWATCH_READ_MEMORY", "2GB")
    outcome = Outcome()
    run(files, tmp_path, seed=7, first=0, many=150, outcome=outcome)
    assert outcome.broken == []
    assert outcome.mutants == 150 and outcome.reasons["read"] > 30 and len(outcome.reasons) > 4
    assert outcome.rows["accepted"] > 1000 and outcome.rows["quarantined"] > 10


def test_a_lost_row_is_noticed() -> None:
    mutant = Mutant("补贴申领.csv", "flip", b"", (b"SL1402002112200001,140200", b"SL1402002112200002,140200"))
    accepted = pl.DataFrame({"claim_id": ["SL1402002112200001"], "division": ["140200"]})
    quarantined = pl.DataFrame({"row": ["SL1402002112200002 | 140200"]})
    assert list(lost(mutant, accepted, quarantined)) == []
    assert len(list(lost(mutant, accepted, quarantined.clear()))) == 1
