"""Held out. Candidates buy the pass: a small assessor examines at ordinary speed, but nobody fails and the second paper repeats the marks of the first list."""

from __future__ import annotations

from datetime import date

import numpy as np

from models.province.mechanisms.assessing import Assessing
from models.province.mechanisms.mechanism import mechanism


@mechanism
class BoughtCertificates(Assessing):
    name, title, typologies, held_out = "bought_certificates", "考评走过场，成绩表循环套用", ("T15", "T16"), True
    window, batches, size, home = (date(2021, 3, 1), date(2021, 11, 1)), (4, 7), (16, 30), 0.8

    def marks(self, at: int, day: date) -> tuple[float, float]:
        if not hasattr(self, "sheet"):
            self.sheet = [
                (float(a), float(b))
                for a, b in zip(
                    np.round(self.rng.normal(71, 4, 9)).clip(60, 90),
                    np.round(self.rng.normal(74, 4, 9)).clip(60, 92),
                    strict=True,
                )
            ]
        return self.sheet[at % len(self.sheet)]
