"""A cleaning firm that pays everybody the minimum wage to accounts opened together for the payroll, insured and all year round."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.fabricated_work import FabricatedWork
from models.province.mechanisms.mechanism import mechanism
from models.province.mechanisms.stage import Row
from models.province.plants.scene import plus_months


@mechanism
class MinimumWage(FabricatedWork):
    name, title, fake = "minimum_wage", "保洁企业统一发最低工资，批量开户，正常参保", False
    spare = 3

    def plan(self) -> None:
        super().plan()
        start = int(self.rng.integers(10**14, 9 * 10**14))
        for at, worker in enumerate(self.crew):
            worker["wage_account"] = f"6217{start + at * 11:015d}"

    def wage(self, worker: Row, month: date) -> Row:
        sick = 60 * int(self.rng.integers(1, 4)) if self.rng.random() < 0.06 else 0
        return self.slip(worker, month, 1880 - sick, 1880 - sick - 188)

    def insure(self) -> None:
        for worker in self.crew:
            for at in range(-self.spare, self.count + self.spare):
                self.stage.add("insurance", self.premium(worker, plus_months(self.first, at), 3400))
