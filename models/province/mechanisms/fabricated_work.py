"""Enterprises with workers who exist on the payroll alone: the common part of the schemes in work-for-training."""

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
from models.province.plants.scene import plus_months
from models.province.registers import PENSION_INSURANCE

RATE = 200


class FabricatedWork(Mechanism, ABC):
    """A new enterprise with a crew; each scheme says how wages and insurance look."""

    months = (3, 5)
    spare = 1

    def plan(self) -> None:
        self.employer = self.stage.founded(self.rng, "enterprise", listed_from=None)
        self.institutions = [self.employer]
        count = int(self.rng.integers(10, 13 if self.stage.n == 1 else 26))
        self.crew = self.stage.population.draw(np.array([self.employer["division"][:4]] * count)).to_dicts()
        self.first, self.count = (
            date(2021, int(self.rng.integers(1, 8)), 1),
            int(self.rng.integers(self.months[0], self.months[1] + 1)),
        )

    def claim(self) -> None:
        amount = RATE + 50 * (int(self.employer["division"][2:4]) % 5)
        for at in range(self.count):
            month = plus_months(self.first, at)
            filed = plus_months(month, 1) + timedelta(days=int(self.rng.integers(4, 24)))
            place = {
                "division": self.employer["division"],
                "class_id": None,
                "_reviewer": self.stage.ground.of_kind("third_party", self.employer["division"][:4])[0][
                    "institution_id"
                ],
            }
            for worker in self.crew:
                self.stage.add(
                    "claims",
                    place_claim(place, self.employer, "work_training", filed, Decimal(amount), Decimal(amount))
                    | {"id_number": worker["id_number"], "name": worker["name"], "month": month},
                )

    def pay(self) -> None:
        for worker in self.crew:
            for at in range(-self.spare, self.count + self.spare):
                self.stage.add("payroll", self.wage(worker, plus_months(self.first, at)))

    @abstractmethod
    def wage(self, worker: Row, month: date) -> Row:
        """The payroll row of a worker and month."""

    def slip(self, worker: Row, month: date, gross: float, net: float) -> Row:
        return {
            "employer_id": self.employer["institution_id"],
            "id_number": worker["id_number"],
            "name": worker["name"],
            "month": month,
            "gross_pay": Decimal(f"{gross:.2f}"),
            "net_pay": Decimal(f"{net:.2f}"),
            "paid_on": plus_months(month, 1) + timedelta(days=9),
            "bank_account": worker["wage_account"],
            "days_worked": 22,
        }

    def premium(self, worker: Row, month: date, base: int) -> Row:
        return {
            "employer_id": self.employer["institution_id"],
            "id_number": worker["id_number"],
            "month": month,
            "insurance_kind": PENSION_INSURANCE,
            "base": Decimal(base),
            "paid_on": month + timedelta(days=19),
        }

    def claimed(self, books: Books) -> list[Row]:
        return books.claims_where(
            pl.col("claimant_id") == self.employer["institution_id"], pl.col("subsidy_kind") == "work_training"
        )

    def labels(self, books: Books) -> list[Label]:
        return [self._label("institution", self.employer["institution_id"], self.claimed(books) if self.fake else [])]
