"""Held out. Check-ins typed into a spreadsheet and filled down: minutes walk through a short cycle, check-outs follow after a fixed time."""

from __future__ import annotations

from datetime import timedelta

from models.province.mechanisms.fabric import by_slot, everyone_comes, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class SpreadsheetFill(Mechanism):
    name, title, typologies, held_out = "spreadsheet_fill", "签到表用表格软件下拉填充", ("T09",), True

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of(
                    str(self.rng.choice(["employment", "special"])), organiser, style="halves", method="fingerprint"
                )
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            real = by_slot(c, self.stage.rows("attendance", c))
            made: list[Row] = [row for (lesson, _), present in real.items() if lesson < 1 for row in present.values()]
            step, cycle = int(self.rng.integers(17, 60)), int(self.rng.integers(5, 9))
            for slot in slots_of(c):
                if slot.lesson:
                    for at, person in enumerate(self.stage.rows("enrolments", c)):
                        if self.rng.random() < 0.985:
                            arrive = (
                                slot.begin
                                - seconds(600)
                                + timedelta(seconds=((at + slot.lesson) % cycle) * 60 + at * step % 60)
                            )
                            made.append(
                                punch(c, person["id_number"], slot, arrive, arrive + timedelta(minutes=188), self.rng)
                            )
            self.stage.replace("attendance", c, made)
