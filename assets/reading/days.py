"""Days, months and moments of a whole column at once: texts of one shape, such as 0000/0/00 00:00, are read together.

Belongs here: the shapes that are read so. Does not belong here: how else a day may be written (`models/values.py`); every way here
gives exactly what the parser there gives, and asks it wherever there is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from assets.reading.letters import Bytes, Flags, Letters, Numbers, digits
from assets.reading.quick import once, parsed_once
from models.values import parse_date, parse_month, parse_timestamp

_DAY = "(?P<year>0000)(?:[-/.]|年)(?P<month>00?)(?:[-/.]|月)(?P<day>00?)(?:日)?"
_TIME = "(?P<hour>00?):(?P<minute>00?)(?::(?P<second>00?))?"
_DATE_SHAPES = (f"{_DAY}(?: {_TIME})?", "(?P<year>0000)(?P<month>00)(?P<day>00)")
_MONTH_SHAPES = ("(?P<year>0000)(?P<month>00)(?:月)?", "(?P<year>0000)(?:[-/.]|年)(?P<month>00?)(?:月)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_UNKNOWN = -1 << 62
_NO_DAY = int(np.datetime64("1904-01-01").astype(np.int64))  # to some spreadsheets a time alone is of this day
_SHAPES_A_LENGTH, _LONGEST = 12, 32


def _compiled(*shapes: str) -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(shape.encode()) for shape in shapes)


def _calendar() -> Numbers:
    """By year, month and day: the days since 1970, in the years that are read here."""
    table = np.full((_LAST_YEAR - _FIRST_YEAR + 1, 13, 32), _UNKNOWN, np.int64)
    days = np.arange(np.datetime64(f"{_FIRST_YEAR}-01-01"), np.datetime64(f"{_LAST_YEAR + 1}-01-01"))
    years, months = days.astype("datetime64[Y]").astype(np.int64) + 1970, days.astype("datetime64[M]")
    table[years - _FIRST_YEAR, months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1] = days.astype(
        np.int64
    )
    return table


_DATES, _MONTHS = _compiled(*_DATE_SHAPES), _compiled(*_MONTH_SHAPES, *_DATE_SHAPES)
_MOMENTS = _compiled(f"(?:{_DAY} )?{_TIME}")
_CALENDAR = _calendar()


def parsed_dates(letters: Letters) -> pl.Series:
    """`parse_date` of every plain text."""
    texts = letters.texts
    days = np.full(texts.len(), _UNKNOWN, np.int64)
    for rows, fields in _shapes(letters, _DATES):
        days[rows] = np.where(_real_time(fields), _days(fields), _UNKNOWN)
    return _completed(days, texts, pl.Date(), lambda at: parsed_once(texts.gather(at), parse_date))


def parsed_months(letters: Letters) -> pl.Series:
    """`parse_month` of every plain text."""
    texts = letters.texts
    days = np.full(texts.len(), _UNKNOWN, np.int64)
    for rows, fields in _shapes(letters, _MONTHS):
        day = np.where(_real_time(fields), _days(fields), _UNKNOWN)
        days[rows] = np.where(day == _UNKNOWN, _UNKNOWN, day - fields.get("day", np.ones_like(day)) + 1)
    return _completed(days, texts, pl.Date(), lambda at: parsed_once(texts.gather(at), parse_month))


def parsed_moments(letters: Letters, days: pl.Series) -> pl.Series:
    """`parse_timestamp` of every plain text on its day."""
    texts = letters.texts
    moments = np.full(texts.len(), _UNKNOWN, np.int64)
    of_row = days.to_physical().cast(pl.Int64).fill_null(_UNKNOWN).to_numpy()
    for rows, fields in _shapes(letters, _MOMENTS):
        day = _days(fields) if "year" in fields else of_row[rows]
        hour, minute = fields["hour"], fields["minute"]
        second = fields.get("second", np.zeros_like(hour))
        real = (day > _UNKNOWN) & (day != _NO_DAY) & _real_time(fields)
        moments[rows] = np.where(real, ((day * 24 + hour) * 60 + minute) * 60 + second, _UNKNOWN)
    moments[moments > _UNKNOWN] *= 1_000_000

    def parse(at: Numbers) -> pl.Series:
        rows = pl.DataFrame({"text": texts.gather(at), "day": days.gather(at)})
        return once(rows, parse_timestamp(pl.col("text"), pl.col("day")))

    return _completed(moments, texts, pl.Datetime("us"), parse)


def _shapes(letters: Letters, patterns: tuple[re.Pattern[bytes], ...]) -> Iterator[tuple[Numbers, dict[str, Numbers]]]:
    """Rows whose texts have one shape that is known, every digit written as 0; and the numbers that stand in its fields."""
    for length in np.flatnonzero(np.bincount(np.minimum(letters.lengths, _LONGEST)))[:_LONGEST]:
        if not 0 < length < _LONGEST:
            continue
        wanted = letters.lengths == length
        rows, grid = np.flatnonzero(wanted), letters.grid(wanted, int(length))
        shape = np.where(digits(grid), np.uint8(ord("0")), grid)
        for _ in range(_SHAPES_A_LENGTH):
            if not len(rows):
                break
            alike = np.ascontiguousarray(shape).view(f"S{length}").ravel()
            same = alike == alike[0]
            found = next(filter(None, (pattern.fullmatch(shape[0].tobytes()) for pattern in patterns)), None)
            if found is not None:
                chosen = grid if same.all() else grid[same]
                spans = {name: found.span(name) for name, text in found.groupdict().items() if text is not None}
                yield rows[same], {name: _number(chosen, *span) for name, span in spans.items()}
            rows, grid, shape = rows[~same], grid[~same], shape[~same]


def _number(grid: Bytes, first: int, behind: int) -> Numbers:
    number = np.zeros(len(grid), np.int32)
    for place in range(first, behind):
        number *= 10
        number += grid[:, place] - np.uint8(ord("0"))
    return number.astype(np.int64)


def _days(fields: dict[str, Numbers]) -> Numbers:
    """The days since 1970; a month's first where there is no day; unknown where there is no such day."""
    year, month = fields["year"] - _FIRST_YEAR, fields["month"]
    day = fields.get("day", np.ones_like(month))
    there = (year >= 0) & (year <= _LAST_YEAR - _FIRST_YEAR) & (month <= 12) & (day <= 31)
    return np.where(there, _CALENDAR[np.where(there, year, 0), np.where(there, month, 0), np.where(there, day, 0)], _UNKNOWN)  # fmt: skip


def _real_time(fields: dict[str, Numbers]) -> Flags:
    """Where the fields are no time of a day, the row is not; without such fields it is."""
    limits = (("hour", 24), ("minute", 60), ("second", 60))
    within = [fields[name] < limit for name, limit in limits if name in fields]
    return np.logical_and.reduce(within) if within else np.ones_like(fields["year"], np.bool_)


def _completed(
    values: Numbers, texts: pl.Series, kind: pl.DataType, parse: Callable[[Numbers], pl.Series]
) -> pl.Series:
    """The values as a column, with what the parser makes of the rows whose values are not known."""
    unknown = values == _UNKNOWN
    column = pl.Series(np.where(unknown, 0, values) if unknown.any() else values)
    column = (column.cast(pl.Int32) if kind == pl.Date() else column).cast(kind)
    if unknown.any():
        column = pl.select(pl.when(pl.Series(~unknown)).then(column)).to_series()
    asked = np.flatnonzero(unknown & texts.is_not_null().to_numpy())
    return (column.scatter(asked, parse(asked)) if len(asked) else column).alias(texts.name)
