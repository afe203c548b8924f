"""Workers who are paid in the claimed months alone and never insured."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.books import Books
from models.province.mechanisms.fabricated_work import FabricatedWork
from models.province.mechanisms.mechanism import mechanism
from models.province.mechanisms.stage import Row
from models.province.plants.workshop import Truth


@mechanism
class PaperWorkers(FabricatedWork):
    name, title, typologies, trips = (
        "paper_workers",
        "只在申领月份发工资的挂名职工",
        ("T29", "T31"),
        ("wages_only_when_claimed",),
    )
    spare, months = 0, (1, 2)

    def wage(self, worker: Row, month: date) -> Row:
        return self.slip(
            worker, month, 2600 + 100 * int(self.rng.integers(0, 4)), 2500 + 100 * int(self.rng.integers(0, 4))
        )

    def hits(self, books: Books) -> list[Truth]:
        claims = self.claimed(books)
        claimed: dict[str, set[date]] = {}
        for claim in claims:
            claimed.setdefault(claim["id_number"], set()).add(claim["month"])
        # a month whose claim was refused was paid all the same
        only = sum(len(months) == self.count for months in claimed.values())
        if len(claims) < 10 or only < 0.9 * len(claimed):
            return []
        return [self._hit("wages_only_when_claimed", self.employer["institution_id"], claims)]
