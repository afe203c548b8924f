"""What judgements say of a rule: how many of its judged cases were confirmed, and what the next one is worth.

Belongs here: plain arithmetic on counts. Does not belong here: reading judgements (`assets/history.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import scipy

LEVEL = 0.90
WEIGHT = 10
"""The start of a rule counts like so many judgements: three confirmed in a row do not make a lead certain."""


@dataclass(frozen=True)
class Precision:
    """Share of a rule's judged cases that were confirmed, with its Jeffreys interval; all None where none was judged."""

    confirmed: int
    dismissed: int

    @property
    def judged(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def share(self) -> float | None:
        return round(self.confirmed / self.judged, 4) if self.judged else None

    @property
    def low(self) -> float | None:
        """Lower end of the 90 % interval; 0 where nothing was confirmed."""
        if not self.judged:
            return None
        return (
            round(float(scipy.stats.beta.ppf((1 - LEVEL) / 2, self.confirmed + 0.5, self.dismissed + 0.5)), 4)
            if self.confirmed
            else 0.0
        )

    @property
    def high(self) -> float | None:
        """Upper end of the 90 % interval; 1 where nothing was dismissed."""
        if not self.judged:
            return None
        return (
            round(float(scipy.stats.beta.ppf((1 + LEVEL) / 2, self.confirmed + 0.5, self.dismissed + 0.5)), 4)
            if self.dismissed
            else 1.0
        )


def updated(start: float, judged: Precision) -> float:
    """The probability that the rule's next case is confirmed: `start`, moved by the judgements of its cases so far."""
    return round((start * WEIGHT + judged.confirmed) / (WEIGHT + judged.judged), 4)
