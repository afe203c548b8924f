"""The cities and counties of the made-up province and where they lie. Codes are GB/T 2260; positions are rough. No institutions here."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference" / "divisions_areas.parquet"

# city: name, longitude, latitude, and the counties that serve where the reference data are not installed
CITIES: dict[str, tuple[str, float, float, dict[str, str]]] = {
    "1401": ("太原市", 112.549, 37.857, {"140105": "小店区", "140106": "迎泽区", "140121": "清徐县"}),
    "1402": ("大同市", 113.295, 40.090, {"140213": "平城区", "140214": "云冈区", "140221": "阳高县"}),
    "1403": ("阳泉市", 113.583, 37.861, {"140302": "城区", "140311": "郊区", "140321": "平定县"}),
    "1404": ("长治市", 113.113, 36.191, {"140403": "潞州区", "140404": "上党区", "140423": "襄垣县"}),
    "1405": ("晋城市", 112.851, 35.497, {"140502": "城区", "140522": "阳城县", "140581": "高平市"}),
    "1406": ("朔州市", 112.433, 39.331, {"140602": "朔城区", "140603": "平鲁区", "140681": "怀仁市"}),
    "1407": ("晋中市", 112.736, 37.696, {"140702": "榆次区", "140703": "太谷区", "140781": "介休市"}),
    "1408": ("运城市", 111.003, 35.022, {"140802": "盐湖区", "140821": "临猗县", "140881": "永济市"}),
    "1409": ("忻州市", 112.733, 38.417, {"140902": "忻府区", "140922": "五台县", "140981": "原平市"}),
    "1410": ("临汾市", 111.518, 36.084, {"141002": "尧都区", "141024": "洪洞县", "141081": "侯马市"}),
    "1411": ("吕梁市", 111.134, 37.524, {"141102": "离石区", "141121": "文水县", "141181": "孝义市"}),
}


OFFICES = 3
"""A part of a province has so many counties or zones in each city: two bureaus, and one that has none."""


@dataclass(frozen=True)
class Share:
    """Which of `of` parts this is; parts made one by one bear nothing that another bears."""

    at: int = 0
    of: int = 1

    def mine(self, text: str) -> bool:
        """Whether a name or number may be given away by this part."""
        return zlib.crc32(text.encode()) % self.of == self.at

    def number(self, within: Any) -> Any:
        """The part's own number for its `within`-th thing, or numbers for several."""
        return within * self.of + self.at


WHOLE = Share()


@dataclass(frozen=True)
class Territory:
    counties: dict[str, list[str]]
    """4-digit city to its counties' codes"""
    names: dict[str, str]
    """6-digit code to name, cities and counties"""
    homes: dict[str, list[str]]
    """4-digit city to the counties where people are registered, whichever part they are in"""
    share: Share = WHOLE

    @classmethod
    def load(cls) -> Territory:
        counties = {city: dict(facts[3]) for city, facts in CITIES.items()}
        if REFERENCE.exists():
            areas = pl.read_parquet(REFERENCE)
            for code, name, city in areas.select("code", "name", "cityCode").rows():
                # development zones (xx71) have bureaus of their own but issue no identity numbers
                if city in counties and code[4:] != "71":
                    counties[city][code] = name
        names = {code: name for listed in counties.values() for code, name in listed.items()}
        names |= {f"{city}00": facts[0] for city, facts in CITIES.items()}
        sorted_counties = {city: sorted(listed) for city, listed in counties.items()}
        return cls(sorted_counties, names, sorted_counties)

    def part(self, share: Share) -> Territory:
        """The part's own counties and development zones of every city; the city's own bureau is the first part's."""
        if share.of == 1:
            return self
        names, counties = dict(self.names), {}
        for city, real in self.counties.items():
            zones = [f"{city}{number}" for number in range(40, 100) if f"{city}{number}" not in real]
            counties[city] = sorted([*real, *zones][share.at : OFFICES * share.of : share.of])
            names |= {code: f"{CITIES[city][0]}第{code[4:]}开发区" for code in zones}
        return Territory(counties, names, self.homes, share)

    def offices(self, city: str, most: int) -> list[str]:
        """The divisions whose bureaus pay in a city, the first as the others' head; at least one county has none."""
        if self.share.of == 1:
            return [f"{city}00", *self.counties[city][:most]]
        return [*([f"{city}00"] if self.share.at == 0 else []), *self.counties[city][: OFFICES - 1]]

    @property
    def all_counties(self) -> np.ndarray:
        return np.array([int(code) for listed in self.homes.values() for code in listed])

    def counties_of(self, city: str) -> np.ndarray:
        return np.array([int(code) for code in self.homes[city[:4]]])

    def place(self, division: str) -> tuple[float, float]:
        """Rough position: the city's, and its counties spread around it."""
        _, longitude, latitude, _ = CITIES[division[:4]]
        if division.endswith("00"):
            return longitude, latitude
        turn = int(division[4:]) * 2.399963
        return longitude + 0.28 * float(np.cos(turn)), latitude + 0.22 * float(np.sin(turn))

    def title(self, division: str) -> str:
        city = CITIES[division[:4]][0]
        return city if division.endswith("00") else city + self.names.get(division, "")
