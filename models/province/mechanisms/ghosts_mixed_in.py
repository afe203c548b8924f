"""A third of a true class never came: one hand signs for them right after somebody who is there."""

from __future__ import annotations

from models.province.classes import Class
from models.province.mechanisms.books import Books
from models.province.mechanisms.fabric import by_slot, everyone_comes, photo, seconds, slots_of
from models.province.mechanisms.mechanism import Mechanism, mechanism
from models.province.mechanisms.stage import Row


@mechanism
class GhostsMixedIn(Mechanism):
    name, title, typologies = "ghosts_mixed_in", "真班里混入空挂学员，由一人代签", ("T01", "T08", "T38")

    def plan(self) -> None:
        self.ghosts: dict[str, set[str]] = {}
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of(
                    "employment",
                    organiser,
                    style="halves",
                    method=str(self.rng.choice(["face", "fingerprint"])),
                    hours_ratio=1.0,
                )
            )

    def enrol(self) -> None:
        for c in self.classes:
            people = self.stage.rows("enrolments", c)
            share = float(self.rng.uniform(0.25, 0.45))
            ghosts = [
                people[i]
                for i in self.rng.choice(len(people), max(int(len(people) * share), 3), replace=False).tolist()
            ]
            self.ghosts[c["class_id"]] = {ghost["id_number"] for ghost in ghosts}
            everyone_comes(ghosts, (72, 1.5), self.rng)
            # three or four share the number of whoever signs
            for at, ghost in enumerate(ghosts):
                if at % 4:
                    ghost["phone"] = ghosts[at - at % 4]["phone"]

    def attend(self) -> None:
        for c in self.classes:
            ghosts = sorted(self.ghosts[c["class_id"]])
            rows = [
                row for row in self.stage.rows("attendance", c) if row["id_number"] not in self.ghosts[c["class_id"]]
            ]
            carriers = sorted({row["id_number"] for row in rows})
            own = {number: photo(self.rng) for number in ghosts}
            carrier = {number: carriers[int(self.rng.integers(len(carriers)))] for number in ghosts[::4]}
            table = by_slot(c, rows)
            for slot in slots_of(c):
                present = table[slot.lesson, slot.part]
                if not present:
                    continue
                for lead in range(0, len(ghosts), 4):
                    model = present.get(carrier[ghosts[lead]]) or present[min(present)]
                    gap = 0.0
                    for number in ghosts[lead : lead + 4]:
                        gap += float(self.rng.uniform(4, 13))
                        if self.rng.random() < 0.03:
                            continue
                        leave = model["check_out"] or slot.end
                        rows.append(
                            model
                            | {
                                "id_number": number,
                                "check_in": model["check_in"] + seconds(gap),
                                "check_out": leave + seconds(gap + 2),
                                "photo_hash": photo(self.rng, own[number]) if model["photo_hash"] else None,
                            }
                        )
            self.stage.replace("attendance", c, rows)

    def fraud_of(self, c: Class, books: Books) -> list[Row]:
        return books.money_of(c, self.ghosts[c["class_id"]])
