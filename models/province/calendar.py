"""On which days a class meets: week patterns, public holidays, busy and quiet seasons. Hours of the day are the class's style."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from models.province.population import days

DAY = timedelta(days=1)
LAST_DAY = date(2022, 2, 28)
_BREAKS = (
    (date(2020, 10, 1), 8),
    (date(2021, 1, 1), 3),
    (date(2021, 2, 11), 7),
    (date(2021, 4, 3), 3),
    (date(2021, 5, 1), 5),
    (date(2021, 6, 12), 3),
    (date(2021, 9, 19), 3),
    (date(2021, 10, 1), 7),
    (date(2022, 1, 1), 3),
    (date(2022, 1, 31), 7),
)
HOLIDAYS = frozenset(first + timedelta(days=at) for first, length in _BREAKS for at in range(length))
# weekdays on which a class meets, and how often that pattern occurs
PATTERNS: dict[str, tuple[int, ...]] = {
    "workdays": (0, 1, 2, 3, 4),
    "six": (0, 1, 2, 3, 4, 5),
    "daily": (0, 1, 2, 3, 4, 5, 6),
    "weekend": (5, 6),
}
# how eagerly classes are opened in the months January to December: spring festival and harvest are quiet, the year's end is not
SEASON = np.array([0.5, 0.35, 1.2, 1.3, 1.1, 0.9, 0.9, 1.0, 0.8, 1.0, 1.4, 1.2])


def pattern(line: str, style: str, rng: np.random.Generator) -> tuple[int, ...]:
    if style == "evening":
        return PATTERNS["workdays"]
    if style == "online":
        return PATTERNS["daily"]
    if line == "upskilling" and style == "whole" and rng.random() < 0.25:
        return PATTERNS["weekend"]
    return PATTERNS[str(rng.choice(["workdays", "six", "daily"], p=[0.35, 0.45, 0.2]))]


def first_day(window: tuple[date, date], rng: np.random.Generator) -> date:
    """A day within the window, in the season's proportion."""
    first, last = days(window[0]), max(days(window[1]), days(window[0]))
    drawn = [date(1970, 1, 1) + timedelta(days=int(value)) for value in rng.integers(first, last + 1, 5)]
    weight = np.array([SEASON[day.month - 1] for day in drawn])
    return drawn[int(rng.choice(5, p=weight / weight.sum()))]


def meets(day: date, week: tuple[int, ...]) -> bool:
    return day.weekday() in week and day not in HOLIDAYS


def on_or_after(day: date, week: tuple[int, ...]) -> date:
    while not meets(day, week):
        day += DAY
    return day


def running(start: date, count: int, week: tuple[int, ...]) -> list[date]:
    """So many days of teaching one after another; all of them end before the books do."""
    while True:
        lessons = [on_or_after(start, week)]
        while len(lessons) < count:
            lessons.append(on_or_after(lessons[-1] + DAY, week))
        if lessons[-1] <= LAST_DAY:
            return lessons
        start -= lessons[-1] - LAST_DAY


def spread(start: date, count: int, span: int, week: tuple[int, ...]) -> list[date]:
    """Days of teaching spread over so many days, for long courses beside work."""
    start = on_or_after(min(start, LAST_DAY - timedelta(days=span + 14)), week)
    lessons = [start]
    for at in range(1, count):
        lessons.append(
            on_or_after(max(start + timedelta(days=span * at // max(count - 1, 1)), lessons[-1] + DAY), week)
        )
    return lessons
