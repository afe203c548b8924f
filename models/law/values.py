"""What a value of a parameter may look like, per unit, and the number or day that SQL compares.

Belongs here: the units and how their written form becomes `number` or `day`.
Does not belong here: when and where a value holds.

    unit      written                 number                           day
    yuan      8000, 1999.50           the same                         -
    counts    3                       the same, whole                  -
    km        5, 0.5                  the same                         -
    years     60, 60.5, 60岁1个月      months of age: 720, 726, 721     -
    share     50 %, 0.5               a fraction: 0.5                  -
    time      23:00:00, 23:00         seconds of the day: 82800        -
    month     2021-12                 -                                its first day: 2021-12-01
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from models.law.reading import LawError

COUNTS = {
    "months": "个月",
    "days": "天",
    "minutes": "分钟",
    "persons": "人",
    "trainings": "次",
    "classes": "个班",
    "institutions": "家机构",
    "certificates": "本证书",
    "claims": "条申领",
    "level": "级",
}
UNITS = {**COUNTS, "yuan": "元", "km": "公里", "years": "岁", "share": "", "time": "", "month": ""}
_ALLOWED = {
    "yuan": ("不为负、最多两位小数的金额，如 7000", "an amount of at least 0 with at most two decimals, like 7000"),
    "km": ("不为负的公里数，如 5", "kilometres of at least 0, like 5"),
    "level": ("1 到 5 的整数", "a whole number from 1 to 5"),
    "years": (
        "0 到 150 岁，满整月，如 60、60.5 或 60岁1个月",
        "an age from 0 to 150 in whole months, like 60, 60.5 or 60岁1个月",
    ),
    "share": ("0 到 100 之间的百分比，如 50 % 或 0.5", "a share from 0 to 100 per cent, like 50 % or 0.5"),
    "time": ("一天中的时刻，如 23:00:00", "a time of day, like 23:00:00"),
    "month": ("月份，如 2021-12", "a month, like 2021-12"),
}
_COUNT = ("不为负的整数，如 3", "a whole number of at least 0, like 3")


def parse_value(text: str, unit: str) -> tuple[Decimal | None, date | None]:
    """The (number, day) of a written value; exactly one of the two is filled."""
    try:
        if unit == "month":
            if not re.fullmatch(r"\d{4}-\d\d", text):
                raise ValueError
            return None, date.fromisoformat(f"{text}-01")
        return _number(text, unit), None
    except (TypeError, ValueError, InvalidOperation):
        zh, en = _ALLOWED.get(unit, _COUNT)
        raise LawError(f"value「{text}」不可用，应为{zh} / value '{text}' cannot be used, write {en}") from None


def _number(text: str, unit: str) -> Decimal:
    if unit == "time":
        return _seconds(text)
    if unit == "share":
        percent = re.fullmatch(r"(\S+?)\s*[%％]", text)
        share = _plain(percent[1]) / 100 if percent else _plain(text)
        return _checked(share, share <= 1 and share == round(share, 6))
    if unit == "years":
        spelled = re.fullmatch(r"(\d+)岁(?:(\d+)个月)?", text)
        months = Decimal(int(spelled[1]) * 12 + int(spelled[2] or 0)) if spelled else _plain(text) * 12
        return _checked(months, months <= 150 * 12 and months == int(months))
    number = _plain(text)
    if unit == "yuan":
        return _checked(number, number == round(number, 2))
    if unit == "km":
        return _checked(number, number == round(number, 6))
    return _checked(number, number == int(number) and (unit != "level" or 1 <= number <= 5))


def _plain(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        raise ValueError
    return Decimal(text)


def _checked(number: Decimal, good: bool) -> Decimal:
    if not good:
        raise ValueError
    return number


def _seconds(text: str) -> Decimal:
    parts = re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d))?", text)
    if not parts:
        raise ValueError
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return _checked(Decimal(hours * 3600 + minutes * 60 + seconds), hours < 24 and minutes < 60 and seconds < 60)
