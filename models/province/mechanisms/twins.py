"""Twins and cousins in one class: numbers and names nearly alike, one phone at home; two people all the same."""

from __future__ import annotations

from typing import Any, ClassVar

from models.province.mechanisms.honest import Honest
from models.province.mechanisms.identities import become, other_number
from models.province.mechanisms.mechanism import mechanism
from models.province.population import GIVEN


@mechanism
class Twins(Honest):
    name, title = "twins", "双胞胎同班，号码姓名相近，共用一个电话"
    wishes: ClassVar[dict[str, Any]] = {"category": "rural"}

    def enrol(self) -> None:
        for c in self.classes:
            people = self.stage.rows("enrolments", c)
            for one, two in ((people[0], people[1]), (people[2], people[3])):
                number = other_number(one["id_number"], self.stage.population, self.rng, serial_only=True)
                become(two, number, one["name"][:2] + str(self.rng.choice(GIVEN)), one["phone"])
