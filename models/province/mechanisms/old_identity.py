"""A class is claimed twice for some of its people, the second time under their 15-digit numbers; once those are widened, a rule sees it."""

from __future__ import annotations

from datetime import timedelta

from models.province.classes import LAST_DAY
from models.province.mechanisms.books import Books
from models.province.mechanisms.identities import fifteen_digits
from models.province.mechanisms.mechanism import Label, Mechanism, mechanism
from models.province.mechanisms.stage import Row
from models.province.plants.workshop import Truth


@mechanism
class OldIdentity(Mechanism):
    name, title, typologies, trips = (
        "old_identity",
        "用15位旧身份证号再次申领同一班级",
        ("T22", "T28"),
        ("class_claimed_twice",),
    )

    def plan(self) -> None:
        self.again: list[str] = []
        organiser = self.stage.existing(self.rng)
        self.classes = [self.stage.class_of("employment", organiser, hours_ratio=1.0, category="flexible")]
        self.institutions = [organiser]

    def claim(self) -> None:
        for c in self.classes:
            rows = [
                row
                for row in self.stage.rows("claims", c)
                if row["subsidy_kind"] == "training" and row["claimed_on"] <= LAST_DAY - timedelta(days=60)
            ]
            for row in rows:
                old = fifteen_digits(row["id_number"])
                if old and len(self.again) < 3 + 2 * self.stage.n:
                    self.again.append(old)
                    self.stage.add(
                        "claims", row | {"id_number": old, "claimed_on": row["claimed_on"] + timedelta(days=40)}
                    )

    def _pairs(self, books: Books) -> list[tuple[Row, list[Row]]]:
        """Each second claim with the live claims before it."""
        c = self.classes[0]
        claims = books.class_claims(c)
        found = []
        for second in claims:
            if second["id_number"] in self.again:
                earlier = [
                    row
                    for row in claims
                    if fifteen_digits(row["id_number"]) == second["id_number"]
                    and len(row["id_number"]) == 18
                    and (row["claimed_on"], row["claim_id"]) < (second["claimed_on"], second["claim_id"])
                ]
                found.append((second, earlier))
        return found

    def labels(self, books: Books) -> list[Label]:
        return [
            *self._touched(),
            self._label(
                "institution",
                self.institutions[0]["institution_id"],
                [second for second, earlier in self._pairs(books) if earlier],
            ),
        ]

    def hits(self, books: Books) -> list[Truth]:
        return [
            self._hit("class_claimed_twice", second, [second, *earlier], second["amount"])
            for second, earlier in self._pairs(books)
            if earlier
        ]

    def links(self, books: Books) -> list[tuple[str, str]]:
        """The pairs themselves: the rule names them too, but to a reader they are one claim told under two numbers."""
        return [
            tuple(sorted((one["claim_id"], second["claim_id"])))
            for second, earlier in self._pairs(books)
            for one in earlier
        ]
