"""The quick ways give exactly what the parsers give, whatever is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.reading.days import parsed_dates, parsed_moments, parsed_months
from assets.reading.letters import Letters
from assets.reading.quick import parsed, parsed_identities, plain_texts
from models.values import PARSERS, parse_date, parse_identity, parse_month, parse_timestamp, plain

SEPARATORS = st.sampled_from(["-", "/", ".", "年", "月", "日", " ", "", ":", "T"])
PART = st.integers(0, 99).flatmap(lambda n: st.sampled_from([str(n), f"{n:02d}"]))
# Days, months and moments, right and nearly right, in many hands.
WRITTEN = st.builds(
    lambda year, *parts: str(year) + "".join(parts), st.integers(0, 12_000), SEPARATORS, PART, SEPARATORS, PART, st.sampled_from(["", "日"]),
    st.sampled_from(["", " ", "T"]), st.sampled_from(["", "00:00", "0:0", "0:00:00", "08:59", "8:59", "8:59:07", "24:00", "23:60", "08:59:07.0"]),
)  # fmt: skip
MOMENTS = st.from_regex(r"\A[0-2][0-9]{3}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]\Z")
SERIALS = st.floats(0, 60_000).map(lambda serial: f"{serial:.5f}")
IDENTITIES = st.one_of(
    st.from_regex(r"\A[0-9]{17}[0-9Xx]\Z"), st.from_regex(r"\A[0-9]{15}(?:000)?\Z"), st.from_regex(r"\A[0-9]{6}[ '-]?[0-9]{8}[ \u200b-]?[0-9]{3}[X\uff38x]\Z"),
)  # fmt: skip
NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10**13, max_value=10**13).map(str),
    st.text("0123456789+-.", max_size=6), st.integers(-(2**40), 2**40).map(str), st.sampled_from(["1,200.00", "1200元", "5.", ".5", "+-5", "1e3", "-", "."]),
)  # fmt: skip
TEXTS = st.one_of(
    st.none(), st.text(max_size=8), st.text("0123456789.,-+:/ 年月日元％２１Xxａ\u3000\ufeff\x1c", max_size=12), MOMENTS, WRITTEN, SERIALS, IDENTITIES, NUMBERS,
    st.sampled_from([" ", "", "\u3000", "1e5", "9" * 400, "140100.0", "10.0.0.120", "8613812345678", "138****5678", "13812345678/13912345678", "0086 138 1234 5678", "无", "1904-01-01 08:59:00", "44386", "0", "8.59", "张三", "张 三", "是", "人脸"]), st.dates().map(str),
    st.times().map(lambda time: f"{time:%H:%M}"),
)  # fmt: skip
# Every list twice over, three times, so that texts repeat; and once, where they need not.
COLUMNS = st.builds(lambda texts, times: texts * times, st.lists(TEXTS, max_size=12), st.sampled_from([1, 3]))
DAYS: dict[str, tuple[Callable[[Letters], pl.Series], Callable[[pl.Expr], pl.Expr]]] = {
    "date": (parsed_dates, parse_date),
    "month": (parsed_months, parse_month),
}


def plainly(texts: list[str | None]) -> Letters:
    """The texts made plain one by one."""
    return Letters.of(pl.DataFrame({"x": texts}, {"x": pl.String}).select(plain(pl.col("x"))).to_series())


def slowly(letters: Letters, parse: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """What the parser says of each."""
    return letters.texts.to_frame("x").select(parse(pl.col("x"))).to_series()


@settings(deadline=None)
@given(COLUMNS)
def test_texts_are_made_plain_as_one_by_one(texts: list[str | None]) -> None:
    assert plain_texts(pl.Series("x", texts, dtype=pl.String)).texts.to_list() == plainly(texts).texts.to_list()


def test_chinese_characters_need_no_other_form() -> None:
    for code in range(0x4000, 0xA000):
        assert unicodedata.is_normalized("NFKC", chr(code)), hex(code)


@settings(deadline=None)
@given(COLUMNS)
def test_every_type_is_parsed_as_one_by_one(texts: list[str | None]) -> None:
    letters = plainly(texts)
    before = letters.texts.to_list()
    for kind, parse in PARSERS.items():
        if kind not in DAYS:
            assert parsed(letters, kind).equals(slowly(letters, parse)), kind
            assert letters.texts.to_list() == before, kind


def test_what_is_mended_is_another_column() -> None:
    letters = Letters.of(pl.Series(["140100", "140100", "x"]))
    assert parsed(letters, "division").to_list() == ["140100", "140100", None]
    assert letters.texts.to_list() == ["140100", "140100", "x"]
    texts = pl.Series(["a", "b", "c "])
    assert plain_texts(texts).texts.to_list() == ["a", "b", "c"] and texts.to_list() == ["a", "b", "c "]


@pytest.mark.parametrize("kind", ["money", "number", "integer"])
@settings(deadline=None)
@given(texts=st.lists(NUMBERS, max_size=4))
def test_numbers_are_parsed_as_one_by_one(kind: str, texts: list[str | None]) -> None:
    letters = plainly(texts)
    assert parsed(letters, kind).equals(slowly(letters, PARSERS[kind]))


@pytest.mark.parametrize("kind", DAYS)
@settings(max_examples=200, deadline=None)
@given(texts=st.one_of(COLUMNS, st.lists(WRITTEN, max_size=6)))
def test_days_are_parsed_as_one_by_one(kind: str, texts: list[str | None]) -> None:
    quick, slow = DAYS[kind]
    assert quick(plainly(texts)).equals(slowly(plainly(texts), slow))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(COLUMNS, st.lists(WRITTEN, max_size=6)),
    st.lists(st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2040, 1, 1))), min_size=1, max_size=2),
)
def test_moments_are_parsed_as_one_by_one(texts: list[str | None], days: list[date | None]) -> None:
    letters = plainly(texts)
    rows = pl.DataFrame({"x": letters.texts, "day": pl.Series([days[at % len(days)] for at in range(len(texts))], dtype=pl.Date)})  # fmt: skip
    slow = rows.select(parse_timestamp(pl.col("x"), pl.col("day"))).to_series()
    assert parsed_moments(letters, rows["day"]).equals(slow)


@settings(deadline=None)
@given(st.one_of(COLUMNS, st.lists(IDENTITIES, max_size=6)))
def test_identities_are_repaired_as_one_by_one(texts: list[str | None]) -> None:
    letters = plainly(texts)
    assert parsed_identities(letters).rows() == parse_identity(letters.texts).rows()


def test_an_empty_cell_has_no_bytes_whatever_lies_under_it() -> None:
    hidden = pl.select(
        pl.when(pl.Series([True, False])).then(pl.Series(["2021-07-08 08:59:07", "2021-07-09 08:59:07"]))
    ).to_series()
    assert Letters.of(hidden).lengths.tolist() == [19, 0]
    assert parsed_moments(plain_texts(hidden), pl.Series([None, None], dtype=pl.Date)).null_count() == 1


def test_many_shapes_in_one_column_are_all_read() -> None:
    texts = [f"2021{a}{month}{b}{day} {hour}:{minute}" for a in "-/." for b in "-/." for month in (7, 11) for day in (8, 18) for hour in (8, 18) for minute in ("5", "05")]  # fmt: skip
    letters, days = Letters.of(pl.Series(texts)), pl.Series([None] * len(texts), dtype=pl.Date)
    slow = pl.DataFrame({"x": texts, "day": days}).select(parse_timestamp(pl.col("x"), pl.col("day"))).to_series()
    assert parsed_moments(letters, days).equals(slow) and slow.null_count() == 0
