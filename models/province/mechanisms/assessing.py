"""Assessors who examine people that come for an assessment alone: the common part of the schemes at the exam."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from models.province.claims import place_claim
from models.province.mechanisms.books import Books
from models.province.mechanisms.mechanism import Label, Mechanism
from models.province.mechanisms.stage import Row
from models.province.occupations import CERTIFICATE_AMOUNTS, EARLIER_AMOUNTS


class Assessing(Mechanism, ABC):
    """A new assessor with its exam days; each scheme says who comes and how they are marked."""

    batches = (3, 5)
    size = (28, 46)
    window = (date(2021, 11, 1), date(2021, 12, 20))
    home = 0.3
    """share of the candidates from the assessor's own city"""

    def plan(self) -> None:
        city = self.stage.city(self.rng)
        self.assessor = self.stage.founded(self.rng, "assessor", city, listed_from=self.window[0] - timedelta(days=20))
        self.institutions = [self.assessor]
        taught = sorted(
            {
                (row["occupation_code"], row["level"])
                for row in self.stage.ground.projects
                if row["_certificate"] == "skill_level" and row["level"] in ("5", "4") and row["division"][:4] == city
            }
        )
        self.trade = taught[int(self.rng.integers(len(taught)))]
        self.stage.scope(self.assessor, *self.trade, since=self.window[0] - timedelta(days=20))

    def certify(self) -> None:
        span = (self.window[1] - self.window[0]).days
        few = self.stage.n == 1
        for _ in range(2 if few else int(self.rng.integers(*self.batches, endpoint=True))):
            day = self.window[0] + timedelta(days=int(self.rng.integers(0, span)))
            count = 14 if few else int(self.rng.integers(*self.size, endpoint=True))
            cities = np.where(
                self.rng.random(count) < self.home,
                self.assessor["division"][:4],
                self.rng.choice(sorted(self.stage.ground.bureaus), count),
            )
            issued = day + timedelta(days=int(self.rng.integers(5, 9)))
            for at, person in enumerate(self.stage.population.draw(cities).iter_rows(named=True)):
                theory, practice = self.marks(at, day)
                self.stage.add(
                    "certificates",
                    {
                        "class_id": None,
                        "_k": -1,
                        "_claimable": False,
                        "registry": "hrss",
                        "kind": "skill_level",
                        "occupation_code": self.trade[0],
                        "level": self.trade[1],
                        "id_number": person["id_number"],
                        "name": person["name"],
                        "assessor_id": self.assessor["institution_id"],
                        "assessed_on": day,
                        "issued_on": issued,
                        "theory_score": theory,
                        "practice_score": practice,
                        "first_issue": True,
                        "status": "valid",
                        "certificate_no": None,
                    },
                )

    @abstractmethod
    def marks(self, at: int, day: date) -> tuple[float, float]:
        """Theory and practice of the candidate at that place in the day's list."""

    def claim(self) -> None:
        """The assessor claims for every certificate; the numbers are known by now."""
        mine = self.stage.frames["certificates"].filter(pl.col("assessor_id") == self.assessor["institution_id"])
        place = {
            "division": self.assessor["division"],
            "class_id": None,
            "_reviewer": self.stage.ground.of_kind("third_party", self.assessor["division"][:4])[0]["institution_id"],
        }
        wait = {issued: int(self.rng.integers(6, 30)) for issued in sorted(mine["issued_on"].unique())}
        for row in mine.iter_rows(named=True):
            amounts = CERTIFICATE_AMOUNTS if row["issued_on"] >= date(2021, 7, 8) else EARLIER_AMOUNTS
            amount = Decimal(amounts[row["level"]])
            filed = row["issued_on"] + timedelta(days=wait[row["issued_on"]])
            self.stage.add(
                "claims",
                place_claim(place, self.assessor, "certificate", filed, amount, amount)
                | {"id_number": row["id_number"], "name": row["name"], "certificate_no": row["certificate_no"]},
            )

    def claimed(self, books: Books) -> list[Row]:
        return books.claims_where(
            pl.col("claimant_id") == self.assessor["institution_id"], pl.col("subsidy_kind") == "certificate"
        )

    def labels(self, books: Books) -> list[Label]:
        claims = self.claimed(books) if self.fake else []
        return [self._label(kind, self.assessor["institution_id"], claims) for kind in ("assessor", "institution")]
