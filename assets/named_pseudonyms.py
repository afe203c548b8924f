"""Which pseudonyms a masked publication names, wherever in it they stand.

Here: finding them in its tables and pages. Not here: what a pseudonym is made of (`models/privacy.py`), and whether the value behind
one is still kept (`keys.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from models.privacy import PSEUDONYM

_TEXTS = frozenset({".csv", ".html", ".svg", ".json"})
_FOUND = re.compile(PSEUDONYM)


def named_pseudonyms(publication: Path) -> set[str]:
    """Every pseudonym in the publication's tables and texts; workbooks repeat the tables. What only looks like one is
    among them, which costs nothing: it is compared with those that exist."""
    found: set[str] = set()
    for path in sorted(publication.rglob("*")):
        if path.suffix == ".parquet":
            found |= _in_table(pl.read_parquet(path))
        elif path.suffix in _TEXTS:
            found |= set(_FOUND.findall(path.read_text(encoding="utf-8", errors="replace")))
    return found


def _in_table(frame: pl.DataFrame) -> set[str]:
    found: set[str] = set()
    for name, dtype in frame.schema.items():
        if dtype == pl.String:
            text = frame[name]
        elif dtype.is_nested():
            text = frame.select(pl.struct(name).struct.json_encode()).to_series()
        else:
            continue
        found.update(text.drop_nulls().unique().str.extract_all(PSEUDONYM).explode().drop_nulls())
    return found
