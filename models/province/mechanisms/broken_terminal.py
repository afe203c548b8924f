"""The terminal broke down for some days; the class teacher kept a paper list and entered it afterwards."""

from __future__ import annotations

from models.province.mechanisms.fabric import by_slot, slots_of
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class BrokenTerminal(Honest):
    name, title = "broken_terminal", "考勤机故障，几天改用纸质签到补录"

    def attend(self) -> None:
        for c in self.classes:
            table = by_slot(c, self.stage.rows("attendance", c))
            first = int(self.rng.integers(2, max(len(c["_lessons"]) - 3, 3)))
            for slot in slots_of(c):
                if first <= slot.lesson < first + 3:
                    for row in table[slot.lesson, slot.part].values():
                        row.update(
                            check_in=slot.begin,
                            check_out=slot.end,
                            method="paper",
                            device_id=None,
                            longitude=None,
                            latitude=None,
                            photo_hash=None,
                        )
