"""Names on a roster, claimed in full, of people without a single check-in."""

from __future__ import annotations

from models.province.classes import Class
from models.province.mechanisms.books import Books
from models.province.mechanisms.fabric import everyone_comes
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row
from models.province.plants.workshop import Truth


@mechanism
class SilentGhosts(Mechanism):
    name, title, typologies, trips = (
        "silent_ghosts",
        "名册中的空挂学员从未签到",
        ("T01", "T47"),
        ("ghost_trainee", "allowance_without_training"),
    )

    def plan(self) -> None:
        self.ghosts: dict[str, set[str]] = {}
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of("startup" if self.rng.random() < 0.5 else "ability", organiser, method="face")
            )

    def enrol(self) -> None:
        for c in self.classes:
            people = self.stage.rows("enrolments", c)
            ghosts = people[-max(int(len(people) * float(self.rng.uniform(0.2, 0.35))), 3) :]
            self.ghosts[c["class_id"]] = {ghost["id_number"] for ghost in ghosts}
            everyone_comes(ghosts, rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            self.stage.replace(
                "attendance",
                c,
                [row for row in self.stage.rows("attendance", c) if row["id_number"] not in self.ghosts[c["class_id"]]],
            )

    def fraud_of(self, c: Class, books: Books) -> list[Row]:
        return books.money_of(c, self.ghosts[c["class_id"]])

    def hits(self, books: Books) -> list[Truth]:
        return [
            self._hit(
                "ghost_trainee" if claim["subsidy_kind"] == "training" else "allowance_without_training", claim, [claim]
            )
            for c in self.classes
            for claim in self.fraud_of(c, books)
        ]
