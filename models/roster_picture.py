"""A small picture of two rosters with common trainees as SVG text. The same figures give the same picture; no person is named.

Each class is a bar as long as its roster, the common part in colour and above one another, with what chance would give beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _BAR = 640, 190, 20, 26
_MIDDLE = _WIDTH / 2


@dataclass(frozen=True)
class Roster:
    """One class as the picture tells it: ``size`` counts the trainees compared."""

    class_id: str
    organiser: str
    starts: date | None
    size: int


def roster_picture(a: Roster, b: Roster, shared: int, expected: float) -> str:
    """The picture of two rosters; ``shared`` trainees stand in both, ``expected`` would by chance."""
    room = (_WIDTH - 2 * _LEFT) / max(a.size + b.size - shared, 1)
    start = _MIDDLE - room * (a.size + b.size - shared) / 2
    common = start + room * (a.size - shared)
    parts = [
        f'<rect x="{common:.1f}" y="52" width="{room * shared:.1f}" height="86" fill="#b5532b" fill-opacity="0.15"/>',
        _bar(a, start, 58, room, (common, shared)),
        _bar(b, common, 106, room, (common, shared)),
        _told(a, 46),
        _told(b, 154),
        f'<text x="{common + room * shared / 2:.1f}" y="100" text-anchor="middle" fill="#7a3517">共同 {shared} 人</text>',
        f'<text x="{_MIDDLE:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">随机组班约 {expected:.2f} 人相同</text>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif" font-size="12">'
        f"<title>两个班的名册</title>{''.join(parts)}</svg>"
    )


def _bar(one: Roster, x: float, y: int, room: float, common: tuple[float, int]) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{room * one.size:.1f}" height="{_BAR}" fill="#2b6cb0" fill-opacity="0.35"/>'
        f'<rect x="{common[0]:.1f}" y="{y}" width="{room * common[1]:.1f}" height="{_BAR}" fill="#b5532b" fill-opacity="0.7"/>'
    )


def _told(one: Roster, y: int) -> str:
    opened = f"{one.starts.isoformat()} 开班，" if one.starts else ""
    text = f"{one.class_id}　{one.organiser[:20]}　{opened}{one.size} 人"
    return f'<text x="{_MIDDLE:.0f}" y="{y}" text-anchor="middle">{escape(text)}</text>'
