"""The life of a class, or of whatever a case is about, from register to payment: events from evidence rows, and their picture.

Belongs here: which dates of which source rows are events, and drawing them. Does not belong here: choosing the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from markupsafe import Markup

from models.source import load_sources

LANES = (
    "status_registers", "institutions", "projects", "classes", "enrolments", "attendance", "payroll", "insurance", "certificates",
    "claims", "ledger", "bank", "reports", "allocations",
)  # fmt: skip
"""Top to bottom, as the work goes: from register to payment."""
_NOT_EVENTS = frozenset({"valid_from", "valid_to", "listed_from", "listed_to", "graduation_date"})
_DAYS = ("date", "month", "timestamp")
_SPANS = (("classes", "start_date", "end_date"), ("status_registers", "from_date", "to_date"))
_MOST = 400
_LEFT, _RIGHT, _LANE, _TOP = 128, 936, 34, 34


@dataclass(frozen=True, order=True)
class Event:
    """Something that the rows date. `until` where it is a span; `what` in Chinese."""

    lane: int
    day: date
    until: date | None
    source: str
    what: str


def events(rows: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Every dated thing that the evidence rows tell (source, row as JSON), once, in order."""
    found: set[Event] = set()
    for row in rows:
        source = row["source"]
        if source not in LANES:
            continue
        values = json.loads(row["row"])
        lane, columns = LANES.index(source), {c.name: c for c in load_sources()[source].columns}
        spans = {start: end for name, start, end in _SPANS if name == source}
        ends = set(spans.values())
        for name, column in columns.items():
            day = (
                _day(values.get(name))
                if column.type in _DAYS and name not in _NOT_EVENTS and name not in ends
                else None
            )
            if day is None or name in ("check_in", "check_out"):
                continue
            until = _day(values.get(spans[name])) if name in spans else None
            titles = [column.zh] + ([columns[spans[name]].zh] if until else [])
            found.add(Event(lane, day, until, source, "—".join(titles)))
    return sorted(found, key=lambda e: (e.lane, e.day, e.what, e.until or e.day))[:_MOST]


def picture(found: list[Event], title: str, names: Mapping[str, str]) -> Markup:
    """One lane a source, time from left to right; empty where nothing is dated. `names` are the lanes' titles."""
    if not found:
        return Markup("")
    first, last = min(e.day for e in found), max(e.until or e.day for e in found)
    pad = timedelta(days=max(3, (last - first).days // 25))
    first, last = first - pad, last + pad
    lanes = sorted({e.lane for e in found})
    height = _TOP + len(lanes) * _LANE + 8

    def x(day: date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (day - first).days / max((last - first).days, 1)

    parts = []
    for day, told in _ticks(first, last):
        parts.append(f'<line class="grid" x1="{x(day):.1f}" y1="{_TOP - 8}" x2="{x(day):.1f}" y2="{height - 4}"/>')
        parts.append(f'<text class="tick" x="{x(day):.1f}" y="{_TOP - 14}" text-anchor="middle">{told}</text>')
    for place, lane in enumerate(lanes):
        y = _TOP + place * _LANE + _LANE / 2
        source = LANES[lane]
        parts.append(
            f'<text class="name" x="{_LEFT - 14}" y="{y + 4:.1f}" text-anchor="end">{escape(names[source])}</text>'
        )
        parts.append(f'<line class="axis" x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}"/>')
        inside = [e for e in found if e.lane == lane]
        labelled = _LEFT - 100.0
        for event in inside:
            told = f"{event.what} {event.day}" + (f" — {event.until}" if event.until else "")
            if event.until:
                parts.append(
                    f'<rect class="span" x="{x(event.day):.1f}" y="{y - 5:.1f}" width="{max(x(event.until) - x(event.day), 3):.1f}" '
                    f'height="10" rx="3"><title>{escape(told)}</title></rect>'
                )
            else:
                parts.append(
                    f'<circle class="dot" cx="{x(event.day):.1f}" cy="{y:.1f}" r="4.5"><title>{escape(told)}</title></circle>'
                )
            if x(event.day) - labelled > 78 and len(inside) <= 12:
                short = f"{event.what.split('—')[0]} {event.day:%m-%d}"
                parts.append(
                    f'<text class="tell" x="{min(x(event.day), _RIGHT - 60):.1f}" y="{y - 8:.1f}">{escape(short)}</text>'
                )
                labelled = x(event.day)
    return Markup(
        f'<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Firsts of months, no more than a dozen; within two months, days a week apart."""
    if (last - first).days <= 62:
        return [
            (day := first + timedelta(days=3 + 7 * place), f"{day:%m-%d}") for place in range((last - first).days // 7)
        ]
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months / step <= 10)
    ticks, year, month = [], first.year, first.month
    while (day := date(year, month, 1)) <= last:
        if day >= first and (year * 12 + month - 1) % every == 0:
            ticks.append((day, f"{day:%Y-%m}"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return ticks


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
