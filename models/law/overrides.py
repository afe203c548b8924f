"""Other values for one scan: the `--parameters` file, a YAML list of {id, value, division, valid_from, valid_until?}.

Belongs here: reading that file, and telling its author everything that is wrong with it at once.
Does not belong here: the law's own values (`parameters.py`), and what an override does to them (`resolution.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.law.parameters import ParameterRow, check_division, load_parameters, period, refuse_overlaps
from models.law.reading import LawError, check_keys, nearest, read_yaml
from models.law.values import parse_value

# A what-if may also set an amount where the law sets none (a technician's certificate), or start a rule's leads elsewhere.
_FAMILIES = (
    re.compile(
        r"certificate_amount\.(?:special_ability|qualification|skill_level|special_operation|special_equipment)(?:\.[1-5])?"
    ),
    re.compile(r"lead_probability\.[a-z_]+"),
)
OVERRIDE = "override"  # stands where a row of the law names its notice: nobody may take a what-if for law


def load_overrides(path: Path, rows: Iterable[ParameterRow] | None = None) -> list[ParameterRow]:
    """The rows of a `--parameters` file, for the parameters that `rows` (by default the law's own) know."""
    known = {row.id: row for row in (load_parameters() if rows is None else rows)}
    contents = read_yaml(path)
    if not isinstance(contents, list) or not contents:
        raise LawError(
            f"{path.name}: 应为列表，至少一项，形如 / should be a list with at least one item, like"
            ' {id: directed_cap, value: 7000, division: "140000", valid_from: 2021-07-08}'
        )
    overrides, errors = [], []
    for position, item in enumerate(contents, start=1):
        try:
            overrides.append(_override(item, known))
        except LawError as error:
            errors.append(f"{path.name}: 第{position}项 item {position}: {error}")
    if not errors:
        try:
            refuse_overlaps(overrides)
        except LawError as error:
            errors.append(f"{path.name}: {error}")
    if errors:
        raise LawError("\n".join(errors))
    return overrides


def _override(item: Any, known: dict[str, ParameterRow]) -> ParameterRow:
    if not isinstance(item, dict):
        raise LawError(f"「{item}」应为键值对，如 / should be a mapping, like {{id: directed_cap, value: 7000, ...}}")
    check_keys(item, ("id", "value", "division", "valid_from"), ("valid_until",))
    for key, text in item.items():
        if not isinstance(text, str):
            raise LawError(f"{key} 应为一个值，不是列表 / {key} should be one value, not a list or mapping")
    base = known.get(item["id"]) or _of_family(item["id"], known)
    if base is None:
        raise LawError(
            f"不认识的 id「{item['id']}」{nearest(item['id'], known)}；全部 id 见 data/law/parameters"
            f" / unknown id '{item['id']}', every id is a file name in data/law/parameters"
        )
    number, day = parse_value(item["value"], base.unit)
    valid_from, valid_until = period(item)
    return ParameterRow(
        id=item["id"],
        unit=base.unit,
        stricter=base.stricter,
        division=check_division(item["division"]),
        value=item["value"],
        number=number,
        day=day,
        valid_from=valid_from,
        valid_until=valid_until,
        notice=OVERRIDE,
        clause="",
    )


def _of_family(id: str, known: dict[str, ParameterRow]) -> ParameterRow | None:
    """A row of the same family, whose unit and direction the new member shares; None where there is no such family."""
    if not any(family.fullmatch(id) for family in _FAMILIES):
        return None
    prefix = id.partition(".")[0]
    return next((row for name, row in sorted(known.items()) if name.partition(".")[0] == prefix), None)
