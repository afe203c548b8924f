"""The people of an elementary class come back, nearly all, for the intermediate one."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.recycled_roster import PERSON


@mechanism
class FollowUpClass(Mechanism):
    name, title, fake = "follow_up_class", "同一批学员升一级再学", False

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        size = int(self.rng.integers(self.stage.sizes[0], self.stage.sizes[1] + 1))
        wishes: dict[str, Any] = {"style": "halves", "method": "face", "hours_ratio": 1.0, "category": "rural"}
        one = self.stage.class_of(
            "employment", organiser, (date(2021, 2, 22), date(2021, 4, 20)), (size, size), **wishes
        )
        two = self.stage.class_of(
            "employment",
            organiser,
            (date(2021, 7, 10), date(2021, 10, 20)),
            (size, size),
            project_code=one["project_code"],
            **wishes,
        )
        self.stage.own_project(two, level="4")
        self.classes = [one, two]

    def enrol(self) -> None:
        givers, people = (self.stage.rows("enrolments", c) for c in self.classes)
        for giver, person in zip(givers, people, strict=True):
            if giver["_fit"] and self.rng.random() < 0.85:
                person.update({name: giver[name] for name in PERSON})
