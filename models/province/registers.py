"""What other offices know of the people: wages, insurance, status registers, and the inspectors' earlier findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from models.province.attendance import month_days
from models.province.classes import LAST_DAY, Class
from models.province.institutions import Ground, InstitutionMaker
from models.province.population import Population
from models.province.schema import Frames, frame, from_rows

STAFF_OF_A_FIRM = 300
STAFF_MONTHS = [date(2020 + (9 + at) // 12, (9 + at) % 12 + 1, 1) for at in range(16)]
PENSION_INSURANCE = "城镇职工基本养老保险"


def hire_workers(
    ground: Ground,
    population: Population,
    classes: list[Class],
    enrolments: pl.DataFrame,
    rng: np.random.Generator,
    n: int,
) -> pl.DataFrame:
    """People in work-for-training: some of those in their employer's class, the rest new. `first` and `months` are what is claimed."""
    own = [c["_k"] for c in classes if c["_line"] == "upskilling" and c["_organiser"]["kind"] == "enterprise"]
    also = (
        enrolments.filter(pl.col("_k").is_in(own) & (pl.col("_u") < 0.25))
        .select("employer_id", "id_number", "name", "wage_account")
        .head(n // 3)
    )
    cities = rng.choice(np.array(list(ground.bureaus)), max(n - len(also), 1))
    employers = [ground.of_kind("enterprise", city)[i % 2]["institution_id"] for i, city in enumerate(cities.tolist())]
    new = population.draw(cities).select(pl.Series("employer_id", employers), "id_number", "name", "wage_account")
    workers = pl.concat([also, new])
    start = np.datetime64("2020-11") + rng.integers(0, 8, len(workers))
    return workers.with_columns(
        first=pl.Series(start.astype("datetime64[D]")), months=pl.Series(rng.integers(3, 7, len(workers)))
    )


def staff(ground: Ground, population: Population, rng: np.random.Generator, n: int) -> pl.DataFrame:
    """People who only work, month after month, in firms that claim nothing and stand in no catalogue; rows as of `employment`."""
    if n == 0:
        return pl.DataFrame()
    cities = np.array(list(ground.bureaus))
    firms = [
        InstitutionMaker(ground.territory, rng).make("enterprise", ground.bureaus[city][at % 2], _unknown=True)
        for city in cities.tolist()
        for at in range(-(-n // (STAFF_OF_A_FIRM * len(cities))))
    ]
    places = rng.integers(0, len(firms), n)
    people = population.draw(np.array([firms[place]["division"][:4] for place in places.tolist()], dtype="U4"))
    return people.select(
        pl.Series("employer_id", [firms[place]["institution_id"] for place in places.tolist()], dtype=pl.String),
        "id_number",
        "name",
        "wage_account",
    ).join(pl.DataFrame({"month": STAFF_MONTHS}).with_columns(_paid=pl.lit(True), _insured=pl.lit(False)), how="cross")


def employment(
    workers: pl.DataFrame, classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """One row a person and month of work around claims and classes, and whether wages and insurance are on record."""
    employed = enrolments.filter(
        pl.col("employer_id").is_not_null() & pl.col("category").is_in(["employee", "nonprofit_staff"])
    )
    start, end = (
        pl.Series([c[key].replace(day=1) for c in classes], dtype=pl.Date) for key in ("start_date", "end_date")
    )
    at_work = employed.select(
        "employer_id",
        "id_number",
        "name",
        "wage_account",
        _from=pl.col("_k").map_elements(lambda k: start[k], return_dtype=pl.Date).dt.offset_by("-2mo"),
        _until=pl.col("_k").map_elements(lambda k: min(end[k], LAST_DAY.replace(day=1)), return_dtype=pl.Date),
        _paid=pl.Series(rng.random(len(employed)) < 0.5) & (pl.col("category") == "employee"),
        _insured=pl.lit(True),
    )
    claimed = workers.select(
        "employer_id",
        "id_number",
        "name",
        "wage_account",
        _from=pl.col("first").dt.offset_by("-1mo"),
        _until=pl.col("first").dt.offset_by(pl.format("{}mo", pl.col("months"))),
        _paid=pl.lit(True),
        _insured=pl.Series(rng.random(len(workers)) < 0.9),
    )
    spans = pl.concat([claimed, at_work])
    return (
        spans.with_columns(month=pl.date_ranges("_from", "_until", interval="1mo"))
        .explode("month")
        .group_by("employer_id", "id_number", "name", "wage_account", "month")
        .agg(pl.col("_paid").any(), pl.col("_insured").any())
        .sort("employer_id", "id_number", "month")
    )


def payroll(
    months: pl.DataFrame,
    classes: list[Class],
    enrolments: pl.DataFrame,
    attendance: pl.DataFrame,
    rng: np.random.Generator,
) -> pl.DataFrame:
    paid = months.filter("_paid")
    n = len(paid)
    away = [c["_k"] for c in classes if c["_employers"] and c["_organiser"]["kind"] != "enterprise"]
    people = enrolments.filter(pl.col("_k").is_in(away))["id_number"]
    paid = paid.join(month_days(attendance, people), on=["id_number", "month"], how="left", maintain_order="left")
    gross, net = _wages(paid, rng)
    free = pl.col("month").dt.month_end().dt.day() - pl.col("class_days").fill_null(0)
    worked = pl.min_horizontal(
        pl.Series(rng.integers(19, 27, n)) - (pl.col("class_days").fill_null(0) * 0.7).cast(pl.Int64), free
    )
    return frame(
        "payroll",
        paid.select(
            "employer_id",
            "id_number",
            "name",
            "month",
            pl.Series("gross_pay", gross),
            pl.Series("net_pay", net),
            (
                pl.col("month").dt.offset_by("1mo") + pl.duration(days=pl.col("employer_id").rank("dense") % 17 + 4)
            ).alias("paid_on"),
            pl.when(pl.Series(rng.random(n) < 0.95)).then(pl.col("wage_account")).alias("bank_account"),
            pl.when(pl.Series(rng.random(n) < 0.7)).then(worked).alias("days_worked"),
        ).to_dict(),
    )


def _wages(paid: pl.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Gross and net: the firm pays well or badly, each has a wage of one's own, each month its overtime; some firms pay round sums."""
    n = len(paid)
    if not n:
        return np.zeros(0), np.zeros(0)
    firm, person = (paid[name].rank("dense").to_numpy().astype(np.int64) for name in ("employer_id", "id_number"))
    level, own = (
        rng.lognormal(8.3, 0.16, int(firm.max()) + 1)[firm],
        rng.lognormal(0, 0.13, int(person.max()) + 1)[person],
    )
    gross = (level * own * rng.lognormal(0, 0.045, n)).clip(1900, 14000)
    plain = (rng.random(int(firm.max()) + 1) < 0.12)[firm]
    gross = np.where(plain, np.round(gross / 100) * 100, np.round(gross, 2))
    return gross, np.where(
        plain & (rng.random(n) < 0.5),
        np.round(gross * 0.895 / 10) * 10,
        np.round(gross * 0.895 - rng.exponential(12, n).clip(0, 200), 2),
    )


def insurance(months: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    insured = months.filter("_insured")
    return frame(
        "insurance",
        insured.select(
            "employer_id",
            "id_number",
            "month",
            pl.lit(PENSION_INSURANCE).alias("insurance_kind"),
            (pl.col("id_number").str.slice(10, 4).cast(pl.Int64) % 17 * 100 + 3500).alias("base"),
            pl.col("month").dt.offset_by("19d").alias("paid_on"),
        ).to_dict(),
    )


def statuses(
    population: Population, classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator, n: int
) -> pl.DataFrame:
    """Registers full of people who are in no class, and rows of trainees that do not touch their class."""
    strangers = population.draw(rng.choice(np.array(["1401", "1404", "1408"]), n))
    kinds = ("deceased", "public_payroll", "pensioner", "fulltime_student", "imprisoned", "abroad")
    rows: list[dict[str, Any]] = [
        {
            "id_number": person["id_number"],
            "name": person["name"] if at % 4 else None,
            "status_kind": kinds[at % 6],
            "from_date": date(2018, 1, 1) + timedelta(days=int(rng.integers(0, 1300))),
            "to_date": date(2022, 6, 30) if kinds[at % 6] in ("abroad", "fulltime_student") else None,
        }
        for at, person in enumerate(strangers.iter_rows(named=True))
    ]
    once = enrolments.filter(~pl.col("id_number").is_duplicated())
    for person in _some(once.filter(pl.col("category") == "graduate"), rng, 0.4):
        end = person["graduation_date"]
        rows.append(_status(person, "fulltime_student", date(end.year - 3, 9, 1), end))
    for at, person in enumerate(_some(once.filter(pl.col("category") != "graduate"), rng, 0.02)):
        c = classes[person["_k"]]
        if at % 4 == 0:
            rows.append(_status(person, "public_payroll", date(2012, 7, 1), date(2019, 12, 31)))
        elif at % 4 == 1:
            rows.append(_status(person, "imprisoned", date(2014, 3, 2), date(2018, 3, 1)))
        elif c["mode"] == "online":
            rows.append(_status(person, "abroad", c["start_date"] - timedelta(days=30), None))
        else:
            rows.append(
                _status(person, "abroad", c["start_date"] - timedelta(days=40), c["start_date"] + timedelta(days=1))
            )
    return from_rows("status_registers", rows)


def _some(people: pl.DataFrame, rng: np.random.Generator, share: float) -> Iterable[dict[str, Any]]:
    return people.filter(pl.Series(rng.random(len(people)) < share)).iter_rows(named=True)


def _status(person: dict[str, Any], kind: str, since: date, until: date | None) -> dict[str, Any]:
    return {
        "id_number": person["id_number"],
        "name": person["name"],
        "status_kind": kind,
        "from_date": since,
        "to_date": until,
    }


def feedback(ground: Ground, fake: set[str], rng: np.random.Generator, n: int) -> pl.DataFrame:
    """What inspectors found before: visits of the random arm have no case, and find something only where there is something, not always even there."""
    rows = []
    for at in range(n):
        random_visit = at % 3 == 0
        institution = ground.institutions[int(rng.integers(len(ground.institutions)))]
        outcome = str(rng.choice(["confirmed", "dismissed", "dismissed", "open"]))
        if random_visit and outcome != "open":
            outcome = "confirmed" if institution["institution_id"] in fake and rng.random() < 0.85 else "dismissed"
        rows.append(
            {
                "inspection_id": f"JC2021-{ground.territory.share.number(at):04d}" if random_visit or at % 2 else None,
                "case_id": None if random_visit else f"LS2020-{rng.integers(10000, 99999)}-{at}",
                "subject_kind": "institution" if random_visit else None,
                "subject_key": institution["institution_id"] if random_visit else None,
                "arm": "random" if random_visit else ("targeted" if at % 2 else None),
                "outcome": outcome,
                "recovered_amount": round(float(rng.uniform(8, 400)), 0) * 100 if outcome == "confirmed" else None,
                "checked_on": None
                if outcome == "open"
                else date(2021, 2, 1) + timedelta(days=int(rng.integers(0, 330))),
                "checked_by": f"核查{'一二三'[at % 3]}组",
                "note": "现场核查" if random_visit else None,
            }
        )
    return frame("feedback", {name: pl.Series([row[name] for row in rows]) for name in rows[0]})


def tables(
    ground: Ground,
    population: Population,
    classes: list[Class],
    enrolments: pl.DataFrame,
    attendance: pl.DataFrame,
    workers: pl.DataFrame,
    rng: np.random.Generator,
    staff: pl.DataFrame,
) -> Frames:
    months = employment(workers, classes, enrolments, rng)
    if len(staff):
        months = pl.concat([months, staff.select(months.columns)])
    return {
        "payroll": payroll(months, classes, enrolments, attendance, rng),
        "insurance": insurance(months, rng),
        "status_registers": statuses(population, classes, enrolments, rng, 40),
    }
