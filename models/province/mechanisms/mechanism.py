"""What a mechanism is: a scheme of fraud or an honest-but-odd habit that acts on its own classes while the province is made.

A mechanism plans its classes first; then it is called once after each step (rosters, check-ins, certificates, claims, wages)
and changes its own rows. At the end it says what is true of its classes. The schemes themselves are in the modules beside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from models.province.classes import Class
from models.province.mechanisms.books import Books
from models.province.mechanisms.stage import Row, Stage
from models.province.plants.workshop import Truth
from models.province.population import rng_for

MECHANISMS: dict[str, type[Mechanism]] = {}


@dataclass
class Label:
    """What is true of one subject. `yuan` is the money of the live claims that rest on the scheme; 0 for the honest. `fake` is None where the
    subject itself is real, but some claims on it are not."""

    subject_kind: str
    subject_key: str
    mechanism: str
    fake: bool | None
    held_out: bool
    claims: list[Row] = field(default_factory=list)

    @property
    def yuan(self) -> Decimal:
        return sum((Decimal(str(claim["amount"])) for claim in self.claims), Decimal(0)) if self.fake else Decimal(0)


class Mechanism:
    """One instance acts at one institution, or at a few that belong together."""

    name: ClassVar[str]
    title: ClassVar[str]
    """one line in Chinese"""
    typologies: ClassVar[tuple[str, ...]] = ()
    fake: ClassVar[bool] = True
    held_out: ClassVar[bool] = False
    """not to be looked at while features and thresholds are made"""
    trips: ClassVar[tuple[str, ...]] = ()
    """deterministic rules that see something of it"""

    def __init__(self, stage: Stage, at: int) -> None:
        self.stage, self.at = stage, at
        self.rng = rng_for(stage.seed, f"{self.name} {at}")
        self.classes: list[Class] = []
        self.institutions: list[Row] = []
        self.pairs: list[tuple[Row, Row]] = []

    def plan(self) -> None:
        """Ask the stage for classes and institutions."""

    def enrol(self) -> None:
        """Change the rosters."""

    def attend(self) -> None:
        """Change the check-ins."""

    def certify(self) -> None:
        """Change the certificates."""

    def claim(self) -> None:
        """Change what is claimed; nothing is decided yet."""

    def pay(self) -> None:
        """Change wages."""

    def insure(self) -> None:
        """Change insurance."""

    def fraud_of(self, c: Class, books: Books) -> list[Row]:
        """The class's live claims that rest on the scheme: all of them unless the mechanism knows better."""
        return books.money_of(c)

    def labels(self, books: Books) -> list[Label]:
        """Classes, then the institutions behind them."""
        found = [
            self._label("class", c["class_id"], self.fraud_of(c, books) if self.fake else []) for c in self.classes
        ]
        by_organiser: dict[str, list[Row]] = {}
        for c in self.classes:
            by_organiser.setdefault(c["organiser_id"], []).extend(self.fraud_of(c, books) if self.fake else [])
        for institution in self.institutions:
            by_organiser.setdefault(institution["institution_id"], [])
        return found + [self._label("institution", key, claims) for key, claims in by_organiser.items()]

    def hits(self, books: Books) -> list[Truth]:
        """What the rules of `trips` must find of it."""
        return []

    def links(self, books: Books) -> list[tuple[str, str]]:
        """Pairs of claims that are one and the same thing claimed twice."""
        return []

    def _label(self, kind: str, key: str, claims: list[Row]) -> Label:
        return Label(kind, key, self.name, self.fake, self.held_out, claims)

    def _touched(self) -> list[Label]:
        """Classes that took place, although some claims on them are wrong."""
        return [Label("class", c["class_id"], self.name, None, self.held_out) for c in self.classes]

    def _hit(self, rule: str, key: Any, claims: list[Row], amount: Any = None) -> Truth:
        what = self.title if self.fake else f"{self.title}（如实培训，容易误判）"
        return Truth(rule, key, claims, amount, what, self.name)


def mechanism(kind: type[Mechanism]) -> type[Mechanism]:
    """Registers a mechanism."""
    if kind.name in MECHANISMS:
        raise ValueError(f"two mechanisms are called {kind.name}")
    MECHANISMS[kind.name] = kind
    return kind
