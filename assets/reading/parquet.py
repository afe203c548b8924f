"""Parquet files: canonical English names, values typed already or not; they take the same way as every other format."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.reading.grid import Grid, Unreadable
from assets.reading.header import Header, header_of
from models.source import Source, plain_header


def read_parquet(path: Path) -> tuple[Grid, list[str]]:
    """The file as a grid of text, and its column names. Raises Unreadable when it is broken."""
    try:
        frame = pl.read_parquet(path)
        texts = frame.select(
            _text(name, dtype).alias(f"c{position}") for position, (name, dtype) in enumerate(frame.schema.items())
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Unreadable(
            "broken_parquet",
            "Parquet 文件打不开（可能没有传完或已损坏），请重新导出后再交。 / The Parquet file cannot be opened; export it again.",
        ) from error
    lines = pl.Series("line", range(1, frame.height + 1), dtype=pl.Int64)
    return Grid(texts, lines), frame.columns


def header_of_names(names: list[str], source: Source) -> Header:
    """The header that column names make."""
    known = {header: column.name for column in source.columns for header in column.headers}
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        column = known.get(plain_header(name))
        if column is not None:
            positions.setdefault(column, position)
    return header_of(-1, names, positions, source)


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column if dtype == pl.String else column.cast(pl.String, strict=False)
