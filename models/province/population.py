"""Made-up people: names, identity numbers, phones, bank accounts. What they do (classes, work) is elsewhere."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from models.province.territory import Territory

SURNAMES = np.array(
    list(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
        "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟万段雷钱汤尹武乔贺龚文樊靳牛温裴卫荆"
    )
)
GIVEN = np.array(
    list(
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉玲海燕春生志东晓波鹏飞宇婷雪琴云龙晨浩然俊凯嘉欣怡佳宁"
        "瑞峰斌博立新亮彬慧莉媛倩颖琳璐瑶萍荣福来根旺喜顺安康泰永振兴思源子涵卫民向前如意金凤爱莲改仙润生效忠存良保全双喜"
    )
)
MOBILE_PREFIXES = np.array(
    [
        "130",
        "131",
        "133",
        "135",
        "136",
        "138",
        "139",
        "150",
        "151",
        "152",
        "155",
        "158",
        "159",
        "176",
        "177",
        "180",
        "182",
        "186",
        "187",
        "189",
    ]
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = np.array(list("10X98765432"))
OUTSIDE_COUNTIES = np.array(
    [130121, 130432, 150622, 410526, 410823, 610528, 610826, 371723, 320322, 421083, 510525, 622425]
)


def rng_for(seed: int, purpose: str) -> np.random.Generator:
    """One stream of random numbers for one purpose, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed & 0xFFFFFFFF, zlib.crc32(purpose.encode())])


def days(value: date) -> int:
    return int(np.datetime64(value, "D").astype(int))


def id_numbers(bodies: np.ndarray) -> np.ndarray:
    """17-digit bodies (as integers) with their GB 11643 check character."""
    total = np.zeros(len(bodies), dtype=np.int64)
    for place, weight in enumerate(WEIGHTS):
        total += bodies // 10 ** (16 - place) % 10 * weight
    return np.char.add(bodies.astype("U17"), CHECK_CHARACTERS[total % 11])


def id_for(county: str, birth: date, serial: int) -> str:
    return str(id_numbers(np.array([int(county) * 10**11 + int(birth.strftime("%Y%m%d")) * 1000 + serial]))[0])


def accounts(rng: np.random.Generator, n: int, prefix: str) -> np.ndarray:
    digits = 19 - len(prefix)
    return np.array([f"{prefix}{value:0{digits}d}" for value in rng.integers(0, 10**digits, n).tolist()], dtype="U19")


def names(rng: np.random.Generator, n: int) -> np.ndarray:
    weight = 1 / (np.arange(len(SURNAMES)) + 4)
    surname = rng.choice(SURNAMES, n, p=weight / weight.sum())
    first, second = rng.choice(GIVEN, n), rng.choice(GIVEN, n)
    return np.char.add(np.char.add(surname, first), np.where(rng.random(n) < 0.72, second, ""))


@dataclass
class Population:
    """Draws people whose identity numbers nobody in the province bears yet."""

    territory: Territory
    rng: np.random.Generator
    taken: set[int] = field(default_factory=set)

    def draw(
        self, cities: np.ndarray, born: tuple[date, date] = (date(1966, 3, 1), date(2003, 6, 30)), local: float = 0.86
    ) -> pl.DataFrame:
        """One person for each entry of `cities` (4-digit codes): most were registered there, some elsewhere in or outside the province."""
        n, rng = len(cities), self.rng
        county = rng.choice(self.territory.all_counties, n)
        for city in np.unique(cities):
            at = np.flatnonzero((cities == city) & (rng.random(n) < local))
            county[at] = rng.choice(self.territory.counties_of(str(city)), len(at))
        outside = rng.random(n) < 0.04
        county[outside] = rng.choice(OUTSIDE_COUNTIES, int(outside.sum()))
        birth = rng.integers(days(born[0]), days(born[1]) + 1, n).astype("datetime64[D]")
        bodies = self._bodies(county.astype(np.int64), birth)
        return pl.DataFrame(
            {
                "id_number": id_numbers(bodies),
                "name": names(rng, n),
                "phone": np.char.add(
                    rng.choice(MOBILE_PREFIXES, n), np.char.zfill(rng.integers(0, 10**8, n).astype("U8"), 8)
                ),
                "residence_division": county.astype("U6"),
                "wage_account": accounts(rng, n, "6217"),
            }
        )

    def one(self, city: str, **birth: Any) -> dict[str, Any]:
        return self.draw(np.array([city]), **birth).row(0, named=True)

    def _bodies(self, county: np.ndarray, birth: np.ndarray) -> np.ndarray:
        parts = pl.Series(birth).dt
        stamp = (
            parts.year().cast(pl.Int64) * 10000 + parts.month().cast(pl.Int64) * 100 + parts.day().cast(pl.Int64)
        ).to_numpy()
        bodies = np.zeros(len(county), dtype=np.int64)
        todo, share = np.arange(len(county)), self.territory.share
        while len(todo):
            serial = share.number(self.rng.integers(1, (999 - share.at) // share.of + 1, len(todo)))
            bodies[todo] = county[todo] * 10**11 + stamp[todo] * 1000 + serial
            again = []
            for at in todo.tolist():
                body = int(bodies[at])
                if body in self.taken:
                    again.append(at)
                else:
                    self.taken.add(body)
            todo = np.array(again, dtype=np.int64)
        return bodies

    def remember(self, numbers: pl.Series) -> None:
        """Numbers that are in use already."""
        for number in numbers.drop_nulls().to_list():
            if number[:17].isdigit():
                self.taken.add(int(number[:17]))
