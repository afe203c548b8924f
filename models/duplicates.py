"""Record linkage without labels, as a plain function: `link` finds the records of one entity, `clusters` draws them together.

For claims see `models/claim_certificates.py` and `models/claim_persons.py`, which know what is lawful among them; this module knows only records and fields.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.linkage.blocking import candidate_pairs
from models.linkage.comparison import Values
from models.linkage.values import prepare
from models.linkage.weights import chance, learn, rarity

SURE = 0.99
"""A cluster is a chain of pairs and no surer than its weakest: only pairs this probable are joined, if nothing else is asked for."""
_SCHEMA = {"left": pl.String, "right": pl.String, "probability": pl.Float64}


def link(
    records: pl.DataFrame,
    fields: Mapping[str, str] | None = None,
    against: pl.DataFrame | None = None,
    threshold: float = 0.5,
) -> pl.DataFrame:
    """Pairs of records that are probably one entity: `left`, `right` (keys), `probability` (4 decimals, at least ``threshold``).

    The first column is the key, unique over all records. ``fields`` gives the columns to compare and their kinds (name, text, number,
    date, category); left out, all other columns are compared and their kinds told from the values. With ``against``, pairs across the
    two frames only, each record in at most one pair. Sorted by descending probability, then keys.
    """
    key = records.columns[0]
    rows = records if against is None else pl.concat([records, against.select(records.columns)])
    ids = rows[key].cast(pl.String).to_numpy()
    if len(np.unique(ids)) < len(ids):
        raise ValueError(f"The key column {key} has repeated values.")
    ordered = np.argsort(ids, kind="stable")
    ids = ids[ordered]
    side = None if against is None else (ordered >= len(records)).astype(np.int64)
    table, kinds = prepare(rows[ordered], fields)
    pairs = candidate_pairs(table, kinds, side)
    if not len(pairs):
        return pl.DataFrame(schema=_SCHEMA)
    values = Values(table, kinds)
    levels, by_chance = values.levels(pairs), chance(values, len(table))
    all_pairs = len(table) * (len(table) - 1) / 2 if side is None else float((side == 0).sum() * (side == 1).sum())
    _, odds = learn(values, levels, rarity(values, pairs, levels, by_chance), by_chance, all_pairs)
    likely = odds >= np.log(threshold) - np.log1p(-threshold) if threshold > 0 else np.ones(len(odds), dtype=bool)
    kept, odds = pairs[likely], np.round(odds[likely], 6)
    if side is not None:
        alone = _one_to_one(kept, odds)
        kept, odds = kept[alone], odds[alone]
        swap = side[kept[:, 0]] == 1
        kept[swap] = kept[swap][:, ::-1]
    found = pl.DataFrame(
        {
            "left": ids[kept[:, 0]],
            "right": ids[kept[:, 1]],
            "probability": np.round(1 / (1 + np.exp(-np.clip(odds, -700, 700))), 4),
        },
        schema=_SCHEMA,
    )
    return found.sort(["probability", "left", "right"], descending=[True, False, False])


def _one_to_one(pairs: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """The strongest pairs first, each record once; ties in the order of the rows."""
    taken: set[int] = set()
    kept = []
    for at in np.lexsort((pairs[:, 1], pairs[:, 0], -odds)).tolist():
        left, right = pairs[at].tolist()
        if left not in taken and right not in taken:
            taken |= {left, right}
            kept.append(at)
    return np.sort(np.array(kept, dtype=np.int64))


def clusters(pairs: pl.DataFrame, threshold: float = SURE) -> pl.DataFrame:
    """Entities: `key` and `cluster` (the smallest key of those that pairs of at least ``threshold`` join, directly or not)."""
    strong = pairs.filter(pl.col("probability") >= threshold)
    names = pl.concat([strong["left"], strong["right"]]).unique().sort()
    if names.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "cluster": pl.String})
    place = {name: at for at, name in enumerate(names)}
    left, right = (np.array([place[name] for name in strong[column]]) for column in ("left", "right"))
    _, group = connected_components(
        coo_array((np.ones(len(left)), (left, right)), shape=(len(names), len(names))), directed=False
    )
    return pl.DataFrame({"key": names, "group": group}).select(
        "key", pl.col("key").min().over("group").alias("cluster")
    )
