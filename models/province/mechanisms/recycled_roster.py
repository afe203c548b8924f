"""A school's roster appears again under the name of a new legal person, for another occupation; the second course never took place."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.fabric import everyone_comes, photo, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row

PERSON = ("id_number", "name", "phone", "residence_division", "wage_account")


@mechanism
class RecycledRoster(Mechanism):
    name, title, typologies = "recycled_roster", "同一批学员换个培训机构再报一次", ("T12", "T28", "T37")

    def plan(self) -> None:
        first = self.stage.existing(self.rng)
        second = self.stage.founded(self.rng, city=first["division"][:4], listed_from=date(2021, 4, 12))
        self.sources = []
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            size = int(self.rng.integers(self.stage.sizes[0], self.stage.sizes[1] + 1))
            source = self.stage.class_of(
                "employment",
                first,
                (date(2021, 2, 22), date(2021, 4, 20)),
                (size, size),
                style="halves",
                method="face",
                hours_ratio=1.0,
                category="rural",
            )
            again = self.stage.class_of(
                "employment",
                second,
                (date(2021, 6, 10), date(2021, 10, 20)),
                (size, size),
                style="halves",
                method="face",
                hours_ratio=1.0,
                category="rural",
            )
            self.stage.other_trade(again, self.rng, {source["_project"]["occupation_code"]})
            self.sources.append(source)
            self.classes.append(again)

    def enrol(self) -> None:
        for source, again in zip(self.sources, self.classes, strict=True):
            givers = self.stage.rows("enrolments", source)
            for at, person in enumerate(self.stage.rows("enrolments", again)):
                if self.rng.random() < 0.8:
                    person.update({name: givers[at][name] for name in PERSON})
            everyone_comes(self.stage.rows("enrolments", again), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            made: list[Row] = []
            own = {person["id_number"]: photo(self.rng) for person in self.stage.rows("enrolments", c)}
            early = {number: float(self.rng.uniform(60, 500)) for number in own}
            for slot in slots_of(c):
                for number in own:
                    if self.rng.random() < 0.96:
                        row = punch(
                            c,
                            number,
                            slot,
                            slot.begin - seconds(early[number] + self.rng.uniform(-40, 40)),
                            slot.end + seconds(self.rng.uniform(10, 260)),
                            self.rng,
                        )
                        made.append(row | {"photo_hash": row["photo_hash"] and photo(self.rng, own[number])})
            self.stage.replace("attendance", c, made)
