"""The first days are real. After that everybody comes every day, a little early, and nobody ever forgets anything."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class InventedRest(Mechanism):
    name, title, typologies = "invented_rest", "头几天真实，其余签到系编造", ("T07", "T09")

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            line = str(self.rng.choice(["employment", "special", "startup"]))
            self.classes.append(self.stage.class_of(line, organiser, style="halves", method="fingerprint"))

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            known, real = faces(rows), int(self.rng.integers(2, 4))
            table = by_slot(c, rows)
            made: list[Row] = [
                row for (lesson, _), present in table.items() if lesson < real for row in present.values()
            ]
            for slot in slots_of(c):
                if slot.lesson >= real:
                    for person in self.stage.rows("enrolments", c):
                        number = person["id_number"]
                        made.append(
                            punch(
                                c,
                                number,
                                slot,
                                slot.begin - seconds(self.rng.uniform(0, 480)),
                                slot.end + seconds(self.rng.uniform(0, 420)),
                                self.rng,
                                known.get(number),
                            )
                        )
            self.stage.replace("attendance", c, made)
