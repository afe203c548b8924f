"""What a file's name says: source, city, period, part, and which correction it is.

`<title>[_<city>][_<period>][_<part>][_更正[n]].<ending>`; the city is a name or a 6-digit code, the period 2021, 202107 or
2021Q3, the part a small number. Other ways in use are read as these: 2021-07, 2021年7月, 2021年第3季度, 第2部分, part2, and a
correction or period without its underscore. What else stands there, such as the name of a county or a school, tells deliveries
apart; only words for a version (最终版, v2) do not.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from models.source import Source

_CITIES = Path(__file__).parent.parent / "data" / "reference" / "divisions_cities.parquet"
_PERIOD = re.compile(r"((?:19|20)\d{2})(?:[Qq]([1-4])|(0[1-9]|1[0-2]))?")
_OTHER_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:[-.](?P<month>0?[1-9]|1[0-2])|年(?:(?P<of_year>0?[1-9]|1[0-2])月|第?(?P<quarter>[1-4一二三四])季度)?)"
)
_CORRECTION = re.compile(r"(.*)更正[版件稿]?(\d*)")
_CODE = re.compile(r"\d{6}")
_PART = re.compile(r"(?:第|part[-.]?)?(\d{1,3})(?:部分)?", re.IGNORECASE)
_VERSION = re.compile(r"(?:最终|终|最新|新|修改|修订|定|正式)[版稿]?|副本|复件|final|copy|new|v\d{1,2}", re.IGNORECASE)
_CITY_WITH_PERIOD = re.compile(r"(\D+?)[-.·]?((?:19|20)\d{2}.*)")


@dataclass(frozen=True)
class DeliveryName:
    """The parts of a name; empty where it does not say. ``correction`` is 0, 1 for 更正, n for 更正n. ``words`` are those that
    are none of the others: deliveries that differ in them are different ones."""

    source: str = ""
    city: str = ""
    period: str = ""
    part: str = ""
    correction: int = 0
    words: str = ""

    @property
    def replaces(self) -> bool:
        """A file with neither city nor period supersedes nothing."""
        return bool(self.source and (self.city or self.period))

    @property
    def delivery(self) -> tuple[str, ...]:
        """Files in which these agree are versions of one delivery."""
        return self.source, self.city, self.period, self.part, self.words


def read_name(file: str, sources: Mapping[str, Source]) -> DeliveryName:
    """Read a file's name; the source is empty where no title stands at its beginning."""
    stem = PurePosixPath(file).stem.strip()
    source, rest = _source(stem, sources)
    city = period = part = ""
    correction, others = 0, []
    for word in _words(rest):
        if found := _CORRECTION.fullmatch(word):
            correction = int(found[2] or 1)
        elif not period and (told := _period(word)):
            period = told
        elif not city and (code := city_code(word)):
            city = code
        elif not part and (found := _PART.fullmatch(word)):
            part = str(int(found[1]))
        elif not _VERSION.fullmatch(word):
            others.append(word.casefold())
    return DeliveryName(source, city, period, part, correction, "_".join(others))


def _words(rest: str) -> Iterator[str]:
    """The words behind the title; 太原市202107更正 are three."""
    for word in re.split(r"[_\s（）()]+", rest):
        correction = _CORRECTION.fullmatch(word)
        bare = correction[1] if correction else word
        glued = _CITY_WITH_PERIOD.fullmatch(bare)
        parts = [glued[1], glued[2]] if glued and city_code(glued[1]) and _period(glued[2]) else [bare]
        yield from (part for part in [*parts, word.removeprefix(bare)] if part.strip("-—·.,"))


def _period(word: str) -> str:
    """2021, 202107 or 2021Q3, however it is written; empty where the word is no period."""
    if _PERIOD.fullmatch(word):
        return word.upper()
    found = _OTHER_PERIOD.fullmatch(word)
    if not found:
        return ""
    if quarter := found["quarter"]:
        return f"{found['year']}Q{'一二三四'.find(quarter) + 1 or quarter}"
    month = found["month"] or found["of_year"]
    return found["year"] + (month.zfill(2) if month else "")


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
