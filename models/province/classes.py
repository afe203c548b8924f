"""Plans classes (who teaches what, when, where, to how many) and fills them with people. Check-ins, certificates and claims are elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from models.province.calendar import LAST_DAY, first_day, pattern, running, spread
from models.province.institutions import Ground
from models.province.occupations import LINES, PERSON_CATEGORIES_WITH_EMPLOYER
from models.province.population import Population

# style: hours of 45 minutes that a day counts, and the day's slots as (begin, length) in minutes
STYLES: dict[str, tuple[float, tuple[tuple[int, int], ...]]] = {
    "halves": (8, ((8 * 60 + 30, 180), (14 * 60, 180))),
    "whole": (8, ((8 * 60 + 30, 510),)),
    "evening": (3.5, ((19 * 60, 160),)),
    "online": (4, ((9 * 60, 185),)),
}
Class = dict[str, Any]


@dataclass
class Planner:
    """Makes classes one by one; a trainer or room never stands in two places at once."""

    ground: Ground
    population: Population
    rng: np.random.Generator
    serial: int = 1
    lone_trainers: bool = False
    trainers: dict[str, list[list[Any]]] = field(default_factory=dict)
    sites: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    usual_size: dict[str, float] = field(default_factory=dict)

    def plan(self, line_name: str, window: tuple[date, date], sizes: tuple[int, int], **wishes: Any) -> Class:
        """One class of a line that starts within the window. Wishes: city, organiser, organiser_kind, project_code, style,
        method, category, hours_ratio."""
        line, rng = LINES[line_name], self.rng
        city = wishes.get("city") or str(rng.choice(list(self.ground.bureaus)))
        kinds = line.organisers
        kind = wishes.get("organiser_kind") or kinds[0 if rng.random() < 0.65 else -1]
        organisers = self.ground.of_kind(kind, city)
        organiser = wishes.get("organiser") or organisers[int(rng.choice(len(organisers), p=_by_size(len(organisers))))]
        codes = sorted(
            {
                row["project_code"]
                for row in self.ground.projects
                if row["_line"] == line_name and row["division"][:4] == city
            }
        )
        code = wishes.get("project_code") or str(rng.choice(codes))
        style = wishes.get("style") or self._style(line_name)
        ratio = wishes.get("hours_ratio") or float(rng.choice([1, 1, 1, 1, 1.1, 0.8]))
        rows = sorted(
            (row for row in self.ground.projects if row["project_code"] == code), key=lambda row: row["valid_from"]
        )
        hours = (
            round(rows[-1]["standard_hours"] * ratio / 4) * 4
            if line_name not in ("apprenticeship", "directed")
            else rows[-1]["standard_hours"]
        )
        start, lessons = self._calendar(line_name, style, hours, window)
        project = next(row for row in reversed(rows) if row["valid_from"] <= start)
        share = min(1.0, hours / project["standard_hours"])
        site = (
            self._site(organiser)
            if style != "online"
            else {"site": None, "longitude": None, "latitude": None, "devices": []}
        )
        end = lessons[-1]
        trainer = self._trainer(organiser, city, start, end)
        third_party = self.ground.of_kind("third_party", city)[0]
        category = wishes.get("category") or self._category(line_name, organiser, kind)
        size = self._headcount(organiser, sizes)
        self.serial += 1
        return {
            "class_id": f"PX{organiser['division']}{start:%y%m}{self.serial:05d}",
            "project_code": code,
            "organiser_id": organiser["institution_id"],
            "division": organiser["division"],
            "mode": "online" if style == "online" else "offline",
            "site": site["site"],
            "longitude": site["longitude"],
            "latitude": site["latitude"],
            "start_date": start,
            "end_date": end,
            "planned_hours": hours,
            "trainer_id": trainer["id_number"],
            "trainer_name": trainer["name"],
            "headcount": size,
            "reviewer_id": third_party["institution_id"] if rng.random() < 0.6 else None,
            "_line": line_name,
            "_project": project,
            "_organiser": organiser,
            "_city": city,
            "_category": category,
            "_style": style,
            "_lessons": lessons,
            "_method": "online"
            if style == "online"
            else wishes.get("method") or str(rng.choice(["face", "face", "face", "fingerprint", "paper"])),
            "_devices": site["devices"],
            "_amount": project["subsidy_standard"]
            if share == 1
            else int(float(project["subsidy_standard"]) * share / 10) * 10,
            "_employers": self._employers(category, organiser, city),
            "_reviewer": third_party["institution_id"],
        }

    def _headcount(self, organiser: dict[str, Any], sizes: tuple[int, int]) -> int:
        """Every institution has its usual class size."""
        if sizes[1] - sizes[0] < 15:
            return int(self.rng.integers(sizes[0], sizes[1] + 1))
        usual = self.usual_size.setdefault(organiser["institution_id"], float(self.rng.uniform(*sizes)))
        return int(np.clip(round(self.rng.normal(usual, 4)), *sizes))

    def _style(self, line_name: str) -> str:
        if line_name in ("apprenticeship", "directed", "special", "equipment"):
            return "halves"
        return str(self.rng.choice(["halves", "halves", "whole", "whole", "evening", "online"]))

    def _category(self, line_name: str, organiser: dict[str, Any], kind: str) -> str:
        if line_name in ("upskilling", "apprenticeship", "directed") and organiser["kind"] == "enterprise":
            return "employee"
        if kind == "college" and "graduate" in LINES[line_name].categories:
            return "graduate"
        return str(self.rng.choice([c for c in LINES[line_name].categories if c != "graduate"]))

    def _employers(self, category: str, organiser: dict[str, Any], city: str) -> list[str]:
        if category not in PERSON_CATEGORIES_WITH_EMPLOYER:
            return []
        if organiser["kind"] == "enterprise":
            return [organiser["institution_id"]]
        choice = self.ground.of_kind(PERSON_CATEGORIES_WITH_EMPLOYER[category], city)
        return [row["institution_id"] for row in choice[: 1 if category == "employee" else 4]]

    def _calendar(self, line_name: str, style: str, hours: float, window: tuple[date, date]) -> tuple[date, list[date]]:
        rng = self.rng
        count = int(-(-hours // STYLES[style][0]))
        week = pattern(line_name, style, rng)
        if line_name == "apprenticeship":
            lessons = spread(first_day(window, rng), count, int(rng.integers(300, 335)), week)
        elif line_name == "directed":
            lessons = spread(first_day(window, rng), count, int(rng.integers(96, 150)), week)
        else:
            lessons = running(first_day(window, rng), count, week)
        return lessons[0], lessons

    def _site(self, organiser: dict[str, Any]) -> dict[str, Any]:
        rng, territory = self.rng, self.ground.territory
        own = self.sites.setdefault(organiser["institution_id"], [])
        if len(own) < 2 and (not own or rng.random() < 0.3):
            longitude, latitude = territory.place(organiser["division"])
            room = len(own) + 1
            own.append(
                {
                    "site": f"{territory.title(organiser['division'])}{organiser['name']}{'实训楼' if rng.random() < 0.5 else '教学点'}{room}号教室",
                    "longitude": round(longitude + float(rng.normal(0, 0.02)), 6),
                    "latitude": round(latitude + float(rng.normal(0, 0.015)), 6),
                    "devices": [f"DK{rng.integers(10**7, 10**8)}" for _ in range(2)],
                }
            )
        return own[int(rng.integers(len(own)))]

    def _trainer(self, organiser: dict[str, Any], city: str, start: date, end: date) -> dict[str, Any]:
        staff = self.trainers.setdefault(organiser["institution_id"], [])
        known = [] if self.lone_trainers else list(staff)
        if known and self.rng.random() < 0.15:
            # some teach for another school of the city when they are free
            known = [
                entry
                for other in self.ground.of_kind(organiser["kind"], city)
                for entry in self.trainers.get(other["institution_id"], [])
            ] + known
        for entry in known:
            if all(start > last or end < first for first, last in entry[1]):
                entry[1].append((start, end))
                return entry[0]
        person = self.population.one(city, born=(date(1968, 1, 1), date(1992, 12, 31)))
        staff.append([person, [(start, end)]])
        return person


def _by_size(count: int) -> np.ndarray:
    """The first institutions of a list are the large ones."""
    weight = (np.arange(count) + 1.0) ** -0.6
    return weight / weight.sum()


def enrol(classes: list[Class], population: Population, rng: np.random.Generator, steady: bool = False) -> pl.DataFrame:
    """One row per place in a class. `_k` is the class's position, `_fit` tells who finished, `_u` is a draw for later choices.
    A steady class loses one person at most."""
    sizes = np.array([c["headcount"] for c in classes])
    k = np.repeat(np.arange(len(classes)), sizes)
    n = len(k)
    category = _spread(classes, "_category")[k]
    alternatives = np.isin(category, ["rural", "unemployed", "flexible"]) & (rng.random(n) < 0.18)
    category[alternatives] = rng.choice(np.array(["rural", "unemployed", "flexible"]), int(alternatives.sum()))
    city = _spread(classes, "_city")[k]
    people = population.draw(city)
    graduate = category == "graduate"
    if graduate.any():
        young = population.draw(city[graduate], born=(date(1996, 9, 1), date(2001, 8, 31)))
        at = pl.Series(np.flatnonzero(graduate))
        people = people.with_columns(people[name].scatter(at, young[name]).alias(name) for name in people.columns)
    employer = np.array(
        [
            c["_employers"][i % len(c["_employers"])] if c["_employers"] else None
            for c in classes
            for i in range(c["headcount"])
        ],
        dtype=object,
    )
    year = np.array([c["start_date"].year for c in classes])[k]
    ended = np.array([c["end_date"] <= LAST_DAY for c in classes])[k]
    learning = np.array([c["_line"] == "apprenticeship" for c in classes])[k]
    # some classes lose hardly anybody, others a fifth
    share = np.full(len(classes), 0.94) if steady else rng.beta(11, 0.75, len(classes)).clip(0.75, 1)
    fit = rng.random(n) < share[k]
    if steady:
        lost = pl.DataFrame({"k": k, "lost": ~fit}).select(pl.col("lost").cum_sum().over("k")).to_series().to_numpy()
        fit |= lost > 1
    completed = fit & ended & ~(learning & (rng.random(n) < 0.6))
    score = _marks(len(classes), k, rng)
    return people.with_columns(
        pl.Series("class_id", _spread(classes, "class_id")[k]),
        pl.when(pl.Series(rng.random(n) < 0.03))
        .then(None)
        .when(pl.Series(_couples(k, rng)))
        .then(pl.col("phone").shift(1))
        .otherwise(pl.col("phone"))
        .alias("phone"),
        pl.Series("category", category),
        pl.Series("employer_id", employer.tolist(), dtype=pl.String),
        pl.Series(
            "graduation_date",
            [date(y, 6, 30) if g else None for y, g in zip(year.tolist(), graduate.tolist(), strict=True)],
            dtype=pl.Date,
        ),
        pl.Series("completed", completed),
        pl.when(pl.Series(completed)).then(pl.Series(score)).alias("exam_score"),
        pl.Series("_k", k),
        pl.Series("_fit", fit),
        pl.Series("_u", rng.random(n)),
    )


def _couples(k: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Who sits in class with somebody of the family and left the same number: never two neighbours on the list."""
    n = len(k)
    return (rng.random(n) < 0.03) & (np.concatenate([[-1], k[:-1]]) == k) & (np.arange(n) % 2 == 1)


def _marks(classes: int, k: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Marks of those who pass: classes differ, teachers round, and whoever is just below the line is lifted onto it."""
    mark = rng.normal(77, 3.5, classes)[k] + rng.normal(0, 7.5, len(k))
    mark = np.where((mark < 60) & (mark > 56), 60, mark).clip(60, 99)
    half = (rng.random(classes) < 0.3)[k]
    return np.where(half, np.round(mark * 2) / 2, np.round(mark))


def _spread(classes: Iterable[Class], key: str) -> np.ndarray:
    return np.array([c[key] for c in classes], dtype="U24")
