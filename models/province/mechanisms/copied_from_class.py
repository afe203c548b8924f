"""A class that never met has the check-ins of an earlier, real class of the same school, seat by seat, on its own dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.province.mechanisms.fabric import by_slot, enough, everyone_comes, photo, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class CopiedFromClass(Mechanism):
    name, title, typologies = "copied_from_class", "签到照搬另一个班", ("T02", "T09")

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        wishes: dict[str, Any] = {"style": "halves", "method": "face", "hours_ratio": 1.0}
        self.model = self.stage.class_of("employment", organiser, (date(2021, 3, 1), date(2021, 4, 20)), **wishes)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of("employment", organiser, (date(2021, 5, 20), date(2021, 11, 10)), **wishes)
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        rows = self.stage.rows("attendance", self.model)
        table = by_slot(self.model, rows)
        seats = sorted(
            {row["id_number"] for row in rows},
            key=lambda number: (-sum(number in present for present in table.values()), number),
        )
        seats = seats[: max(len(seats) * 3 // 4, 1)]
        lessons = len(self.model["_lessons"])
        for c in self.classes:
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            first: dict[str, str] = {}
            made: list[Row] = []
            for slot in slots_of(c):
                source = slot.lesson % lessons
                by = slot.day - self.model["_lessons"][source]
                for at, number in enumerate(people):
                    row = table[source, slot.part].get(seats[at % len(seats)])
                    if row is None:
                        continue
                    copy = row | {
                        "class_id": c["class_id"],
                        "id_number": number,
                        "session_date": slot.day,
                        "check_in": row["check_in"] + by,
                        "check_out": row["check_out"] and row["check_out"] + by,
                    }
                    if row["photo_hash"]:
                        copy["photo_hash"] = (
                            first.setdefault(number, photo(self.rng))
                            if number not in first
                            else photo(self.rng, first[number])
                        )
                    if row["longitude"]:
                        copy.update(
                            longitude=round(c["longitude"] + float(self.rng.normal(0, 0.0007)), 6),
                            latitude=round(c["latitude"] + float(self.rng.normal(0, 0.0006)), 6),
                        )
                    made.append(copy)
            enough(c, made, self.stage.rows("enrolments", c), self.rng)
            self.stage.replace("attendance", c, made)
