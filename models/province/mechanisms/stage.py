"""The half-made province as mechanisms see it: they plan classes on it and change the rows of their own classes. No scheme is known here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from models.province.classes import Class, Planner
from models.province.institutions import Ground, InstitutionMaker
from models.province.population import Population

Row = dict[str, Any]
USUAL = (date(2021, 2, 22), date(2021, 11, 20))


@dataclass
class Stage:
    """`n` is how many classes an institution of a scheme has at most, `sizes` how many people sit in one."""

    ground: Ground
    planner: Planner
    maker: InstitutionMaker
    seed: int
    n: int
    sizes: tuple[int, int]
    poor: str
    classes: list[Class] = field(default_factory=list)
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    _open: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    _own: dict[str, pl.DataFrame] = field(default_factory=dict)
    _added: dict[str, list[Row]] = field(default_factory=dict)
    _cast: set[str] = field(default_factory=set)

    @property
    def population(self) -> Population:
        return self.planner.population

    def city(self, rng: np.random.Generator) -> str:
        return str(rng.choice(sorted(self.ground.bureaus)))

    def existing(self, rng: np.random.Generator, kind: str = "training", city: str | None = None) -> Row:
        """An institution that also has an ordinary life, and no other mechanism."""
        for _ in range(200):
            free = [
                row
                for row in self.ground.of_kind(kind, city or self.city(rng))
                if row["institution_id"] not in self._cast
            ]
            if free:
                row = free[int(rng.integers(len(free)))]
                self._cast.add(row["institution_id"])
                return row
        return self.founded(rng, kind, city)

    def founded(self, rng: np.random.Generator, kind: str = "training", city: str | None = None, **changes: Any) -> Row:
        """A new institution, only for one mechanism."""
        city = city or self.city(rng)
        division = changes.pop("division", None) or str(
            rng.choice([bureau for bureau in self.ground.bureaus[city] if bureau != self.poor])
        )
        row = self.maker.make(kind, division, _apart="cast", **changes)
        self.ground.institutions.append(row)
        return row

    def class_of(
        self,
        line: str,
        organiser: Row,
        window: tuple[date, date] = USUAL,
        size: tuple[int, int] | None = None,
        **wishes: Any,
    ) -> Class:
        """One more class, made like all others."""
        c = self.planner.plan(
            line,
            window,
            size or self.sizes,
            organiser=organiser,
            city=organiser["division"][:4],
            organiser_kind=organiser["kind"],
            **wishes,
        )
        c["_cast"] = True
        self.classes.append(c)
        return c

    def lead(self, classes: list[Class], place: bool = True) -> None:
        """One new trainer stands before all these classes; with `place` they also share the first one's room and terminals."""
        trainer = self.population.one(classes[0]["_city"], born=(date(1968, 1, 1), date(1992, 12, 31)))
        for c in classes:
            c.update(trainer_id=trainer["id_number"], trainer_name=trainer["name"])
            if place:
                c.update({name: classes[0][name] for name in ("site", "longitude", "latitude", "_devices")})

    def own_project(self, c: Class, **changes: Any) -> None:
        """A catalogue row of the class's own, for another occupation or level; the city's first assessor may examine it."""
        row = (
            c["_project"]
            | {"project_code": f"{c['_project']['project_code']}Z{len(self.ground.projects):04d}", "_line": "cast"}
            | changes
        )
        self.ground.projects.append(row)
        c.update(project_code=row["project_code"], _project=row)
        if row["_certificate"] in ("skill_level", "special_ability"):
            assessor = self.ground.of_kind("assessor", c["_city"])[0]
            self.scope(assessor, row["occupation_code"], row["level"])

    def scope(self, assessor: Row, occupation: str, level: str | None, since: date = date(2020, 1, 1)) -> None:
        scope = {
            "assessor_id": assessor["institution_id"],
            "occupation_code": occupation,
            "level": level,
            "valid_from": since,
            "valid_to": None,
        }
        if not any(
            all(row[name] == scope[name] for name in ("assessor_id", "occupation_code", "level"))
            for row in self.ground.scopes
        ):
            self.ground.scopes.append(scope)

    def other_trade(self, c: Class, rng: np.random.Generator, besides: set[str]) -> None:
        """Moves the class to another of its city's projects of the line, with another occupation."""
        rows = [
            row
            for row in self.ground.projects
            if row["_line"] == c["_line"]
            and row["division"][:4] == c["_city"]
            and row["occupation_code"] not in besides
            and row["valid_from"] <= c["start_date"]
            and (row["valid_to"] is None or c["start_date"] <= row["valid_to"])
        ]
        if not rows:
            raise ValueError("no other trade in the city")
        row = rows[int(rng.integers(len(rows)))]
        share = min(1.0, c["planned_hours"] / row["standard_hours"])
        c.update(
            project_code=row["project_code"],
            _project=row,
            _amount=row["subsidy_standard"] if share == 1 else int(float(row["subsidy_standard"]) * share / 10) * 10,
        )

    # -- rows ---------------------------------------------------------------------------------------------------------

    def open(self, source: str, table: pl.DataFrame) -> None:
        """A table is ready to be changed."""
        self.frames[source] = table
        self._own[source] = (
            table.filter(pl.col("class_id").is_in([c["class_id"] for c in self.classes]))
            if "class_id" in table.columns
            else table.head(0)
        )
        self._open[source], self._added[source] = {}, []

    def rows(self, source: str, c: Class) -> list[Row]:
        """The class's rows of the open table; the list and its rows may be changed."""
        held = self._open[source]
        if c["class_id"] not in held:
            held[c["class_id"]] = self._own[source].filter(pl.col("class_id") == c["class_id"]).to_dicts()
        return held[c["class_id"]]

    def replace(self, source: str, c: Class, rows: list[Row]) -> None:
        self._open[source][c["class_id"]] = rows

    def add(self, source: str, row: Row) -> Row:
        """A row beside those of the classes."""
        self._added[source].append(row)
        return row

    def close(self, source: str) -> pl.DataFrame:
        """The table with all changes."""
        table, held = self.frames[source], self._open[source]
        rows = [row for listed in held.values() for row in listed] + self._added[source]
        if held:
            table = table.filter(~pl.col("class_id").is_in(list(held)) | pl.col("class_id").is_null())
        if rows:
            names = table.columns
            table = pl.concat(
                [
                    table,
                    pl.DataFrame(
                        [tuple(row.get(name) for name in names) for row in rows], schema=table.schema, orient="row"
                    ),
                ]
            )
        if "_k" in table.columns:
            table = table.sort("_k", maintain_order=True)
        self.frames[source] = table
        return table
