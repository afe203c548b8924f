"""From a grid of text to canonical rows: each value parsed by its column's type, each unreadable row kept with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from assets.reading.distinct import parsed_moments, parsed_numbers, parsed_once, plain_texts
from assets.reading.grid import Grid, verbatim, without_blank_and_total_rows
from assets.reading.header import Header, rows_above
from models.privacy import MASKS, mask_name
from models.source import Column, Source
from models.values import PARSERS, parse_choice, parse_identity

POLARS_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(), "DECIMAL(14,2)": pl.Decimal(14, 2), "INTEGER": pl.Int32(), "DOUBLE": pl.Float64(), "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"), "BOOLEAN": pl.Boolean(),
}  # fmt: skip
QUARANTINE_SCHEMA = pl.Schema({
    "sheet": pl.String, "line": pl.Int64, "column_name": pl.String, "reason_code": pl.String, "reason": pl.String, "row": pl.String,
    "row_masked": pl.String,
})  # fmt: skip
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_ALLOWED = {
    "money": "金额，如 1200、1,200.00、1200元", "integer": "整数", "number": "数字",
    "date": "日期，如 2021-07-08、2021/7/8、20210708、2021年7月8日", "month": "月份，如 2021-07、202107、2021年7月",
    "timestamp": "时间，如 08:59、08:59:07、2021-07-08 08:59", "boolean": "是/否、Y/N、1/0",
    "level": "5 初级工、4 中级工、3 高级工、2 技师、1 高级技师", "division": "六位行政区划代码",
}  # fmt: skip


_WHOLE_ROW = {
    "too_many_cells": "这一行的单元格比表头多，可能有多余的分隔符；请核对后更正再交。 / More cells than the header.",
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
    positions = pl.Series(range(grid.cells.height), dtype=pl.Int64)
    kept = (without_blank_and_total_rows(grid) & ((positions > header.last_row) | positions.is_in(above))).arg_true()
    cells, lines = grid.cells[kept], grid.lines.gather(kept)
    texts = pl.DataFrame(
        [
            plain_texts(cells[f"c{header.positions[column.name]}"]).alias(column.name)
            if column.name in header.positions
            else pl.Series(column.name, [None] * cells.height, dtype=pl.String)
            for column in source.columns
        ]
    )
    typed, notes, destroyed = _typed(texts, source)
    whole = {
        "too_many_cells": _too_long(cells, header), "damaged_text": kept.is_in(list(grid.damaged)), "above_header": kept.is_in(above),
    }  # fmt: skip
    reasons = _reasons(texts, typed, destroyed, whole, source)
    wrong = reasons["code"].is_not_null()
    accepted = typed.with_columns(
        pl.lit(grid.sheet).alias("source_sheet"), lines.cast(pl.Int32).alias("source_line"), notes.alias("repairs")
    ).filter(~wrong)
    at = wrong.arg_true()
    quarantined = pl.DataFrame(
        {
            "sheet": [grid.sheet] * len(at),
            "line": lines.gather(at),
            "column_name": reasons["column"].gather(at),
            "reason_code": reasons["code"].gather(at),
            "reason": [_told(source, *reason) for reason in reasons[at].select("column", "code").iter_rows()],
            "row": [verbatim(_whole(grid, position, header)) for position in kept.gather(at)],
            "row_masked": [
                verbatim(_masked(_whole(grid, position, header), header, source)) for position in kept.gather(at)
            ],
        },
        schema=QUARANTINE_SCHEMA,
    )
    return Rows(accepted, quarantined)


def _typed(texts: pl.DataFrame, source: Source) -> tuple[pl.DataFrame, pl.Series, dict[str, pl.Series]]:
    """Typed columns; what was repaired per row; and per identity column what a spreadsheet destroyed."""
    typed = texts.with_columns(
        _parsed(texts[column.name], column)
        for column in source.columns
        if column.type not in ("id_number", "timestamp")
    )
    destroyed: dict[str, pl.Series] = {}
    notes = pl.Series("repairs", [None] * texts.height, dtype=pl.String)
    for column in source.columns:
        if column.type == "id_number":
            parsed = parse_identity(texts[column.name])
            typed = typed.with_columns(parsed["value"].alias(column.name))
            destroyed[column.name] = parsed["destroyed"].replace("", None)
            widened = pl.Series(parsed["note"] == "15 digits").fill_null(False)
            notes = pl.select(pl.when(widened).then(pl.lit(f"{column.name}: 15 digits")).otherwise(notes)).to_series()
    days = typed["session_date"] if "session_date" in typed.columns else pl.Series([None] * texts.height, dtype=pl.Date)
    for column in source.columns:
        if column.type == "timestamp":
            typed = typed.with_columns(parsed_moments(texts[column.name], days).alias(column.name))
    if {"check_in", "check_out"} <= set(typed.columns):
        alone = ~texts["check_out"].str.contains(r"\d{4}").fill_null(False)
        next_day = pl.when(alone & (pl.col("check_out") < pl.col("check_in"))).then(
            pl.col("check_out") + pl.duration(days=1)
        )
        typed = typed.with_columns(next_day.otherwise(pl.col("check_out")).alias("check_out"))
    return typed.select([pl.col(c.name).cast(POLARS_TYPES[c.duckdb_type]) for c in source.columns]), notes, destroyed


def _parsed(texts: pl.Series, column: Column) -> pl.Series:
    if column.type == "enum":
        return parsed_once(texts, lambda text: parse_choice(text, column.labels))
    if column.type == "text":
        return texts
    parse = PARSERS[column.type]
    return parsed_numbers(texts, parse) if column.type == "number" else parsed_once(texts, parse)


def _too_long(cells: pl.DataFrame, header: Header) -> pl.Series:
    beyond = cells.columns[header.width :]
    if not beyond:
        return pl.Series([False] * cells.height, dtype=pl.Boolean)
    return cells.select(pl.any_horizontal(pl.col(beyond).is_not_null())).to_series()


def _reasons(
    texts: pl.DataFrame,
    typed: pl.DataFrame,
    destroyed: dict[str, pl.Series],
    whole: dict[str, pl.Series],
    source: Source,
) -> pl.DataFrame:
    """Per row the first thing that makes it unreadable: its column and code; null where it can be read."""
    if texts.is_empty():
        return pl.DataFrame(schema={"code": pl.String, "column": pl.String})
    tests = [*(("", test, code) for code, test in whole.items()), *_tests(texts, typed, destroyed, source)]
    code = pl.coalesce(pl.when(test).then(pl.lit(reason)) for _, test, reason in tests)
    where = pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test, _ in tests)
    return pl.select(code.alias("code"), where.alias("column"))


def _tests(
    texts: pl.DataFrame, typed: pl.DataFrame, destroyed: dict[str, pl.Series], source: Source
) -> Iterator[tuple[str, pl.Series, str]]:
    for column in source.columns:
        name = column.name
        if name in source.key and column.required:
            yield name, typed[name].is_null() & texts[name].is_null(), "key_missing"
        if name in destroyed and source.name != "claims":
            yield name, destroyed[name].is_not_null(), "identity_destroyed"
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


def _whole(grid: Grid, position: int, header: Header) -> list[str | None]:
    """All cells of a row, those beyond the header included."""
    cells: Sequence[str | None] = grid.spilled.get(position) or grid.row(position)
    last = max((index for index, cell in enumerate(cells) if cell), default=-1)
    return list(cells[: max(header.width, last + 1)])


def _masked(cells: list[str | None], header: Header, source: Source) -> list[str | None]:
    """The row with its personal cells masked. In a row that is longer than its header nobody knows which cell is which:
    there every short run of Chinese characters that is no label is taken for a name."""
    masked = list(cells)
    for column in source.columns:
        position = header.positions.get(column.name)
        if column.personal and position is not None and position < len(masked) and masked[position]:
            masked[position] = MASKS[column.personal](masked[position] or "")
    if len(cells) > header.width:
        known = {name for column in source.columns for names in column.labels.values() for name in names}
        masked = [
            mask_name(cell) if cell and _NAME.fullmatch(cell.strip()) and cell.strip() not in known else cell
            for cell in masked
        ]
    return masked
