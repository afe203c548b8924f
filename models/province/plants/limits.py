"""Plants for the limits on a person: same level, three a year, age."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene, plus_months
from models.province.plants.workshop import FEW, Workshop, need, reject
from models.province.population import id_for

DAY = timedelta(days=1)
SPRING = (date(2021, 3, 1), date(2021, 3, 20))
TERMS = [
    (date(2021, 1, 10), date(2021, 1, 20)),
    (date(2021, 4, 1), date(2021, 4, 10)),
    (date(2021, 6, 20), date(2021, 6, 30)),
    (date(2021, 9, 1), date(2021, 9, 10)),
]
OTHER_TRADES = ["4-03-02-01", "4-12-01-01", "6-29-01-01", "5-01-02-01"]


def _seat(scene: Scene, seats: Any, person: Row) -> Row:
    """The person takes somebody's place in the class; the claim for it."""
    seat, claim = next(seats)
    scene.strip(seat)
    scene.replace(seat, person)
    return claim  # type: ignore[no-any-return]


@plant(
    "same_level_repeated",
    "duplicate_claim",
    lambda n: [
        need("employment", size=(n + 4, n + 6), window=SPRING, city="1402"),
        need("employment", size=(n + 4, n + 6), city="1404"),
        need("employment", size=FEW, city="1408"),
    ],
)
def same_level_repeated(w: Workshop, first: Scene, second: Scene, higher: Scene) -> None:
    second.own_project(occupation_code=first.project["occupation_code"], occupation=first.project["occupation"])
    higher.own_project(
        occupation_code=first.project["occupation_code"], occupation=first.project["occupation"], level="4"
    )
    seats, above = iter(second.claimed()), iter(higher.claimed())
    for at, (person, claim) in enumerate(first.claimed()[: w.n + 3]):
        if at < w.n:
            later = _seat(second, seats, person)
            w.hit(later, "同一职业同一等级已经享受过培训补贴", [claim, later], amount=later["amount"])
        elif at < w.n + 2:
            w.near(_seat(higher, above, person), "同一职业更高等级")
        else:
            w.near(_seat(second, seats, person), "前一次申领已被驳回")
            reject(claim)


@plant(
    "over_yearly_limit",
    "duplicate_claim",
    lambda n: [
        need("employment", size=(n + 4, n + 6), window=term, city=city)
        for term, city in zip(TERMS, ("1401", "1405", "1409", "1410"), strict=True)
    ],
)
def over_yearly_limit(w: Workshop, *scenes: Scene) -> None:
    for scene, trade in zip(scenes, OTHER_TRADES, strict=True):
        scene.own_project(occupation_code=trade)
    people = scenes[0].claimed()
    seats = [iter(scene.claimed()) for scene in scenes[1:]]
    for at, (person, claim) in enumerate(people[: w.n + 2]):
        year = [claim] + [_seat(scene, each, person) for scene, each in zip(scenes[1:], seats, strict=True)]
        if at < w.n:
            w.hit(year[-1], "一年内第四次享受培训补贴", year, amount=year[-1]["amount"])
        elif at == w.n:
            reject(year[1])
            w.near(year[-1], "四次申领有一次被驳回")
        else:
            year[-1].update(claimed_on=date(2022, 1, 1), decided_on=date(2022, 1, 9), status="paid")
            w.near(year[-1], "第四次在次年申领")


def _reborn(person: Row, birth: date, serial: int) -> Row:
    return person | {"id_number": id_for(person["residence_division"], birth, serial)}


@plant("age_out_of_range", "ineligible_person", lambda n: [need("employment", size=(n + 5, n + 8))])
def age_out_of_range(w: Workshop, scene: Scene) -> None:
    start = scene.c["start_date"]
    wrong = [plus_months(start, -16 * 12) + DAY, plus_months(start, -60 * 12), plus_months(start, -66 * 12)]
    right = [plus_months(start, -16 * 12), plus_months(start, -60 * 12) + DAY]
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 3]):
        scene.strip(person)
        birth = wrong[at % 3] if at < w.n or at == w.n + 2 else right[at - w.n]
        scene.replace(person.copy(), _reborn(person, birth, 901 + at))
        if at < w.n:
            w.hit(claim, ("开班日不满16周岁（差一天）", "开班日已满60周岁", "开班日已满60周岁")[at % 3])
        elif at < w.n + 2:
            w.near(claim, "开班当天满16周岁，或次日才满60周岁")
        else:
            w.near(reject(claim), "申领已被驳回")
    assessor = w.assessor()
    assessed = date(2021, 8, 25)
    for birth, wrong_age in (
        (date(2005, 8, 26), True),
        (date(1961, 8, 25), True),
        (date(2005, 8, 25), False),
        (date(1961, 8, 26), False),
    ):
        certificate = w.certificate(
            assessor, _reborn(w.person(assessor["division"][:4]), birth, 911), assessed=assessed
        )
        claim = w.certificate_claim(certificate, assessor)
        if wrong_age:
            w.hit(claim, "评价日不在16至60周岁之间")
        else:
            w.near(claim, "评价当天满16周岁，或次日才满60周岁")
