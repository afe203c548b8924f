"""An enterprise's staff learn online together, after work, in the office: one address, but everybody at a machine of their own."""

from __future__ import annotations

from datetime import datetime, time

from models.province.mechanisms.fabric import seconds
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class OfficeOnline(Honest):
    name, title = "office_online", "单位统一组织线上学习，共用出口地址"
    line, kind, wishes = "upskilling", "enterprise", {"style": "online"}

    def attend(self) -> None:
        for c in self.classes:
            rows = self.stage.rows("attendance", c)
            address = next(row["ip"] for row in rows if row["ip"])
            devices = {
                number: f"SJ{int(self.rng.integers(10**7, 10**8))}"
                for number in sorted({row["id_number"] for row in rows})
            }
            for row in rows:
                length = row["check_out"] and row["check_out"] - row["check_in"]
                start = datetime.combine(row["session_date"], time(18, 5)) + seconds(self.rng.gamma(3, 200))
                row.update(
                    ip=address, device_id=devices[row["id_number"]], check_in=start, check_out=length and start + length
                )
