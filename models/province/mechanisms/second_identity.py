"""Some trainees of one school sit, on paper, in the same course of another: under a name that sounds alike and another valid number, but with their own phone."""

from __future__ import annotations

from datetime import date

import polars as pl

from models.province.mechanisms.books import Books
from models.province.mechanisms.fabric import everyone_comes
from models.province.mechanisms.identities import become, other_number, sounds_alike
from models.province.mechanisms.mechanism import Label, Mechanism, mechanism


@mechanism
class SecondIdentity(Mechanism):
    name, title, typologies = "second_identity", "同一人换号改名在两个班申领", ("T22", "T28")

    def plan(self) -> None:
        self.doubles: dict[str, str] = {}
        first = self.stage.existing(self.rng)
        self.institutions = [self.stage.existing(self.rng, city=first["division"][:4])]
        one = self.stage.class_of(
            "employment",
            first,
            (date(2021, 3, 1), date(2021, 5, 20)),
            style="halves",
            hours_ratio=1.0,
            category="unemployed",
        )
        two = self.stage.class_of(
            "employment",
            self.institutions[0],
            (date(2021, 7, 10), date(2021, 10, 20)),
            style="halves",
            hours_ratio=1.0,
            category="unemployed",
            project_code=one["project_code"],
        )
        self.classes = [one, two]

    def enrol(self) -> None:
        one, two = (self.stage.rows("enrolments", c) for c in self.classes)
        givers = [person for person in one if sounds_alike(person["name"], self.rng) and person["phone"]]
        count = 4 if self.stage.n == 1 else 9
        for giver, person in zip(givers[:count], two, strict=False):
            everyone_comes([giver, person], rng=self.rng)
            number = other_number(giver["id_number"], self.stage.population, self.rng)
            become(person, number, sounds_alike(giver["name"], self.rng) or giver["name"], giver["phone"])
            person["wage_account"] = giver["wage_account"]
            self.doubles[number] = giver["id_number"]

    def labels(self, books: Books) -> list[Label]:
        claims = books.claims_where(pl.col("id_number").is_in(list(self.doubles)))
        return [*self._touched(), self._label("institution", self.institutions[0]["institution_id"], claims)]

    def links(self, books: Books) -> list[tuple[str, str]]:
        found = []
        for second, first in self.doubles.items():
            for kind in ("training", "certificate"):
                pair = [
                    books.claims_where(pl.col("id_number") == number, pl.col("subsidy_kind") == kind)
                    for number in (first, second)
                ]
                found += [(a["claim_id"], b["claim_id"]) for a in pair[0] for b in pair[1]]
        return found
