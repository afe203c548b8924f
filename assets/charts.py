"""Small charts as SVG: bars, a trend, intervals, steps, a table of colours. Drawn here, readable as text; styled by the portal's
style sheet, or by their own where they stand alone (Dagster's UI).

Belongs here: from numbers to SVG. Does not belong here: where the numbers come from.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

from markupsafe import Markup

_WIDTH = 640
_ALONE = (
    "text{font:13px 'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;fill:#1d2733}.value,.name{fill:#3b4754}"
    ".bar{fill:#5f8db5}.up{fill:#5f8db5}.down{fill:#c2876a}.total{fill:#1f4e79}.line{fill:none;stroke:#1f4e79;stroke-width:2}"
    ".dot{fill:#1f4e79}.axis,.grid,.join{stroke:#dfe4ea}.good{fill:#cfe3d6}.part{fill:#f0dfbf}.bad{fill:#e3b5ac}.none{fill:#eef1f4}"
)


def alone(svg: str, told: str) -> str:
    """A chart as a Markdown image that needs no style sheet and no file; `told` is said where it cannot be shown."""
    styled = str(svg).replace("<title>", f"<style>{_ALONE}</style><title>", 1)
    return f"![{told}](data:image/svg+xml;base64,{base64.b64encode(styled.encode()).decode()})"


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """Horizontal bars: (name, value, value as told)."""
    largest = max((value for _, value, _ in rows), default=0) or 1
    parts = []
    for place, (name, value, told) in enumerate(rows):
        y, width = 8 + place * 26, 400 * value / largest
        parts.append(
            f'<text class="name" x="112" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="bar" x="122" y="{y + 2}" width="{max(width, 1):.1f}" height="16" rx="2"/>'
            f'<text class="value" x="{130 + width:.1f}" y="{y + 14}">{escape(told)}</text>'
        )
    return _svg(16 + len(rows) * 26, title, parts)


def trend(points: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """A line over scans, oldest first: (name, value, value as told)."""
    if not points:
        return Markup("")
    largest = max(value for _, value, _ in points) or 1
    step = 520 / max(len(points) - 1, 1)
    places = [(60 + place * step, 130 - 100 * value / largest) for place, (_, value, _) in enumerate(points)]
    path = " ".join(f"{'M' if not place else 'L'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(places))
    every = max(1, len(points) // 8)
    parts = ['<line class="axis" x1="50" y1="130" x2="600" y2="130"/>', f'<path class="line" d="{path}"/>']
    for place, ((x, y), (name, _, told)) in enumerate(zip(places, points, strict=True)):
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(f"{name}: {told}")}</title></circle>'
        )
        if place % every == 0 or place == len(points) - 1:
            parts.append(f'<text class="name" x="{x:.1f}" y="150" text-anchor="middle">{escape(name)}</text>')
            parts.append(f'<text class="value" x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{escape(told)}</text>')
    return _svg(164, title, parts)


def intervals(rows: Sequence[tuple[str, float, float, float, str]], title: str) -> Markup:
    """Shares with their intervals between 0 and 1: (name, share, low, high, told)."""
    parts = []
    for share in (0.0, 0.5, 1.0):
        x = 262 + 240 * share
        parts.append(f'<line class="grid" x1="{x}" y1="0" x2="{x}" y2="{len(rows) * 26 + 8}"/>')
        parts.append(f'<text class="name" x="{x}" y="{len(rows) * 26 + 24}" text-anchor="middle">{share:.0%}</text>')
    for place, (name, share, low, high, told) in enumerate(rows):
        y = 18 + place * 26
        parts.append(
            f'<text class="name" x="248" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
            f'<line class="range" x1="{262 + 240 * low:.1f}" y1="{y}" x2="{262 + 240 * high:.1f}" y2="{y}"/>'
            f'<circle class="dot" cx="{262 + 240 * share:.1f}" cy="{y}" r="5"/>'
            f'<text class="value" x="514" y="{y + 4}">{escape(told)}</text>'
        )
    return _svg(len(rows) * 26 + 34, title, parts)


def steps(rows: Sequence[tuple[str, float, float | None, str]], title: str) -> Markup:
    """From one total over differences to the next: (name, total reached, difference or None for a total, told).

    Totals start at zero; a difference hangs between what it starts from and the total reached.
    """
    reached = [edge for _, value, difference, _ in rows for edge in (value, value - (difference or 0))]
    low, high = min([0.0, *reached]), max([0.0, *reached])
    unit = 150 / ((high - low) or 1)
    width = 560 / max(len(rows), 1)
    parts = []
    for place, (name, value, difference, told) in enumerate(rows):
        start = 0.0 if difference is None else value - difference
        top, height = 30 + (high - max(start, value)) * unit, max(abs(value - start) * unit, 1)
        kind = "total" if difference is None else "up" if difference >= 0 else "down"
        x, middle = 40 + place * width, 40 + place * width + width * 0.4
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{width * 0.8:.1f}" height="{height:.1f}"/>'
        )
        parts.append(
            f'<text class="value" x="{middle:.1f}" y="{top - 6:.1f}" text-anchor="middle">{escape(told)}</text>'
        )
        for line, words in enumerate(name.split("\n")):
            parts.append(
                f'<text class="name" x="{middle:.1f}" y="{202 + 17 * line}" text-anchor="middle">{escape(words)}</text>'
            )
    parts.append(f'<line class="axis" x1="34" y1="{30 + high * unit:.1f}" x2="606" y2="{30 + high * unit:.1f}"/>')
    return _svg(230, title, parts)


def curve(points: Sequence[float], title: str, told: str) -> Markup:
    """What the first of a ranking hold together: cumulated shares from 0 to 1, evenly spaced; `told` stands beside it."""
    step = 480 / max(len(points) - 1, 1)
    path = " ".join(
        f"{'M' if not place else 'L'}{60 + place * step:.1f} {190 - 160 * share:.1f}"
        for place, share in enumerate(points)
    )
    parts = [
        '<line class="axis" x1="60" y1="190" x2="540" y2="190"/>', '<line class="grid" x1="60" y1="190" x2="540" y2="30"/>',
        f'<path class="line" d="{path}"/>',
        *(f'<text class="name" x="52" y="{194 - 160 * share:.0f}" text-anchor="end">{share:.0%}</text>' for share in (0.0, 0.5, 1.0)),
        *(f'<text class="name" x="{60 + 480 * share:.0f}" y="208" text-anchor="middle">{share:.0%}</text>' for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        f'<text class="value" x="540" y="180" text-anchor="end">{escape(told)}</text>',
    ]  # fmt: skip
    return _svg(216, title, parts)


def matrix(
    rows: Sequence[str], columns: Sequence[str], kinds: dict[tuple[str, str], tuple[str, str]], title: str
) -> Markup:
    """Cells of four colours (good, part, bad, none) with a short text: rows down, columns across."""
    wide = min(60.0, 490 / max(len(columns), 1))
    parts = [
        f'<text class="name" x="{140 + (place + 0.5) * wide:.1f}" y="16" text-anchor="middle" font-size="10">{escape(name)}</text>'
        for place, name in enumerate(columns)
    ]
    for down, row in enumerate(rows):
        y = 24 + down * 24
        parts.append(f'<text class="name" x="132" y="{y + 16}" text-anchor="end">{escape(row)}</text>')
        for across, column in enumerate(columns):
            kind, told = kinds.get((row, column), ("none", ""))
            x = 140 + across * wide
            parts.append(f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{wide - 2:.1f}" height="22"/>')
            parts.append(
                f'<text x="{x + wide / 2 - 1:.1f}" y="{y + 15}" text-anchor="middle" style="font-size:10px">{escape(told)}</text>'
            )
    return _svg(30 + len(rows) * 24, title, parts)


def star(center: str, leaves: Sequence[str], title: str, rest: str = "") -> Markup:
    """What one thing (a phone, an account) is shared by: it in the middle, around it the leaves."""
    parts = []
    for place, name in enumerate(leaves):
        angle = 2 * pi * place / max(len(leaves), 1) - pi / 2
        x, y = 320 + 130 * cos(angle), 180 + 112 * sin(angle)
        anchor = "middle" if abs(cos(angle)) < 0.25 else "start" if cos(angle) > 0 else "end"
        dx = 0 if anchor == "middle" else 10 if anchor == "start" else -10
        dy = 4 if anchor != "middle" else (20 if sin(angle) > 0 else -12)
        parts.append(f'<line class="tie" x1="320" y1="180" x2="{x:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        parts.append(
            f'<text class="name" x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">{escape(name)}</text>'
        )
    parts.append('<circle class="hub" cx="320" cy="180" r="11"/>')
    parts.append(f'<text class="hubname" x="320" y="18" text-anchor="middle">{escape(center)}</text>')
    if rest:
        parts.append(f'<text class="name" x="320" y="336" text-anchor="middle">{escape(rest)}</text>')
    return _svg(344, title, parts)


def _svg(height: float, title: str, parts: Sequence[str]) -> Markup:
    return Markup(
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
