"""An inspection plan: the visits expected to recover most, and beside them a random arm drawn from all the rest.

Belongs here: putting units, choice and draw together. Does not belong here: the optimisation (`models/planning.py`), the draw
(`models/random_arm.py`), what is printed (`plan_text.py`, `field_pack.py`) or how the folder is signed (`plan_folder.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.chain import json_text, read_manifest, sums_hash
from assets.inspection_units import Units, units_of
from assets.judged_visits import inspected
from assets.standing import standing_publication
from assets.travel import Travel
from models.case import MONEY
from models.planning import DAY_HOURS, Choice, certain_visits, choose, days_of
from models.random_arm import commitment, draw

_COLUMNS: dict[str, Any] = {
    "inspection_id": pl.String, "arm": pl.String, "subject_kind": pl.String, "subject_key": pl.String, "case_ids": pl.List(pl.String),
    "division": pl.String, "hours": pl.Float64, "expected_recovery": MONEY, "probability_of_selection": pl.Float64,
}  # fmt: skip
PLAN_SCHEMA = pl.Schema(_COLUMNS)
TARGETED, RANDOM = "targeted", "random"
_ELIGIBLE = pl.col("reachable") & ~pl.col("inspected")
VISIT_HOURS = 4.0


class PlanProblem(RuntimeError):
    """No plan can be made; the message says why and what to change."""


@dataclass(frozen=True)
class Wishes:
    """What the office has and wants: team-days, the share of them for the random arm, the seed, travel, hours a visit."""

    days: int
    random_share: float
    seed: str
    travel: Travel
    visit_hours: float = VISIT_HOURS

    @property
    def random_days(self) -> int:
        """Whole days for the random arm, rounded up; a day is left for the targeted one, unless everything is drawn."""
        wanted = ceil(round(self.days * self.random_share, 9))
        return wanted if self.random_share == 1 else min(wanted, self.days - 1)


@dataclass(frozen=True)
class Plan:
    """``visits``: PLAN_SCHEMA; ``units``: everything that claims, with its arm (`targeted`, `random`, or empty) and whether
    it is `reachable` within a day and `inspected` already; ``random_days``: those kept for the random arm; ``choice`` and
    ``best`` with these days and without them; ``population``: what the arm was drawn from."""

    plan_id: str
    publication: Path
    as_of: str
    wishes: Wishes
    visits: pl.DataFrame
    units: pl.DataFrame
    cases: pl.DataFrame
    random_days: int
    choice: Choice
    best: Choice
    population: int
    population_amount: Any
    promised: Mapping[str, Any]

    @property
    def random_days_needed(self) -> int:
        """Days that the drawn visits take, where those of one division share them."""
        return days_needed(self.visits.filter(pl.col("arm") == RANDOM), self.wishes)


def make_plan(
    connection: duckdb.DuckDBPyConnection,
    home: Path,
    wishes: Wishes,
    plans: Path,
    promise: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Plan:
    """Choose and draw, ``plans`` being the folder of earlier plans.

    ``promise`` writes the commitment down before the draw and returns what it wrote.

    Raises NoStandingScan where there is no scan to plan on, PlanProblem where the wishes cannot be met.
    """
    _refuse(wishes)
    publication = standing_publication(connection, home)
    known = units_of(connection, publication)
    travel = wishes.travel.to(known.frame["division"].unique())
    reachable = pl.col("division").replace_strict(travel, return_dtype=pl.Float64) < DAY_HOURS
    units = (
        known.frame.with_columns(reachable.alias("reachable"))
        .pipe(_with_inspected, known.cases, inspected(connection, plans))
        .with_row_index("row")
    )
    candidates = units.filter(_ELIGIBLE).select(
        "row",
        "division",
        pl.lit(wishes.visit_hours).alias("hours"),
        pl.col("expected_recovery").cast(pl.Float64).alias("value"),
    )
    random_days = wishes.random_days if sample_size(candidates["division"], wishes.random_days, wishes, travel) else 0
    choice = choose(candidates, wishes.days - random_days, travel)
    best = choose(candidates, wishes.days, travel) if random_days else choice
    targeted = candidates[list(choice.rows)]["row"]
    rest = units.filter(_ELIGIBLE & ~pl.col("row").is_in(targeted.implode())).sort("subject_kind", "subject_key")
    size = sample_size(rest["division"], random_days, wishes, travel)
    salt = _plan_id(publication, wishes)
    promised = promise({
        "plan_id": salt,
        "commitment": commitment(wishes.seed),
        "publication": publication.name,
        "drawn_from": hashlib.sha256(json_text(rest.select("subject_kind", "subject_key").rows()).encode()).hexdigest(),
        "population": rest.height,
        "size": size,
    })  # fmt: skip
    drawn = draw(wishes.seed, salt, rest.select("subject_kind", "subject_key").rows(), size)
    arms = dict.fromkeys(targeted, TARGETED) | {rest["row"][place]: RANDOM for place in drawn}
    order = {
        row: place
        for place, row in enumerate([*_in_order(units, choice, candidates), *(rest["row"][place] for place in drawn)])
    }
    return Plan(
        plan_id=salt,
        publication=publication,
        as_of=read_manifest(publication)["as_of"],
        wishes=wishes,
        visits=_visits(units, arms, order, salt, wishes.visit_hours, size / rest.height if rest.height else 0.0),
        units=units.with_columns(
            pl.col("row").replace_strict(arms, default="", return_dtype=pl.String).alias("arm")
        ).drop("row"),
        cases=known.cases,
        random_days=random_days,
        choice=choice,
        best=best,
        population=rest.height,
        population_amount=rest["amount"].sum(),
        promised=promised,
    )


def _with_inspected(units: pl.DataFrame, cases: pl.DataFrame, visited: pl.DataFrame) -> pl.DataFrame:
    """The units with `inspected`: judged as a whole, and no case has come up since that is still open."""
    newest = (
        units.select("subject_kind", "subject_key", pl.col("case_ids").alias("case_id"))
        .explode("case_id")
        .join(cases.select("case_id", "first_seen"), on="case_id", how="inner")
        .group_by("subject_kind", "subject_key")
        .agg(pl.col("first_seen").max())
    )
    done = visited.join(newest, on=["subject_kind", "subject_key"], how="left").select(
        "subject_kind",
        "subject_key",
        (pl.col("first_seen").is_null() | (pl.col("first_seen") <= pl.col("checked_on")))
        .fill_null(False)
        .alias("inspected"),
    )
    return units.join(done, on=["subject_kind", "subject_key"], how="left", maintain_order="left").with_columns(
        pl.col("inspected").fill_null(False)
    )


def sample_size(divisions: pl.Series, days: int, wishes: Wishes, travel: Mapping[str, float]) -> int:
    """How many units, drawn from those in ``divisions``, so many days hold for certain: known before the draw."""
    units = dict(divisions.value_counts().iter_rows())
    return certain_visits(units, travel, wishes.visit_hours, days)


def days_needed(visits: pl.DataFrame, wishes: Wishes) -> int:
    """Team-days for these visits: per division its hours over what travel leaves of a day, rounded up."""
    travel = wishes.travel.to(visits["division"].unique())
    hours = visits.group_by("division").agg(pl.col("hours").sum()).iter_rows()
    return sum(days_of(total, travel[place]) for place, total in hours)


def _refuse(wishes: Wishes) -> None:
    if wishes.days < 1:
        raise PlanProblem(f"天数是 {wishes.days}，至少为 1。 / --days is {wishes.days}; at least 1.")
    if not 0 <= wishes.random_share <= 1:
        raise PlanProblem(
            f"随机份额是 {wishes.random_share}，应在 0 和 1 之间。 / --random-share is {wishes.random_share}; between 0 and 1."
        )
    if wishes.visit_hours <= 0:
        raise PlanProblem(
            f"每次检查 {wishes.visit_hours} 小时，应大于 0。 / --visit-hours is {wishes.visit_hours}; more than 0."
        )
    if not wishes.seed.strip():
        raise PlanProblem(
            "种子是空的；请给一串别人猜不到的字符。 / The seed is empty; give a text that nobody can guess."
        )


def _plan_id(publication: Path, wishes: Wishes) -> str:
    """The same publication and wishes are the same plan."""
    rests_on = {
        "publication": sums_hash(publication), "days": wishes.days, "random_share": wishes.random_share, "commitment": commitment(wishes.seed),
        "travel": [wishes.travel.hours, wishes.travel.otherwise], "visit_hours": wishes.visit_hours,
    }  # fmt: skip
    return f"{read_manifest(publication)['as_of']}-{hashlib.sha256(json_text(rests_on).encode()).hexdigest()[:12]}"


def _in_order(units: pl.DataFrame, choice: Choice, candidates: pl.DataFrame) -> list[int]:
    """The chosen rows as a team drives: division after division, the most promising first."""
    rows = candidates[list(choice.rows)]["row"]
    return units.filter(pl.col("row").is_in(rows.implode())).sort("division", "row")["row"].to_list()


def _visits(
    units: pl.DataFrame,
    arms: Mapping[int, str],
    order: Mapping[int, int],
    plan_id: str,
    hours: float,
    probability: float,
) -> pl.DataFrame:
    chosen = units.filter(pl.col("row").is_in(list(arms))).with_columns(
        pl.col("row").replace_strict(arms, return_dtype=pl.String).alias("arm"),
        pl.col("row").replace_strict(order, return_dtype=pl.Int64).alias("place"),
    )
    chosen = chosen.sort("place").with_columns(pl.int_range(1, pl.len() + 1).over("arm").alias("number"))
    letter = pl.col("arm").str.slice(0, 1).str.to_uppercase()
    return chosen.select(
        pl.concat_str(pl.lit(f"{plan_id[-12:]}-"), letter, pl.col("number").cast(pl.String).str.zfill(3)).alias(
            "inspection_id"
        ),
        "arm",
        "subject_kind",
        "subject_key",
        "case_ids",
        "division",
        pl.lit(hours).alias("hours"),
        "expected_recovery",
        pl.when(pl.col("arm") == RANDOM).then(probability).otherwise(1.0).alias("probability_of_selection"),
    ).cast(PLAN_SCHEMA)


__all__ = [
    "PLAN_SCHEMA",
    "RANDOM",
    "TARGETED",
    "Plan",
    "PlanProblem",
    "Units",
    "Wishes",
    "days_needed",
    "make_plan",
    "sample_size",
]
