"""One file as a whole: which source it is, where its header stands, and its rows; or why it cannot be read.

Does not belong here: how a format is opened (`text.py`, `workbook.py`, `parquet.py`), or how a row is judged (`rows.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from assets.delivery_name import read_name
from assets.reading.grid import Grid, TooLarge, Unreadable
from assets.reading.header import Header, find_header, tell_source, units_told
from assets.reading.limits import limits_in_force
from assets.reading.parquet import column_names, header_of_names, read_parquet
from assets.reading.rows import Rows, read_rows
from assets.reading.text import read_text
from assets.reading.workbook import read_workbook
from models.source import Source

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")


@dataclass(frozen=True)
class Reading:
    """One file as it is read: what is known of it, and its rows piece by piece (once; Unreadable where the file breaks off);
    or why there are none."""

    meta: dict[str, Any]
    pieces: Iterator[Rows] | None = None


def _nothing_read(file: str, path: Path, sources: Mapping[str, Source]) -> dict[str, Any]:
    return {
        "source": read_name(file, sources).source,
        "format": path.suffix.lower().lstrip("."),
        "rows_read": 0,
        "rows_quarantined": 0,
    }


def given_up(
    file: str, path: Path, sources: Mapping[str, Source], problem: Unreadable, limits: dict[str, int]
) -> Reading:
    """A file that ended the process that read it; under other limits it is tried again."""
    return Reading({**refused(_nothing_read(file, path, sources), problem), "limits": limits})


def refused(meta: Mapping[str, Any], problem: Unreadable) -> dict[str, Any]:
    """The record of a file of which nothing is taken, with the reason."""
    known = {
        name: meta[name]
        for name in ("source", "format", "missing", "columns_absent", "columns_unknown")
        if name in meta
    }
    told = {"status": "quarantined", "reason_code": problem.code, "reason": str(problem)}
    limits = {"limits": asdict(limits_in_force())} if isinstance(problem, TooLarge) else {}
    return {**known, "rows_read": 0, "rows_quarantined": 0, **told, **limits}


def read(file: str, path: Path, sources: Mapping[str, Source]) -> Reading:
    """One file, read in this process; what comes from outside is read through `ReadingProcess`."""
    meta = _nothing_read(file, path, sources)
    try:
        source, grids, header = _grids(path, sources.get(meta["source"]), sources)
        meta["source"] = source.name
        meta |= {"columns_absent": list(header.absent), "columns_unknown": list(header.unknown)}
        first = next(grids)
        if header.last_row in first.damaged:
            raise Unreadable(
                "damaged_header",
                "表头里有损坏的字，不知道是哪一列；请重新导出后再交。 / The header holds damaged text: nobody knows which column it names. Export it again.",
            )
        if header.missing:
            meta["missing"] = list(header.missing)
            raise _missing(header, source)
    except Unreadable as problem:
        return Reading(refused(meta, problem))
    told = {**meta, **first.about, "sheet": first.sheet, "header_row": header.last_row + 1, "status": "read"}
    return Reading(told, _pieces(first, grids, header, source))


def _missing(header: Header, source: Source) -> Unreadable:
    """Which required columns are not there, and which headers nobody knows: a column may be among them."""
    unknown = f"表头里不认识：{'、'.join(header.unknown)}。" if header.unknown else ""
    strange = f" Unknown headers: {', '.join(header.unknown)}." if header.unknown else ""
    units, in_english = units_told(header.unknown, source)
    return Unreadable(
        "missing_columns",
        f"缺少必需的列：{'、'.join(source.column(name).zh for name in header.missing)}，请补上后再交。{unknown}{units} / "
        f"Required columns are missing: {', '.join(header.missing)}.{strange}{in_english}",
    )


def _pieces(first: Grid, others: Iterator[Grid], header: Header, source: Source) -> Iterator[Rows]:
    yield read_rows(first, header, source)
    for grid in others:
        yield read_rows(grid, replace(header, last_row=-1), source)


def _of_workbook(path: Path, source: Source) -> Grid:
    return read_workbook(path, source.titles, lambda grid: find_header(grid, source) is not None)


def _grids(path: Path, source: Source | None, sources: Mapping[str, Source]) -> tuple[Source, Iterator[Grid], Header]:
    """The source, the grid in pieces, and its header (in the first); by the headers where the name tells no source."""
    ending = path.suffix.lower()
    if path.stat().st_size == 0:
        raise Unreadable("empty_file", "文件是空的，请重新导出后再交。 / The file is empty; export it again.")
    if ending not in ENDINGS:
        raise Unreadable(
            "unknown_format",
            f"不认识的文件格式 {ending or '（无）'}，请用 csv、xlsx 或 parquet。 / Unknown format; send csv, xlsx or parquet.",
        )
    if ending == ".parquet":
        names = column_names(path)
        if source is None:
            fitting = [one for one in sources.values() if not header_of_names(names, one).missing]
            source = max(fitting, key=lambda one: len(header_of_names(names, one).positions), default=None)
        if source is None:
            raise Unreadable(
                "unknown_source", "从文件名和列名都看不出是哪种文件。 / Neither name nor columns tell what this is."
            )
        return source, read_parquet(path), header_of_names(names, source)
    if ending == ".xlsx":
        asked = {name: one for name, one in sources.items() if source is None or source is one}
        grids = {name: _of_workbook(path, one) for name, one in asked.items()}
        others: Iterator[Grid] = iter(())
    else:
        others = read_text(path)
        grids = dict.fromkeys(sources, next(others))
    source = source or tell_source(grids, sources)
    header = find_header(grids[source.name], source)
    if header is None:
        expected = "、".join(column.zh for column in source.columns if column.required)
        raise Unreadable(
            "no_header", f"找不到“{source.titles[0]}”的表头，应有：{expected}。 / No header of {source.name} was found."
        )
    return source, (piece for grid in chain([grids[source.name]], others) for piece in grid.pieces()), header
