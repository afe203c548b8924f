"""The parameters: every number of the law as a dated row with its citation, one small YAML file per id.

Belongs here: what a parameter and its rows are, and reading `data/law/parameters`.
Does not belong here: other values for one scan (`overrides.py`), and which row is in force where (`resolution.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

from models.law.reading import LAW, OPEN_END, OPEN_START, LawError, check_keys, nearest, parse_date, read_yaml
from models.law.values import UNITS, parse_value

STRICTER = ("lower", "higher", "none")


@dataclass(frozen=True)
class ParameterRow:
    """One value, for one division, from `valid_from` until before `valid_until`, for persons born in between."""

    id: str
    unit: str
    stricter: str
    division: str
    value: str
    number: Decimal | None
    day: date | None
    valid_from: date
    valid_until: date
    notice: str
    clause: str
    born_from: date = OPEN_START
    born_until: date = OPEN_END
    says: str = ""
    note: str = ""

    @property
    def measure(self) -> Decimal | date:
        """What is compared when two values are asked for the stricter one."""
        measure = self.day if self.number is None else self.number
        assert measure is not None, self.id
        return measure


@dataclass(frozen=True)
class Parameter:
    """A parameter with its titles and all its rows."""

    id: str
    title: dict[str, str]
    unit: str
    stricter: str
    last_checked: date
    rows: tuple[ParameterRow, ...] = field(repr=False)


def load_parameter_files(folder: Path = LAW / "parameters") -> dict[str, Parameter]:
    """Every parameter by id; the file name is the id."""
    return {path.stem: _parameter(path) for path in sorted(folder.glob("*.yaml"))}


def load_parameters(folder: Path = LAW / "parameters") -> list[ParameterRow]:
    """The rows of every parameter, sorted by id, division, start and birth."""
    rows = [row for parameter in load_parameter_files(folder).values() for row in parameter.rows]
    return sorted(rows, key=lambda row: (row.id, row.division, row.valid_from, row.born_from))


def check_division(text: str) -> str:
    """A nation, province or city code; a county is refused, because standards are set by provinces and cities."""
    if not re.fullmatch(r"\d{6}", text) or (text[:2] == "00" and text != "000000"):
        raise LawError(
            f"division「{text}」不是六位区划代码，请写 140000（省）或 140100（市）"
            f" / division '{text}' is no code of six digits, write 140000 (a province) or 140100 (a city)"
        )
    if not text.endswith("00"):
        city, province = text[:4] + "00", text[:2] + "0000"
        raise LawError(
            f"division「{text}」是县级，参数只能由市或省规定，请写 {city} 或 {province}"
            f" / division '{text}' is a county: a city or province is allowed, write {city} or {province}"
        )
    return text


def period(item: dict[str, str], start: str = "valid_from", end: str = "valid_until") -> tuple[date, date]:
    """The half-open period of an item; an end that is missing is open."""
    begins = parse_date(item[start], start) if start in item else OPEN_START
    ends = parse_date(item[end], end) if end in item else OPEN_END
    if begins >= ends:
        raise LawError(
            f"{end} {ends} 不在 {start} {begins} 之后（止日不含当日）"
            f" / {end} {ends} is not after {start} {begins} (the end is exclusive)"
        )
    return begins, ends


def refuse_overlaps(rows: Iterable[ParameterRow]) -> None:
    """Two values of one division at one moment for one birthday: nobody could say which holds."""
    for one, two in combinations(rows, 2):
        if (
            (one.id, one.division) == (two.id, two.division)
            and max(one.valid_from, two.valid_from) < min(one.valid_until, two.valid_until)
            and max(one.born_from, two.born_from) < min(one.born_until, two.born_until)
        ):
            raise LawError(
                f"{one.id} 在 {one.division} 有两个值同时有效：{one.value}（{one.valid_from} 起）与 {two.value}"
                f"（{two.valid_from} 起），请给前者 valid_until / {one.id} has two values at once in {one.division}:"
                f" {one.value} from {one.valid_from} and {two.value} from {two.valid_from}, end one with valid_until"
            )


def _parameter(path: Path) -> Parameter:
    contents = read_yaml(path)
    try:
        if not isinstance(contents, dict):
            raise LawError("应为一个参数 / should be one parameter")
        check_keys(contents, ("id", "title", "unit", "stricter", "values", "last_checked"))
        if contents["id"] != path.stem:
            raise LawError(f"文件名应为 {contents['id']}.yaml / the file name should be {contents['id']}.yaml")
        for key, known in (("unit", UNITS), ("stricter", STRICTER)):
            if contents[key] not in known:
                hint = nearest(contents[key], known)
                raise LawError(f"{key}「{contents[key]}」不认识{hint} / unknown {key}; allowed: {', '.join(known)}")
        check_keys(contents["title"], ("zh", "en"))
        rows = tuple(_row(contents, item) for item in contents["values"])
        refuse_overlaps(rows)
        checked = parse_date(contents["last_checked"], "last_checked")
        return Parameter(contents["id"], contents["title"], contents["unit"], contents["stricter"], checked, rows)
    except LawError as error:
        raise LawError(f"{path.name}: {error}") from None


def _row(parameter: dict[str, Any], item: dict[str, str]) -> ParameterRow:
    check_keys(
        item,
        ("division", "value", "valid_from", "notice", "clause"),
        ("valid_until", "born_from", "born_until", "says", "note"),
    )
    number, day = parse_value(item["value"], parameter["unit"])
    valid_from, valid_until = period(item)
    born_from, born_until = period(item, "born_from", "born_until")
    return ParameterRow(
        id=parameter["id"],
        unit=parameter["unit"],
        stricter=parameter["stricter"],
        division=check_division(item["division"]),
        value=item["value"],
        number=number,
        day=day,
        valid_from=valid_from,
        valid_until=valid_until,
        notice=item["notice"],
        clause=item["clause"],
        born_from=born_from,
        born_until=born_until,
        says=item.get("says", ""),
        note=item.get("note", ""),
    )
