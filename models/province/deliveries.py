"""Divides the province's rows into deliveries: by city and period, with corrections, copies, updates told later. Writing them is messy.py's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models.province.clean import Province
from models.province.schema import INTEGER, MONEY, TITLES, TYPES
from models.province.territory import CITIES

PERIOD_COLUMN = {
    "classes": "start_date",
    "attendance": "session_date",
    "payroll": "month",
    "insurance": "month",
    "certificates": "issued_on",
    "claims": "claimed_on",
    "ledger": "booked_on",
    "bank": "booked_on",
    "reports": "month",
    "enrolments": "_start",
}
MONTHLY = ("enrolments", "attendance", "payroll", "insurance", "certificates", "claims")
NOT_RETOLD = ["status", "decided_on", "reject_reason", "batch_no", "reviewer_id"]


@dataclass(frozen=True)
class Delivery:
    """One version of one file's rows."""

    source: str
    city: str
    period: str
    part: str
    version: str
    rows: pl.DataFrame
    spoiled: bool = False
    twice: bool = False
    unnamed: bool = False

    def stem(self, rng: np.random.Generator) -> str:
        title = TITLES[self.source] if rng.random() < 0.75 else self.source
        city = self.city and (f"{self.city}00" if rng.random() < 0.5 else CITIES[self.city][0])
        return "_".join(part for part in (title, city, self.period, self.part, self.version) if part)

    def heading(self) -> str:
        place = CITIES[self.city][0] if self.city else "山西省"
        year = f"{self.period[:4]}年" if self.period else ""
        month = f"{int(self.period[4:])}月" if len(self.period) == 6 and self.period[4:].isdigit() else ""
        return f"{place}{year}{month}{TITLES[self.source]}"


def deliveries(province: Province, rng: np.random.Generator) -> Iterator[Delivery]:
    """Every file to write, in a fixed order."""
    for source, table in province.tables.items():
        by_file = placed(source, table, province).sort("_city", "_period", maintain_order=True)
        groups = [
            (str(city), str(period), rows.select(*TYPES[source]))
            for (city, period), rows in by_file.group_by("_city", "_period", maintain_order=True)
        ]
        if source == "claims":
            groups = retell(groups, rng)
        for city, period, rows in groups:
            yield from versions(Delivery(source, city, period, "", "", rows), rng)


def placed(source: str, table: pl.DataFrame, province: Province, monthly: bool = False) -> pl.DataFrame:
    """The rows with the city and the period of the file that they come in; with `monthly`, most come in files of a month."""
    classes = province.tables["classes"].unique("class_id", keep="first", maintain_order=True)
    if source in ("enrolments", "attendance"):
        facts = classes.select(
            "class_id", pl.col("division").str.slice(0, 4).alias("_city"), pl.col("start_date").alias("_start")
        )
        table = table.join(facts, on="class_id", how="left", maintain_order="left")
        if source == "attendance":
            table = table.drop("_start")
    elif source in ("payroll", "insurance", "certificates"):
        key = "assessor_id" if source == "certificates" else "employer_id"
        # a code names the division where it was given
        table = table.with_columns(_city=pl.col(key).str.slice(2, 4))
    elif source in ("classes", "claims", "ledger", "bank", "reports"):
        table = table.with_columns(_city=pl.col("division").str.slice(0, 4))
    else:
        return table.with_columns(
            _city=pl.lit(""),
            _period=pl.lit("2021" if source in ("institutions", "status_registers", "feedback") else ""),
        )
    table = table.with_columns(
        _city=pl.when(pl.col("_city").is_in(list(CITIES))).then(pl.col("_city")).otherwise(pl.lit(""))
    )
    day = pl.col(PERIOD_COLUMN[source])
    if monthly and source in MONTHLY:
        period = day.dt.strftime("%Y%m")
    elif source == "claims":
        period = (
            pl.when(pl.col("_city") == "1401")
            .then(day.dt.strftime("%Y%m"))
            .otherwise(pl.format("{}Q{}", day.dt.year(), day.dt.quarter()))
        )
    elif source == "enrolments":
        period = pl.when(pl.col("_city") == "1401").then(day.dt.strftime("%Y%m")).otherwise(day.dt.strftime("%Y"))
    else:
        period = day.dt.strftime("%Y")
    return table.select(*TYPES[source], "_city", _period=period.fill_null(""))


def retell(
    groups: list[tuple[str, str, pl.DataFrame]], rng: np.random.Generator
) -> list[tuple[str, str, pl.DataFrame]]:
    """Some claims are first told as submitted, and their end by the same city's next period."""
    out = []
    carried: dict[str, pl.DataFrame] = {}
    last = {city: period for city, period, _ in groups}
    repeated = pl.concat([rows for _, _, rows in groups]).filter(pl.col("claim_id").is_duplicated())["claim_id"]
    for city, period, rows in groups:
        here = rows
        if city and period != last[city]:
            chosen = (
                pl.Series(rng.random(len(rows)) < 0.03)
                & rows["decided_on"].is_not_null()
                & ~rows["claim_id"].is_in(repeated.implode())
            )
            later = rows.filter(chosen)
            told = rows.with_columns(
                pl.when(chosen)
                .then(
                    pl.lit("submitted")
                    if name == "status"
                    else pl.lit(None, dtype=TYPES["claims"][name])
                    if name != "reviewer_id"
                    else pl.col(name)
                )
                .otherwise(pl.col(name))
                .alias(name)
                for name in NOT_RETOLD
            )
            here = told
        else:
            later = rows.head(0)
        if city in carried:
            here = pl.concat([here, carried.pop(city)])
        if len(later):
            carried[city] = later
        out.append((city, period, here))
    return out


def versions(base: Delivery, rng: np.random.Generator) -> Iterator[Delivery]:
    """The delivery as one file, in parts, in a wrong version and its correction, or sent twice."""
    draw = rng.random()
    spoiled = bool(rng.random() < 0.12)
    rows = base.rows
    if draw < 0.06 and len(rows) > 30:
        middle = len(rows) // 2
        yield replace(base, part="1", rows=rows.head(middle), spoiled=spoiled)
        yield replace(base, part="2", rows=rows.slice(middle))
    elif draw < 0.12 and len(rows) > 4 and (base.city or base.period):
        yield replace(base, rows=_mistaken(base.source, rows))
        if draw < 0.08:
            yield replace(base, version="更正", rows=rows.head(len(rows) - 1))
            yield replace(base, version="更正2", rows=rows)
        else:
            yield replace(base, version="更正", rows=rows, spoiled=spoiled)
    elif draw < 0.16:
        yield replace(base, twice=bool(base.city or base.period))
    elif draw < 0.18 and base.source == "attendance":
        yield replace(base, unnamed=True)
    elif draw < 0.26 and len(rows) > 20:
        # some rows were copied by mistake
        copies = rows.gather(rng.integers(0, len(rows), 2).tolist())
        yield replace(base, rows=pl.concat([rows, copies]), spoiled=spoiled)
    else:
        yield replace(base, spoiled=spoiled)


def _mistaken(source: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The version that had to be corrected: rows are missing, and sums are off."""
    numbers = [name for name, kind in TYPES[source].items() if kind in (MONEY, INTEGER)]
    kept = rows.gather_every(1).filter(pl.int_range(pl.len()) % 9 != 4)
    return kept.with_columns((pl.col(name) + 1).cast(TYPES[source][name]) for name in numbers[:1])
