"""Names of divisions (GB/T 2260), today's and abolished ones: a code alone tells an analyst little.

Belongs here: code -> name, and which cities a province has. Does not belong here: who may see which division.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

_REFERENCE = Path(__file__).parent.parent / "data" / "reference"


@lru_cache(maxsize=1)
def division_names() -> Mapping[str, str]:
    """Six-digit code -> the name in its latest revision; a county's name stands alone, without its city."""
    revisions = pl.read_parquet(
        _REFERENCE / "gb2260_all_revisions.parquet", columns=["Revision", "Code", "Name", "Source"]
    )
    latest = revisions.sort("Revision", "Source", "Name").group_by("Code", maintain_order=True).last()
    names = dict(latest.select("Code", "Name").sort("Code").iter_rows())
    cities = pl.read_parquet(_REFERENCE / "divisions_cities.parquet")
    names |= {f"{code}00": name for code, name in cities.select("code", "name").iter_rows()}
    areas = pl.read_parquet(_REFERENCE / "divisions_areas.parquet")
    return MappingProxyType(names | dict(areas.select("code", "name").iter_rows()))


@lru_cache(maxsize=1)
def division_labels() -> Mapping[str, str]:
    """Six-digit code -> `阳曲县（140122）`, as explanations show it."""
    return MappingProxyType({code: f"{name}（{code}）" for code, name in division_names().items()})


@lru_cache(maxsize=1)
def cities_of_provinces() -> Mapping[str, frozenset[str]]:
    """Two digits of a province -> its cities (`140100`), without the collective code of counties that belong to none."""
    cities = pl.read_parquet(_REFERENCE / "divisions_cities.parquet").filter(~pl.col("code").str.ends_with("90"))
    grouped = cities.group_by("provinceCode").agg(pl.col("code") + "00")
    return MappingProxyType({province: frozenset(codes) for province, codes in grouped.iter_rows()})
