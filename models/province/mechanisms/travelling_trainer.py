"""A sought-after trainer goes from city to city, one course after another."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.mechanisms.mechanism import Mechanism, mechanism


@mechanism
class TravellingTrainer(Mechanism):
    name, title, fake = "travelling_trainer", "教师在各市轮流授课，时间不重叠", False

    def plan(self) -> None:
        day = date(2021, 3, 1) + timedelta(days=int(self.rng.integers(0, 30)))
        for _ in range(2 + self.stage.n):
            c = self.stage.class_of(
                "employment", self.stage.existing(self.rng), (day, day), style="halves", method="face", hours_ratio=1.0
            )
            self.classes.append(c)
            day = c["end_date"] + timedelta(days=int(self.rng.integers(3, 12)))
        self.stage.lead(self.classes, place=False)
