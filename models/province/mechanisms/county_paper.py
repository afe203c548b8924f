"""One county office writes the attendance lists of several schools on paper and types them in by the timetable: no punch, only a tick."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism


@mechanism
class CountyPaper(Mechanism):
    name, title, fake = "county_paper", "县里统一用纸质签到，按课表录入", False

    def plan(self) -> None:
        city = self.stage.city(self.rng)
        for _ in range(1 + self.stage.n):
            self.classes.append(
                self.stage.class_of(
                    "employment",
                    self.stage.existing(self.rng, city=city),
                    style="halves",
                    method="paper",
                    category="rural",
                )
            )

    def attend(self) -> None:
        for c in self.classes:
            table = by_slot(c, self.stage.rows("attendance", c))
            for slot in slots_of(c):
                for row in table[slot.lesson, slot.part].values():
                    row.update(check_in=slot.begin, check_out=slot.end)
