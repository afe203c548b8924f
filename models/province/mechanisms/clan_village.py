"""A village of one surname: everybody from the same county, phone numbers from one group contract."""

from __future__ import annotations

from typing import Any, ClassVar

from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism


@mechanism
class ClanVillage(Honest):
    name, title = "clan_village", "同村同姓，集团号码连号"
    wishes: ClassVar[dict[str, Any]] = {"category": "rural", "style": "halves", "method": "fingerprint"}

    def enrol(self) -> None:
        for c in self.classes:
            people = self.stage.rows("enrolments", c)
            surname, start = people[0]["name"][0], int(self.rng.integers(10**7, 9 * 10**7))
            for at, person in enumerate(people):
                person.update(
                    name=surname + person["name"][1:],
                    phone=f"151{start + at:08d}",
                    residence_division=people[0]["residence_division"],
                )
