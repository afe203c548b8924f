"""The quick ways of parsing a whole column: what needs no mending is found out for all rows at once, and the parser sees the rest.

Belongs here: what may be left out for speed. Does not belong here: what a text means (`models/values.py`); every way here gives
exactly what the parser there gives, and asks it wherever there is a doubt.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from assets.reading.letters import Bytes, Flags, Letters, between, digits
from models.values import PARSERS, parse_identity, plain

_POINT, _PLUS, _MINUS, _ZERO, _X = (ord(sign) for sign in ".+-0X")


def plain_texts(texts: pl.Series) -> Letters:
    """`plain` of every text. It changes nothing in ASCII and Chinese characters (U+4000 to U+9FFF) but at the edges."""
    letters = Letters.of(texts)
    filled = letters.lengths > 0
    odd = ~filled & ~letters.nothing
    if len(letters.data) and letters.data.max() > 0x7F:
        odd |= letters.rows_with(_beyond_chinese(letters.data))
    if len(letters.data) and letters.data.min() <= 32:
        odd[filled] |= (letters.first(filled) <= 32) | (letters.last(filled) <= 32)
    return Letters.of(_mended(texts, odd, lambda some: parsed_once(some, plain))) if odd.any() else letters


def parsed(letters: Letters, kind: str) -> pl.Series:
    """What the parser of a type (`PARSERS`) gives for every plain text."""
    texts, parse = letters.texts, PARSERS[kind]
    if kind in _UNCHANGED:
        return _mended(texts, _UNCHANGED[kind](letters), lambda some: parsed_once(some, parse))
    if kind in _CAST:
        values = _CAST[kind](texts)
        odd = _no_bare_number(letters) | (values.is_null() & texts.is_not_null()).to_numpy()
        return _mended(values, odd, lambda some: parsed_once(some, parse), texts)
    return parsed_once(texts, parse)


def parsed_identities(letters: Letters) -> pl.DataFrame:
    """`parse_identity` of every plain text: 18 digits (or X) that do not end in 000 are as they should be."""
    right = _right_identities(letters)
    found = pl.DataFrame([letters.texts.alias("value")]).with_columns(
        pl.when(pl.Series(right)).then(pl.lit("")).alias(name) for name in ("note", "destroyed")
    )
    odd = np.flatnonzero(~right & ~letters.nothing)
    if not len(odd):
        return found
    texts = letters.texts.gather(odd)
    mended = texts.str.replace_all(r"[\s'‘’`\u{200b}\u{feff}-]", "").str.to_uppercase()
    only_form = _right_identities(Letters.of(mended))
    parts = {"value": mended, "note": pl.Series(["form"]).new_from_index(0, len(odd)), "destroyed": pl.Series([""]).new_from_index(0, len(odd))}  # fmt: skip
    rest = np.flatnonzero(~only_form)
    asked = parse_identity(texts.gather(rest))
    return pl.DataFrame([found[name].scatter(odd, part.scatter(rest, asked[name])) for name, part in parts.items()])


def _right_identities(letters: Letters) -> Flags:
    right = letters.lengths == 18
    if right.any():
        right &= ~letters.rows_with(~digits(letters.data) & (letters.data != _X))
        ends = letters.ends[right]
        right[right] = np.any([letters.data[ends - place] != _ZERO for place in (1, 2, 3)], axis=0)
    return right


def parsed_once(texts: pl.Series, parse: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """``parse`` of every text, called with each distinct one once where texts repeat."""
    return once(texts.to_frame("text"), parse(pl.col("text"))).alias(texts.name)


def once(rows: pl.DataFrame, parse: pl.Expr) -> pl.Series:
    """``parse`` of every row, called with each distinct one once where rows repeat."""
    distinct = rows.unique()
    if distinct.height * 2 > rows.height:
        return rows.select(parse.alias("value")).to_series()
    values = distinct.with_columns(parse.alias("value"))
    return rows.join(values, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["value"]


def _mended(
    values: pl.Series, odd: Flags, parse: Callable[[pl.Series], pl.Series], texts: pl.Series | None = None
) -> pl.Series:
    """The values, with what ``parse`` gives for the odd ones of the texts in their place."""
    texts = values if texts is None else texts
    if not odd.any():
        return values
    at = np.flatnonzero(odd)
    return (
        parse(texts).alias(values.name)
        if 2 * len(at) > len(texts)
        else values.clone().scatter(at, parse(texts.gather(at)))
    )  # in place


def _beyond_chinese(data: Bytes) -> Flags:
    """Bytes that begin a character which is neither ASCII nor in U+4000 to U+9FFF."""
    return between(data, 0xC0, 0xE3) | (data >= 0xEA)


def _blank(data: Bytes) -> Flags:
    return (data <= 32) | _beyond_chinese(data)


def _no_code(letters: Letters) -> Flags:
    """Rows from which `parse_code` may take something: blanks, or zeros behind a point."""
    data = letters.data
    odd = letters.rows_with(_blank(data))
    if (data == _POINT).any():
        filled = letters.lengths > 0
        ends_in_zero = np.zeros(len(odd), np.bool_)
        ends_in_zero[filled] = letters.last(filled) == _ZERO
        odd |= ends_in_zero & letters.rows_with(data == _POINT)
    return odd


def _no_upper_code(letters: Letters) -> Flags:
    return _no_code(letters) | letters.rows_with(between(letters.data, ord("a"), ord("z")))


def _no_account(letters: Letters) -> Flags:
    return _no_upper_code(letters) | letters.rows_with(letters.data == _MINUS)


def _no_division(letters: Letters) -> Flags:
    return ~letters.nothing & ((letters.lengths != 6) | letters.rows_with(~digits(letters.data)))


def _no_phone(letters: Letters) -> Flags:
    """13 digits and more may begin with the country."""
    return (letters.lengths > 12) | letters.rows_with(~digits(letters.data))


def _no_bare_number(letters: Letters) -> Flags:
    """Rows that are not digits with at most one sign before and one point within."""
    data = letters.data
    odd = letters.rows_with(~digits(data) & (data != _POINT) & (data != _MINUS) & (data != _PLUS))
    filled = letters.lengths > 0
    ends_in_digit = np.zeros(len(odd), np.bool_)
    if len(data):
        ends_in_digit[filled] = digits(letters.last(filled))
    signs = np.flatnonzero((data == _MINUS) | (data == _PLUS))
    if len(signs):
        odd |= letters.rows_at(signs[~letters.begins()[signs]])
    rows = np.searchsorted(letters.ends, np.flatnonzero(data == _POINT), side="right")
    odd[rows[1:][rows[1:] == rows[:-1]]] = True
    return (odd | ~ends_in_digit) & ~letters.nothing


def _money(texts: pl.Series) -> pl.Series:
    written = texts.cast(pl.Decimal(28, 10), strict=False).round(2, mode="half_away_from_zero")
    return written.cast(pl.Decimal(14, 2), strict=False)


def _integer(texts: pl.Series) -> pl.Series:
    number = texts.cast(pl.Float64, strict=False)
    return number.set(number != number.floor(), None).cast(pl.Int32, strict=False)


_UNCHANGED: dict[str, Callable[[Letters], Flags]] = {
    "code": _no_code, "uscc": _no_upper_code, "occupation_code": _no_upper_code, "account": _no_account, "division": _no_division,
    "phone": _no_phone,
}  # fmt: skip
_CAST: dict[str, Callable[[pl.Series], pl.Series]] = {
    "money": _money, "integer": _integer, "number": lambda texts: texts.cast(pl.Float64, strict=False),
}  # fmt: skip
