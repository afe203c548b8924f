"""Which visits recover most with so many inspector-days: an integer programme, solved to proven optimality or a stated gap.

Here: the choice, and how many visits of a draw so many days hold, over plain columns. Not here: what a visit is expected
to recover (`assets/inspection_units.py`), or the draw (`random_arm.py`).

The model is one team's day: it travels to one division and back, and spends what is left of the day on visits there, so
that the visits of a day share its travel; a visit may go on the next day. Hence, with d days in a division, its visits take
at most d x (hours of a day - travel) hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import polars as pl
import scipy

DAY_HOURS = 8.0
TIME_LIMIT = 60.0
GAP = 1e-6
_YUAN = 100  # the solver works in whole fen, so that ties are ties


class PlanningError(RuntimeError):
    """No plan can be made; the message says why and what to change."""


@dataclass(frozen=True)
class Choice:
    """``rows``: positions of the chosen visits, sorted; ``days`` per division; ``value``: what they are expected to recover;
    ``bound``: what no choice can exceed."""

    rows: tuple[int, ...]
    days: Mapping[str, int]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far at most the choice is from the best one, as a share of the best."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


def choose(
    visits: pl.DataFrame,
    days: int,
    travel: Mapping[str, float],
    day_hours: float = DAY_HOURS,
    time_limit: float = TIME_LIMIT,
) -> Choice:
    """The visits that together recover most. `visits`: division, hours, value (yuan), best known order first where values
    are equal; `travel`: hours there and back, per division. Where travel takes the whole day nobody can be visited."""
    if days <= 0 or visits.is_empty():
        return Choice((), {}, 0.0, 0.0)
    usable = {place: max(day_hours - travel[place], 0.0) for place in visits["division"].unique()}
    kept = _worth_trying(visits, days, usable)
    if kept.is_empty():
        return Choice((), {}, 0.0, 0.0)
    places = sorted(kept["division"].unique())
    number = {place: position for position, place in enumerate(places)}
    count, value = kept.height, np.round(kept["value"].to_numpy() * _YUAN)
    of_place = np.array([number[place] for place in kept["division"]])
    # Columns: one per visit (taken or not), then one per division (days spent there).
    hours = scipy.sparse.coo_array(
        (
            np.concatenate([kept["hours"].to_numpy(), [-usable[place] for place in places]]),
            (
                np.concatenate([of_place, np.arange(len(places))]),
                np.concatenate([np.arange(count), count + np.arange(len(places))]),
            ),
        )
    )
    all_days = scipy.sparse.coo_array(
        (np.ones(len(places)), (np.zeros(len(places), dtype=int), count + np.arange(len(places)))),
        shape=(1, count + len(places)),
    )
    solved = scipy.optimize.milp(
        c=np.concatenate([-value, np.zeros(len(places))]),
        constraints=[
            scipy.optimize.LinearConstraint(hours.tocsr(), -np.inf, 0.0),
            scipy.optimize.LinearConstraint(all_days.tocsr(), -np.inf, float(days)),
        ],
        integrality=np.ones(count + len(places)),
        bounds=scipy.optimize.Bounds(0, np.concatenate([np.ones(count), np.full(len(places), float(days))])),
        options={"time_limit": time_limit, "mip_rel_gap": GAP},
    )
    if solved.x is None:
        raise PlanningError(
            f"求解器没有得出方案（{solved.message}）；减少天数再试。 / The solver found no plan ({solved.message}); try fewer days."
        )
    taken = solved.x[:count] > 0.5
    chosen = tuple(sorted(kept.filter(pl.Series(taken))["row"]))
    spent = np.round(solved.x[count:]).astype(int)
    return Choice(
        chosen,
        {place: int(spent[number[place]]) for place in places if taken[of_place == number[place]].any()},
        float(value[taken].sum()) / _YUAN,
        max(-float(solved.mip_dual_bound), float(value[taken].sum())) / _YUAN,
    )


def days_of(hours: float, travel: float, day_hours: float = DAY_HOURS) -> int:
    """Whole team-days for so many hours of visits in one division, whose days share its travel (hours there and back)."""
    return ceil(round(hours / (day_hours - travel), 9))


def certain_visits(units: Mapping[str, int], travel: Mapping[str, float], visit_hours: float, days: int) -> int:
    """The most visits that fit into so many days wherever a draw from these units (how many per division) may fall."""
    limit = min(int(days * DAY_HOURS / visit_hours + 1e-9), sum(units.values()))
    # worst[k]: the days of k visits where the draw falls most unluckily.
    worst = np.zeros(1, dtype=int)
    for place, count in sorted(units.items()):
        here = [days_of(visits * visit_hours, travel[place]) for visits in range(min(count, limit) + 1)]
        longer = np.zeros(min(len(worst) + len(here) - 1, limit + 1), dtype=int)
        for visits, needed in enumerate(here):
            others = worst[: len(longer) - visits]
            longer[visits : visits + len(others)] = np.maximum(longer[visits : visits + len(others)], others + needed)
        worst = longer
    return int(np.flatnonzero(worst <= days)[-1])


def _worth_trying(visits: pl.DataFrame, days: int, usable: Mapping[str, float]) -> pl.DataFrame:
    """Visits that some best choice may need: of equally long ones in a division never more than all the days could hold."""
    whole = pl.col("division").replace_strict(usable, return_dtype=pl.Float64) * days
    return (
        visits.select("division", "hours", "value")
        .with_row_index("row")
        .filter((pl.col("value") > 0) & (pl.col("hours") <= whole))
        .sort("value", "row", descending=[True, False])
        .filter(pl.int_range(1, pl.len() + 1).over("division", "hours") <= (whole / pl.col("hours")).floor())
    )
