"""The quick ways of parsing a whole column: each distinct text once, and no work on text that needs none.

Belongs here: what to leave out for speed. Does not belong here: what a text means (`models/values.py`); every way here gives
exactly what the parser there gives.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from models.values import parse_timestamp, plain

# Digits alone: nothing that the parser of numbers would take away.
_BARE_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]+)?$"
_WHOLE_MOMENT = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-5][0-9]:[0-5][0-9]$"


def plain_texts(texts: pl.Series) -> pl.Series:
    """`plain` of every text; NFKC changes nothing in ASCII, so a column of ASCII alone is only stripped."""
    if texts.str.len_bytes().sum() != texts.str.len_chars().sum():
        return parsed_once(texts, plain)
    stripped = texts.str.strip_chars()
    return stripped.set(stripped == "", None)


def parsed_once(texts: pl.Series, parse: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """``parse`` of every text, called with each distinct one once where texts repeat."""
    return _once(texts.to_frame("text"), parse(pl.col("text"))).alias(texts.name)


def parsed_numbers(texts: pl.Series, parse: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """``parse`` (to a DOUBLE) of every text, without looking for units and separators where there is none in the column."""
    if texts.str.contains(_BARE_NUMBER).all():
        return texts.cast(pl.Float64, strict=False)
    return parsed_once(texts, parse)


def parsed_moments(texts: pl.Series, days: pl.Series) -> pl.Series:
    """`parse_timestamp` of every text on its day; a moment written as ISO is taken without a search for other ways."""
    whole = texts.str.contains(_WHOLE_MOMENT).fill_null(False)
    written = texts.set(~whole, None).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    left = written.is_null() & texts.is_not_null()
    if not left.any():
        return written
    rows = pl.DataFrame({"text": texts, "day": days}).filter(left)
    return written.scatter(left.arg_true(), _once(rows, parse_timestamp(pl.col("text"), pl.col("day"))))


def _once(rows: pl.DataFrame, parse: pl.Expr) -> pl.Series:
    distinct = rows.unique()
    if distinct.height * 2 > rows.height:
        return rows.select(parse.alias("value")).to_series()
    parsed = distinct.with_columns(parse.alias("value"))
    return rows.join(parsed, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["value"]
