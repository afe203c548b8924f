"""Wages that flow back: the same round sum for all, to accounts opened one after another, in one month more than was claimed; no insurance."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.fabricated_work import FabricatedWork
from models.province.mechanisms.mechanism import mechanism
from models.province.mechanisms.stage import Row


@mechanism
class WageBackflow(FabricatedWork):
    name, title, typologies = "wage_backflow", "工资整数均等、账号连号、无参保，疑似回流", ("T29", "T30", "T31")

    def plan(self) -> None:
        super().plan()
        start = int(self.rng.integers(10**14, 9 * 10**14))
        for at, worker in enumerate(self.crew):
            worker["wage_account"] = f"6217{start + at * 11:015d}"

    def wage(self, worker: Row, month: date) -> Row:
        return self.slip(worker, month, 3000, 3000)
