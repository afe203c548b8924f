"""Held out. A course that, by its lists, went on straight through the holidays while the house was locked."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.mechanisms.fabric import by_slot, everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class HolidayClass(Mechanism):
    name, title, typologies, held_out = "holiday_class", "节假日停课却照常签到", ("T07", "T26"), True

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            c = self.stage.class_of(
                "employment",
                organiser,
                (date(2021, 9, 24), date(2021, 9, 29)),
                style="halves",
                method="face",
                hours_ratio=1.0,
            )
            first = c["start_date"]
            c["_lessons"] = [first + timedelta(days=at) for at in range(len(c["_lessons"]))]
            c["end_date"] = c["_lessons"][-1]
            self.classes.append(c)

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            table, known = by_slot(c, rows), faces(rows)
            idle = {date(2021, 10, 1) + timedelta(days=at) for at in range(7)}
            made: list[Row] = [row for row in rows if row["session_date"] not in idle]
            for slot in slots_of(c):
                if slot.day in idle:
                    # somebody at home enters the lot after the model of the day before
                    usual = table[max(slot.lesson - 1, 0), slot.part]
                    for number in sorted(usual.keys() | known.keys()):
                        arrive = usual[number]["check_in"].time() if number in usual else slot.begin.time()
                        made.append(
                            punch(
                                c,
                                number,
                                slot,
                                slot.begin.replace(hour=arrive.hour, minute=arrive.minute)
                                + seconds(self.rng.uniform(0, 59)),
                                slot.end + seconds(self.rng.uniform(5, 140)),
                                self.rng,
                                known.get(number),
                            )
                        )
            self.stage.replace("attendance", c, made)
