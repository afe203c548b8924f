"""A rule that is brought up to date in part: what a failure says, and what it leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.engine import DuckEngine
from assets.freshness import Freshness
from assets.hits import RuleError, reads_of, refresh_rule
from assets.slices import Slices
from checks.rule import read_rules
from tests.checks.examples import world
from tests.checks.test_rules import worked_examples
from tests.survival.sequences import nothing_too_small

RULE = read_rules()["claim_standard_differs"]
(READ,) = reads_of(RULE)


def seen(connection: duckdb.DuckDBPyConnection, scan: int) -> Freshness:
    """The record of one scan, in which a claim came that was there already."""
    fresh = Freshness(connection)
    fresh.refresh(READ, scan, (), lambda: fresh.came(READ, "rowid = 0"), in_place=True)
    return fresh


@nothing_too_small()
def test_a_failure_in_part_names_the_rule_and_leaves_its_hits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = next(one for rule_id, one in worked_examples() if rule_id == RULE.rule_id and one["hits"])
    with world(RULE, example["given"], tmp_path) as connection:
        engine = DuckEngine(connection)
        first, _ = refresh_rule(connection, seen(connection, 1), RULE, engine)
        assert first.hits.height

        def full(*_: Any, **__: Any) -> None:
            raise duckdb.OutOfMemoryException("could not allocate block")

        with monkeypatch.context() as patch:
            patch.setattr(Slices, "of", full)
            with pytest.raises(RuleError, match=f"{RULE.rule_id} cannot be run: could not allocate"):
                refresh_rule(connection, seen(connection, 2), RULE, engine)
        assert connection.execute(f"SELECT count(*) FROM hits.{RULE.rule_id}").fetchone() == (first.hits.height,)
        again, outcome = refresh_rule(connection, seen(connection, 1), RULE, engine)
        assert outcome.partly is False and again.hits.equals(first.hits) and again.examined == first.examined
