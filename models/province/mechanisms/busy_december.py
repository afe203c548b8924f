"""A large school that really runs several classes at once before the year's end, each in its own room and with its own trainer."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.mechanisms.mechanism import Mechanism, mechanism


@mechanism
class BusyDecember(Mechanism):
    name, title, fake = "busy_december", "年底集中开班，各有教室和教师", False

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        day = date(2021, 11, 22) + timedelta(days=int(self.rng.integers(0, 10)))
        for room in range(1 + self.stage.n):
            c = self.stage.class_of(
                "employment", organiser, (day, day), style="halves", method="face", hours_ratio=1.0, category="rural"
            )
            c.update(
                site=f"{c['site']}{'甲乙丙丁戊'[room]}",
                _devices=[f"DK{int(self.rng.integers(10**7, 10**8))}" for _ in range(2)],
            )
            self.classes.append(c)
