"""The list of plants: each is a function for one rule, with the classes that it asks for. What they do is in the modules beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.province.plants.workshop import Need

PLANTS: dict[str, Plant] = {}


@dataclass(frozen=True)
class Plant:
    rule: str
    mechanism: str
    needs: Callable[[int], list[Need]]
    make: Callable[..., None]


def plant(rule: str, mechanism: str, needs: Callable[[int], list[Need]] | None = None) -> Callable[[Any], Any]:
    """Registers a plant. `needs(n)` names the classes that it takes to make n violations; they are handed over in that order."""

    def register(make: Callable[..., None]) -> Callable[..., None]:
        if rule in PLANTS:
            raise ValueError(f"two plants for the rule {rule}")
        PLANTS[rule] = Plant(rule, mechanism, needs or (lambda n: []), make)
        return make

    return register
