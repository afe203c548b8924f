"""Reads a travel file: how long it takes to a division and back.

Two forms, CSV in UTF-8 or GB18030: `区划,往返小时` (division,hours: there and back), or `出发,到达,小时` (from,to,hours: one
way), where the seat is the division from which most ways start.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path

DEFAULT_HOURS = 2.0
_HEADERS = {
    "division": {"区划", "区划代码", "division"}, "from": {"出发", "from", "出发地"}, "to": {"到达", "to", "目的地"},
    "hours": {"往返小时", "小时", "车程小时", "hours"},
}  # fmt: skip


class TravelError(ValueError):
    """A travel file that cannot be read; the message says what was found and what is expected."""


@dataclass(frozen=True)
class Travel:
    """Hours there and back per division or city; what a place without a row takes; whether anybody has said so."""

    hours: Mapping[str, float] = field(default_factory=dict)
    otherwise: float = DEFAULT_HOURS

    def to(self, divisions: Iterable[str]) -> dict[str, float]:
        """Hours to each: its own, else its city's, else `otherwise`."""
        return {place: self.hours.get(place, self.hours.get(f"{place[:4]}00", self.otherwise)) for place in divisions}

    def guessed(self, divisions: Iterable[str]) -> list[str]:
        """The divisions for which no row speaks."""
        return sorted({place for place in divisions if place not in self.hours and f"{place[:4]}00" not in self.hours})


def read_travel(path: Path) -> Travel:
    """The file's hours; a division that it leaves out takes as long as the farthest that it names."""
    lines = [row for row in csv.reader(_text(path).splitlines()) if any(cell.strip() for cell in row)]
    if not lines:
        raise TravelError(
            f"{path.name}: 空文件；应为“区划,往返小时”或“出发,到达,小时”。 / Empty; expected division,hours or from,to,hours."
        )
    place = {
        name: at
        for at, cell in enumerate(lines[0])
        for name, words in _HEADERS.items()
        if cell.strip().lower() in words
    }
    if not ({"division", "hours"} <= place.keys() or {"from", "to", "hours"} <= place.keys()):
        raise TravelError(
            f"{path.name}: 表头是“{','.join(lines[0])}”；应为“区划,往返小时”或“出发,到达,小时”。 / expected the columns division,hours or from,to,hours."
        )
    rows = [_row(path, line, place, number) for number, line in enumerate(lines[1:], start=2)]
    hours = _round_trips(rows) if "division" not in place else {row["division"]: row["hours"] for row in rows}
    return Travel(
        {where: float(taken) for where, taken in hours.items()}, max(map(float, hours.values()), default=DEFAULT_HOURS)
    )


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _row(path: Path, line: list[str], place: Mapping[str, int], number: int) -> dict[str, str]:
    row = {name: line[at].strip() if at < len(line) else "" for name, at in place.items()}
    wrong = [value for name, value in row.items() if name != "hours" and not (len(value) == 6 and value.isdigit())]
    try:
        if isnan(float(row["hours"])) or float(row["hours"]) < 0:
            raise ValueError
    except ValueError:
        wrong.append(row["hours"])
    if wrong:
        raise TravelError(
            f"{path.name} 第 {number} 行：“{wrong[0]}”；区划应为 6 位代码，小时应为不小于 0 的数。 / line {number}: six digits and a number of hours."
        )
    return row


def _round_trips(rows: list[dict[str, str]]) -> dict[str, str]:
    ways = [(row["from"], row["to"], row["hours"]) for row in rows]
    seat = min(Counter(start for start, *_ in ways).items(), key=lambda item: (-item[1], item[0]))[0] if ways else ""
    there = {to: str(2 * float(hours)) for start, to, hours in ways if start == seat}
    back = {start: str(2 * float(hours)) for start, to, hours in ways if to == seat and start not in there}
    return {seat: "0", **back, **there}
