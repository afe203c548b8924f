"""Where each sentence of a notice lands beside the rules that cite it: further rules, guards, management tables, or
the reason why nothing can be computed.

Belongs here: reading `data/law/coverage` and `data/law/guards.yaml`. Does not belong here: which rule cites which
sentence (`checks/coverage.py` reads that from the rules).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.law.reading import LAW, LawError, read_yaml

_PARTS = ("also", "guards", "management", "why")


@dataclass(frozen=True)
class Covered:
    """One sentence of a notice and what answers it; ``rules`` as the file lists them, those that cite it left out."""

    clause: str
    sentence: int
    rules: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    management: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        return bool(self.rules or self.guards or self.management or self.why)


@dataclass(frozen=True)
class Guard:
    """What the notice makes lawful, and the rules that could mistake it; none where no rule looks there at all."""

    id: str
    clause: str
    lawful: Mapping[str, str]
    rules: tuple[str, ...]
    why: Mapping[str, str] = field(default_factory=dict)


def load_coverage(notice: str, folder: Path = LAW / "coverage") -> list[Covered]:
    """Every listed sentence in the order of the file. Raises LawError naming the sentence that has an unknown part."""
    contents = read_yaml(folder / f"{notice}.yaml")
    found = []
    for clause, sentences in contents["sentences"].items():
        for number, parts in sentences.items():
            if unknown := sorted(set(parts) - set(_PARTS)):
                raise LawError(
                    f"{notice}.yaml {clause} {number}: unknown {', '.join(unknown)}; known: {', '.join(_PARTS)}."
                )
            also, guards, management = (tuple(parts.get(name, ())) for name in _PARTS[:3])
            found.append(Covered(clause, int(number), also, guards, management, parts.get("why", {})))
    return found


def load_guards(path: Path = LAW / "guards.yaml") -> list[Guard]:
    """The guards in the order of the file."""
    return [
        Guard(item["id"], item["clause"], item["lawful"], tuple(item["rules"]), item.get("why", {}))
        for item in read_yaml(path)
    ]
