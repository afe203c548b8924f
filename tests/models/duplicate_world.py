"""A made-up county with duplicate claims whose numbers are spoilt, and with everything lawful that looks like them.

Lawful: families and twins with one phone, brothers and sisters named one character apart, namesakes, several certificates of one person with
neighbouring numbers, numbers typed wrongly once, classmates with consecutive numbers, one contact's phone for a whole class.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import polars as pl

from assets.delivered import empty_delivered
from assets.tables import build_scan
from models.identity import check_character
from models.province.population import GIVEN, names

Row = dict[str, Any]
COURSES = [(f"6-18-0{i}-01", level) for i in range(1, 6) for level in ("5", "4", "3")]
SOUNDS = (
    "丽莉俐",
    "伟玮纬卫",
    "芳方",
    "静靖婧",
    "军君钧",
    "敏民",
    "华桦",
    "洋阳杨",
    "英瑛",
    "娟涓",
    "杰洁",
    "玲铃龄",
    "波博",
    "涛韬",
    "辉晖慧",
    "宁凝",
    "平萍",
    "强蔷",
)
HOMOPHONES = {one: [other for other in group if other != one] for group in SOUNDS for one in group}


@dataclass
class World:
    """Rows per source, and the pairs of claims that are one."""

    seed: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    truth: set[tuple[str, str]] = field(default_factory=set)
    made_by: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.names = iter(names(np.random.default_rng(self.seed), 20_000).tolist())
        self.taken: set[str] = set()

    def add(self, source: str, **values: Any) -> Row:
        self.rows.setdefault(source, []).append(values)
        return values

    def identity(self, county: str = "", born: str = "", serial: int | None = None) -> str:
        while True:
            day = date(1965, 1, 1) + timedelta(days=self.random.randrange(14_000))
            body = (county or self.random.choice(["140105", "140106", "140224", "140430", "141123"])) + (
                born or day.strftime("%Y%m%d")
            )
            body += f"{self.random.randrange(1, 1000) if serial is None else serial:03d}"
            if body not in self.taken:
                self.taken.add(body)
                return body + check_character(body)
            if serial is not None:
                serial += 1

    def phone(self) -> str:
        return f"13{self.random.randrange(10**8, 10**9)}"

    def person(self, name: str = "", phone: str = "", number: str = "") -> Row:
        return {
            "id_number": number or self.identity(),
            "name": name or next(self.names),
            "phone": phone or self.phone(),
        }

    def enrol(self, person: Row, course: Row, **more: Any) -> None:
        self.add(
            "enrolments",
            class_id=course["class_id"],
            category="flexible",
            residence_division="140105",
            completed=True,
            **person,
            **more,
        )
        for day in range(2):
            start = f"{course['start_date'] + timedelta(days=day)} 08:{self.random.randrange(30, 60)}:{self.random.randrange(60):02d}"
            self.add(
                "attendance",
                class_id=course["class_id"],
                id_number=person["id_number"],
                session_date=course["start_date"],
                check_in=start,
                method="face",
            )

    def claim(self, kind: str, person: Row, on: date, amount: int, **more: Any) -> Row:
        return self.add("claims", **({
            "claim_id": f"C{len(self.rows.get('claims', [])) + self.random.randrange(1000) * 100_000:09d}", "subsidy_kind": kind, "division": "140105",
            "payee_id": "O1", "payee_account": "62220001", "claimant_id": "O1", "id_number": person["id_number"], "name": person["name"], "standard": amount,
            "amount": amount, "claimed_on": on, "status": "paid", "fund": "special_account"} | more))  # fmt: skip

    def same(self, one: Row, other: Row, how: str) -> None:
        pair = tuple(sorted((one["claim_id"], other["claim_id"])))
        self.truth.add(pair)  # type: ignore[arg-type]
        self.made_by[pair] = how  # type: ignore[index]


def relatives(world: World, person: Row) -> Row:
    """Somebody of one family with one phone: a twin, a brother or sister named alike, a child, a spouse."""
    kind = world.random.choice(["twin", "sibling", "sibling", "child", "child", "spouse", "spouse"])
    name, number = person["name"], person["id_number"]
    other = next(world.names)
    if kind in ("twin", "sibling") and len(name) == 3:
        other = name[:2] + world.random.choice(
            [c for c in GIVEN.tolist() if c != name[2] and c not in HOMOPHONES.get(name[2], [])]
        )
    elif kind != "spouse":
        while (other := name[0] + next(world.names)[1:]) == name:
            pass
    if kind == "twin":
        return world.person(
            other, person["phone"], world.identity(number[:6], number[6:14], min(int(number[14:17]) + 2, 990))
        )
    return world.person(other, person["phone"], world.identity(number[:6]))


def spoil(world: World, number: str) -> tuple[str, str]:
    """A number written wrongly, and how."""
    how = world.random.choice(["confused", "transposed", "dropped", "substituted"])
    at = world.random.randrange(4, len(number) - 1)
    if how == "confused":
        places = [i for i, c in enumerate(number) if c in "01"]
        at = world.random.choice(places)
        return number[:at] + {"0": "O", "1": "I"}[number[at]] + number[at + 1 :], how
    if how == "transposed":
        while number[at] == number[at + 1]:
            at = world.random.randrange(4, len(number) - 1)
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :], how
    if how == "dropped":
        return number[:at] + number[at + 1 :], how
    digit = world.random.choice([c for c in "0123456789" if c != number[at]])
    return number[:at] + digit + number[at + 1 :], how


def alias(world: World, person: Row) -> tuple[Row, str]:
    """The same person under another valid number and perhaps another name, with the same phone."""
    name, number = person["name"], person["id_number"]
    place = world.random.randrange(1, len(name))
    how = world.random.choice(["equal", "sound", "sound", "one character"])
    if how == "sound" and name[place] in HOMOPHONES:
        name = name[:place] + world.random.choice(HOMOPHONES[name[place]]) + name[place + 1 :]
    elif how == "one character" and len(name) == 3:
        name = name[:place] + world.random.choice([c for c in GIVEN.tolist() if c != name[place]]) + name[place + 1 :]
    else:
        how = "equal"
    kind = world.random.choice(["one digit", "other serial", "fresh"])
    while True:
        if kind == "one digit":
            at = (
                world.random.choice([0, 1, 2, 3, 9, 14, 15, 16])
                if how != "one character"
                else world.random.choice([9, 14, 15])
            )
            body = number[:at] + str((int(number[at]) + world.random.randrange(1, 9)) % 10) + number[at + 1 : 17]
            new = body + check_character(body)
        else:
            new = world.identity(number[:6], number[6:14] if kind == "other serial" or how == "one character" else "")
        if new != number:
            return {"id_number": new, "name": name, "phone": person["phone"]}, f"{how}, {kind}"


def county(seed: int, spoilt: int = 40, classes: int = 40) -> World:
    """A county of ``classes`` classes of 25 and, of each of the two ways, ``spoilt`` duplicate claims; 0 for a clean one."""
    world = World(seed)
    world.add(
        "institutions",
        institution_id="O1",
        name="某机构",
        kind="training",
        division="140105",
        legal_representative="甲某",
        bank_account="62220001",
        listed_from=date(2019, 1, 1),
    )
    for at, (occupation, level) in enumerate(COURSES):
        world.add("projects", project_code=f"J{at}", division="140100", training_kind="employment", inclusive=True, occupation_code=occupation, occupation="某", level=level,
                  standard_hours=40, subsidy_standard=1000, subsidy_cap=1200, valid_from=date(2019, 1, 1))  # fmt: skip
    courses = []
    serial = 100
    trained: list[tuple[Row, Row, Row]] = []
    certified: list[tuple[Row, Row, Row]] = []
    for at in range(classes):
        project = at % len(COURSES)
        start = date(2021, 1, 4) + timedelta(days=world.random.randrange(250))
        course = world.add("classes", class_id=f"K{at:03d}", project_code=f"J{project}", organiser_id="O1", division="140105", mode="offline", start_date=start,
                           end_date=start + timedelta(days=20), planned_hours=40, trainer_id="T1", trainer_name="教师", headcount=25)  # fmt: skip
        courses.append(course)
        occupation, level = COURSES[project]
        people: list[Row] = []
        while len(people) < 25:
            person = world.person(phone="13800000000" if at == 0 else "")
            people.append(person)
            if world.random.random() < 0.06 and at:
                people.append(relatives(world, person))
        for person in people:
            world.enrol(person, course)
            filed = course["end_date"] + timedelta(days=30)
            trained.append((person, course, world.claim("training", person, filed, 1000, class_id=course["class_id"])))
            for extra in range(1 + (world.random.random() < 0.1)):
                serial += 1
                of, rank = (
                    (occupation, level)
                    if not extra
                    else COURSES[(project + world.random.randrange(1, 14)) % len(COURSES)]
                )
                number = f"S00001414001{at % 7:01d}21{rank}{serial:06d}"
                world.add("certificates", certificate_no=number, registry="hrss", kind="skill_level", occupation_code=of, level=rank, assessor_id="A1",
                          assessed_on=filed, issued_on=filed + timedelta(days=10), status="valid", id_number=person["id_number"], name=person["name"])  # fmt: skip
                typed = spoil(world, number)[0] if world.random.random() < 0.02 else number
                claim = world.claim("certificate", person, filed + timedelta(days=25), {"5": 400, "4": 600, "3": 800}[rank], certificate_no=typed,
                                    occupation_code=of if world.random.random() < 0.4 else None)  # fmt: skip
                if typed == number and not extra:
                    certified.append((person, claim, {"number": number}))
    for person, claim, facts in world.random.sample(certified, spoilt):
        number, how = spoil(world, facts["number"])
        again = world.claim(
            "certificate",
            person,
            claim["claimed_on"] + timedelta(days=40),
            claim["amount"],
            certificate_no=number,
            claimant_id="O2",
        )
        world.same(claim, again, how)
    free = [
        one for one in trained if one[1] is not courses[0] and one[1]["class_id"] < f"K{classes - len(COURSES):03d}"
    ]
    for person, course, claim in world.random.sample(free, spoilt):
        other, how = alias(world, person)
        place = (
            course
            if world.random.random() < 0.5
            else next(
                c for c in courses[int(course["class_id"][1:]) + 1 :] if c["project_code"] == course["project_code"]
            )
        )
        if world.random.random() < 0.5:
            world.enrol(other, place)
        else:
            world.add(
                "enrolments",
                class_id=place["class_id"],
                category="flexible",
                residence_division="140105",
                completed=True,
                **other,
            )
        world.same(
            claim,
            world.claim("training", other, place["end_date"] + timedelta(days=31), 1000, class_id=place["class_id"]),
            how,
        )
    return world


def delivered(world: World, shuffled: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the world's rows as accepted deliveries, in another order for each ``shuffled``."""
    connection = duckdb.connect()
    empty_delivered(connection)
    for source, rows in world.rows.items():
        given = rows if shuffled is None else random.Random(shuffled).sample(rows, len(rows))
        columns = sorted({name for row in given for name in row})
        frame = pl.DataFrame(
            {name: [None if row.get(name) is None else str(row[name]) for row in given] for name in columns},
            schema=dict.fromkeys(columns, pl.String),
        )
        connection.register("given", frame.to_arrow())
        connection.execute(
            f"INSERT INTO delivered.{source} BY NAME SELECT *, '{source}.csv' AS source_file, 1 AS delivery_order, '' AS row_text FROM given"
        )
        connection.unregister("given")
    build_scan(connection, date(2022, 6, 30))
    return connection
