"""Parquet files: canonical English names, values typed already or not; they take the same way as every other format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from assets.reading.grid import PIECE, Grid, Unreadable
from assets.reading.header import Header, header_of
from models.source import Source, plain_header


def column_names(path: Path) -> list[str]:
    """The names of the file's columns. Raises Unreadable when it is broken."""
    with _telling():
        return pl.scan_parquet(path, glob=False).collect_schema().names()


def read_parquet(path: Path, rows: int = PIECE) -> Iterator[Grid]:
    """The file as grids of text, of so many rows each; at least one. Raises Unreadable when it is broken."""
    with _telling():
        scan = pl.scan_parquet(path, glob=False)
        height = scan.select(pl.len()).collect().item()
        texts = scan.select(
            _text(name, dtype).alias(f"c{position}")
            for position, (name, dtype) in enumerate(scan.collect_schema().items())
        )
    for first in range(0, max(height, 1), rows):
        with _telling():
            cells = texts.slice(first, rows).collect()
        yield Grid(cells, pl.Series("line", range(first + 1, first + cells.height + 1), dtype=pl.Int64))


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
