"""Held out. Phones sign in from anywhere with a set position: one point for everybody, to the last digit, and people keep no habits."""

from __future__ import annotations

from models.province.mechanisms.fabric import everyone_comes, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class SpoofedPlace(Mechanism):
    name, title, typologies, held_out = "spoofed_place", "虚拟定位打卡", ("T39",), True

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of("startup", organiser, style="halves", method="face", hours_ratio=1.0)
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            east, north = (
                round(c["longitude"] + float(self.rng.normal(0, 0.001)), 6),
                round(c["latitude"] + float(self.rng.normal(0, 0.001)), 6),
            )
            made: list[Row] = []
            for slot in slots_of(c):
                for number in people:
                    if self.rng.random() < 0.95:
                        row = punch(
                            c,
                            number,
                            slot,
                            slot.begin - seconds(self.rng.normal(300, 260)),
                            slot.end + seconds(abs(self.rng.normal(90, 90))),
                            self.rng,
                        )
                        made.append(row | {"longitude": east, "latitude": north, "photo_hash": None})
            self.stage.replace("attendance", c, made)
