"""Made-up institutions, the assessors' scopes and the catalogue of projects: what stands before anybody is trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from models.province.occupations import LINES, OCCUPATIONS, TRADES
from models.province.population import accounts, names
from models.province.schema import from_rows
from models.province.territory import CITIES, Territory

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# kind: name endings, leading characters of the code, how many a city has at least, whether it stands in a catalogue
KINDS: dict[str, tuple[tuple[str, ...], str, int, bool]] = {
    "training": (("职业培训学校", "职业技能培训学校", "职业培训中心"), "52", 3, True),
    "enterprise": (
        ("机械制造有限公司", "煤化工有限公司", "建筑工程有限公司", "食品有限公司", "物业服务有限公司"),
        "91",
        5,
        False,
    ),
    "college": (("职业技术学院", "技工学校"), "12", 1, True),
    "assessor": (("职业技能评价中心", "技能人才评价有限公司"), "91", 2, True),
    "third_party": (("会计师事务所有限公司", "管理咨询有限公司"), "91", 1, True),
    "sole_proprietor": (("家常菜馆", "美容店", "汽车修理部"), "92", 3, False),
    "private_nonprofit": (("养老服务中心", "社会工作服务中心"), "52", 2, False),
}
WORDS = np.array(
    [
        "汾河",
        "晨光",
        "同兴",
        "远景",
        "华岳",
        "鼎新",
        "恒瑞",
        "博学",
        "启明",
        "立行",
        "丰泽",
        "和顺达",
        "云冈源",
        "尧乡",
        "河东",
        "北岳",
        "新程",
        "德馨",
        "众诚",
        "金穗",
        "匠心",
        "百川",
        "安泰来",
        "永济德",
        "星火",
        "巧手",
        "正源",
        "通达",
        "万象",
        "明德",
    ]
)


def uscc(rng: np.random.Generator, head: str, division: str) -> str:
    """A code with a valid GB 11714 and GB 32100 check character."""
    body = "MA" + "".join(USCC_CHARACTERS[i] for i in rng.integers(0, 31, 6))
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    code = head + division + body + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(USCC_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + USCC_CHARACTERS[(31 - total % 31) % 31]


@dataclass
class Ground:
    """What a province stands on: territory, bureaus, institutions, projects."""

    territory: Territory
    bureaus: dict[str, list[str]]
    """4-digit city to the divisions whose bureaus pay there"""
    institutions: list[dict[str, Any]]
    scopes: list[dict[str, Any]]
    projects: list[dict[str, Any]]
    _index: dict[tuple[str, str], list[dict[str, Any]]] = field(init=False, default_factory=dict)
    _indexed: int = field(init=False, default=-1)

    def of_kind(self, kind: str, city: str) -> list[dict[str, Any]]:
        """A city's institutions of a kind that nobody has set apart, in the order in which they were founded."""
        if self._indexed != len(self.institutions):
            self._index, self._indexed = {}, len(self.institutions)
            for row in self.institutions:
                if not row.get("_apart"):
                    self._index.setdefault((row["kind"], row["division"][:4]), []).append(row)
        return self._index.get((kind, city), [])

    def frames(self) -> dict[str, pl.DataFrame]:
        return {
            "institutions": from_rows("institutions", (row for row in self.institutions if not row.get("_unknown"))),
            "assessor_scopes": from_rows("assessor_scopes", self.scopes),
            "projects": from_rows("projects", self.projects),
        }


class InstitutionMaker:
    """Makes one institution after another; no two share a name, code, phone, account or third party's representative."""

    def __init__(self, territory: Territory, rng: np.random.Generator) -> None:
        self.territory, self.rng = territory, rng
        self.used: set[str] = set()

    def make(self, kind: str, division: str, **changes: Any) -> dict[str, Any]:
        endings, head, _, listed = KINDS[kind]
        rng = self.rng
        town = self.territory.names[division].removesuffix("市")
        row = {
            "institution_id": self._fresh(lambda: uscc(rng, head, division)),
            "name": self._fresh(
                lambda: (
                    f"{town}{rng.choice(WORDS)}{rng.choice(WORDS) if rng.random() < 0.5 else ''}{rng.choice(list(endings))}"
                )
            ),
            "kind": kind,
            "division": division,
            "legal_representative": self._fresh(lambda: str(names(rng, 1)[0])),
            "phone": self._fresh(lambda: f"03{rng.integers(49, 60)}{rng.integers(2000000, 9000000)}"),
            "bank_account": self._fresh(lambda: str(accounts(rng, 1, "0411")[0])),
            "address": f"{self.territory.title(division)}{rng.choice(['文化路', '建设街', '新华街', '迎春路', '兴业大道'])}{rng.integers(1, 300)}号",
            "listed_from": date(2019, 1, 10) + timedelta(days=int(rng.integers(0, 500))) if listed else None,
            "listed_to": None,
        }
        return row | changes

    def _fresh(self, draw: Any) -> str:
        while (value := draw()) in self.used or not self.territory.share.mine(value):
            pass
        self.used.add(value)
        return value


def lay_ground(territory: Territory, rng: np.random.Generator, claims: int) -> Ground:
    growth = 1 + claims // 20_000
    bureaus = {city: territory.offices(city, min(1 + growth, 6)) for city in CITIES}
    maker = InstitutionMaker(territory, rng)
    institutions: list[dict[str, Any]] = []
    for city, divisions in bureaus.items():
        for kind, (_, _, least, _) in KINDS.items():
            count = least if kind == "third_party" else least * growth
            institutions += [
                maker.make(kind, divisions[0] if i == 0 else str(rng.choice(divisions))) for i in range(count)
            ]
        # assessors of 特种 certificates and the education side's stand in no catalogue of the labour side, some in no register at all
        institutions.append(
            maker.make("assessor", divisions[0], listed_from=None, _apart="special", _unknown=city in ("1403", "1409"))
        )
        institutions.append(
            maker.make(
                "assessor", divisions[0], listed_from=None, _apart="education", _unknown=city not in ("1401", "1407")
            )
        )
    ground = Ground(territory, bureaus, institutions, [], [])
    for city in CITIES:
        ground.projects += _projects(city, rng, f"{territory.share.at:02d}" if territory.share.of > 1 else "")
        ground.scopes += _scopes(ground, city, rng)
    return ground


def _scopes(ground: Ground, city: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    taught = sorted(
        {
            (row["occupation_code"], row["level"])
            for row in ground.projects
            if row["division"][:4] == city and row["_certificate"] in ("skill_level", "special_ability")
        },
        key=str,
    )
    rows = []
    for at, assessor in enumerate(ground.of_kind("assessor", city)):
        for occupation, level in taught:
            if at % 2 == 0 or rng.random() < 0.5:
                every_level = level is None or rng.random() < 0.1
                rows.append(
                    {
                        "assessor_id": assessor["institution_id"],
                        "occupation_code": occupation,
                        "level": None if every_level else level,
                        "valid_from": max(assessor["listed_from"], date(2019, 9, 1)),
                        "valid_to": None,
                    }
                )
    return rows


def _projects(city: str, rng: np.random.Generator, part: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, line in LINES.items():
        wanted = {"employment": 8, "upskilling": 6}.get(name, 3)
        for at, code in enumerate(rng.permutation(list(line.trades))[:wanted].tolist()):
            hours = round(TRADES[code][1] * line.hours / 8) * 8 if line.hours < 20 else int(line.hours)
            factor = TRADES[code][2] if code in TRADES else 1.0
            price = line.price if line.price > 1000 else line.price * hours * factor
            standard = round(price * float(rng.uniform(0.88, 1.12)) / 10) * 10
            cap = (
                8000
                if name == "directed"
                else (standard if line.inclusive and rng.random() < 0.12 else -(-int(standard * 1.15) // 100) * 100)
            )
            row = {
                "project_code": f"XM{city}{part}{line.kind[:2].upper()}{len(rows):03d}{at}",
                "division": f"{city}00",
                "training_kind": line.kind,
                "inclusive": line.inclusive,
                "occupation_code": code,
                "occupation": OCCUPATIONS[code],
                "level": line.level,
                "standard_hours": hours,
                "subsidy_standard": Decimal(standard),
                "subsidy_cap": Decimal(cap),
                "valid_from": date(2021, 1, 1),
                "valid_to": None,
                "_line": name,
                "_certificate": line.certificate,
            }
            if line.inclusive:
                before = row | {
                    "subsidy_standard": Decimal(standard - 60),
                    "valid_from": date(2019, 3, 1),
                    "valid_to": date(2020, 12, 31),
                }
                rows += [before, row]
            else:
                rows.append(row | {"valid_from": date(2018, 6, 1)})
    return rows
