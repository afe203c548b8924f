"""Reads a feature file: what one number says of a class, an institution, an assessor or a claim, and the SELECT that computes it.

Belongs here: the shape of a feature file. Does not belong here: running it (`assets/features.py`) or weighing it
(`models/ranking.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from models.query import Query, QueryError, read_query

FEATURES = Path(__file__).parent / "features"
LEVELS = ("class", "institution", "assessor", "claim")
FAMILIES: Mapping[str, str] = {
    "copies": "签到雷同", "rhythm": "到课节奏", "clock": "时刻规律", "breaks": "前后或人际不一", "presence": "出勤", "devices": "设备与地点", "teaching": "师资与场地", "roster": "名册",
    "contacts": "联系方式与账户", "work": "用工与工资", "exams": "考试成绩", "certification": "评价发证", "claiming": "申领",
}  # fmt: skip
REQUIRED = ("level", "family", "title", "says", "high", "innocent", "typologies", "typical", "unit", "weighs")
OPTIONAL = ("grain", "low")
WEIGHTS: Mapping[str, float] = {"much": 1.0, "some": 0.5, "little": 0.25}
"""How telling a high value is, by what could explain it innocently: hardly anything, something, much."""


@dataclass(frozen=True)
class Feature:
    """One feature file. The SELECT returns `key` and `value`; a key without a row has no value."""

    query: Query

    @property
    def name(self) -> str:
        return self.query.name

    @property
    def level(self) -> str:
        """What it describes: class, institution, assessor or claim."""
        return self.query.header["level"]

    @property
    def family(self) -> str:
        """The family of signs that it belongs to; a key of FAMILIES."""
        return self.query.header["family"]

    @property
    def title(self) -> Mapping[str, str]:
        return self.query.header["title"]

    @property
    def says(self) -> str:
        """What the number is, in Chinese."""
        return str(self.query.header["says"]).strip()

    @property
    def high(self) -> str:
        """What a high value suggests."""
        return str(self.query.header["high"]).strip()

    @property
    def innocent(self) -> str:
        """The nearest innocent explanation of a high value."""
        return str(self.query.header["innocent"]).strip()

    @property
    def unit(self) -> str:
        return str(self.query.header["unit"])

    @property
    def peers(self) -> bool:
        """Compared with its like (occupation, level, mode, city, season, size) rather than with all."""
        return self.query.header["typical"] == "peers"

    @property
    def weight(self) -> float:
        return WEIGHTS[self.query.header["weighs"]]

    @property
    def grain(self) -> float:
        """The smallest difference that means anything, in the feature's own unit."""
        return float(self.query.header.get("grain", 0.0))

    @property
    def both_sides(self) -> bool:
        """A low value is as telling as a high one; the header then says in `low` what it suggests."""
        return "low" in self.query.header


def read_feature(path: Path) -> Feature:
    """Read one feature file and refuse, with the reason, one that does not have the shape of a feature."""
    query = read_query(path)
    header, name = query.header, path.name
    if missing := [field for field in REQUIRED if not header.get(field)]:
        raise QueryError(f"{name}: the header lacks {', '.join(missing)}; every feature has {', '.join(REQUIRED)}.")
    if unknown := sorted(set(header) - set(REQUIRED) - set(OPTIONAL)):
        raise QueryError(
            f"{name}: unknown header fields {', '.join(unknown)}; known: {', '.join(REQUIRED + OPTIONAL)}."
        )
    for field, allowed in (("level", LEVELS), ("family", FAMILIES), ("weighs", WEIGHTS), ("typical", ("peers", "all"))):
        if header[field] not in allowed:
            raise QueryError(f"{name}: {field} {header[field]!r} is none of {', '.join(allowed)}.")
    if not isinstance(header["title"], dict) or set(header["title"]) != {"zh", "en"}:
        raise QueryError(f"{name}: title needs the languages zh and en.")
    if names := set(query.tree.named_selects) ^ {"key", "value"}:
        raise QueryError(
            f"{name}: the SELECT returns key and value, and nothing else (here: {', '.join(sorted(names))})."
        )
    return Feature(query)


@lru_cache(maxsize=4)
def read_features(folder: Path = FEATURES) -> Mapping[str, Feature]:
    """All features of a folder by name, in alphabetical order; read once."""
    return MappingProxyType({path.stem: read_feature(path) for path in sorted(folder.glob("*.sql"))})
