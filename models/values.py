"""From what clerks write to canonical values: Polars expressions, one per type of a column.

Each parser takes a column of plain text (NFKC, stripped, empty as null; see `plain`) and gives the typed value, null where it cannot
be read. What is null afterwards but was not before is unreadable: `assets/reading` says so, with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from models.identity import repair_identity

_EXCEL_EPOCH = date(1899, 12, 30)
_DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_ANY_TIME = r"(?:[ T]+(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d(?:\.\d+)?)?)?$"
_TIME = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:\.0+)?$"
_SERIAL = r"^([1-9]\d{4})(?:\.0+)?$"
_FIRST_MONTH, _LAST_MONTH = date(2000, 1, 1), date(2050, 7, 31)
# A cell that holds a time alone is told by spreadsheets as of the day before their first; some count from 1904.
_NO_DAY = r"^(?:1899-12-3[01]|1904-01-01)[ T]+"
# A time as a part of a day, or a day with or without one; a number between them is a time that somebody wrote with a point.
_FRACTION = r"^0?\.\d+$|^0$"
_MOMENT = rf"({_FRACTION}|^[1-9]\d{{4}}(?:\.\d+)?$)"
_MASKED, _LONGEST_PHONE = r"[*xX×#?●•]", 12
LEVELS = {"5": "初级工", "4": "中级工", "3": "高级工", "2": "技师", "1": "高级技师"}
_LEVELS = {
    "5": ("5", "五级", "初级工", "初级", "五级/初级工", "初级工/五级"),
    "4": ("4", "四级", "中级工", "中级", "四级/中级工", "中级工/四级"),
    "3": ("3", "三级", "高级工", "高级", "三级/高级工", "高级工/三级"),
    "2": ("2", "二级", "技师", "二级/技师", "技师/二级"),
    "1": ("1", "一级", "高级技师", "一级/高级技师", "高级技师/一级"),
}
_TRUE, _FALSE = ("是", "y", "yes", "1", "true", "t", "√", "1.0"), ("否", "n", "no", "0", "false", "f", "×", "0.0")


def plain(column: pl.Expr) -> pl.Expr:
    """Text in one form: NFKC (full-width digits and letters), stripped; empty text is null."""
    text = column.str.normalize("NFKC").str.strip_chars()
    return pl.when(text != "").then(text)


def _iso(text: pl.Expr, pattern: str) -> pl.Expr:
    """ISO text of the year, month and day that a pattern finds."""
    parts = [text.str.extract(pattern, group) for group in (1, 2, 3)]
    return pl.concat_str(parts[0], pl.lit("-"), parts[1].str.zfill(2), pl.lit("-"), parts[2].str.zfill(2))


def _serial_day(text: pl.Expr, pattern: str = _SERIAL) -> pl.Expr:
    """A day counted by Excel since 1899-12-30."""
    days = text.str.extract(pattern, 1).cast(pl.Int64, strict=False)
    return pl.lit(_EXCEL_EPOCH) + pl.duration(days=days)


def parse_date(text: pl.Expr) -> pl.Expr:
    """2021-07-08, 2021/7/8, 2021.07.08, 20210708, 2021年7月8日, with or without a time, or an Excel serial."""
    return pl.coalesce(_written_date(text), _serial_day(text).cast(pl.Date))


def _written_date(text: pl.Expr) -> pl.Expr:
    written = pl.coalesce(_iso(text, _DATE + _ANY_TIME), _iso(text, r"^(\d{4})(\d{2})(\d{2})$"))
    return written.str.to_date("%Y-%m-%d", strict=False)


def parse_month(text: pl.Expr) -> pl.Expr:
    """2021-07, 202107, 2021年7月, 2021.7, or any date in the month; the month's first day.

    Of five digits only a day of this half of the century is one that Excel counted: 20217 is no month of 1955.
    """
    written = pl.concat_str(
        text.str.extract(r"^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?$", 1), pl.lit("-"),
        text.str.extract(r"^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?$", 2).str.zfill(2), pl.lit("-01"),
    )  # fmt: skip
    as_month = pl.when(~text.str.contains(_SERIAL)).then(written.str.to_date("%Y-%m-%d", strict=False))
    serial = _serial_day(text).cast(pl.Date)
    counted = pl.when(serial.is_between(_FIRST_MONTH, _LAST_MONTH)).then(serial)
    return pl.coalesce(as_month, pl.coalesce(_written_date(text), counted).dt.truncate("1mo"))


def is_time_alone(text: pl.Expr) -> pl.Expr:
    """Whether a moment is told without its day: 08:59, a fraction of a day, or a time of a spreadsheet (1899-12-31 08:59:00)."""
    return text.str.contains(f"{_NO_DAY}|^{_TIME}") | text.str.contains(_FRACTION)


def parse_timestamp(text: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date and time in one cell, or a time alone on ``day``: 08:59, 08:59:07, 2021-07-08 08:59:07, an Excel serial."""
    alone, text = is_time_alone(text), text.str.replace(_NO_DAY, "")
    own_day = pl.coalesce(
        _iso(text, _DATE + r"[ T]*" + _TIME), _iso(text, r"^(\d{4})(\d{2})(\d{2})[ T]+\d{1,2}:")
    ).str.to_date("%Y-%m-%d", strict=False)  # fmt: skip
    of_day = pl.when(alone).then(day).otherwise(own_day)
    hour, minute, second = (
        text.str.extract(r"(?:^|[ T日])" + _TIME, group).cast(pl.Int64, strict=False) for group in (1, 2, 3)
    )
    second = second.fill_null(0)
    real = (hour < 24) & (minute < 60) & (second < 60)
    clock = pl.when(real).then(pl.duration(hours=hour, minutes=minute, seconds=second))
    serial = text.str.extract(_MOMENT, 1).cast(pl.Float64, strict=False)
    fraction = pl.duration(seconds=((serial - serial.floor()) * 86_400).round(0).cast(pl.Int64, strict=False))
    serial_day = (
        pl.when(serial >= 1)
        .then(pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial.floor().cast(pl.Int64, strict=False)))
        .otherwise(day)
    )
    return pl.coalesce(of_day.cast(pl.Datetime("us")) + clock, serial_day.cast(pl.Datetime("us")) + fraction).cast(
        pl.Datetime("us")
    )


def _number_text(text: pl.Expr) -> pl.Expr:
    """Digits alone: without currency, thousands separators (only where they stand by threes) and inner blanks."""
    bare = (
        text.str.replace_all(r"\s", "").str.replace(r"^[¥￥]|^(?:RMB|人民币)", "").str.replace(r"(?:元整|元|圆)$", "")
    )
    grouped = bare.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
    joined = pl.when(grouped).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)
    return pl.when(joined.str.contains(r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$")).then(joined)


def parse_money(text: pl.Expr) -> pl.Expr:
    """1,200.00, 1200元, ￥1200, full-width digits; yuan to the fen, halves rounded up."""
    number = _number_text(text)
    written = number.cast(pl.Decimal(28, 10), strict=False).round(2, mode="half_away_from_zero")
    return written.cast(pl.Decimal(14, 2), strict=False)


def parse_number(text: pl.Expr) -> pl.Expr:
    """A number with or without decimals."""
    return _number_text(text.str.replace(r"(?:分|%)$", "")).cast(pl.Float64, strict=False)


def parse_integer(text: pl.Expr) -> pl.Expr:
    """A whole number, also as 40.0, 40课时, 30人, 2021年."""
    number = _number_text(text.str.replace(r"(?:课时|小时|学时|人次|人|天|年)$", "")).cast(pl.Float64, strict=False)
    return pl.when(number == number.floor()).then(number).cast(pl.Int32, strict=False)


def parse_boolean(text: pl.Expr) -> pl.Expr:
    """是/否, Y/N, 1/0, true/false."""
    lower = text.str.to_lowercase()
    return pl.when(lower.is_in(_TRUE)).then(True).when(lower.is_in(_FALSE)).then(False)


def parse_choice(text: pl.Expr, labels: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """The code of a label, or the code itself; unit, width and blanks do not matter."""
    choices = {code.lower(): code for code in labels}
    for code, names in labels.items():
        choices |= dict.fromkeys(names, code)
    return (
        text.str.replace_all(r"\s", "").str.to_lowercase().replace_strict(choices, default=None, return_dtype=pl.String)
    )


def parse_level(text: pl.Expr) -> pl.Expr:
    """5, 初级工, 三级/高级工, 三级; also 5.0 from a spreadsheet."""
    bare = (
        text.str.replace_all(r"\s", "").str.replace(r"^([1-5])(?:\.0+|级)$", "$1").str.replace_all(r"[（(].*[)）]", "")
    )
    return parse_choice(bare, _LEVELS)


def parse_code(text: pl.Expr) -> pl.Expr:
    """A number that names something: kept, without white space; a whole number that a spreadsheet made `140100.0`."""
    return text.str.replace_all(r"[\s​﻿]", "").str.replace(r"^(\d+)\.0+$", "$1")


def parse_upper_code(text: pl.Expr) -> pl.Expr:
    """A code whose letters are capitals."""
    return parse_code(text).str.to_uppercase()


def parse_division(text: pl.Expr) -> pl.Expr:
    """Six digits; a longer statistical code is cut to its county."""
    code = parse_code(text)
    return pl.when(code.str.contains(r"^\d{6}(?:\d{3}|\d{6})?$")).then(code.str.slice(0, 6))


def parse_phone(text: pl.Expr) -> pl.Expr:
    """Digits alone, without +86; without the plus, 86 is the country only before a mobile number. A masked number, or several in
    one cell, stay as they are written: they are no number to compare. Where there is no digit, there is no phone."""
    joined = parse_code(text).str.replace(r"^\(?\+\s*86\)?", "").str.replace_all(r"[-–—().]", "")
    digits = pl.when(~text.str.contains(_MASKED)).then(joined.str.extract(r"^\D*(\d+)\D*$", 1))
    bare = digits.str.replace(r"^(?:00)?86(1[3-9]\d{9})$", "$1")
    number = pl.when(bare.str.len_bytes() <= _LONGEST_PHONE).then(bare)
    return pl.when(text.str.contains(r"\d")).then(pl.coalesce(number, text))


def parse_account(text: pl.Expr) -> pl.Expr:
    """An account without white space and hyphens."""
    return parse_code(text).str.replace_all("-", "", literal=True).str.to_uppercase()


def parse_identity(values: pl.Series) -> pl.DataFrame:
    """``value``, ``note`` and ``destroyed`` of each identity number; every distinct number is looked at once."""
    distinct = values.unique().drop_nulls()
    repaired = [repair_identity(text) for text in distinct]
    table = pl.DataFrame(
        {
            "text": distinct,
            "value": [one.value for one in repaired],
            "note": [one.note for one in repaired],
            "destroyed": [one.destroyed for one in repaired],
        },
        schema={"text": pl.String, "value": pl.String, "note": pl.String, "destroyed": pl.String},
    )
    return values.to_frame("text").join(table, on="text", how="left", maintain_order="left").drop("text")


PARSERS: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "text": lambda text: text,
    "code": parse_code,
    "uscc": parse_upper_code,
    "division": parse_division,
    "occupation_code": parse_upper_code,
    "level": parse_level,
    "money": parse_money,
    "integer": parse_integer,
    "number": parse_number,
    "date": parse_date,
    "month": parse_month,
    "boolean": parse_boolean,
    "phone": parse_phone,
    "account": parse_account,
}
