"""Pays what is approved and keeps the books: batches, ledger, bank, monthly reports, allocations, consistent to the fen. No claims are made here."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from models.province.classes import LAST_DAY
from models.province.institutions import Ground
from models.province.population import rng_for
from models.province.schema import Frames, from_rows

KINDS = {"training": "PX", "certificate": "QZ", "work_training": "YG", "living": "SH", "transport": "JT"}
MONTHS = [date(2020 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(17)]
SIGNS = {
    "allocation": 1,
    "interest": 1,
    "transfer_in": 1,
    "return": 1,
    "payment": -1,
    "transfer_out": -1,
    "surrender": -1,
}
FEN = Decimal("0.01")
Rows = list[dict[str, Any]]


def settle(
    claims: pl.DataFrame,
    ground: Ground,
    seed: int,
    poor: str | None,
    unbatched: tuple[str, ...] = (),
    extra: Rows | None = None,
) -> Frames:
    """The claims with their batches, and the four books that follow from them. `unbatched` claims get no batch, `extra` ledger rows are booked too."""
    rng = rng_for(seed, "money")
    claims = assign_batches(claims, unbatched)
    names = {row["institution_id"]: row["name"] for row in ground.institutions}
    batches = (
        claims.filter(pl.col("batch_no").is_not_null() & (pl.col("status") == "paid"))
        .group_by("division", "batch_no", "subsidy_kind", "payee_id", "payee_account")
        .agg(pl.col("amount").sum(), persons=pl.len())
        .sort("division", "batch_no", "payee_id", "payee_account")
    )
    ledger, bank = _payments(batches, names, rng)
    divisions = sorted(
        ({bureau for listed in ground.bureaus.values() for bureau in listed} | set(batches["division"])) - {poor}
    )
    spent: dict[tuple[str, int], Decimal] = {}
    for row in ledger:
        if row["direction"] == "payment":
            spent[row["division"], row["booked_on"].year] = (
                spent.get((row["division"], row["booked_on"].year), Decimal(0)) + row["amount"]
            )
    allocations = _allocate(divisions, spent, ledger, bank, rng)
    _interest([*divisions, *([poor] if poor else [])], poor, ledger, bank, rng)
    _transfers(ground, poor, ledger, bank, rng)
    ledger += extra or []
    number(ledger, bank)
    counted = batches.group_by("division", "batch_no").agg(pl.col("persons").sum())
    persons = {(division, batch): count for division, batch, count in counted.rows()}
    return {
        "claims": claims,
        "ledger": from_rows("ledger", ledger),
        "bank": from_rows("bank", bank),
        "reports": from_rows("reports", _reports([*divisions, *([poor] if poor else [])], ledger, persons, poor, rng)),
        "allocations": from_rows("allocations", allocations),
    }


def assign_batches(claims: pl.DataFrame, unbatched: tuple[str, ...]) -> pl.DataFrame:
    """A batch for a division, a kind and the month after the decision."""
    pays = ~pl.col("claim_id").is_in(unbatched) & (pl.col("status") == "paid") & (pl.col("fund") == "special_account")
    month = pl.col("decided_on").dt.truncate("1mo").dt.offset_by("1mo").dt.strftime("%Y%m")
    batch = pl.format("{}{}{}01", pl.col("subsidy_kind").replace_strict(KINDS, default="QT"), "division", month)
    return claims.with_columns(batch_no=pl.when(pays).then(batch))


def _payments(batches: pl.DataFrame, names: dict[str, str], rng: np.random.Generator) -> tuple[Rows, Rows]:
    ledger: Rows = []
    bank: Rows = []
    for (division, batch, kind), rows in batches.group_by("division", "batch_no", "subsidy_kind", maintain_order=True):
        year, month = int(str(batch)[8:12]), int(str(batch)[12:14])
        booked = date(year, month, int(rng.integers(10, 22)))
        common = {"division": division, "batch_no": batch}
        entry = common | {
            "subsidy_kind": kind,
            "booked_on": booked,
            "direction": "payment",
            "counterparty_division": None,
        }
        payees = rows.select("payee_id", "payee_account", "amount").rows()
        groups = [payees[:2], payees[2:]] if len(payees) > 3 else [payees]
        for group in groups:
            ledger.append(entry | {"amount": sum((amount for _, _, amount in group), Decimal(0))})
        for payee, account, amount in payees:
            line = common | {
                "direction": "out",
                "payee_account": account,
                "payee_name": names.get(payee),
                "amount": amount,
                "status": "settled",
            }
            paid = booked + timedelta(days=int(rng.integers(0, 3)))
            draw = rng.random()
            if draw < 0.03:
                # the bank sent it back, and the second try went through: one payment
                bank.append(line | {"booked_on": booked, "status": "returned"})
            elif draw < 0.05:
                # paid twice and given back
                again = booked + timedelta(days=1)
                ledger += [
                    entry | {"booked_on": again, "amount": amount},
                    entry | {"booked_on": again, "direction": "return", "amount": amount},
                ]
                bank += [line | {"booked_on": again}, line | {"booked_on": again, "direction": "in"}]
            bank.append(line | {"booked_on": paid})
    return ledger, bank


def _bank_line(division: str, day: date, direction: str, amount: Decimal, name: str) -> dict[str, Any]:
    return {
        "division": division,
        "booked_on": day,
        "direction": direction,
        "batch_no": None,
        "payee_account": None,
        "payee_name": name,
        "amount": amount,
        "status": "settled",
    }


def _entry(division: str, day: date, direction: str, amount: Decimal, other: str | None = None) -> dict[str, Any]:
    return {
        "division": division,
        "booked_on": day,
        "direction": direction,
        "batch_no": None,
        "subsidy_kind": None,
        "counterparty_division": other,
        "amount": amount,
    }


def _allocate(
    divisions: list[str], spent: dict[tuple[str, int], Decimal], ledger: Rows, bank: Rows, rng: np.random.Generator
) -> Rows:
    rows = []
    for division in divisions:
        for year in (2020, 2021, 2022):
            total = (spent.get((division, year), Decimal(0)) * Decimal("1.05") // 10000 + 1) * 10000
            parts = (
                [(date(year, 12, 9), total)]
                if year == 2020
                else [(date(year, 1, 12), total * 6 // 10), (date(year, 7, 14), total - total * 6 // 10)]
            )
            for day, amount in parts:
                if day <= LAST_DAY:
                    ledger.append(_entry(division, day, "allocation", amount))
                    bank.append(_bank_line(division, day, "in", amount, "省级财政专户"))
            rows.append(
                {
                    "division": division,
                    "year": year,
                    "allocated": total,
                    "task_persons": int(total // 1000) + int(rng.integers(0, 20)),
                }
            )
    return rows


def _interest(divisions: list[str], poor: str | None, ledger: Rows, bank: Rows, rng: np.random.Generator) -> None:
    for division in divisions:
        if division == poor:
            continue
        due = [month.replace(day=21) for month in MONTHS if month.month % 3 == 0]
        if division == "140100":
            due.append(LAST_DAY)
        for day in due:
            amount = Decimal(int(rng.integers(900, 42000))) * FEN
            ledger.append(_entry(division, day, "interest", amount))
            bank.append(_bank_line(division, day, "in", amount, "利息"))


def _transfers(ground: Ground, poor: str | None, ledger: Rows, bank: Rows, rng: np.random.Generator) -> None:
    """Cities move money between their own bureaus, and some give back what the year left over."""
    for at, listed in enumerate(ground.bureaus.values()):
        giver, taker = listed[0], next(bureau for bureau in listed[1:] if bureau != poor)
        day = date(2021, 2 + at % 9, 3 + int(rng.integers(0, 20)))
        amount = Decimal(int(rng.integers(20, 80)) * 1000 + at)
        arrives = day + timedelta(days=int(rng.integers(0, 6)))
        ledger += [
            _entry(giver, day, "transfer_out", amount, taker),
            _entry(taker, arrives, "transfer_in", amount, giver),
        ]
        bank += [
            _bank_line(giver, day, "out", amount, "区县专户"),
            _bank_line(taker, arrives, "in", amount, "市级专户"),
        ]
        if at % 4 == 1:
            ledger.append(_entry(giver, date(2021, 12, 28), "surrender", Decimal(5000 + at)))
            bank.append(_bank_line(giver, date(2021, 12, 28), "out", Decimal(5000 + at), "省级财政专户"))


def number(ledger: Rows, bank: Rows) -> None:
    """Voucher and transaction numbers in the order of the books."""
    ledger.sort(
        key=lambda row: (row["division"], row["booked_on"], row["batch_no"] or "", row["direction"], row["amount"])
    )
    for at, row in enumerate(ledger, start=1):
        row["voucher_no"] = f"记{row['division']}-{row['booked_on']:%Y%m}-{at:06d}"
    bank.sort(
        key=lambda row: (
            row["booked_on"],
            row["division"],
            row["batch_no"] or "",
            row["payee_account"] or "",
            row["direction"],
            row["status"],
            row["amount"],
        )
    )
    for at, row in enumerate(bank, start=1):
        row["transaction_no"] = f"YH{row['booked_on']:%Y%m%d}{at:07d}"


def _reports(
    divisions: list[str], ledger: Rows, persons: dict[tuple[str, str], int], poor: str | None, rng: np.random.Generator
) -> Rows:
    flow: dict[tuple[str, date], Decimal] = {}
    paid: dict[tuple[str, date, str], Decimal] = {}
    heads: dict[tuple[str, date, str], int] = {}
    counted: set[tuple[str, str]] = set()
    for row in ledger:
        month = row["booked_on"].replace(day=1)
        flow[row["division"], month] = (
            flow.get((row["division"], month), Decimal(0)) + SIGNS[row["direction"]] * row["amount"]
        )
        if row["direction"] in ("payment", "return"):
            key = (row["division"], month, row["subsidy_kind"])
            paid[key] = paid.get(key, Decimal(0)) - SIGNS[row["direction"]] * row["amount"]
            batch = (row["division"], row["batch_no"])
            if batch not in counted:
                counted.add(batch)
                heads[key] = heads.get(key, 0) + persons.get(batch, 0)
    rows = []
    for division in divisions:
        lowest = running = Decimal(0)
        for month in MONTHS:
            running += flow.get((division, month), Decimal(0))
            lowest = min(lowest, running)
        balance = (
            Decimal("63.18") if division == poor else Decimal(int(rng.integers(3_000_000, 12_000_000))) * FEN - lowest
        )
        for month in MONTHS:
            closing = balance + flow.get((division, month), Decimal(0))
            for kind in KINDS:
                count = heads.get((division, month, kind), 0)
                rows.append(
                    {
                        "division": division,
                        "month": month,
                        "subsidy_kind": kind,
                        "persons": count,
                        "amount": paid.get((division, month, kind), Decimal(0)),
                        "task_persons": count if kind == "training" else 0,
                        "opening_balance": balance,
                        "closing_balance": closing,
                    }
                )
            balance = closing
    return rows
