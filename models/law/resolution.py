"""Which value is in force for whom: city before province before nation, cut into periods that never overlap.

Belongs here: working out the table `parameter`, the looser values that a city may not set, and the manifest's list.
Does not belong here: reading files, and joining the table to claims.

A row set is a plane of days (valid) and birthdays (born). It is cut at every border that a row draws; in each cell
the most specific row wins, and cells of equal content that touch are joined again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from models.law.overrides import OVERRIDE
from models.law.parameters import ParameterRow
from models.law.reading import OPEN_END

SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "id": pl.String,
    "city": pl.String,
    "value": pl.String,
    "number": pl.Decimal(18, 6),
    "day": pl.Date,
    "born_from": pl.Date,
    "born_until": pl.Date,
    "valid_from": pl.Date,
    "valid_until": pl.Date,
    "division": pl.String,
    "notice": pl.String,
    "clause": pl.String,
}
NATION = "000000"


@dataclass(frozen=True)
class Cell:
    """A rectangle of days and birthdays in which one row is in force, and the city's looser row that is not."""

    valid_from: date
    valid_until: date
    born_from: date
    born_until: date
    row: ParameterRow
    refused: ParameterRow | None = None


@dataclass(frozen=True)
class Looser:
    """A city's value that is looser than the one above it: it is not used, and it is a broken promise."""

    id: str
    city: str
    value: str
    above: str
    above_division: str
    valid_from: date
    valid_until: date

    def __str__(self) -> str:
        until = "" if self.valid_until == OPEN_END else f"，至 {self.valid_until}（不含）"
        return (
            f"{self.id}：{self.city} 自 {self.valid_from}{until}的值 {self.value}"
            f" 比 {self.above_division} 的 {self.above} 宽松，未采用"
            f" / {self.city} sets {self.value}, looser than {self.above} of {self.above_division}: not used"
        )


def resolve(rows: Iterable[ParameterRow], overrides: Iterable[ParameterRow], cities: Iterable[str]) -> pl.DataFrame:
    """The table `parameter`: what is in force for every city, person and day."""
    layers = _layers([*rows, *overrides])
    chosen: dict[tuple[str, str], list[Cell]] = {}
    out: list[tuple[Any, ...]] = []
    for city in sorted(set(cities)):
        for parameter in sorted(layers):
            # Cities without a value of their own share the province's cells: worked out once, not per city.
            whose = city if city in layers[parameter] else city[:2] + "0000"
            if (parameter, whose) not in chosen:
                chosen[parameter, whose] = _joined(_cells(_chain(layers[parameter], whose)))
            out.extend(_record(city, cell) for cell in chosen[parameter, whose])
    return pl.DataFrame(out, schema=SCHEMA, orient="row").sort("id", "city", "valid_from", "born_from")


def looser(rows: Iterable[ParameterRow], overrides: Iterable[ParameterRow]) -> list[Looser]:
    """Every city's value that is looser than the one above it, with the period for which it is."""
    found = set()
    for parameter, divisions in _layers([*rows, *overrides]).items():
        for city in divisions:
            for cell in _cells(_chain(divisions, city)):
                if cell.refused:
                    values = cell.refused.value, cell.row.value, cell.row.division
                    found.add(Looser(parameter, city, *values, cell.valid_from, cell.valid_until))
    joined: list[Looser] = []
    for one in sorted(found, key=lambda one: (one.id, one.city, one.value, one.above, one.valid_from)):
        last = joined[-1] if joined and joined[-1].valid_until == one.valid_from else None
        if last and replace(last, valid_from=one.valid_from, valid_until=one.valid_until) == one:
            joined[-1] = replace(last, valid_until=one.valid_until)
        else:
            joined.append(one)
    return sorted(joined, key=lambda one: (one.id, one.city, one.valid_from, one.value, one.above))


def as_rows_for_manifest(parameter: pl.DataFrame, day: date) -> list[dict[str, str]]:
    """The values of the resolved table in force on a day, one plain dict per value and division, not per city."""
    in_force = parameter.filter((pl.col("valid_from") <= day) & (pl.col("valid_until") > day))
    columns = ["id", "division", "value", "born_from", "born_until", "valid_from", "valid_until", "notice", "clause"]
    plain = in_force.select(columns).unique().sort(columns)
    return [{key: str(value) for key, value in row.items()} for row in plain.iter_rows(named=True)]


def _layers(rows: Iterable[ParameterRow]) -> dict[str, dict[str, list[ParameterRow]]]:
    layers: dict[str, dict[str, list[ParameterRow]]] = {}
    for row in rows:
        layers.setdefault(row.id, {}).setdefault(row.division, []).append(row)
    return layers


def _chain(divisions: dict[str, list[ParameterRow]], whose: str) -> list[list[ParameterRow]]:
    """The rows of a city, its province and the nation, the most specific first; the city's are empty for a province."""
    province = whose[:2] + "0000"
    own = divisions.get(whose, []) if whose not in (province, NATION) else []
    return [own, divisions.get(province, []) if province != NATION else [], divisions.get(NATION, [])]


def _cells(chain: Sequence[Sequence[ParameterRow]]) -> list[Cell]:
    cells = []
    rows = [row for layer in chain for row in layer]
    for valid_from, valid_until in pairwise(_borders((row.valid_from, row.valid_until) for row in rows)):
        now = [[row for row in layer if row.valid_from <= valid_from < row.valid_until] for layer in chain]
        borders = _borders((row.born_from, row.born_until) for layer in now for row in layer)
        for born_from, born_until in pairwise(borders):
            city, province, nation = (_holding(layer, born_from) for layer in now)
            above = province or nation
            row, refused = above, None
            if city:
                if above and not _as_strict(city, above):
                    refused = city
                else:
                    row = city
            if row:
                cells.append(Cell(valid_from, valid_until, born_from, born_until, row, refused))
    return cells


def _borders(spans: Iterable[tuple[date, date]]) -> list[date]:
    return sorted({border for span in spans for border in span})


def _holding(layer: Sequence[ParameterRow], born: date) -> ParameterRow | None:
    """The row of one division for a birthday; an override goes before the law's own row."""
    rows = [row for row in layer if row.born_from <= born < row.born_until]
    return next((row for row in rows if row.notice == OVERRIDE), rows[0] if rows else None)


def _as_strict(city: ParameterRow, above: ParameterRow) -> bool:
    if city.measure == above.measure:
        return True
    if city.stricter == "none":
        return False
    return (city.measure < above.measure) == (city.stricter == "lower")  # type: ignore[operator]


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """Cells of equal content that touch become one: first along the birthdays, then along the days."""
    along_births: list[Cell] = []
    for cell in cells:
        last = along_births[-1] if along_births else None
        if (
            last
            and (last.valid_from, last.valid_until, last.born_until)
            == (cell.valid_from, cell.valid_until, cell.born_from)
            and _content(last) == _content(cell)
        ):
            along_births[-1] = Cell(cell.valid_from, cell.valid_until, last.born_from, cell.born_until, last.row)
        else:
            along_births.append(cell)
    joined: dict[tuple[Any, ...], Cell] = {}
    for cell in along_births:
        ends = (cell.born_from, cell.born_until, _content(cell), cell.valid_from)
        before = joined.pop(ends, None)
        start = before.valid_from if before else cell.valid_from
        grown = Cell(start, cell.valid_until, cell.born_from, cell.born_until, cell.row)
        joined[cell.born_from, cell.born_until, _content(cell), cell.valid_until] = grown
    return list(joined.values())


def _content(cell: Cell) -> tuple[Any, ...]:
    row = cell.row
    return row.value, row.number, row.day, row.division, row.notice, row.clause


def _record(city: str, cell: Cell) -> tuple[Any, ...]:
    row = cell.row
    born = cell.born_from, cell.born_until
    valid = cell.valid_from, cell.valid_until
    return row.id, city, row.value, row.number, row.day, *born, *valid, row.division, row.notice, row.clause
