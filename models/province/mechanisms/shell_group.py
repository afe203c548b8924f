"""Schools that are one: the same operator, rooms, terminals and trainers under three legal names, and a common pool of names."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.fabric import everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.recycled_roster import PERSON
from models.province.mechanisms.stage import Row

WINDOWS = (
    (date(2021, 3, 1), date(2021, 4, 15)),
    (date(2021, 6, 1), date(2021, 7, 20)),
    (date(2021, 9, 1), date(2021, 10, 25)),
)


@mechanism
class ShellGroup(Mechanism):
    name, title, typologies = (
        "shell_group",
        "几个培训机构实为一家，学员、教师、设备、场地互相借用",
        ("T13", "T31", "T38", "T41"),
    )

    def plan(self) -> None:
        city = self.stage.city(self.rng)
        first = self.stage.founded(self.rng, city=city)
        self.group = [first]
        for at in range(2):
            changes = {"phone": first["phone"], "division": first["division"], "listed_from": date(2020, 6, 1 + at)}
            if at:
                changes["address"] = first["address"]
            self.group.append(self.stage.founded(self.rng, city=city, **changes))
        trades: set[str] = set()
        for shell, window in zip(self.group, WINDOWS, strict=True):
            c = self.stage.class_of(
                "employment", shell, window, style="halves", method="face", hours_ratio=1.0, category="rural"
            )
            if trades:
                self.stage.other_trade(c, self.rng, trades)
            trades.add(c["_project"]["occupation_code"])
            self.classes.append(c)
        self.stage.lead(self.classes)

    def enrol(self) -> None:
        pool = self.stage.rows("enrolments", self.classes[0])
        for c in self.classes[1:]:
            people = self.stage.rows("enrolments", c)
            again = self.rng.permutation(len(pool))[: int(min(len(pool), len(people)) * 0.45)].tolist()
            for person, at in zip(people, again, strict=False):
                person.update({name: pool[at][name] for name in PERSON})
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            known = faces(rows)
            real = c["_lessons"][len(c["_lessons"]) // 3]
            made: list[Row] = [row for row in rows if row["session_date"] < real]
            for slot in slots_of(c):
                if slot.day >= real:
                    for person in self.stage.rows("enrolments", c):
                        number = person["id_number"]
                        if self.rng.random() < 0.97:
                            made.append(
                                punch(
                                    c,
                                    number,
                                    slot,
                                    slot.begin - seconds(self.rng.triangular(0, 200, 600)),
                                    slot.end + seconds(self.rng.uniform(0, 300)),
                                    self.rng,
                                    known.get(number),
                                )
                            )
            self.stage.replace("attendance", c, made)
