"""The bench of promises: its planted breaks are found by ours, and by each peer that is installed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from benchmarks.promises_beside import PEERS, ours, planted


def claims(count: int = 400) -> pl.DataFrame:
    kinds = ("training", "certificate", "work_training")
    return pl.DataFrame(
        {
            "claim_id": [f"SL{at:05d}" for at in range(count)],
            "subsidy_kind": [kinds[at % 3] for at in range(count)],
            "class_id": ["BJ1" if at % 3 == 0 else None for at in range(count)],
            "certificate_no": ["S1" if at % 3 == 1 else None for at in range(count)],
            "amount": [Decimal("600.00")] * count,
            "claimed_on": [dt.date(2021, 9, 1)] * count,
            "decided_on": [dt.date(2021, 9, 10) if at % 2 else None for at in range(count)],
        },
        schema_overrides={"amount": pl.Decimal(14, 2)},
    )


def test_nothing_is_broken_until_it_is_planted() -> None:
    assert set(ours(claims())[0].values()) == {0}
    assert all(rows > 0 for rows in ours(planted(claims()))[0].values())


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_counts_the_same_broken_rows(peer: str) -> None:
    frame = planted(claims())
    try:
        found, _ = PEERS[peer](frame)
    except ImportError as reason:
        pytest.skip(f"{peer} is not installed: {reason}")
    assert found == ours(frame)[0]
