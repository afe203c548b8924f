"""A village course: the head of the village left one phone number for everybody."""

from __future__ import annotations

from models.province.mechanisms.books import Books
from models.province.mechanisms.honest import Honest
from models.province.mechanisms.mechanism import mechanism
from models.province.plants.workshop import Truth


@mechanism
class VillagePhone(Honest):
    name, title, trips = "village_phone", "全村学员都留村干部的电话", ("phone_shared",)
    line, wishes = "ability", {"category": "rural"}

    def enrol(self) -> None:
        self.phones: dict[str, str] = {}
        for c in self.classes:
            people = self.stage.rows("enrolments", c)
            phone = next(person["phone"] for person in people if person["phone"])
            self.phones[c["class_id"]] = phone
            village = people[0]["id_number"][:6]
            for person in people:
                person.update(phone=phone, residence_division=village)

    def hits(self, books: Books) -> list[Truth]:
        return [self._hit("phone_shared", self.phones[c["class_id"]], books.class_claims(c)) for c in self.classes]
