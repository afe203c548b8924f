"""The quick ways give exactly what the parsers give, whatever is written."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from assets.reading.distinct import parsed_moments, parsed_numbers, parsed_once, plain_texts
from models.values import PARSERS, parse_number, parse_timestamp, plain

MOMENTS = st.from_regex(r"\A[0-2][0-9]{3}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-6][0-9]:[0-6][0-9]\Z")
TEXTS = st.one_of(
    st.none(), st.text(max_size=8), st.text("0123456789.,-+:/ 年月日元％２１", max_size=12), MOMENTS, st.sampled_from([" ", "\u3000", "1e5", "9" * 400]),
    st.floats(allow_nan=False).map(str), st.dates().map(str), st.times().map(lambda time: f"{time:%H:%M}"),
)  # fmt: skip
# Every list twice over, three times, so that texts repeat; and once, where they need not.
COLUMNS = st.builds(lambda texts, times: texts * times, st.lists(TEXTS, max_size=12), st.sampled_from([1, 3]))


@given(COLUMNS)
def test_texts_are_made_plain_as_one_by_one(texts: list[str | None]) -> None:
    series = pl.Series("x", texts, dtype=pl.String)
    assert plain_texts(series).to_list() == pl.select(plain(pl.lit(series))).to_series().to_list()


@given(COLUMNS)
def test_every_type_is_parsed_as_one_by_one(texts: list[str | None]) -> None:
    series = plain_texts(pl.Series("x", texts, dtype=pl.String))
    for kind, parse in PARSERS.items():
        assert parsed_once(series, parse).equals(pl.select(parse(pl.lit(series))).to_series()), kind


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False).map(str), st.integers().map(str), TEXTS), max_size=3))
def test_numbers_are_parsed_as_one_by_one(texts: list[str | None]) -> None:
    series = plain_texts(pl.Series("x", texts, dtype=pl.String))
    assert parsed_numbers(series, parse_number).equals(
        series.to_frame("x").select(parse_number(pl.col("x"))).to_series()
    )


@given(COLUMNS, st.lists(st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2040, 1, 1))), min_size=1, max_size=2))
def test_moments_are_parsed_as_one_by_one(texts: list[str | None], days: list[date | None]) -> None:
    rows = pl.DataFrame(
        {"x": texts, "day": [days[at % len(days)] for at in range(len(texts))]}, {"x": pl.String, "day": pl.Date}
    ).with_columns(plain(pl.col("x")))
    slow = (
        rows.select(parse_timestamp(pl.col("x"), pl.col("day"))).to_series()
        if texts
        else pl.Series([], dtype=pl.Datetime("us"))
    )
    assert parsed_moments(rows["x"], rows["day"]).equals(slow)
