"""Parquet files: canonical English names, values typed already or not. A column that has its type already needs no text, and
what it becomes is what its text would have become."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from assets.reading.grid import Grid, Unreadable, as_text
from assets.reading.header import Header
from models.source import Column, Source, plain_header

# Outside these years a day is not told by four digits of year.
_FIRST_DAY, _LAST_DAY = ((day - date(1970, 1, 1)).days for day in (date(1000, 1, 1), date(9999, 12, 31)))
_A_SECOND = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def read_parquet(path: Path) -> tuple[Grid, list[str]]:
    """The file as a grid, and its column names. Raises Unreadable when it is broken."""
    try:
        frame = pl.read_parquet(path)
        cells = pl.DataFrame(
            [
                (column if _is_simple(column.dtype) else as_text(column)).alias(f"c{position}")
                for position, column in enumerate(frame)
            ]
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Unreadable(
            "broken_parquet",
            "Parquet 文件打不开（可能没有传完或已损坏），请重新导出后再交。 / The Parquet file cannot be opened; export it again.",
        ) from error
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    return Grid(cells, lines), frame.columns


def taken_as_typed(values: pl.Series, column: Column) -> pl.Series | None:
    """The canonical values of a typed column; None where some might be read differently as text, or not at all."""
    kind, given = column.duckdb_type, values.dtype
    if values.null_count() == values.len():
        return None
    if kind == "DATE" and given == pl.Date():
        fits = _within(values, _FIRST_DAY, _LAST_DAY)
        return (values.dt.truncate("1mo") if column.type == "month" else values) if fits else None
    if kind == "TIMESTAMP" and isinstance(given, pl.Datetime) and given.time_zone is None:
        seconds = values.to_physical() // _A_SECOND[given.time_unit]
        fits = _within(seconds, _FIRST_DAY * 86_400, _LAST_DAY * 86_400)
        return (seconds * 1_000_000).cast(pl.Datetime("us")) if fits else None
    if kind == "DOUBLE" and given == pl.Float64():
        return values if bool(values.is_finite().all()) else None
    if kind == "INTEGER" and given.is_integer():
        return values.cast(pl.Int32) if _within(values, -(2**31), 2**31 - 1) else None
    if kind == "DECIMAL(14,2)" and isinstance(given, pl.Decimal) and given.scale == 2 and given.precision <= 14:
        return values.cast(pl.Decimal(14, 2))
    return values if kind == "BOOLEAN" and given == pl.Boolean() else None


def _within(values: pl.Series, low: int, high: int) -> bool:
    counted = values.to_physical()
    return bool(counted.min() >= low and counted.max() <= high)  # type: ignore[operator]


def _is_simple(dtype: pl.DataType) -> bool:
    """What can be told as text one by one, without fail."""
    return dtype.is_numeric() or isinstance(dtype, (pl.Date, pl.Datetime, pl.Boolean, pl.String))


def header_of_names(names: list[str], source: Source) -> Header:
    """The header that column names make."""
    known = {header: column.name for column in source.columns for header in column.headers}
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        column = known.get(plain_header(name))
        if column is not None:
            positions.setdefault(column, position)
    missing = tuple(column.name for column in source.columns if column.required and column.name not in positions)
    return Header(-1, positions, missing, len(names))
