"""Plants for payments without a voucher, rejected but paid, and for transfers between bureaus (clause 七). They come before settling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from models.province.plants.books import Books, after_settling
from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene
from models.province.plants.workshop import CITY_CODES, Workshop, need, reject

FEN = Decimal("0.01")


@plant("claims_ledger_differs", "bookkeeping")
def claims_ledger_differs(w: Workshop) -> None:
    """The amount of a paid claim is changed after it was settled: see below."""
    for _ in range(w.n):
        w.crew(2, months=1).claims[0]["_raise"] = True


@after_settling("claims_ledger_differs", "bookkeeping")
def raise_paid_claims(w: Workshop, books: Books) -> None:
    for at, claim in enumerate([row for row in books.claims if row.get("_raise")]):
        difference = [FEN, Decimal(50), Decimal(-100)][at % 3]
        claim["amount"] += difference
        w.hit(
            f"{claim['division']}|{claim['batch_no']}",
            "批次申领金额合计与台账支出不一致",
            books.claims_of((claim["division"], claim["batch_no"])),
            amount=abs(difference),
        )


@plant("paid_without_voucher", "bookkeeping")
def paid_without_voucher(w: Workshop) -> None:
    crew = w.crew(w.n + 2, months=1)
    for at, worker in enumerate(crew.workers):
        claim = crew.of(crew.claims, worker)[0]
        claim["_unbatched"] = True
        if at < w.n:
            w.hit(claim, "已拨付的补贴没有台账凭证")
            if at % 2:
                claim["_batch"] = f"YG{claim['division']}2099{at:02d}01"
                w.hit(
                    f"{claim['division']}|{claim['_batch']}",
                    "批次有申领而台账没有支出",
                    [claim],
                    amount=claim["amount"],
                    rule="claims_ledger_differs",
                )
        elif at == w.n:
            claim.update(status="approved", decided_on=date(2022, 2, 1))
            w.near(claim, "已审核但还没有拨付")
        else:
            claim.update(status="rejected", reject_reason="材料不全")
            w.near(claim, "未通过审核，没有凭证")


@plant(
    "paid_while_rejected",
    "bookkeeping",
    lambda n: [need("employment", size=(4, 5), city=CITY_CODES[at % 11]) for at in range(n + 1)],
)
def paid_while_rejected(w: Workshop, *scenes: Scene) -> None:
    """Settled as paid; the bureau's no comes after it: see below."""
    for at, scene in enumerate(scenes):
        claim, colleague = scene.class_claims()[:2]
        if at < w.n:
            claim["_refuse"] = True
        else:
            reject(claim)["_batch_of"] = colleague
            w.near(claim, "不予通过的申领误写了批次，但没有付款")


@after_settling("paid_while_rejected", "bookkeeping")
def refuse_paid_claims(w: Workshop, books: Books) -> None:
    for claim in [row for row in books.claims if row.get("_refuse")]:
        key = (claim["division"], claim["batch_no"])
        claim.update(status="rejected", reject_reason="材料不全")
        w.hit(claim, "不予通过的申领仍然付了款")
        w.hit(
            "|".join(key),
            "批次多付了一笔不予通过的申领",
            books.claims_of(key),
            amount=claim["amount"],
            rule="claims_ledger_differs",
        )


def _voucher(w: Workshop, division: str, day: date, direction: str, amount: Decimal, other: str) -> Row:
    row = {
        "division": division,
        "booked_on": day,
        "direction": direction,
        "batch_no": None,
        "subsidy_kind": None,
        "counterparty_division": other,
        "amount": amount,
    }
    w.vouchers.append(row)
    return row


def _bureaus(w: Workshop, at: int) -> tuple[str, str]:
    listed = w.ground.bureaus[("1401", "1402", "1404", "1405", "1407", "1410")[at % 6]]
    return listed[0], listed[1]


def _number_of(voucher: Row) -> Callable[[], str]:
    """The voucher's number, which it gets when everything is booked."""
    return lambda: str(voucher["voucher_no"])


@plant("transfer_unmatched", "bookkeeping")
def transfer_unmatched(w: Workshop) -> None:
    for at in range(w.n):
        city, county = _bureaus(w, at)
        day, amount = date(2021, 5, 10) + timedelta(days=at), Decimal(31000 + at)
        row = _voucher(w, city, day, "transfer_out", amount, county)
        w.hit(_number_of(row), "调剂转出没有对应的转入", [], amount=amount)
        if at % 3 == 1:
            other = _voucher(w, county, day + timedelta(days=2), "transfer_in", amount - FEN, city)
            w.hit(_number_of(other), "调剂转入与转出差一分", [], amount=amount - FEN)
        elif at % 3 == 2:
            other = _voucher(w, county, day + timedelta(days=31), "transfer_in", amount, city)
            w.hit(_number_of(other), "调剂转入晚于转出31天", [], amount=amount)
    city, county = _bureaus(w, 4)
    row = _voucher(w, city, date(2021, 5, 20), "transfer_out", Decimal(42000), county)
    _voucher(w, county, date(2021, 6, 19), "transfer_in", Decimal(42000), city)
    w.near(lambda: str(row["voucher_no"]), "恰在30天内转入")
    late = _voucher(w, city, date(2022, 2, 10), "transfer_out", Decimal(43000), county)
    w.near(lambda: str(late["voucher_no"]), "转出不满30天，还在途中")


@plant("transfer_outside_city", "bookkeeping")
def transfer_outside_city(w: Workshop) -> None:
    for at in range(w.n):
        giver, taker = _bureaus(w, at)[0], _bureaus(w, at + 1)[at % 2]
        day, amount = date(2021, 8, 3) + timedelta(days=at), Decimal(26000 + at)
        pair = [
            _voucher(w, giver, day, "transfer_out", amount, taker),
            _voucher(w, taker, day + timedelta(days=1), "transfer_in", amount, giver),
        ]
        for row in pair:
            w.hit(_number_of(row), "资金调剂到了本市之外", [], amount=amount)
    city, county = _bureaus(w, 5)
    row = _voucher(w, county, date(2021, 8, 9), "transfer_out", Decimal(18000), city)
    _voucher(w, city, date(2021, 8, 9), "transfer_in", Decimal(18000), county)
    w.near(lambda: str(row["voucher_no"]), "县区向本市调剂")
