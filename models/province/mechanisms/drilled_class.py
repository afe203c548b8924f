"""A class drilled for the exam: high marks close together, in class and before the assessor."""

from __future__ import annotations

from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class DrilledClass(Honest):
    name, title = "drilled_class", "考前强化班，成绩普遍很高"

    def enrol(self) -> None:
        for c in self.classes:
            for person in self.stage.rows("enrolments", c):
                if person["exam_score"] is not None:
                    person["exam_score"] = float(min(round(self.rng.normal(94, 2) * 2) / 2, 100))

    def certify(self) -> None:
        for c in self.classes:
            for row in self.stage.rows("certificates", c):
                row.update(
                    theory_score=float(min(round(self.rng.normal(93, 2.5)), 100)),
                    practice_score=float(min(round(self.rng.normal(94, 2.5)), 100)),
                )
