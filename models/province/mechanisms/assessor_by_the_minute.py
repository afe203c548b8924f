"""A new assessor certifies people of the whole province in a few weeks; marks are heaped at the pass mark and hardly differ between papers."""

from __future__ import annotations

from datetime import date

from models.province.mechanisms.assessing import Assessing
from models.province.mechanisms.mechanism import mechanism


@mechanism
class AssessorByTheMinute(Assessing):
    name, title, typologies = "assessor_by_the_minute", "新评价机构突击发证，成绩堆在及格线", ("T14", "T15", "T43")

    def marks(self, at: int, day: date) -> tuple[float, float]:
        theory = 60.0 + float(min(self.rng.geometric(0.45) - 1, 12))
        return theory, theory if self.rng.random() < 0.7 else theory + float(self.rng.integers(0, 3))
