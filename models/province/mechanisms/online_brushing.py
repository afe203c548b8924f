"""A script plays the online lessons of a whole class: accounts start one after another at a fixed gap, every lesson lasts the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.province.mechanisms.fabric import everyone_comes, seconds
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class OnlineBrushing(Mechanism):
    name, title, typologies = "online_brushing", "线上课程由脚本代刷，间隔固定、时长相同", ("T10",)
    devices_apart = True

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(self.stage.class_of("employment", organiser, style="online", hours_ratio=1.0))

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            begin, gap, length = float(self.rng.uniform(0, 21 * 3600)), int(self.rng.integers(31, 130)), 3 * 3600
            hosts = [
                f"10.{self.rng.integers(1, 255)}.{self.rng.integers(1, 255)}.{self.rng.integers(1, 255)}"
                for _ in range(2)
            ]
            device = int(self.rng.integers(10**7, 9 * 10**7))
            made: list[Row] = []
            for day in c["_lessons"]:
                start = datetime.combine(day, datetime.min.time()) + seconds(begin + self.rng.uniform(-900, 900))
                for at, number in enumerate(people):
                    check_in = (start + timedelta(seconds=gap * at)).replace(microsecond=0)
                    if check_in.date() == day:
                        made.append(
                            {
                                "class_id": c["class_id"],
                                "id_number": number,
                                "session_date": day,
                                "check_in": check_in,
                                "check_out": check_in + timedelta(seconds=length),
                                "method": "online",
                                "device_id": f"SJ{device + (at if self.devices_apart else 0):08d}",
                                "ip": hosts[at % len(hosts) if self.devices_apart else 0],
                                "longitude": None,
                                "latitude": None,
                                "photo_hash": None,
                            }
                        )
            self.stage.replace("attendance", c, made)
