"""Held out. Pictures of a few minutes serve as check-in photos for the whole course: never the same file, hardly another face."""

from __future__ import annotations

from models.province.mechanisms.fabric import everyone_comes, photo
from models.province.mechanisms.mechanism import Mechanism, mechanism


@mechanism
class PicturesTakenBefore(Mechanism):
    name, title, typologies, held_out = "pictures_taken_before", "照片提前集中拍好，逐日冒充签到", ("T11", "T40"), True

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(
                self.stage.class_of("employment", organiser, style="halves", method="face", hours_ratio=1.0)
            )

    def enrol(self) -> None:
        for c in self.classes:
            everyone_comes(self.stage.rows("enrolments", c), rng=self.rng)

    def attend(self) -> None:
        for c in self.classes:
            taken: dict[str, list[str]] = {}
            used: set[str] = set()
            for row in self.stage.rows("attendance", c):
                pair = taken.setdefault(row["id_number"], [photo(self.rng) for _ in range(2)])
                picture = photo(self.rng, pair[int(self.rng.integers(2))], int(self.rng.integers(2, 5)))
                row["photo_hash"] = None if picture in used else picture
                used.add(picture)
