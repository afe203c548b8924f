"""Before the year's end several classes run at once in one room, with one trainer; the terminal is fed faster than people could walk."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.mechanisms.fabric import everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class DeadlineRush(Mechanism):
    name, title, typologies = "deadline_rush", "年底突击开班，一间教室同时上几个班", ("T13", "T25", "T43")

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        day = date(2021, 11, 22) + timedelta(days=int(self.rng.integers(0, 10)))
        for _ in range(1 + self.stage.n):
            c = self.stage.class_of(
                "employment", organiser, (day, day), style="halves", method="face", hours_ratio=1.0, category="rural"
            )
            self.classes.append(c)
        self.stage.lead(self.classes)

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            known = faces(self.stage.rows("attendance", c))
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            made: list[Row] = []
            for slot in slots_of(c):
                arrive, leave = (
                    slot.begin - seconds(self.rng.uniform(400, 1500)),
                    slot.end + seconds(self.rng.uniform(0, 200)),
                )
                for at in self.rng.permutation(len(people)).tolist():
                    arrive, leave = arrive + seconds(self.rng.uniform(1, 4)), leave + seconds(self.rng.uniform(1, 4))
                    if self.rng.random() < 0.99:
                        made.append(punch(c, people[at], slot, arrive, leave, self.rng, known.get(people[at])))
            self.stage.replace("attendance", c, made)
