"""What a file's name says: source, city, period, part, and which correction it is.

`<title>[_<city>][_<period>][_<part>][_更正[n]].<ending>`; the city is a name or a 6-digit code, the period 2021, 202107 or
2021Q3, the part a small number.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from models.source import Source

_CITIES = Path(__file__).parent.parent / "data" / "reference" / "divisions_cities.parquet"
_PERIOD = re.compile(r"((?:19|20)\d{2})(?:[Qq]([1-4])|(0[1-9]|1[0-2]))?")
_CORRECTION = re.compile(r"更正(\d*)")
_CODE = re.compile(r"\d{6}")
_PART = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class DeliveryName:
    """The parts of a name; empty where it does not say. ``correction`` is 0, 1 for 更正, n for 更正n."""

    source: str = ""
    city: str = ""
    period: str = ""
    part: str = ""
    correction: int = 0

    @property
    def replaces(self) -> bool:
        """A file with neither city nor period supersedes nothing."""
        return bool(self.source and (self.city or self.period))


def read_name(file: str, sources: Mapping[str, Source]) -> DeliveryName:
    """Read a file's name; the source is empty where no title stands at its beginning."""
    stem = PurePosixPath(file).stem.strip()
    source, rest = _source(stem, sources)
    city = period = part = ""
    correction = 0
    for word in re.split(r"[_\s（）()]+", rest):
        if found := _CORRECTION.fullmatch(word):
            correction = int(found[1] or 1)
        elif not period and _PERIOD.fullmatch(word):
            period = word.upper()
        elif not city and (code := city_code(word)):
            city = code
        elif not part and _PART.fullmatch(word):
            part = str(int(word))
    return DeliveryName(source, city, period, part, correction)


def named_as_read(file: str, name: DeliveryName, meta: Mapping[str, Any]) -> bool:
    """Whether a content was read (its record ``meta``) as this file's name tells: in its format, for its source where it tells one."""
    return PurePosixPath(file).suffix.lower().lstrip(".") == meta["format"] and name.source in ("", meta["source"])


def period_bounds(period: str) -> tuple[date, date] | None:
    """First and last day of 2021, 2021Q3 or 202107; None where the name gave no period."""
    found = _PERIOD.fullmatch(period)
    if not found:
        return None
    year = int(found[1])
    if found[2]:
        first, last = 3 * int(found[2]) - 2, 3 * int(found[2])
    elif found[3]:
        first = last = int(found[3])
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def city_code(word: str) -> str:
    """The 6-digit code of a city's name or code; empty where the word is neither."""
    if _CODE.fullmatch(word):
        return word if _is_city_code(word) else ""
    return _names().get(word, "") or _names().get(f"{word}市", "")


def _is_city_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word)) and word[:2] in _provinces()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Name of a city -> its code."""
    frame = pl.read_parquet(_CITIES)
    return {name: f"{code}00" for code, name in frame.select("code", "name").iter_rows()}


@lru_cache(maxsize=1)
def _provinces() -> frozenset[str]:
    return frozenset(code[:2] for code in _names().values())


def _source(stem: str, sources: Mapping[str, Source]) -> tuple[str, str]:
    titles = sorted(
        ((title, name) for name, source in sources.items() for title in source.titles), key=lambda one: -len(one[0])
    )
    lowered = stem.lower()
    for title, name in titles:
        if lowered.startswith(title.lower()):
            rest = stem[len(title) :]
            if not (rest[:1].isascii() and rest[:1].isalpha()):
                return name, rest
    return "", stem
