"""The course stops after a third of its hours and is claimed in full; nobody troubles to invent the rest."""

from __future__ import annotations

from models.province.mechanisms.books import Books
from models.province.mechanisms.fabric import everyone_comes
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.plants.workshop import Truth


@mechanism
class CutCourse(Mechanism):
    name, title, typologies, trips = "cut_course", "只上了一小部分课时却全额申领", ("T07",), ("hours_short",)

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of("employment", organiser, style="halves", method="face", hours_ratio=1.0)
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            lessons = c["_lessons"]
            last = lessons[int(len(lessons) * float(self.rng.uniform(0.28, 0.38)))]
            self.stage.replace(
                "attendance",
                c,
                [
                    row
                    for row in self.stage.rows("attendance", c)
                    if row["session_date"] <= last or row["session_date"] == lessons[-1]
                ],
            )

    def hits(self, books: Books) -> list[Truth]:
        return hours_short(self, books)


def hours_short(scheme: Mechanism, books: Books) -> list[Truth]:
    """Claims of people with a session, most sessions timed, and fewer than half of the planned hours."""
    found = []
    for c in scheme.classes:
        hours = books.attended_seconds(c)
        for claim in books.class_claims(c):
            total, timed, sessions = hours.get(claim["id_number"], (0, 0, 0))
            if sessions and timed * 2 >= sessions and total * 2 < c["planned_hours"] * 45 * 60:
                found.append(scheme._hit("hours_short", claim, [claim]))
    return found
