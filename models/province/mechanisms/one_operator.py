"""Two days are taught; then one operator enters the rest, person after person down the roster, a few seconds apart."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class OneOperator(Mechanism):
    name, title, typologies = "one_operator", "缩短课时后由一人按名册顺序补录签到", ("T07", "T08", "T09")

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of(
                    "employment",
                    organiser,
                    style=str(self.rng.choice(["halves", "whole"])),
                    method="fingerprint",
                    hours_ratio=1.0,
                )
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            table, known = by_slot(c, rows), faces(rows)
            made: list[Row] = [row for (lesson, _), present in table.items() if lesson < 2 for row in present.values()]
            for slot in slots_of(c):
                if slot.lesson < 2:
                    continue
                arrive, leave = (
                    slot.begin - seconds(self.rng.uniform(300, 1200)),
                    slot.end + seconds(self.rng.uniform(0, 300)),
                )
                for number in people:
                    arrive, leave = arrive + seconds(self.rng.uniform(3, 9)), leave + seconds(self.rng.uniform(3, 9))
                    made.append(punch(c, number, slot, arrive, leave, self.rng, known.get(number)))
            self.stage.replace("attendance", c, made)
