"""An enterprise whose shift walks through the gate together: all punches within a minute, in and out, every day."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, seconds, slots_of
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class ShiftGate(Honest):
    name, title = "shift_gate", "企业整班进厂，一分钟内集中打卡"
    line, kind, wishes = "upskilling", "enterprise", {"style": "whole", "method": "face"}

    def attend(self) -> None:
        for c in self.classes:
            table = by_slot(c, self.stage.rows("attendance", c))
            for slot in slots_of(c):
                # the bus comes when it comes
                bus, bell = (
                    slot.begin - seconds(self.rng.uniform(240, 1100)),
                    slot.end + seconds(self.rng.uniform(30, 120)),
                )
                for row in table[slot.lesson, slot.part].values():
                    row["check_in"] = (
                        bus + seconds(self.rng.uniform(0, 58)) if self.rng.random() < 0.96 else row["check_in"]
                    )
                    row["check_out"] = row["check_out"] and bell + seconds(self.rng.uniform(0, 58))
