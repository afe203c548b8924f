"""The common part of the honest-but-odd: some real classes of one institution, whose habit each module describes."""

from __future__ import annotations

from typing import Any, ClassVar

from models.province.mechanisms.mechanism import Mechanism


class Honest(Mechanism):
    """`line`, `kind` and `wishes` say which classes are asked for."""

    fake = False
    line: ClassVar[str] = "employment"
    kind: ClassVar[str] = "training"
    wishes: ClassVar[dict[str, Any]] = {"style": "halves", "method": "face"}

    def plan(self) -> None:
        organiser = self.stage.existing(self.rng, self.kind)
        for _ in range(int(self.rng.integers(1, self.stage.n + 1))):
            self.classes.append(self.stage.class_of(self.line, organiser, **self.wishes))
