"""One qualified trainer stands on paper before classes of several schools at the same time; whoever was there, it was not the trainer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

from models.province.mechanisms.books import Books
from models.province.mechanisms.fabric import everyone_comes, faces, punch, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row
from models.province.plants.workshop import Truth


@mechanism
class BorrowedTrainer(Mechanism):
    name, title, typologies, trips = (
        "borrowed_trainer",
        "几所学校同时挂用一名教师，课未真正上",
        ("T13", "T25"),
        ("trainer_overlap",),
    )

    def plan(self) -> None:
        day = date(2021, 5, 10) + timedelta(days=int(self.rng.integers(0, 120)))
        for _ in range(2):
            organiser = self.stage.existing(self.rng)
            c = self.stage.class_of(
                "employment",
                organiser,
                (day, day + timedelta(days=4)),
                style="halves",
                method="fingerprint",
                hours_ratio=1.0,
            )
            self.classes.append(c)
        self.stage.lead(self.classes, place=False)

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            known = faces(self.stage.rows("attendance", c))
            made: list[Row] = []
            for slot in slots_of(c):
                for person in self.stage.rows("enrolments", c):
                    if self.rng.random() < 0.98:
                        made.append(
                            punch(
                                c,
                                person["id_number"],
                                slot,
                                slot.begin - seconds(self.rng.uniform(20, 560)),
                                slot.end + seconds(self.rng.uniform(20, 360)),
                                self.rng,
                                known.get(person["id_number"]),
                            )
                        )
            self.stage.replace("attendance", c, made)

    def hits(self, books: Books) -> list[Truth]:
        found = []
        for one, two in combinations(sorted(self.classes, key=lambda c: c["class_id"]), 2):
            spans = [_spans(books.sessions(c)) for c in (one, two)]
            claims = books.class_claims(one) + books.class_claims(two)
            for day in sorted(spans[0].keys() & spans[1].keys()):
                (a, b), (x, y) = spans[0][day], spans[1][day]
                if one["site"] != two["site"] and (min(b, y) - max(a, x)).total_seconds() > 600:
                    found.append(
                        self._hit(
                            "trainer_overlap", f"{one['trainer_id']}|{one['class_id']}|{two['class_id']}|{day}", claims
                        )
                    )
        return found


def _spans(rows: list[Row]) -> dict[date, tuple[datetime, datetime]]:
    """Earliest check-in and latest check-out of each day."""
    days: dict[date, list[Row]] = {}
    for row in rows:
        days.setdefault(row["session_date"], []).append(row)
    return {
        day: (min(row["check_in"] for row in listed), max(row["check_out"] or row["check_in"] for row in listed))
        for day, listed in days.items()
    }
