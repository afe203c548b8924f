"""Which pairs of records are worth comparing: those that agree exactly in some selective combination of keys.

No all-pairs anywhere: a block that is too large is not paired, and combinations are taken from the most selective on until the
budget of pairs is spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import polars as pl

LARGEST_BLOCK = 100
PAIRS_PER_RECORD = 40


def keys(table: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    """Blocking keys of every record: each field itself, and coarser forms that survive a typing error."""
    columns = []
    for name, kind in kinds.items():
        value = pl.col(name)
        columns.append(value.alias(name))
        if kind in ("text", "name"):
            columns.append(value.str.replace_all(" ", "").str.slice(0, 4).alias(f"{name}:head"))
            columns.append(value.str.replace_all(" ", "").str.slice(-4).alias(f"{name}:tail"))
        if kind == "date":
            columns.append(value.str.slice(0, 6).alias(f"{name}:head"))
            columns.append(value.str.slice(4).alias(f"{name}:tail"))
        if kind == "number":
            columns.append(value.str.slice(0, 4).alias(f"{name}:head"))
            columns.append(value.str.slice(-4).alias(f"{name}:tail"))
    return table.select(columns)


def candidate_pairs(table: pl.DataFrame, kinds: Mapping[str, str], side: np.ndarray | None = None) -> np.ndarray:
    """Pairs of row numbers (left < right), sorted; with ``side`` (0 or 1 per row) only pairs across the two sides."""
    coded = keys(table, kinds).select(pl.all().cast(pl.Categorical).to_physical().cast(pl.Int64))
    codes = {name: coded[name].fill_null(-1).to_numpy() for name in coded.columns}
    combos = [(name,) for name in codes] + [
        pair
        for size in (2, 3)
        for pair in combinations(codes, size)
        if len({name.split(":")[0] for name in pair}) == size
    ]
    combos = [c for c in combos if len(c) < 3 or not any(":" in name for name in c)]
    sized = []
    for place, combo in enumerate(combos):
        blocks = _blocks(codes, combo)
        count = int(sum(n * (n - 1) // 2 for n in blocks[2].tolist()))
        if count:
            sized.append((count, place, blocks))
    merged, waiting, budget = np.empty(0, dtype=np.int64), [], PAIRS_PER_RECORD * len(table)
    for _, _, (order, starts, sizes) in sorted(sized, key=lambda item: item[:2]):
        waiting.append(_pairs(order, starts, sizes, len(table), side))
        if len(merged) + sum(map(len, waiting)) > budget:
            merged, waiting = np.unique(np.concatenate([merged, *waiting])), []
            if len(merged) > 0.9 * budget:
                break
    merged = np.unique(np.concatenate([merged, *waiting]))
    return np.column_stack([merged // len(table), merged % len(table)])


def _blocks(codes: Mapping[str, np.ndarray], combo: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows in block order, the start of each block and its size; blocks of one and blocks too large are left out."""
    parts = [codes[name] for name in combo]
    known = np.flatnonzero(np.all([part >= 0 for part in parts], axis=0))
    value = np.zeros(len(known), dtype=np.int64)
    for part in parts:
        value = value * (int(part.max()) + 2) + part[known]
    order = np.argsort(value, kind="stable")
    _, starts, sizes = np.unique(value[order], return_index=True, return_counts=True)
    fit = (sizes > 1) & (sizes <= LARGEST_BLOCK)
    return known[order], starts[fit], sizes[fit]


def _pairs(order: np.ndarray, starts: np.ndarray, sizes: np.ndarray, n: int, side: np.ndarray | None) -> np.ndarray:
    """The pairs of all blocks as left * n + right."""
    found = []
    for size in np.unique(sizes):
        rows = order[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(int(size), 1)
        a, b = rows[:, left].ravel(), rows[:, right].ravel()
        if side is not None:
            across = side[a] != side[b]
            a, b = a[across], b[across]
        found.append(np.minimum(a, b) * n + np.maximum(a, b))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
