"""Plants for the rules over ledger, bank, reports and allocations (clauses 二 and 七). They change the books after everything else is settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.province.classes import LAST_DAY
from models.province.money import MONTHS
from models.province.plants.registry import plant
from models.province.plants.scene import Row
from models.province.plants.workshop import Workshop

FEN = Decimal("0.01")
AFTER_SETTLING: list[Any] = []


def after_settling(rule: str, mechanism: str) -> Callable[[Any], Any]:
    """The second half of a plant, which works on the settled books."""

    def register(make: Callable[[Workshop, Books], None]) -> Callable[..., None]:
        def run(w: Workshop, desk: Books, chosen: list[str]) -> None:
            if rule in chosen:
                w.rule, w.mechanism = rule, mechanism
                make(w, desk)

        AFTER_SETTLING.append(run)
        return make

    return register


@dataclass
class Books:
    """The settled books, and which batches and bureau months no plant has touched."""

    claims: list[Row]
    ledger: list[Row]
    bank: list[Row]
    reports: list[Row]
    allocations: list[Row]
    busy: set[Any]
    turn: int = 0

    def batch(self, month: int | None = None, payees: int = 0) -> tuple[str, str]:
        """A paid batch that is no other plant's: its division and number."""
        for row in self._turned(self.ledger):
            key = (row["division"], row["batch_no"])
            wanted = (
                row["booked_on"].month == month and row["booked_on"].year == 2022
                if month
                else row["booked_on"] < date(2022, 1, 31)
            )
            if row["direction"] == "payment" and row["batch_no"] and key not in self.busy and wanted:
                self.busy.add(key)
                return key
        raise ValueError("every batch of the province is taken; make a larger province")

    def claims_of(self, key: tuple[str, str]) -> list[Row]:
        return [row for row in self.claims if (row["division"], row["batch_no"]) == key and row["status"] != "rejected"]

    def report(self, kind: str | None = None, wanted: Any = None) -> Row:
        """A report row of a bureau and month that is no other plant's."""
        for row in self._turned(self.reports):
            key = ("report", row["division"])
            if (
                key not in self.busy
                and (kind is None or row["subsidy_kind"] == kind)
                and (wanted is None or wanted(row))
            ):
                self.busy.add(key)
                return row
        raise ValueError("every bureau's reports are taken; make a larger province")

    def _turned(self, rows: list[Row]) -> list[Row]:
        self.turn += 1
        at = self.turn * 37 % len(rows)
        return rows[at:] + rows[:at]


@plant("ledger_bank_differs", "bookkeeping")
@plant("ledger_report_differs", "bookkeeping")
@plant("balance_broken", "bookkeeping")
@plant("work_training_as_task", "bookkeeping")
@plant("paid_elsewhere", "diverted_payment")
@plant("allocation_differs", "bookkeeping")
def nothing_yet(w: Workshop) -> None:
    """These change settled books only."""


@after_settling("ledger_bank_differs", "bookkeeping")
def ledger_bank_differs(w: Workshop, books: Books) -> None:
    for at in range(w.n):
        key = books.batch()
        row = next(
            row
            for row in books.bank
            if (row["division"], row["batch_no"]) == key and row["direction"] == "out" and row["status"] == "settled"
        )
        difference = FEN
        if at % 3 == 1:
            books.bank.remove(row)
            difference = row["amount"]
        elif at % 3 == 2:
            row["status"] = "returned"
            difference = row["amount"]
        else:
            row["amount"] += FEN
        w.hit(
            "|".join(key),
            ("账上与银行差一分", "账上已付，银行没有流水", "银行退票，账上没有冲回")[at % 3],
            books.claims_of(key),
            amount=difference,
        )
    key = books.batch(month=2)
    for row in [*books.ledger, *books.bank]:
        if (row["division"], row["batch_no"]) == key:
            row["booked_on"] = LAST_DAY - timedelta(days=4)
    next(
        row
        for row in books.bank
        if (row["division"], row["batch_no"]) == key and row["direction"] == "out" and row["status"] == "settled"
    )["amount"] += 100
    w.near("|".join(key), "最后一笔入账不满五天，资金在途")


@after_settling("ledger_report_differs", "bookkeeping")
def ledger_report_differs(w: Workshop, books: Books) -> None:
    for at in range(w.n):
        row = books.report(wanted=lambda row: row["amount"] > 0)
        difference = [FEN, Decimal(10000), row["amount"]][at % 3]
        if at % 3 == 2:
            books.reports.remove(row)
        else:
            row["amount"] += difference
        w.hit(
            f"{row['division']}|{row['month']:%Y-%m}|{row['subsidy_kind']}",
            "月报支出与台账不一致",
            [],
            amount=difference,
        )


@after_settling("balance_broken", "bookkeeping")
def balance_broken(w: Workshop, books: Books) -> None:
    for at in range(w.n):
        chosen = books.report(wanted=lambda row: MONTHS[3] < row["month"] < MONTHS[-1])
        month = MONTHS[-1] if at % 3 == 2 else chosen["month"]
        difference = [FEN, Decimal(1000), Decimal(500)][at % 3]
        for row in books.reports:
            if row["division"] == chosen["division"] and row["month"] >= month:
                if at % 3 == 1 or row["month"] > month:
                    row["opening_balance"] += difference
                row["closing_balance"] += difference
        w.hit(
            f"{chosen['division']}|{month:%Y-%m}",
            ("期末余额差一分", "期初余额与上月期末不一致", "期末余额与台账推算不一致")[at % 3],
            [],
            amount=difference,
        )


@after_settling("work_training_as_task", "bookkeeping")
def work_training_as_task(w: Workshop, books: Books) -> None:
    for at in range(w.n):
        row = books.report("work_training")
        row["task_persons"] = 1 + at * 7
        w.hit(f"{row['division']}|{row['month']:%Y-%m}", "以工代训人数计入了培训任务", [], amount=0)


@after_settling("paid_elsewhere", "diverted_payment")
def paid_elsewhere(w: Workshop, books: Books) -> None:
    for at in range(w.n + 1):
        key = books.batch()
        row = next(
            row
            for row in books.bank
            if (row["division"], row["batch_no"]) == key and row["direction"] == "out" and row["status"] == "settled"
        )
        stray = f"62288{at:04d}{w.serial:05d}55512"[:19]
        if at < w.n:
            row["payee_account"] = stray
            w.hit(row["transaction_no"], "款项付到了批次之外的账号", books.claims_of(key), amount=row["amount"])
        else:
            number = f"{row['transaction_no']}T"
            books.bank.append(row | {"transaction_no": number, "payee_account": stray, "status": "returned"})
            w.near(number, "付到别处的一笔已退票")


@after_settling("allocation_differs", "bookkeeping")
def allocation_differs(w: Workshop, books: Books) -> None:
    rows = sorted(books.allocations, key=lambda row: (row["division"], row["year"]))
    booked: dict[tuple[str, int], Decimal] = {}
    for entry in books.ledger:
        if entry["direction"] == "allocation":
            key = (entry["division"], entry["booked_on"].year)
            booked[key] = booked.get(key, Decimal(0)) + entry["amount"]
    ended = [row for row in rows if row["year"] == 2021]
    running = [row for row in rows if row["year"] == 2022]
    for at in range(w.n):
        row = ended[at * 5 % len(ended)] if at % 2 == 0 else running[at * 5 % len(running)]
        difference = Decimal(20000) + at
        row["allocated"] = booked[row["division"], row["year"]] - difference
        w.hit(f"{row['division']}|{row['year']}", "下达资金与台账拨入不一致", [], amount=difference)
    w.near(f"{running[-1]['division']}|2022", "年度未结束，拨入还没有到齐")
