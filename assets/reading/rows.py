"""From a grid of text to canonical rows: each value parsed by its column's type, each unreadable row kept with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from assets.reading.days import parsed_dates, parsed_moments, parsed_months
from assets.reading.grid import Grid, as_text, verbatim, without_blank_and_total_rows
from assets.reading.header import Header, repeated_headers, rows_above
from assets.reading.letters import Letters
from assets.reading.parquet import taken_as_typed
from assets.reading.quick import parsed, parsed_identities, parsed_once, plain_texts
from models.privacy import MASKS, mask_name
from models.source import Column, Source
from models.values import is_time_alone, parse_choice

POLARS_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(), "DECIMAL(14,2)": pl.Decimal(14, 2), "INTEGER": pl.Int32(), "DOUBLE": pl.Float64(), "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"), "BOOLEAN": pl.Boolean(),
}  # fmt: skip
QUARANTINE_SCHEMA = pl.Schema({
    "sheet": pl.String, "line": pl.Int64, "column_name": pl.String, "reason_code": pl.String, "reason": pl.String, "row": pl.String,
    "row_masked": pl.String,
})  # fmt: skip
_NAME = re.compile(r"(?<![\u4e00-\u9fff·])[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff·])")
_ALLOWED = {
    "money": "金额，如 1200、1,200.00、1200元", "integer": "整数", "number": "数字",
    "date": "日期，如 2021-07-08、2021/7/8、20210708、2021年7月8日", "month": "月份，如 2021-07、202107、2021年7月",
    "timestamp": "时间，如 08:59、08:59:07、2021-07-08 08:59", "boolean": "是/否、Y/N、1/0",
    "level": "5 初级工、4 中级工、3 高级工、2 技师、1 高级技师", "division": "六位行政区划代码", "code": "编号", "uscc": "统一社会信用代码", "occupation_code": "职业编码",
    "id_number": "身份证号", "account": "账号", "phone": "电话号码", "text": "文字",
}  # fmt: skip


_PLACES = 5  # places of cells beyond the header that a reason names
_WHOLE_ROW = {
    "too_many_cells": "这一行的单元格比表头多（第 {beyond} 格），可能有多余的分隔符；请核对后更正再交。 / More cells than the header (cell {beyond}).",
    "damaged_text": "这一行的文字已损坏，或引号没有成对、把几行并成了一行；请核对后更正再交。 / Damaged text, or a quote that does not close.",
    "above_header": "这一行在表头之上，却像一行数据；请把表头放在最上面后更正再交。 / Looks like data, but stands above the header.",
}


@dataclass(frozen=True)
class Rows:
    """What was read of a file: typed rows with sheet, line and repairs; and the quarantined rows (QUARANTINE_SCHEMA)."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame

    @property
    def read(self) -> int:
        return self.accepted.height + self.quarantined.height


def read_rows(grid: Grid, header: Header, source: Source) -> Rows:
    """Every data row, readable or not: those below the header, and what stands above it and looks like one."""
    above = rows_above(grid, header, source)
    positions = pl.int_range(grid.cells.height, eager=True)
    kept = (without_blank_and_total_rows(grid) & ((positions > header.last_row) | positions.is_in(above))).arg_true()
    if again := repeated_headers(grid, header, source):
        kept = kept.filter(~kept.is_in(again))
    cells, lines = _chosen(grid, kept)
    given = {
        column.name: cells[f"c{header.positions[column.name]}"]
        if column.name in header.positions
        else pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)
        for column in source.columns
    }
    typed, texts, notes, destroyed = _typed(given, source)
    whole = {
        "too_many_cells": _too_long(cells, header), "damaged_text": kept.is_in(list(grid.damaged)), "above_header": kept.is_in(above),
    }  # fmt: skip
    reasons = _reasons(texts, typed, destroyed, whole, source)
    at = reasons["at"]
    accepted = typed.with_columns(
        pl.lit(grid.sheet).alias("source_sheet"), lines.cast(pl.Int32).alias("source_line"), notes.alias("repairs")
    )
    if len(at):
        accepted = accepted.filter(~positions.head(cells.height).is_in(at.implode()))
    places = kept.gather(at).to_list()
    whole_rows = _whole(grid, places, header)
    told = zip(reasons.select("column", "code").iter_rows(), whole_rows, strict=True)
    masked = _masking(header, source)
    quarantined = pl.DataFrame(
        {
            "sheet": [grid.sheet] * len(at),
            "line": lines.gather(at),
            "column_name": reasons["column"],
            "reason_code": reasons["code"],
            "reason": [_told(source, *reason).replace("{beyond}", _beyond(cells, header)) for reason, cells in told],
            "row": [verbatim(cells) for cells in whole_rows],
            "row_masked": [
                verbatim(masked(cells, position in grid.damaged))
                for position, cells in zip(places, whole_rows, strict=True)
            ],
        },
        schema=QUARANTINE_SCHEMA,
    )
    return Rows(accepted, quarantined)


def _chosen(grid: Grid, kept: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The rows kept and their lines; nothing is copied where they follow one another."""
    first = kept[0] if len(kept) else 0
    if len(kept) and kept[-1] - first + 1 == len(kept):
        return grid.cells.slice(first, len(kept)), grid.lines.slice(first, len(kept))
    return grid.cells[kept], grid.lines.gather(kept)


def _typed(
    given: dict[str, pl.Series], source: Source
) -> tuple[pl.DataFrame, dict[str, pl.Series], pl.Series, dict[str, pl.Series]]:
    """Typed columns; what they were read from; what was repaired per row; per identity column what a spreadsheet destroyed."""
    typed: dict[str, pl.Series] = {}
    texts: dict[str, pl.Series] = {}
    destroyed: dict[str, pl.Series] = {}
    notes = pl.Series("repairs", [None], dtype=pl.String).new_from_index(0, len(next(iter(given.values()))))
    moments = [column for column in source.columns if column.type == "timestamp"]
    for column in [*(column for column in source.columns if column not in moments), *moments]:
        name, values = column.name, given[column.name]
        as_given = None if values.dtype == pl.String else taken_as_typed(values, column)
        if as_given is not None:
            typed[name] = texts[name] = as_given
            continue
        letters = plain_texts(as_text(values))
        texts[name] = letters.texts
        if column.type == "id_number":
            identities = parsed_identities(letters)
            typed[name], lost = identities["value"], identities["destroyed"]
            destroyed[name] = lost.set(lost == "", None)
            widened = (identities["note"] == "15 digits").fill_null(False)
            if widened.any():
                notes = pl.select(pl.when(widened).then(pl.lit(f"{name}: 15 digits")).otherwise(notes)).to_series()
        elif column.type == "timestamp":
            nothing = pl.Series([None], dtype=pl.Date).new_from_index(0, len(values))
            typed[name] = parsed_moments(letters, typed.get("session_date", nothing))
        else:
            typed[name] = _parsed(letters, column)
    if {"check_in", "check_out"} <= typed.keys():
        typed["check_out"] = _on_the_next_day(typed["check_in"], typed["check_out"], texts["check_out"])
    frame = pl.DataFrame(
        {column.name: typed[column.name].cast(POLARS_TYPES[column.duckdb_type]) for column in source.columns}
    )
    return frame, texts, notes, destroyed


def _on_the_next_day(check_in: pl.Series, check_out: pl.Series, texts: pl.Series) -> pl.Series:
    """A time alone that is earlier than the check-in is on the next day."""
    at = (check_out < check_in).fill_null(False).arg_true()
    if at.is_empty() or texts.dtype != pl.String:
        return check_out
    at = at.filter(texts.gather(at).to_frame("text").select(is_time_alone(pl.col("text"))).to_series())
    return check_out.scatter(at, check_out.gather(at).dt.offset_by("1d"))


def _parsed(letters: Letters, column: Column) -> pl.Series:
    if column.type == "enum":
        return parsed_once(letters.texts, lambda text: parse_choice(text, column.labels))
    if column.type in ("date", "month"):
        return parsed_dates(letters) if column.type == "date" else parsed_months(letters)
    return letters.texts if column.type == "text" else parsed(letters, column.type)


def _too_long(cells: pl.DataFrame, header: Header) -> pl.Series:
    """Which rows hold something beyond the header; blanks there are nothing."""
    beyond = cells.columns[header.width :]
    if not beyond:
        return pl.Series([False] * cells.height, dtype=pl.Boolean)
    filled = pl.DataFrame([as_text(cells[name]) for name in beyond]).select(pl.all().str.strip_chars() != "")
    return filled.select(pl.any_horizontal(pl.all()).fill_null(value=False)).to_series()


def _reasons(
    texts: dict[str, pl.Series],
    typed: pl.DataFrame,
    destroyed: dict[str, pl.Series],
    whole: dict[str, pl.Series],
    source: Source,
) -> pl.DataFrame:
    """The rows that cannot be read, by their place, and the first thing that makes each unreadable: its column and code."""
    tests = [*(("", test, code) for code, test in whole.items()), *_tests(texts, typed, destroyed, source)]
    found = [(name, test, code) for name, test, code in tests if test.any()]
    if not found:
        return pl.DataFrame(schema={"at": pl.UInt32, "code": pl.String, "column": pl.String})
    at = reduce(or_, (test for _, test, _ in found)).arg_true()
    here = [(name, test.gather(at), code) for name, test, code in found]
    code = pl.coalesce(pl.when(test).then(pl.lit(reason)) for _, test, reason in here)
    where = pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test, _ in here)
    return pl.select(at.alias("at"), code.alias("code"), where.alias("column"))


def _tests(
    texts: dict[str, pl.Series], typed: pl.DataFrame, destroyed: dict[str, pl.Series], source: Source
) -> Iterator[tuple[str, pl.Series, str]]:
    for column in source.columns:
        name = column.name
        if name in source.key and column.required:
            yield name, typed[name].is_null() & texts[name].is_null(), "key_missing"
        if name in destroyed and source.name != "claims":
            yield name, destroyed[name].is_not_null(), "identity_destroyed"
        if column.type != "phone":  # what has no digit (无) is no phone, and none may be given
            yield name, texts[name].is_not_null() & typed[name].is_null(), f"{column.type}_unreadable"


def _told(source: Source, name: str, code: str) -> str:
    """The reason in words: where, what is wrong, what is allowed, what to do."""
    if code in _WHOLE_ROW:
        return _WHOLE_ROW[code]
    column = source.column(name)
    if code == "key_missing":
        return f"“{column.zh}”是空的，这一行无法辨认；请补上后更正再交。 / {name} is empty."
    if code == "identity_destroyed":
        return f"“{column.zh}”已被表格软件改坏（科学计数法或末三位变 000），请把该列设为文本重新导出。 / {name} was destroyed by a spreadsheet."
    allowed = "、".join(names[0] for names in column.labels.values()) or _ALLOWED.get(column.type, column.type)
    return f"“{column.zh}”读不懂，应为：{allowed}。 / {name} cannot be read as {column.type}."


def _whole(grid: Grid, places: list[int], header: Header) -> list[list[str | None]]:
    """All cells of the rows at these places of the grid, those beyond the header included."""
    found = []
    for place, row in zip(places, grid.rows(places) if places else [], strict=True):
        cells: Sequence[str | None] = grid.spilled.get(place) or row
        last = max((index for index, cell in enumerate(cells) if cell and cell.strip()), default=-1)
        found.append(list(cells[: max(header.width, last + 1)]))
    return found


def _beyond(cells: list[str | None], header: Header) -> str:
    """Where a row holds something beyond the header: the cells themselves stand in the row, and may be a person's."""
    places = [place for place in range(header.width, len(cells)) if (cells[place] or "").strip()]
    return ", ".join(str(place + 1) for place in places[:_PLACES])


def _masking(header: Header, source: Source) -> Callable[[list[str | None], bool], list[str | None]]:
    """Masks the personal cells of a row, damaged or not. An unreadable row may be shifted, and of one that is longer than its
    header, or damaged, nobody knows which cell is which: every short run of Chinese characters that is no label is taken for a
    name, in these anywhere, else in every cell that should hold no text."""
    known = {name for column in source.columns for names in column.labels.values() for name in names}
    of_position = {position: source.column(name) for name, position in header.positions.items()}

    def without_names(cell: str) -> str:
        return _NAME.sub(lambda run: run[0] if run[0] in known else mask_name(run[0]), cell)

    def masked(cells: list[str | None], damaged: bool) -> list[str | None]:
        told = list(cells)
        doubtful = damaged or len(cells) > header.width
        for position, cell in enumerate(cells):
            column = of_position.get(position)
            if not cell:
                continue
            if column is not None and column.personal:
                told[position] = MASKS[column.personal](cell)
            if doubtful or column is None or column.type != "text":
                told[position] = without_names(told[position] or "")
        return told

    return masked
