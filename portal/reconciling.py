"""The reconciliation as the portal shows it: sums per division, months of one, open differences by age, and their signatures.

Belongs here: figures from a publication's reports. Does not belong here: how they come about (`assets/management/*.sql`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from assets.scan_pictures import waterfall
from portal.sign_offs import SignOff, SignOffs, month_key, rests_on

AGES = ("30 天以内", "31 至 90 天", "91 至 180 天", "超过 180 天", "账龄不明")
_OPEN = ("claims_open", "bank_open", "report_open")


@dataclass(frozen=True)
class Month:
    """One month of a division: its figures, and its signature; `stale` where the signed figures were others."""

    row: dict[str, Any]
    signature: SignOff | None
    stale: bool

    @property
    def key(self) -> str:
        return str(self.row["month"])[:7]

    @property
    def open(self) -> bool:
        """Is anything unsettled between two of the four?"""
        return any(self.row[name] for name in _OPEN)


def months(table: pl.DataFrame, division: str, signed: SignOffs) -> list[Month]:
    """The months of one division, the newest first."""
    rows = table.filter(pl.col("division") == division).sort("month", descending=True).to_dicts()
    found = []
    for row in rows:
        signature = signed.of(month_key(division, row["month"]))
        found.append(Month(row, signature, signature is not None and signature.on != rests_on(row)))
    return found


def divisions(table: pl.DataFrame, signed: SignOffs) -> list[dict[str, Any]]:
    """A line per division: sums, what is open, how many of its months are signed."""
    sums = table.group_by("division").agg(
        pl.col("claims", "ledger", "bank", "report").sum(), pl.len().alias("months"),
        pl.sum_horizontal(pl.col(name).fill_null(0).abs() for name in _OPEN).sum().alias("open"),
    ).sort("open", "division", descending=[True, False])  # fmt: skip
    lines = sums.to_dicts()
    for line in lines:
        own = months(table, line["division"], signed)
        line["signed"] = sum(1 for month in own if month.signature and not month.stale)
    return lines


def ages(table: pl.DataFrame) -> list[tuple[str, list[tuple[int, Any]]]]:
    """Open differences: what differs down, age across; each cell the number and the yuan."""
    summed = table.group_by("difference", "age").agg(pl.col("items").sum(), pl.col("amount").sum())
    cells = {(row["difference"], row["age"]): (row["items"], row["amount"]) for row in summed.to_dicts()}
    return [
        (kind, [cells.get((kind, age), (0, None)) for age in AGES]) for kind in sorted(summed["difference"].unique())
    ]


def picture_rows(rows: Sequence[dict[str, Any]]) -> list[tuple[str, float, float | None, str]]:
    """The waterfall of some months together."""
    claims, ledger, bank = (float(sum(row[name] for row in rows)) for name in ("claims", "ledger", "bank"))
    reported = [row for row in rows if row["report"] is not None]
    report = float(sum(row["report"] for row in reported)) if reported else None
    return waterfall(claims, ledger, bank, report, ledger - float(sum(row["ledger"] for row in reported)))
