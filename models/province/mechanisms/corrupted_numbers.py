"""Certificates claimed a second time by the school, under numbers with one slip: O for 0, two digits exchanged, one left out."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from models.province.claims import place_claim
from models.province.classes import LAST_DAY
from models.province.mechanisms.books import Books
from models.province.mechanisms.mechanism import Label, Mechanism, mechanism
from models.province.plants.workshop import Truth


@mechanism
class CorruptedNumbers(Mechanism):
    name, title, typologies, trips = (
        "corrupted_numbers",
        "同一证书改动编号后再次申领",
        ("T20", "T22"),
        ("certificate_not_registered",),
    )

    def plan(self) -> None:
        self.doubles: list[str] = []
        organiser = self.stage.existing(self.rng)
        for _ in range(1 + self.stage.n):
            self.classes.append(self.stage.class_of("employment", organiser, hours_ratio=1.0, category="rural"))
        self.institutions = [organiser]

    def claim(self) -> None:
        taken = set(self.stage.frames["certificates"]["certificate_no"])
        for c in self.classes:
            people = [person["id_number"] for person in self.stage.rows("enrolments", c)]
            first = self.stage.frames["claims"].filter(
                (pl.col("subsidy_kind") == "certificate")
                & pl.col("id_number").is_in(people)
                & (pl.col("claimant_id") != c["organiser_id"])
            )
            again = first.filter(pl.col("claimed_on") <= LAST_DAY - timedelta(days=70)).head(6 + 2 * self.stage.n)
            wait = int(self.rng.integers(20, 45))
            agreement = f"XY2021-{self.rng.integers(1000, 9999)}"
            for claim in again.iter_rows(named=True):
                number = "".join(ch for ch in claim["certificate_no"].upper() if ch.isalnum())
                slip = self._slip(number)
                if slip in taken:
                    continue
                taken.add(slip)
                row = place_claim(
                    c,
                    c["_organiser"],
                    "certificate",
                    claim["claimed_on"] + timedelta(days=wait),
                    claim["standard"],
                    claim["amount"],
                )
                self.stage.add(
                    "claims",
                    row
                    | {
                        "id_number": claim["id_number"],
                        "name": claim["name"],
                        "certificate_no": slip,
                        "occupation_code": claim["occupation_code"],
                        "agreement_no": agreement,
                    },
                )
                self.doubles.append(slip)

    def _slip(self, number: str) -> str:
        draw = self.rng.random()
        zeros = [at for at, ch in enumerate(number) if ch == "0" and at > 6]
        ones = [at for at, ch in enumerate(number) if ch == "1" and at > 6]
        if draw < 0.35 and zeros:
            at = zeros[int(self.rng.integers(len(zeros)))]
            return number[:at] + "O" + number[at + 1 :]
        if draw < 0.5 and ones:
            at = ones[int(self.rng.integers(len(ones)))]
            return number[:at] + "I" + number[at + 1 :]
        swaps = [at for at in range(7, len(number) - 1) if number[at] != number[at + 1]]
        at = swaps[int(self.rng.integers(len(swaps)))]
        return (
            number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            if draw < 0.8
            else number[:at] + number[at + 1 :]
        )

    def _second(self, books: Books) -> list[dict]:  # type: ignore[type-arg]
        return books.claims_where(pl.col("certificate_no").is_in(self.doubles))

    def labels(self, books: Books) -> list[Label]:
        return [
            *self._touched(),
            self._label("institution", self.institutions[0]["institution_id"], self._second(books)),
        ]

    def hits(self, books: Books) -> list[Truth]:
        return [self._hit("certificate_not_registered", claim, [claim]) for claim in self._second(books)]

    def links(self, books: Books) -> list[tuple[str, str]]:
        found = []
        for claim in self._second(books):
            same = books.claims_where(
                pl.col("id_number") == claim["id_number"],
                pl.col("subsidy_kind") == "certificate",
                ~pl.col("certificate_no").is_in(self.doubles),
            )
            found += [(claim["claim_id"], other["claim_id"]) for other in same]
        return found
