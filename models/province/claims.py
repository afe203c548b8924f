"""Claims for classes, certificates, allowances and work-for-training, and their way through the bureau. Payment is in money.py."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from models.province.classes import LAST_DAY, Class
from models.province.institutions import Ground
from models.province.occupations import CERTIFICATE_AMOUNTS, EARLIER_AMOUNTS
from models.province.schema import MONEY, TYPES

NOTICE_DAY = date(2021, 7, 8)
LAST_DECISION_PAID = date(2022, 1, 31)
REASONS = ("材料不全", "照片与本人不一致", "户籍信息填写不一致", "签到记录缺页", "银行账号填写错误")


def class_claims(
    classes: list[Class], enrolments: pl.DataFrame, certificates: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """One claim for each who finished; apprentices' in instalments; directed classes only with the certificate."""
    rows: list[dict[str, Any]] = []
    for c in classes:
        amount, standard = int(c["_amount"]), c["_project"]["subsidy_standard"]
        filed = c["end_date"] + timedelta(days=int(rng.integers(3, 30)))
        shares: list[tuple[date, int]] = [(filed, amount)]
        if c["_line"] == "apprenticeship":
            step = (c["end_date"] - c["start_date"]).days // 4
            parts = 4 if c["_k"] % 2 else 3
            shares = [(c["start_date"] + timedelta(days=step * (i + 1) - 20), amount // parts) for i in range(parts)]
        elif c["_line"] == "directed":
            filed += timedelta(days=30)
            shares = [(filed, amount)]
        rows += [place_claim(c, c["_organiser"], "training", day, standard, part) for day, part in shares]
    each = pl.DataFrame(rows, schema_overrides=_SCHEMA, infer_schema_length=None)
    learning = [c["_k"] for c in classes if c["_line"] == "apprenticeship"]
    directed = [c["_k"] for c in classes if c["_line"] == "directed"]
    finished = enrolments.filter(
        (pl.col("completed") | (pl.col("_k").is_in(learning) & pl.col("_fit"))) & (pl.col("_u") < 0.98)
    )
    holders = certificates.select("_k", "id_number").with_columns(_holds=pl.lit(True))
    finished = finished.join(holders, on=["_k", "id_number"], how="left").filter(
        pl.col("_holds") | ~pl.col("_k").is_in(directed)
    )
    return finished.select("_k", "id_number", "name").join(each, on="_k")


def certificate_claims(
    ground: Ground, classes: list[Class], certificates: pl.DataFrame, rng: np.random.Generator, share: float = 0.7
) -> pl.DataFrame:
    """One claim a certificate, by the assessor or, under an agreement, by the training body."""
    known = {row["institution_id"]: row for row in ground.institutions}
    held = certificates.filter(pl.col("_claimable") & (pl.Series(rng.random(len(certificates))) < share))
    by_class = {c["_k"]: c for c in classes}
    groups = held.select("_k", "assessor_id", "issued_on").unique().sort("_k", "assessor_id", "issued_on")
    rows = []
    for k, assessor_id, issued_on in groups.rows():
        c = by_class.get(k)
        assessor = known[assessor_id]
        agreed = c is not None and rng.random() < 0.35
        claimant = c["_organiser"] if agreed and c else assessor
        place = c or {
            "division": assessor["division"],
            "class_id": None,
            "_reviewer": ground.of_kind("third_party", assessor["division"][:4])[0]["institution_id"],
        }
        row = place_claim(place, claimant, "certificate", issued_on + timedelta(days=int(rng.integers(5, 45))), 0, 0)
        row |= {
            "_k": k,
            "assessor_id": assessor_id,
            "issued_on": issued_on,
            "agreement_no": f"XY{issued_on:%Y}-{rng.integers(1000, 9999)}" if agreed else None,
        }
        if rng.random() < 0.4:
            row["class_id"] = None
        rows.append(row)
    filed = pl.DataFrame(
        rows, schema_overrides=_SCHEMA | {"assessor_id": pl.String, "issued_on": pl.Date}, infer_schema_length=None
    )
    key = (
        pl.when(pl.col("kind").is_in(["skill_level", "qualification"])).then(pl.col("level")).otherwise(pl.col("kind"))
    )
    amount = (
        pl.when(pl.col("issued_on") >= NOTICE_DAY)
        .then(key.replace_strict(CERTIFICATE_AMOUNTS, default=0))
        .otherwise(key.replace_strict(EARLIER_AMOUNTS, default=0))
    )
    held = held.drop("class_id").join(
        filed.drop("occupation_code", "certificate_no", "standard", "amount"), on=["_k", "assessor_id", "issued_on"]
    )
    shared = pl.col("kind").is_in(["special_operation", "special_equipment"])
    number, draw = pl.col("certificate_no"), pl.Series(rng.random(len(held)))
    return held.with_columns(
        occupation_code=pl.when(shared | (draw < 0.5)).then(pl.col("occupation_code")),
        certificate_no=pl.when(draw < 0.02)
        .then(number.str.to_lowercase())
        .when(draw < 0.04)
        .then(pl.format("{} {}", number.str.slice(0, 7), number.str.slice(7)))
        .otherwise(number),
        amount=amount.cast(MONEY),
        standard=amount.cast(MONEY),
    )


def allowance_claims(
    classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator, share: float = 0.45
) -> pl.DataFrame:
    """Living and transport allowances, a claim for each month of some classes of the unemployed and the rural."""
    rows = []
    for c in classes:
        if c["_category"] not in ("rural", "unemployed") or c["mode"] != "offline" or rng.random() > share:
            continue
        month = c["start_date"].replace(day=1)
        while month <= c["end_date"]:
            filed = max(c["end_date"], month) + timedelta(days=int(rng.integers(5, 25)))
            for kind, amount in (("living", 300), ("transport", 120))[: 1 + int(c["_k"]) % 2]:
                rows.append(place_claim(c, c["_organiser"], kind, filed, amount, amount) | {"month": month})
            month = (month + timedelta(days=32)).replace(day=1)
    each = pl.DataFrame(rows, schema=_SCHEMA | {"_k": pl.Int64})
    some = enrolments.filter(pl.col("completed") & (pl.col("_u") < 0.3)).select("_k", "id_number", "name")
    return some.join(each, on="_k")


def work_training_claims(ground: Ground, workers: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One claim a worker and month; `workers` has employer_id, id_number, name, first (month), months."""
    known = {row["institution_id"]: row for row in ground.institutions}
    rows = []
    for worker in workers.iter_rows(named=True):
        employer = known[worker["employer_id"]]
        amount = 200 + 50 * (int(employer["division"][2:4]) % 5)
        reviewer = ground.of_kind("third_party", employer["division"][:4])[0]["institution_id"]
        month = worker["first"]
        for _ in range(worker["months"]):
            after = (month + timedelta(days=32)).replace(day=1)
            place = {"division": employer["division"], "class_id": None, "_k": -1, "_reviewer": reviewer}
            row = place_claim(
                place, employer, "work_training", after + timedelta(days=int(rng.integers(4, 24))), amount, amount
            )
            rows.append(row | {"id_number": worker["id_number"], "name": worker["name"], "month": month})
            month = after
    return pl.DataFrame(rows, schema_overrides=_SCHEMA | {"_k": pl.Int64}, infer_schema_length=None)


def place_claim(
    place: dict[str, Any], claimant: dict[str, Any], kind: str, filed: date, standard: Any, amount: Any
) -> dict[str, Any]:
    """A claim of an institution at a place (a class, or a division alone) that nobody has decided yet; whom it is for is still open."""
    return {
        "_k": place.get("_k", -1),
        "subsidy_kind": kind,
        "division": place["division"],
        "claimant_id": claimant["institution_id"],
        "payee_id": claimant["institution_id"],
        "payee_account": claimant["bank_account"],
        "class_id": place["class_id"],
        "certificate_no": None,
        "occupation_code": None,
        "month": None,
        "standard": standard,
        "amount": amount,
        "claimed_on": filed,
        "agreement_no": None,
        "reviewer_id": place["_reviewer"] if filed.day % 2 else None,
        "fund": "special_account",
    }


_SCHEMA = {
    name: TYPES["claims"][name]
    for name in (
        "subsidy_kind",
        "division",
        "claimant_id",
        "payee_id",
        "payee_account",
        "class_id",
        "certificate_no",
        "occupation_code",
        "month",
        "standard",
        "amount",
        "claimed_on",
        "agreement_no",
        "reviewer_id",
        "fund",
    )
}


_FILED = [
    name for name in TYPES["claims"] if name not in ("claim_id", "status", "decided_on", "reject_reason", "batch_no")
]


def joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The parts as one table of undecided claims."""
    return pl.concat(
        [part.select(pl.col(name).cast(TYPES["claims"][name]) for name in _FILED) for part in parts if len(part)]
    )


def decide(
    parts: list[pl.DataFrame], rng: np.random.Generator, serial: int, rejected: float, poor: str | None
) -> pl.DataFrame:
    """Numbers the claims and lets the bureau decide: some are rejected (and filed again), the latest wait."""
    filed = joined(parts).filter(pl.col("claimed_on") <= LAST_DAY).sort(_FILED)
    filed = _decision(filed, rng).with_columns(
        _refused=pl.Series(rng.random(len(filed)) < rejected) & pl.col("decided_on").is_not_null()
    )
    again = filed.filter(pl.col("_refused") & (pl.col("subsidy_kind") != "work_training")).with_columns(
        claimed_on=pl.col("decided_on") + pl.duration(days=12)
    )
    again = _decision(again.filter(pl.col("claimed_on") <= LAST_DAY), rng).with_columns(_refused=pl.lit(False))
    table = pl.concat([filed, again]).sort(
        "claimed_on", "division", "subsidy_kind", "id_number", "month", "amount", "certificate_no", "occupation_code"
    )
    refused = pl.col("_refused")
    return table.with_columns(
        claim_id=pl.format(
            "BT{}{}{}",
            "division",
            pl.col("claimed_on").dt.strftime("%y%m%d"),
            (pl.int_range(pl.len()) + serial).cast(pl.String).str.zfill(6),
        ),
        status=pl.when(refused)
        .then(pl.lit("rejected"))
        .when(pl.col("decided_on").is_null())
        .then(pl.lit("submitted"))
        .when(pl.col("decided_on") <= LAST_DECISION_PAID)
        .then(pl.lit("paid"))
        .otherwise(pl.lit("approved")),
        reject_reason=pl.when(refused).then(pl.Series(rng.choice(np.array(REASONS), len(table)))),
        fund=pl.when(pl.col("division") == (poor or "")).then(pl.lit("employment_fund")).otherwise(pl.col("fund")),
        batch_no=pl.lit(None, dtype=pl.String),
    ).drop("_refused")


def _decision(filed: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A division decides what was filed on one day on one day."""
    group = filed.select(pl.struct("division", "claimed_on").rank("dense")).to_series().to_numpy().astype(np.int64)
    wait = rng.integers(4, 19, int(group.max()) + 1 if len(group) else 1)[group]
    decided = pl.col("claimed_on") + pl.duration(days=pl.lit(pl.Series(wait)))
    return filed.with_columns(decided_on=decided).with_columns(
        decided_on=pl.when(pl.col("decided_on") <= LAST_DAY).then(pl.col("decided_on"))
    )
