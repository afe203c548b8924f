"""The first days are real; every later day repeats one of them to the second, with new dates."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, enough, everyone_comes, faces, photo, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class ReplayedAttendance(Mechanism):
    name, title, typologies = "replayed_attendance", "头几天的签到换个日期重复使用", ("T07", "T09")

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            method = str(self.rng.choice(["face", "fingerprint"]))
            self.classes.append(
                self.stage.class_of(
                    "employment",
                    organiser,
                    style=str(self.rng.choice(["halves", "whole"])),
                    method=method,
                    hours_ratio=1.0,
                )
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            table, known = by_slot(c, rows), faces(rows)
            real = int(self.rng.integers(3, 6))
            made: list[Row] = []
            for slot in slots_of(c):
                if slot.lesson < real:
                    made += table[slot.lesson, slot.part].values()
                    continue
                source = slot.lesson % real
                by = slot.day - c["_lessons"][source]
                for number, row in table[source, slot.part].items():
                    copy = row | {
                        "session_date": slot.day,
                        "check_in": row["check_in"] + by,
                        "check_out": row["check_out"] and row["check_out"] + by,
                    }
                    if row["photo_hash"]:
                        copy["photo_hash"] = photo(self.rng, known[number]["photo_hash"])
                    made.append(copy)
            enough(c, made, self.stage.rows("enrolments", c), self.rng)
            self.stage.replace("attendance", c, made)
