"""A column of text as the bytes that it is made of: what one look at all of them tells of which rows.

Belongs here: finding rows by their bytes. Does not belong here: what a text means (`quick.py`, `models/values.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Letters:
    """The bytes of all rows, one after another, and where each row begins and ends; an empty cell has none."""

    texts: pl.Series
    data: Bytes
    starts: Numbers
    ends: Numbers
    nothing: Flags

    @classmethod
    def of(cls, texts: pl.Series) -> Letters:
        """The bytes of a column of text."""
        nothing = texts.is_null().to_numpy()
        if texts.len() == nothing.sum():
            none = np.zeros(texts.len(), np.int64)
            return cls(texts, np.zeros(0, np.uint8), none, none, nothing)
        bounds, data = _laid_out(texts)
        if np.diff(bounds)[nothing].any():  # bytes may still lie where a cell is null
            bounds, data = _laid_out(texts.fill_null(""))
        return cls(texts, data, bounds[:-1], bounds[1:], nothing)

    @property
    def lengths(self) -> Numbers:
        return self.ends - self.starts

    def rows_with(self, marked: Flags) -> Flags:
        """The rows that hold one of the marked bytes."""
        return self.rows_at(np.flatnonzero(marked))

    def rows_at(self, positions: Numbers) -> Flags:
        """The rows in which these positions lie."""
        found = np.zeros(len(self.ends), np.bool_)
        if len(positions):
            found[np.searchsorted(self.ends, positions, side="right")] = True
        return found

    def begins(self) -> Flags:
        """Per byte, whether a row begins with it."""
        found = np.zeros(len(self.data) + 1, np.bool_)
        found[self.starts] = True
        return found[:-1]

    def first(self, wanted: Flags) -> Bytes:
        """The first byte of the rows wanted, none of which is empty."""
        return self.data[self.starts[wanted]]

    def last(self, wanted: Flags) -> Bytes:
        """The last byte of the rows wanted, none of which is empty."""
        return self.data[self.ends[wanted] - 1]

    def grid(self, wanted: Flags, length: int) -> Bytes:
        """The rows wanted, all of this length, one below another."""
        if length * np.count_nonzero(wanted) == len(self.data):
            return self.data.reshape(-1, length)
        return self.data[self.starts[wanted][:, None] + np.arange(length)]


def _laid_out(texts: pl.Series) -> tuple[Numbers, Bytes]:
    """Where the rows begin and end, and their bytes."""
    array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    bounds = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return bounds - bounds[0], np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]


def between(data: Bytes, low: int, high: int) -> Flags:
    """Which bytes are from ``low`` to ``high``."""
    return (data - np.uint8(low)) <= high - low


def digits(data: Bytes) -> Flags:
    """Which bytes are 0 to 9."""
    return between(data, 48, 57)
