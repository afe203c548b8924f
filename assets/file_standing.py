"""Which files count: of copies the first that is named rightly, of versions the last, and none that nobody could read.

Does not belong here: the rows of the files that count (`acceptance.py`), or what a name says (`delivery_name.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from assets.delivery_name import DeliveryName, named_as_read, period_bounds, read_name
from assets.delivery_store import Arrival
from assets.reading.header import units_told
from models.source import Source

_FILES = pl.Schema({
    "file": pl.String, "source": pl.String, "city": pl.String, "period": pl.String, "sha256": pl.String, "status": pl.String,
    "rows_read": pl.Int64, "rows_quarantined": pl.Int64, "delivery_order": pl.Int32, "live": pl.Boolean,
    "period_start": pl.Date, "period_end": pl.Date, "note": pl.String,
})  # fmt: skip


def standing_of(arrived: list[Arrival], metas: Mapping[str, dict], sources: Mapping[str, Source]) -> pl.DataFrame:
    """One row per name and content, with its standing: live, duplicate, superseded by a version, or quarantined whole."""
    names = {(one.file, one.sha256): _name(one, metas, sources) for one in arrived}
    first_of: dict[str, Arrival] = {}
    # A file that nobody could read for its name's sake does not make a copy of the one that is named rightly; where nobody could
    # read the content under any name, the first is as good as the others.
    rightly = {
        key: metas[key[1]]["status"] == "quarantined" or named_as_read(key[0], name, metas[key[1]])
        for key, name in names.items()
    }
    for one in sorted(arrived, key=lambda one: not rightly[one.file, one.sha256]):
        first_of.setdefault(one.sha256, one)
    winners: dict[tuple[str, ...], Arrival] = {}
    for one in arrived:
        name, meta = names[one.file, one.sha256], metas[one.sha256]
        if name.replaces and meta["status"] == "read" and first_of[one.sha256] is one:
            held = winners.get(name.delivery)
            if held is None or _later(one, name, held, names[held.file, held.sha256]):
                winners[name.delivery] = one
    rows = []
    for order, one in enumerate(arrived, start=1):
        name, meta = names[one.file, one.sha256], metas[one.sha256]
        winner = winners.get(name.delivery) if name.replaces else None
        status, note = "accepted", ""
        if first_of[one.sha256] is not one:
            status, note = "duplicate", f"与 {first_of[one.sha256].file} 内容相同"
        elif meta["status"] == "quarantined":
            status, note = "quarantined", meta["reason"]
        elif winner is not None and winner is not one:
            status, note = "superseded", f"已被 {winner.file} 取代"
        elif meta.get("columns_absent") and meta.get("columns_unknown"):
            note = _perhaps_renamed(sources[meta["source"]], meta)
        counted = status in ("accepted", "superseded")
        bounds = period_bounds(name.period) or (None, None)
        rows.append((
            one.file, meta["source"], name.city, name.period, one.sha256, status, meta["rows_read"] if counted else 0,
            meta["rows_quarantined"] if counted else 0, order, status == "accepted", *bounds, note,
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=_FILES, orient="row")


def _name(one: Arrival, metas: Mapping[str, dict], sources: Mapping[str, Source]) -> DeliveryName:
    """What the file's name says; its source is that of its headers where the name has no title."""
    name = read_name(one.file, sources)
    return name if name.source else replace(name, source=metas[one.sha256]["source"])


def _perhaps_renamed(source: Source, meta: Mapping[str, list[str]]) -> str:
    """A column that is not there and a header that nobody knows may be one and the same."""
    absent = "、".join(source.column(name).zh for name in meta["columns_absent"])
    unknown = "、".join(meta["columns_unknown"])
    units, in_english = units_told(meta["columns_unknown"], source)
    return (
        f"没有这些列：{absent}；表头里不认识：{unknown}。如是同一列，请改正表头后作更正再交。{units} / Columns that are absent: "
        f"{', '.join(meta['columns_absent'])}; unknown headers: {unknown}. If they are the same, send a correction.{in_english}"
    )


def _later(one: Arrival, name: DeliveryName, held: Arrival, held_name: DeliveryName) -> bool:
    """更正 after none, 更正2 after 更正; then the one first read later, in one take-in the greater name."""
    return (name.correction, one.ordinal, one.file) > (held_name.correction, held.ordinal, held.file)
