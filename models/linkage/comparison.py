"""How alike two values of a field are, as a small whole number: 0 is equal, the last level is different, -1 is not known.

Values are compared once per distinct pair. Chinese names are compared by `models.linkage.chinese`, codes and numbers by edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cpdist

from models.linkage.chinese import NAME_LEVELS, is_chinese, name_level

UNKNOWN = -1
TEXT_STEPS = (0.93, 0.88, 0.78, 0.65)
LEVELS = {"text": len(TEXT_STEPS) + 2, "name": len(TEXT_STEPS) + 2, "number": 4, "date": 6, "category": 2}


def _text(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Equal, then steps of Jaro-Winkler similarity (or of the words in sorted order, whichever is higher)."""
    alike = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float64)
    several = np.fromiter((" " in a or " " in b for a, b in zip(left, right, strict=True)), dtype=bool, count=len(left))
    if several.any():
        at = np.flatnonzero(several).tolist()
        sorted_words = (
            cpdist([left[i] for i in at], [right[i] for i in at], scorer=token_sort_ratio, dtype=np.float64) / 100
        )
        alike[at] = np.maximum(alike[at], sorted_words)
    level = np.full(len(left), len(TEXT_STEPS) + 1)
    for place, step in reversed(list(enumerate(TEXT_STEPS, start=1))):
        level[alike >= step] = place
    return level


def _name(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Chinese names by character, sound and shape; others as text."""
    level = _text(left, right)
    for at, (a, b) in enumerate(zip(left, right, strict=True)):
        if is_chinese(a) and is_chinese(b):
            level[at] = min(NAME_LEVELS.index(name_level(a, b)), LEVELS["name"] - 1)
    return level


def _number(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Equal, one edit (a neighbour swap counts as one), two edits, different."""
    edits = cpdist(left, right, scorer=OSA.distance, dtype=np.int64)
    shortest = np.fromiter(
        (min(len(a), len(b)) for a, b in zip(left, right, strict=True)), dtype=np.int64, count=len(left)
    )
    return np.where(edits <= 1, 1, np.where((edits == 2) & (shortest > 4), 2, 3))


def _date(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Equal, one edit, two of year, month and day equal (or month and day exchanged), two edits, same year, different."""
    edits = cpdist(left, right, scorer=OSA.distance, dtype=np.int64)
    level = np.full(len(left), 5)
    for at, (a, b) in enumerate(zip(left, right, strict=True)):
        parts = (a[:4] == b[:4]) + (a[4:6] == b[4:6]) + (a[6:] == b[6:])
        exchanged = a[:4] == b[:4] and a[4:6] == b[6:] and a[6:] == b[4:6]
        level[at] = (
            1
            if edits[at] <= 1
            else 2
            if parts == 2 or exchanged
            else 3
            if edits[at] == 2
            else 4
            if a[:4] == b[:4]
            else 5
        )
    return level


_OF_KIND: Mapping[str, Callable[[Sequence[str], Sequence[str]], np.ndarray]] = {
    "text": _text,
    "name": _name,
    "number": _number,
    "date": _date,
    "category": lambda left, right: np.ones(len(left), dtype=np.int64),
}


class Values:
    """The values of the fields as whole numbers, one dictionary for all fields of one kind."""

    def __init__(self, table: pl.DataFrame, kinds: Mapping[str, str]) -> None:
        self.kinds = dict(kinds)
        self.words: dict[str, list[str]] = {}
        self.codes: dict[str, np.ndarray] = {}
        for kind in sorted(set(kinds.values())):
            names = [name for name in kinds if kinds[name] == kind]
            self.words[kind] = (
                pl.concat([table[name].alias("word") for name in names]).drop_nulls().unique().sort().to_list()
            )
            place = pl.DataFrame(
                {"word": self.words[kind], "code": np.arange(len(self.words[kind]))},
                schema={"word": pl.String, "code": pl.Int64},
            )
            for name in names:
                joined = table.select(pl.col(name).alias("word")).join(
                    place, on="word", how="left", maintain_order="left"
                )
                self.codes[name] = joined["code"].fill_null(UNKNOWN).to_numpy()

    def level(self, kind: str, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Level of agreement of two columns of codes of one kind."""
        level = np.full(len(left), UNKNOWN, dtype=np.int8)
        known = np.flatnonzero((left >= 0) & (right >= 0))
        level[known] = 0
        differ = known[left[known] != right[known]]
        a, b = np.minimum(left[differ], right[differ]), np.maximum(left[differ], right[differ])
        distinct, back = np.unique(a * (len(self.words[kind]) + 1) + b, return_inverse=True)
        if len(distinct):
            words = self.words[kind]
            lefts = [words[i] for i in (distinct // (len(words) + 1)).tolist()]
            rights = [words[i] for i in (distinct % (len(words) + 1)).tolist()]
            level[differ] = np.asarray(_OF_KIND[kind](lefts, rights), dtype=np.int8)[back]
        return level

    def levels(self, pairs: np.ndarray) -> dict[str, np.ndarray]:
        """Levels of every field for every pair of rows; two fields of one kind whose values changed places count as nearly equal."""
        left, right = pairs[:, 0], pairs[:, 1]
        found = {
            name: self.level(kind, self.codes[name][left], self.codes[name][right]) for name, kind in self.kinds.items()
        }
        names = [name for name, kind in self.kinds.items() if kind in ("text", "name")]
        for i, one in enumerate(names):
            for other in names[i + 1 :]:
                a, b = self.codes[one], self.codes[other]
                crossed = (
                    (a[left] == b[right])
                    & (b[left] == a[right])
                    & (a[left] >= 0)
                    & (b[left] >= 0)
                    & (a[left] != b[left])
                )
                found[one][crossed] = found[other][crossed] = 1
        return found
