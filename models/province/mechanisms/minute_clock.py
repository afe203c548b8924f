"""A terminal that stores minutes alone."""

from __future__ import annotations

from typing import Any, ClassVar

from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class MinuteClock(Honest):
    name, title = "minute_clock", "考勤机只记到分钟"
    wishes: ClassVar[dict[str, Any]] = {"style": "halves", "method": "fingerprint"}

    def attend(self) -> None:
        for c in self.classes:
            for row in self.stage.rows("attendance", c):
                row["check_in"] = row["check_in"].replace(second=0)
                row["check_out"] = row["check_out"] and row["check_out"].replace(second=0)
