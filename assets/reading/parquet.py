"""Parquet files: canonical English names, values typed already or not. A column that has its type already needs no text, and
what it becomes is what its text would have become."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from assets.reading.grid import PIECE, Grid, Unreadable, as_text
from assets.reading.header import Header, header_of, positions_of
from models.source import Column, Source

# Outside these years a day is not told by four digits of year.
_FIRST_DAY, _LAST_DAY = ((day - date(1970, 1, 1)).days for day in (date(1000, 1, 1), date(9999, 12, 31)))
# What has no value is NaN in a column of floating point.
_EMPTY = pl.selectors.float().fill_nan(None)
_A_SECOND = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def column_names(path: Path) -> list[str]:
    """The names of the file's columns. Raises Unreadable when it is broken."""
    with _telling():
        return pl.scan_parquet(path, glob=False).collect_schema().names()


def read_parquet(path: Path, rows: int = PIECE) -> Iterator[Grid]:
    """The file as grids of so many rows each; at least one. Raises Unreadable when it is broken."""
    with _telling():
        scan = pl.scan_parquet(path, glob=False)
        height = scan.select(pl.len()).collect().item()
    for first in range(0, max(height, 1), rows):
        with _telling():
            cells = pl.DataFrame(
                [
                    (column if _is_simple(column.dtype) else as_text(column)).alias(f"c{position}")
                    for position, column in enumerate(scan.slice(first, rows).collect().with_columns(_EMPTY))
                ]
            )
        lines = pl.int_range(first + 1, first + cells.height + 1, dtype=pl.Int64, eager=True).alias("line")
        yield Grid(cells, lines)


@contextmanager
def _telling() -> Iterator[None]:
    """What Polars says of a broken file, as what the sender has to do."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Unreadable(
            "broken_parquet",
            "Parquet 文件打不开（可能没有传完或已损坏），请重新导出后再交。 / The Parquet file cannot be opened; export it again.",
        ) from error


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
    return header_of(-1, names, positions_of([*names], [], source), source)
