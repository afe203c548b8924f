"""A boarding school: its own graduating pupils live next door, nobody misses a lesson, all come just before the bell."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, faces, punch, seconds, slots_of
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism
from models.province.mechanisms.stage import Row


@mechanism
class BoardingSchool(Honest):
    name, title = "boarding_school", "寄宿制院校全员全勤"
    kind, wishes = "college", {"style": "halves", "method": "face", "category": "graduate"}

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            table, known = by_slot(c, rows), faces(rows)
            habit = {number: float(self.rng.gamma(4, 60)) for number in known}
            people = [person for person in self.stage.rows("enrolments", c) if person["_fit"]]
            made: list[Row] = [
                row for row in rows if row["id_number"] not in {person["id_number"] for person in people}
            ]
            for slot in slots_of(c):
                late_bell = self.rng.uniform(0, 60)
                for person in people:
                    number = person["id_number"]
                    arrive = slot.begin - seconds(max(habit.get(number, 240) + self.rng.normal(0, 70), 5))
                    leave = slot.end + seconds(late_bell + self.rng.gamma(3, 40))
                    old = table[slot.lesson, slot.part].get(number)
                    made.append(
                        old | {"check_in": arrive.replace(microsecond=0), "check_out": leave.replace(microsecond=0)}
                        if old
                        else punch(c, number, slot, arrive, leave, self.rng, known.get(number))
                    )
            self.stage.replace("attendance", c, made)
