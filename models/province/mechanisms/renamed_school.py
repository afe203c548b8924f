"""A school was reorganised: a new legal name and code, but the same head, house, phone and trainers; its trainees are new."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.province.mechanisms.mechanism import Mechanism, mechanism


@mechanism
class RenamedSchool(Mechanism):
    name, title, fake = "renamed_school", "机构改制更名，法人、地址、教师不变，学员不同", False

    def plan(self) -> None:
        city = self.stage.city(self.rng)
        old = self.stage.founded(self.rng, city=city, listed_to=date(2021, 6, 30))
        new = self.stage.founded(
            self.rng,
            city=city,
            listed_from=date(2021, 7, 1),
            division=old["division"],
            **{name: old[name] for name in ("legal_representative", "phone", "address")},
        )
        wishes: dict[str, Any] = {"style": "halves", "method": "face", "hours_ratio": 1.0}
        one = self.stage.class_of("employment", old, (date(2021, 3, 1), date(2021, 5, 10)), **wishes)
        two = self.stage.class_of("employment", new, (date(2021, 7, 10), date(2021, 10, 20)), **wishes)
        self.classes = [one, two]
        self.stage.lead(self.classes)
