"""Record linkage without labels, as a plain function: `link` finds the records of one entity, `clusters` draws them together.

For claims see `models/claim_certificates.py` and `models/claim_persons.py`, which know what is lawful among them; this module knows only records and fields.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np
import polars as pl

from models.linkage.blocking import candidate_pairs
from models.linkage.comparison import Values
from models.linkage.values import prepare
from models.linkage.weights import chance, learn, rarity

EVEN = 0.5
"""Two groups of records are joined where, of all pairs across them, more are expected to be one entity than not."""
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


def clusters(pairs: pl.DataFrame, threshold: float = EVEN) -> pl.DataFrame:
    """Entities of two records or more: `key` and `cluster` (the smallest key of the entity).

    The likeliest groups are joined first, as long as the mean probability over all pairs across two groups is at least ``threshold``;
    a pair that is not listed counts as 0. At even odds this is what errs least in pairs, so that nothing needs to be tuned: a single
    chance likeness does not chain two entities together, as it would if any one pair sufficed.
    """
    names = pl.concat([pairs["left"], pairs["right"]]).unique().sort().to_list()
    place = {name: at for at, name in enumerate(names)}
    across: list[dict[int, float]] = [{} for _ in names]
    for left, right, probability in pairs.select("left", "right", "probability").sort(pl.all()).iter_rows():
        one, other = place[left], place[right]
        across[one][other] = across[other][one] = probability
    size = [1] * len(names)
    group = list(range(len(names)))
    waiting = [
        (-likely, one, other) for one, near in enumerate(across) for other, likely in near.items() if one < other
    ]
    heapq.heapify(waiting)
    while waiting and -waiting[0][0] >= threshold:
        found, one, other = heapq.heappop(waiting)
        if other not in across[one] or -found != across[one][other] / (size[one] * size[other]):
            continue  # one of the two has grown meanwhile: their new mean waits elsewhere
        keep, gone = (one, other) if (len(across[one]), -one) >= (len(across[other]), -other) else (other, one)
        del across[keep][gone], across[gone][keep]
        for far, likely in across[gone].items():
            del across[far][gone]
            across[keep][far] = across[far][keep] = across[keep].get(far, 0.0) + likely
        across[gone] = {}
        size[keep] += size[gone]
        group[gone] = keep
        for far, likely in across[keep].items():
            heapq.heappush(waiting, (-likely / (size[keep] * size[far]), min(keep, far), max(keep, far)))
    return _entities(names, group, size)


def _entities(names: list[str], group: list[int], size: list[int]) -> pl.DataFrame:
    """The keys of groups of two or more, each with the smallest key of its group; ``group`` points from a record to what took it in."""
    rows = []
    for at, name in enumerate(names):
        top = at
        while group[top] != top:
            top = group[top]
        if size[top] > 1:
            rows.append((name, top))
    found = pl.DataFrame(rows, schema={"key": pl.String, "group": pl.Int64}, orient="row")
    return found.select("key", pl.col("key").min().over("group").alias("cluster"))
