"""A small picture of a group of institutions as SVG text: who shares what with whom. The same rows give the same picture.

Institutions stand on a circle in the order of their ids; a line is what two of them share, as thick as it has kinds. No person is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, sin
from xml.sax.saxutils import escape

import polars as pl

from models.network import KINDS

WORDS = {
    "representative": "法定代表人", "phone": "电话", "address": "地址", "account": "账号", "trainer": "教师", "device": "设备", "person": "学员",
}  # fmt: skip
_WIDTH, _HEIGHT, _RADIUS = 640, 440, 150
_MOST = 24
"""A larger group is drawn with its first institutions only; the rest is counted below."""


def picture(names: Mapping[str, str], pairs: pl.DataFrame) -> str:
    """The group's picture. ``names`` maps institution_id to name; ``pairs`` has institution_a, institution_b and a count per kind."""
    shown = sorted(names)[:_MOST]
    where = {name: _place(at, len(shown)) for at, name in enumerate(shown)}
    rows = pairs.filter(pl.col("institution_a").is_in(shown) & pl.col("institution_b").is_in(shown))
    rows = rows.sort("institution_a", "institution_b")
    lines = [_line(row, where) for row in rows.iter_rows(named=True)]
    dots = [_dot(where[name], names[name]) for name in shown]
    rest = (
        f'<text x="{_WIDTH / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">另有 {len(names) - _MOST} 家</text>'
        if len(names) > _MOST
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif" font-size="12">'
        f"<title>机构之间共有的人、物和账号</title>{''.join(lines)}{''.join(dots)}{rest}</svg>"
    )


def _place(at: int, count: int) -> tuple[float, float]:
    angle = 2 * pi * at / count - pi / 2
    return _WIDTH / 2 + _RADIUS * 1.25 * cos(angle), _HEIGHT / 2 + _RADIUS * sin(angle)


def _line(row: Mapping[str, object], where: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = where[str(row["institution_a"])], where[str(row["institution_b"])]
    told = [f"{WORDS[kind]}{row[kind] if row[kind] != 1 else ''}" for kind in KINDS if row[kind]]
    # The words stand a third along the line, so that those of crossing lines do not lie on one another.
    x, y = x1 + (x2 - x1) * 0.4, y1 + (y2 - y1) * 0.4
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#b5532b" stroke-width="{min(len(told), 5)}" stroke-opacity="0.6"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="#7a3517" stroke="white" stroke-width="3" paint-order="stroke">'
        f"{escape('、'.join(told))}</text>"
    )


def _dot(place: tuple[float, float], name: str) -> str:
    x, y = place
    below = y + 24 if y >= _HEIGHT / 2 else y - 14
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="#2b6cb0"/>'
        f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle">{escape(name[:16])}</text>'
    )
