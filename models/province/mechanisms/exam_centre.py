"""A well-run exam centre for the whole province: large exam days, but people are marked one by one."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.assessing import Assessing
from models.province.mechanisms.mechanism import mechanism


@mechanism
class ExamCentre(Assessing):
    name, title, fake = "exam_centre", "省级考点，批量大但成绩正常分布", False
    window = (date(2021, 3, 1), date(2021, 11, 30))
    size = (40, 70)

    def marks(self, at: int, day: date) -> tuple[float, float]:
        ability = self.rng.normal(76, 7)
        return tuple(float(min(max(round(ability + self.rng.normal(0, 5)), 60), 98)) for _ in range(2))  # type: ignore[return-value]
