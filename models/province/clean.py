"""Assembles a consistent province: with every lawful look-alike in it, and with mechanisms where a cast is given. Without a cast no rule hits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from models.province import attendance, certificates, claims, registers
from models.province.classes import Class, Planner, enrol
from models.province.institutions import Ground, InstitutionMaker, lay_ground
from models.province.mechanisms.cast import Cast
from models.province.mechanisms.stage import Stage
from models.province.money import settle
from models.province.population import Population, rng_for
from models.province.schema import TYPES, Frames, canonical
from models.province.territory import WHOLE, Share, Territory

SIZES = {"tiny": 1_000, "small": 12_000, "medium": 100_000, "large": 5_000_000}
EVERY_LINE = ("employment", "upskilling", "apprenticeship", "directed", "special", "equipment", "ability", "startup")
SHARES = np.array([0.42, 0.2, 0.02, 0.05, 0.09, 0.05, 0.06, 0.11])
WINDOWS = {
    "apprenticeship": (date(2020, 10, 12), date(2021, 1, 31)),
    "directed": (date(2020, 10, 12), date(2021, 9, 10)),
}
WINDOW = (date(2020, 10, 8), date(2022, 1, 25))


@dataclass(frozen=True)
class Mix:
    """What a claim's worth of province consists of: places in classes, the share of certificates that are claimed, classes with allowances,
    one worker in work-for-training for so many claims, and staff of other firms whose wages are on record too."""

    places: float = 0.46
    certificates: float = 0.7
    allowances: float = 0.45
    claims_a_worker: int = 30
    staff: float = 0.0


USUAL = Mix()
PROVINCE_YEAR = Mix(places=0.74, certificates=0.15, allowances=0.1, claims_a_worker=100, staff=0.44)
"""as a whole province delivers it: all payrolls, and more training than other claims"""
DIRECTED_PERSONS = 24_000
"""the province plans for 30,000 in directed training: it trains no more, however large it is"""


@dataclass
class Province:
    """The sixteen tables, and what is needed to add to them."""

    tables: Frames
    seed: int
    claims: int
    ground: Ground
    poor: str
    """the bureau whose special account is as good as empty, so that it rightly pays from the employment fund"""
    planner: Planner | None = None
    near_misses: pl.DataFrame | None = None
    cast: Cast | None = None


def claims_of(size: str | int) -> int:
    """The number of claims that a size stands for."""
    if isinstance(size, int) or str(size).isdigit():
        if int(size) < 500:
            raise ValueError(
                f"size {size} is too small for a province with every kind of training; the least is 500 claims, 'tiny' has {SIZES['tiny']}"
            )
        return int(size)
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}; known are {', '.join(SIZES)}, or a number of claims of at least 500")
    return SIZES[size]


def clean_province(size: str | int = "tiny", seed: int = 1) -> Province:
    """A province without any violation."""
    return make_province(size, seed, ())


def make_province(
    size: str | int = "tiny",
    seed: int = 1,
    mechanisms: Iterable[str] | None = None,
    share: Share = WHOLE,
    together: int | None = None,
) -> Province:
    """A province in which the named mechanisms act (all when None), beside honest people; or one part of it, of `size` claims.

    `together`: how many classes an institution of a scheme has at most (1 to 4), where it is not to be what is usual for the size.
    """
    mix = USUAL if share.of == 1 else PROVINCE_YEAR
    wanted = claims_of(size)
    territory = Territory.load().part(share)
    ground = lay_ground(territory, rng_for(seed, "ground"), wanted)
    poor = _poor_bureau(ground, seed)
    planner = Planner(ground, Population(territory, rng_for(seed, "population")), rng_for(seed, "classes"))
    total = _class_count(wanted, mix)
    most, sizes = _cluster(wanted)
    cast = Cast(
        Stage(ground, planner, institution_maker(ground, seed, "cast"), seed, together or most, sizes, poor),
        total,
        mechanisms,
    )
    classes = _in_order_of_opening(_plan(planner, total, poor, wanted) + cast.classes, rng_for(seed, "numbers"))
    people = assemble(ground, planner, classes, rng_for(seed, "people"), wanted, cast=cast, mix=mix)
    province = Province({}, seed, wanted, ground, poor, planner, cast=cast)
    parts = people.pop("_claims")
    people["claims"] = claims.decide(parts, rng_for(seed, "decisions"), 1, 0.04, poor)  # type: ignore[arg-type]
    people |= settle(people["claims"], ground, seed, poor) | ground.frames()
    fake = {
        label.subject_key
        for label in cast.tell(cast.books(people))[0]
        if label.fake and label.subject_kind == "institution"
    }
    people["feedback"] = registers.feedback(ground, fake, rng_for(seed, "feedback"), 24)
    province.tables = {source: canonical(source, people[source]) for source in TYPES}
    return province


def _in_order_of_opening(classes: list[Class], rng: np.random.Generator) -> list[Class]:
    """Bureaus number classes as they are opened, whoever opens them."""
    places = rng.permutation(len(classes)).tolist()
    ordered = [c for _, c in sorted(zip(places, classes, strict=True), key=lambda one: (one[1]["start_date"], one[0]))]
    for at, c in enumerate(ordered, start=1):
        c["class_id"] = f"PX{c['division']}{c['start_date']:%y%m}{at:05d}"
    return ordered


def institution_maker(ground: Ground, seed: int, purpose: str) -> InstitutionMaker:
    """Makes institutions that share nothing with those that stand."""
    maker = InstitutionMaker(ground.territory, rng_for(seed, purpose))
    maker.used = {
        str(row[key])
        for row in ground.institutions
        for key in ("institution_id", "name", "legal_representative", "phone", "bank_account")
    }
    return maker


def assemble(
    ground: Ground,
    planner: Planner,
    classes: list[Class],
    rng: np.random.Generator,
    wanted: int,
    extra: bool = False,
    cast: Cast | None = None,
    mix: Mix = USUAL,
) -> dict[str, Any]:
    """Fills classes with everything that follows from them; claims come undecided, in parts, under `_claims`. Extra classes
    bring nobody who is not in them. A cast changes the rows of its own classes after each step."""
    for k, c in enumerate(classes):
        c["_k"] = k
    act = cast.act if cast else (lambda step, source, table: table)
    population = planner.population
    enrolments = enrol(classes, population, rng, steady=extra)
    if not extra:
        enrolments = _come_again(classes, enrolments)
    enrolments = act("enrol", "enrolments", enrolments)
    sessions = act("attend", "attendance", attendance.sessions(classes, enrolments, rng))
    held = certificates.follow_classes(ground, classes, enrolments, rng)
    workers = registers.hire_workers(
        ground, population, classes, enrolments, rng, max(wanted // mix.claims_a_worker, 12)
    )
    if extra:
        workers = workers.head(0)
    else:
        held = pl.concat([held, certificates.walk_ins(ground, population, rng, max(wanted // 18, 32))])
    held = certificates.number(ground, act("certify", "certificates", held), 600_000 if extra else 0)
    parts = [
        claims.class_claims(classes, enrolments, held, rng),
        claims.certificate_claims(ground, classes, held, rng, 0.5 if extra else mix.certificates),
    ]
    if not extra:
        parts += [
            claims.allowance_claims(classes, enrolments, rng, mix.allowances),
            claims.work_training_claims(ground, workers, rng),
        ]
    if cast:
        cast.stage.frames["certificates"] = held
        parts = [cast.act("claim", "claims", claims.joined(parts))]
    staff = registers.staff(ground, population, rng, 0 if extra else int(wanted * mix.staff))
    tables: dict[str, Any] = registers.tables(ground, population, classes, enrolments, sessions, workers, rng, staff)
    tables["payroll"], tables["insurance"] = (
        act("pay", "payroll", tables["payroll"]),
        act("insure", "insurance", tables["insurance"]),
    )
    return tables | {
        "classes": pl.DataFrame(
            [{name: c[name] for name in TYPES["classes"]} for c in classes], schema=TYPES["classes"]
        ),
        "enrolments": enrolments,
        "attendance": sessions,
        "certificates": held,
        "_claims": parts,
    }


def _poor_bureau(ground: Ground, seed: int) -> str:
    """A county with one training body and next to no money of its own."""
    poor = ground.territory.counties["1411"][-1]
    ground.institutions.append(institution_maker(ground, seed, "poor").make("training", poor, _apart="poor"))
    if poor not in ground.bureaus["1411"]:
        ground.bureaus["1411"].append(poor)
    return poor


def _sizes(wanted: int) -> tuple[int, int]:
    return (20, 50) if wanted >= 2000 else (18, 36)


def _class_count(wanted: int, mix: Mix) -> int:
    return max(round(wanted * mix.places / (sum(_sizes(wanted)) / 2 * 0.92)), 18)


def _cluster(wanted: int) -> tuple[int, tuple[int, int]]:
    """How many classes an institution of a scheme has at most, and their sizes: a small province is to hold one of everything."""
    if wanted < 5000:
        return 1, (12, 16)
    return (2, (20, 45)) if wanted < 50_000 else (4, (22, 50))


def _plan(planner: Planner, total: int, poor: str, wanted: int) -> list[Class]:
    """First one class of every lawful look-alike, then as the lines' shares have it."""
    size = _sizes(wanted)
    lone = next(row for row in planner.ground.institutions if row["division"] == poor)
    first: list[tuple[str, dict[str, Any]]] = [
        ("employment", {"organiser": lone, "city": "1411", "category": "unemployed", "style": "halves"}),
        ("employment", {"organiser_kind": "college", "category": "graduate"}),
        ("employment", {"style": "online"}),
        ("upskilling", {"organiser_kind": "enterprise"}),
        ("upskilling", {"organiser_kind": "training", "category": "sole_proprietor_staff"}),
        ("upskilling", {"organiser_kind": "training", "category": "nonprofit_staff"}),
        ("upskilling", {"organiser_kind": "training", "category": "employee"}),
        ("directed", {"organiser_kind": "enterprise"}),
        ("directed", {"organiser_kind": "training"}),
        *((line, {}) for line in EVERY_LINE),
        ("apprenticeship", {}),
    ]
    drawn = planner.rng.choice(np.array(EVERY_LINE), max(total - len(first), 0), p=_shares(planner, total, wanted))
    plan = first + [(str(line), {}) for line in drawn]
    return [planner.plan(line, WINDOWS.get(line, WINDOW), size, **wishes) for line, wishes in plan]


def _shares(planner: Planner, total: int, wanted: int) -> np.ndarray:
    """The lines' shares; where directed training would outgrow what the province plans for, employment training takes its place."""
    shares, directed = SHARES.copy(), EVERY_LINE.index("directed")
    persons = total * planner.ground.territory.share.of * sum(_sizes(wanted)) / 2
    shares[directed] = min(shares[directed], DIRECTED_PERSONS / persons)
    shares[0] += SHARES[directed] - shares[directed]
    return shares


def _come_again(classes: list[Class], enrolments: pl.DataFrame) -> pl.DataFrame:
    """A few people of one class are also in a later one of their city, for something else."""
    persons = ["id_number", "name", "phone", "residence_division", "wage_account"]
    later: dict[str, list[Class]] = {}
    for c in classes:
        if c["_category"] in ("rural", "unemployed", "flexible") and not c.get("_cast"):
            later.setdefault(c["_city"], []).append(c)
    swaps: dict[int, dict[str, Any]] = {}
    first_row = np.concatenate([[0], np.cumsum([c["headcount"] for c in classes])])
    for listed in later.values():
        listed.sort(key=lambda c: c["start_date"])
        for one, two in zip(listed[::2], listed[1::2], strict=False):
            apart = two["start_date"] > one["end_date"] + timedelta(days=3)
            if apart and one["_project"]["occupation_code"] != two["_project"]["occupation_code"]:
                for i in range(1 + int(one["_k"] * 7 + two["_k"]) % 5):
                    swaps[int(first_row[two["_k"]]) + i] = enrolments.row(int(first_row[one["_k"]]) + i, named=True)
    at = pl.Series(list(swaps), dtype=pl.Int64)
    if not swaps:
        return enrolments
    return enrolments.with_columns(
        enrolments[name].scatter(at, pl.Series([row[name] for row in swaps.values()], dtype=pl.String)).alias(name)
        for name in persons
    )
