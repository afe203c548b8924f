"""Whole files: lines are counted by their bytes as they would be one by one, and a typed column becomes what its text would."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.reading.days import parsed_dates, parsed_moments, parsed_months
from assets.reading.grid import as_text
from assets.reading.parquet import taken_as_typed
from assets.reading.quick import parsed, plain_texts
from assets.reading.text import _block
from models.source import Column

VALUES = {
    ("date", pl.Date()): st.dates(),
    ("month", pl.Date()): st.dates(),
    ("timestamp", pl.Datetime("us")): st.datetimes(datetime(900, 1, 1)),
    ("timestamp", pl.Datetime("ns")): st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
    ("timestamp", pl.Datetime("ms")): st.datetimes(datetime(900, 1, 1)),
    ("number", pl.Float64()): st.floats(),
    ("integer", pl.Int64()): st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5),
    ("integer", pl.UInt8()): st.integers(0, 255),
    ("money", pl.Decimal(14, 2)): st.decimals(-(10**11), 10**11, places=2),
    ("money", pl.Decimal(9, 2)): st.decimals(-(10**6), 10**6, places=2),
    ("boolean", pl.Boolean()): st.booleans(),
}  # fmt: skip


def one_by_one(text: str) -> tuple[str, list[int], bool]:
    """What `_block` does, told line by line."""
    kept, begins, inside, spanned = [], [], False, False
    for number, line in enumerate(text.split("\n"), start=1):
        blank = not line.strip("\t\x0b\x0c\r \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000")
        spanned = spanned or inside
        if inside or not blank:
            kept.append(line)
            begins += [] if inside else [number]
        inside ^= line.count('"') % 2 == 1
    return "\n".join(kept), begins, spanned


@settings(max_examples=300, deadline=None)
@given(st.text('a,"\n\n \t\u3000\u2003\x1c张\x85', max_size=40))
def test_lines_are_counted_as_one_by_one(text: str) -> None:
    if text.strip():
        block = _block(text.encode())
        expected = one_by_one(text)
        assert (block.body.decode().removesuffix("\n"), block.lines.to_list(), block.spanned) == (
            expected[0].removesuffix("\n"),
            *expected[1:],
        )


@pytest.mark.parametrize(("kind", "dtype"), VALUES, ids=str)
@settings(deadline=None)
@given(data=st.data())
def test_a_typed_column_becomes_what_its_text_would(kind: str, dtype: pl.DataType, data: st.DataObject) -> None:
    values = pl.Series("x", data.draw(st.lists(st.none() | VALUES[kind, dtype], min_size=1, max_size=5)), dtype=dtype)
    column = Column("x", "x", kind)
    as_typed = taken_as_typed(values, column)
    letters = plain_texts(as_text(values))
    if kind == "timestamp":
        by_text = parsed_moments(letters, pl.Series([None] * len(values), dtype=pl.Date))
    elif kind in ("date", "month"):
        by_text = parsed_dates(letters) if kind == "date" else parsed_months(letters)
    else:
        by_text = parsed(letters, kind)
    if as_typed is not None:
        assert as_typed.cast(by_text.dtype).equals(by_text)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("date", pl.Series([date(2021, 7, 8), None])),
        ("timestamp", pl.Series([datetime(2021, 7, 8, 8, 59, 7, 5)])),
        ("number", pl.Series([0.1, -0.0, 1e-300])),
        ("integer", pl.Series([20, None])),
        ("money", pl.Series(["1.00"]).cast(pl.Decimal(14, 2))),
        ("boolean", pl.Series([True, None])),
    ],
)
def test_typed_columns_go_the_short_way(kind: str, values: pl.Series) -> None:
    assert taken_as_typed(values, Column("x", "x", kind)) is not None


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("date", pl.Series([date(999, 1, 1)])),
        ("number", pl.Series([float("inf")])),
        ("integer", pl.Series([2**31])),
        ("money", pl.Series(["1.005"]).cast(pl.Decimal(14, 3))),
        ("timestamp", pl.Series([datetime(2021, 7, 8)]).dt.replace_time_zone("Asia/Shanghai")),
        ("code", pl.Series([140100])),
    ],
)
def test_what_might_be_read_differently_goes_through_text(kind: str, values: pl.Series) -> None:
    assert taken_as_typed(values, Column("x", "x", kind)) is None
