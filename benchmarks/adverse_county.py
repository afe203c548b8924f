"""Made-up counties in which lawful look-alikes of duplicate claims abound. No person in them is real.

Belongs here: how much of which habit a county has, and its rows. Does not belong here: scoring (`linkage_adverse.py`). The
ordinary county, and how a duplicate is made, are in `tests/models/duplicate_world.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models.province.population import GIVEN
from tests.models.duplicate_world import COURSES, HOMOPHONES, Row, World, alias, spoil

CLASS_SIZE = 25


@dataclass(frozen=True)
class Habits:
    """Shares of trainees (or of relatives, or of certificates) with a lawful habit that looks like a duplicate claim."""

    relatives: float = 0.06
    """Trainees who bring a relative who left the same phone."""
    twins: float = 0.15
    siblings: float = 0.30
    """Of the relatives; the others are children or spouses."""
    homophones: float = 0.05
    """Of brothers, sisters and twins: named with a character that sounds the same (晓丽, 晓莉)."""
    elsewhere: float = 0.3
    """Of the relatives: in a later class of the same trade, not the same class."""
    phones_reused: float = 0.01
    """Trainees with a phone that a stranger had before."""
    unseen: float = 0.02
    """Trainees without any attendance: a terminal out of order, a register on paper."""
    cards_shared: float = 0.02
    """Of the relatives: also the wage goes to one account."""
    typed_wrongly: float = 0.02
    """Certificate claims with a wrong number, claimed once."""
    unregistered: float = 0.0
    """Certificates that the register has not received."""
    two_certificates: float = 0.10
    """Trainees who hold a second certificate, some of them under the next number."""


COUNTIES = {
    "ordinary": Habits(),
    "families": Habits(relatives=0.30, elsewhere=0.4),
    "twins": Habits(relatives=0.15, twins=0.55, homophones=0.10),
    "homophones": Habits(relatives=0.20, siblings=0.60, homophones=0.35),
    "reused phones": Habits(phones_reused=0.12, relatives=0.10),
    "patchy attendance": Habits(relatives=0.20, unseen=0.25),
    "register incomplete": Habits(unregistered=0.15, typed_wrongly=0.06, two_certificates=0.25),
    "all at once": Habits(
        relatives=0.25, twins=0.25, siblings=0.45, homophones=0.20, elsewhere=0.4, phones_reused=0.06, unseen=0.10, cards_shared=0.10,
        typed_wrongly=0.05, unregistered=0.08, two_certificates=0.20,
    ),
}  # fmt: skip


def adverse_county(seed: int, habits: Habits, spoilt: int = 40, classes: int = 40) -> World:
    """A county of ``classes`` classes and, of each of the two ways, ``spoilt`` duplicate claims."""
    world = World(seed)
    draw = world.random
    for name, account in (("O1", "62220001"), ("O2", "62220002")):
        world.add("institutions", institution_id=name, name=f"某机构{name}", kind="training", division="140105", legal_representative="甲某",
                  bank_account=account, listed_from=date(2019, 1, 1))  # fmt: skip
    for at, (occupation, level) in enumerate(COURSES):
        world.add("projects", project_code=f"J{at}", division="140100", training_kind="employment", inclusive=True, occupation_code=occupation, occupation="某", level=level,
                  standard_hours=40, subsidy_standard=1000, subsidy_cap=1200, valid_from=date(2019, 1, 1))  # fmt: skip
    courses = []
    for at in range(classes):
        start = date(2021, 1, 4) + timedelta(days=draw.randrange(250))
        courses.append(world.add("classes", class_id=f"K{at:03d}", project_code=f"J{at % len(COURSES)}", organiser_id="O1", division="140105", mode="offline",
                                 start_date=start, end_date=start + timedelta(days=20), planned_hours=40, trainer_id="T1", trainer_name="教师", headcount=CLASS_SIZE))  # fmt: skip
    rosters: list[list[Row]] = [[] for _ in courses]
    old_phones = [world.phone() for _ in range(classes * CLASS_SIZE // 10)]
    for at, roster in enumerate(rosters):
        for _ in range(CLASS_SIZE):
            person = world.person(phone=draw.choice(old_phones) if draw.random() < habits.phones_reused else "")
            roster.append(person)
            if draw.random() < habits.relatives:
                later = [other for other in range(at + 1, classes) if other % len(COURSES) == at % len(COURSES)]
                place = draw.choice(later) if later and draw.random() < habits.elsewhere else at
                relative = _relative(world, person, habits)
                rosters[place].append(relative)
                if draw.random() < habits.cards_shared:
                    account = f"6217{draw.randrange(10**12):012d}"
                    for one in (person, relative):
                        world.add("payroll", id_number=one["id_number"], employer_id="E1", month=date(2021, 3, 1), bank_account=account)  # fmt: skip
    trained, certified = _claims(world, courses, rosters, habits)
    for person, claim, number in draw.sample(certified, spoilt):
        typed, how = spoil(world, number)
        again = world.claim("certificate", person, claim["claimed_on"] + timedelta(days=40), claim["amount"], certificate_no=typed, claimant_id="O2")  # fmt: skip
        world.same(claim, again, how)
    free = [one for one in trained if int(one[1]["class_id"][1:]) < classes - len(COURSES)]
    for person, course, claim in draw.sample(free, spoilt):
        other, how = alias(world, person)
        later = [c for c in courses[int(course["class_id"][1:]) + 1 :] if c["project_code"] == course["project_code"]]
        place = course if draw.random() < 0.5 else later[0]
        _enrol(world, other, place, seen=draw.random() < 0.5)
        again = world.claim("training", other, place["end_date"] + timedelta(days=31), 1000, class_id=place["class_id"])
        world.same(claim, again, how)
    return world


def _enrol(world: World, person: Row, course: Row, *, seen: bool) -> None:
    if seen:
        world.enrol(person, course)
    else:
        world.add("enrolments", class_id=course["class_id"], category="flexible", residence_division="140105", completed=True, **person)  # fmt: skip


def _relative(world: World, person: Row, habits: Habits) -> Row:
    """Somebody of the family with the same phone: a twin, a brother or sister, a child or parent, a spouse. Never a namesake."""
    draw, name, number = world.random, person["name"], person["id_number"]
    kind = draw.random()
    born = date(int(number[6:10]), 1, 1) + timedelta(days=draw.randrange(365))
    if kind < habits.twins + habits.siblings:
        other = _sibling_name(world, name, habits)
        if kind < habits.twins:
            serial = min(int(number[14:17]) + draw.choice([1, 2, 3, 4]), 990)
            return world.person(other, person["phone"], world.identity(number[:6], number[6:14], serial))
        born += timedelta(days=draw.choice([-1, 1]) * draw.randrange(400, 4000))
    elif kind < habits.twins + habits.siblings + (1 - habits.twins - habits.siblings) / 2:
        other = _same_surname(world, name)
        born += timedelta(days=draw.randrange(7000, 12000) * (-1 if born.year > 1985 else 1))
    else:
        other = next(world.names)
        born += timedelta(days=draw.randrange(-1500, 1500))
    born = min(max(born, date(1955, 1, 1)), date(2005, 6, 30))
    return world.person(
        other, person["phone"], world.identity(number[:6] if draw.random() < 0.9 else "", f"{born:%Y%m%d}")
    )


def _sibling_name(world: World, name: str, habits: Habits) -> str:
    draw, alike = world.random, HOMOPHONES.get(name[-1], [])
    if alike and draw.random() < habits.homophones:
        return name[:-1] + draw.choice(alike)
    if len(name) == 3 and draw.random() < 0.6:
        return name[:2] + draw.choice([c for c in GIVEN.tolist() if c != name[2]])
    return _same_surname(world, name)


def _same_surname(world: World, name: str) -> str:
    while (other := name[0] + next(world.names)[1:]) == name:
        pass
    return other


def _claims(
    world: World, courses: list[Row], rosters: list[list[Row]], habits: Habits
) -> tuple[list[tuple[Row, Row, Row]], list[tuple[Row, Row, str]]]:
    """Everybody's lawful claims: for training, and for one or two certificates."""
    draw, serial = world.random, 100
    trained, certified = [], []
    for at, (course, roster) in enumerate(zip(courses, rosters, strict=True)):
        filed = course["end_date"] + timedelta(days=30)
        for person in roster:
            _enrol(world, person, course, seen=draw.random() >= habits.unseen)
            trained.append((person, course, world.claim("training", person, filed, 1000, class_id=course["class_id"])))
            for extra in range(1 + (draw.random() < habits.two_certificates)):
                serial += 1
                occupation, level = COURSES[at % len(COURSES)] if not extra else COURSES[(at + draw.randrange(1, 14)) % len(COURSES)]  # fmt: skip
                number = f"S00001414001{at % 7:01d}21{level}{serial:06d}"
                late = timedelta(days=draw.choice([0, 0, 15, 40]) if extra else 0)
                if draw.random() >= habits.unregistered:
                    world.add("certificates", certificate_no=number, registry="hrss", kind="skill_level", occupation_code=occupation, level=level, assessor_id="A1",
                              assessed_on=filed, issued_on=filed + timedelta(days=10) + late, status="valid", id_number=person["id_number"], name=person["name"])  # fmt: skip
                typed = spoil(world, number)[0] if draw.random() < habits.typed_wrongly else number
                claim = world.claim("certificate", person, filed + timedelta(days=25) + late, {"5": 400, "4": 600, "3": 800}[level], certificate_no=typed,
                                    occupation_code=occupation if draw.random() < 0.4 else None)  # fmt: skip
                if typed == number and not extra:
                    certified.append((person, claim, number))
    return trained, certified
