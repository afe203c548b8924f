"""The same script on one machine for the whole class."""

from __future__ import annotations

from models.province.mechanisms.books import Books
from models.province.mechanisms.mechanism import mechanism
from models.province.mechanisms.online_brushing import OnlineBrushing
from models.province.plants.workshop import Truth


@mechanism
class OnlineFarm(OnlineBrushing):
    name, title, trips = "online_farm", "一台设备替整个线上班刷课", ("online_proxy",)
    devices_apart = False

    def hits(self, books: Books) -> list[Truth]:
        found = []
        for c in self.classes:
            rows = books.sessions(c)
            people = {row["id_number"] for row in rows}
            if len(people) >= 10:
                found.append(
                    self._hit(
                        "online_proxy",
                        f"{rows[0]['ip']}|{rows[0]['device_id']}|{c['class_id']}",
                        books.class_claims(c, people),
                    )
                )
        return found
