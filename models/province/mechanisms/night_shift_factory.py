"""A factory that trains its night shift before dawn, when the line stands still."""

from __future__ import annotations

from datetime import timedelta

from models.province.mechanisms.books import Books
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism
from models.province.plants.workshop import Truth


@mechanism
class NightShiftFactory(Honest):
    name, title, trips = "night_shift_factory", "企业夜班职工在停线时段培训", ("night_class",)
    line, kind, wishes = "upskilling", "enterprise", {"style": "evening", "method": "fingerprint"}

    def attend(self) -> None:
        by = timedelta(hours=4, minutes=30)
        for c in self.classes:
            for row in self.stage.rows("attendance", c):
                row["check_in"] += by
                row["check_out"] = row["check_out"] and row["check_out"] + by

    def hits(self, books: Books) -> list[Truth]:
        found = []
        for c in self.classes:
            rows = books.sessions(c)
            if sum(row["check_in"].hour >= 23 or row["check_in"].hour < 5 for row in rows) * 2 >= len(rows):
                found.append(self._hit("night_class", c["class_id"], books.class_claims(c)))
        return found
