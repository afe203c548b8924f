"""What recurs beyond chance among classes and institutions: rosters that meet again, institutions that share too much.

The null hypothesis keeps sizes: rosters of these sizes drawn from the city's trainees, institutions with so many trainers drawing them from
the province's. What an employer, a follow-up course or a branch explains is left out before (by the caller's queries) or here
(`affiliated`). Many pairs are looked at, so each p is adjusted for all of them (Benjamini and Hochberg).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
import scipy

SMALLEST_POOL = 3000
"""Nobody draws a roster from fewer people than a county offers, however few of them were ever trained."""
SMALLEST_P = 1e-300
SMALLEST_COUNT = 100
"""Nor are there ever fewer institutions than this from which two could have been found to share something."""
REGISTER = ("representative", "phone", "address")
FAMILIES = ("register", "account", "trainer", "device", "person")
KINDS = (*REGISTER, "account", "trainer", "device", "person")
PERSONS_MIN, PERSONS_SHARE = 5, 0.2
CARRIES = 1e-3
"""A family of ties counts towards a group where chance gives it to fewer than one pair in a thousand."""


def adjusted(p: np.ndarray, tests: float | None = None) -> np.ndarray:
    """Benjamini and Hochberg's q of each p, of ``tests`` tests in all (those not given have p = 1)."""
    if not len(p):
        return p.astype(float)
    order = np.argsort(p, kind="stable")
    q = p[order] * max(tests or len(p), len(p)) / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
    return found


def roster_pairs(candidates: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """``candidates`` with `share` (of the smaller roster), `expected`, `p` and `q` that so many persons meet again by chance.

    Reads shared, size_a, size_b, city, city_b; ``pools`` has city and pool (persons trained there). The p is that of at least so many
    common persons where there is at least one, for only such pairs are candidates.
    """
    size = dict(pools.select("city", "pool").iter_rows())
    pool = np.array(
        [max(size.get(a, 0), size.get(b, 0), SMALLEST_POOL) for a, b in candidates.select("city", "city_b").iter_rows()]
    )
    shared, one, other = (candidates[name].to_numpy().astype(np.int64) for name in ("shared", "size_a", "size_b"))
    pool = np.maximum(pool, one + other) if len(pool) else pool
    p = (
        scipy.stats.hypergeom.sf(shared - 1, pool, one, other)
        / np.maximum(scipy.stats.hypergeom.sf(0, pool, one, other), SMALLEST_P)
        if len(pool)
        else np.empty(0)
    )
    p = np.clip(p, SMALLEST_P, 1.0)
    return candidates.with_columns(
        share=pl.Series(_six(shared / np.maximum(np.minimum(one, other), 1)), dtype=pl.Float64),
        expected=pl.Series(_six(one * other / np.maximum(pool, 1)), dtype=pl.Float64),
        p=pl.Series(_six(p), dtype=pl.Float64),
        q=pl.Series(_six(adjusted(p)), dtype=pl.Float64),
    )


def _six(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def affiliated(one: str | None, other: str | None) -> bool:
    """Do the names say openly that one is the other's branch? One holds the other's, or both begin with the same six characters."""
    if not one or not other:
        return False
    short, long = sorted((one.strip(), other.strip()), key=len)
    return len(short) >= 4 and (
        short in long or (short[:6] == long[:6] and len(short) >= 6 and ("分" in short or "分" in long))
    )


def institution_pairs(ties: pl.DataFrame, persons: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of institutions that share anything: per kind the number shared, families beyond chance, p and q.

    ties: institution_a, institution_b, kind, bearers, a row per thing in common; persons: institution_a, institution_b, shared, size_a,
    size_b; institutions: institution_id, name, persons, trainers. Families are `FAMILIES`: representative, phone and address are one
    family, for who shares an address often shares the telephone too. Of an open branch only devices and persons count.
    """
    facts = {row["institution_id"]: row for row in institutions.iter_rows(named=True)}
    count = max(len(facts), SMALLEST_COUNT)
    all_pairs = count * (count - 1) / 2
    trainers = max(sum(row["trainers"] or 0 for row in facts.values()), 1)
    people = max(sum(row["persons"] or 0 for row in facts.values()), SMALLEST_POOL)
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in ties.iter_rows(named=True):
        # By chance two institutions share a thing that n bear with the probability n (n - 1) / 2 over all pairs.
        chance = row["bearers"] * (row["bearers"] - 1) / 2 / all_pairs
        found.setdefault((row["institution_a"], row["institution_b"]), {}).setdefault(row["kind"], []).append(chance)
    met = {(row["institution_a"], row["institution_b"]): row for row in persons.iter_rows(named=True)}
    rows = []
    for one, other in sorted(found.keys() | met.keys()):
        kinds, a, b = found.get((one, other), {}), facts.get(one), facts.get(other)
        if a is None or b is None:
            continue
        open_branch = affiliated(a["name"], b["name"])
        p = dict.fromkeys(FAMILIES, 1.0)
        if not open_branch:
            for kind in REGISTER:
                p["register"] *= min(kinds.get(kind, [1.0]))
            p["account"] = min(kinds.get("account", [1.0]))
            if drawn := len(kinds.get("trainer", [])):
                p["trainer"] = float(
                    scipy.stats.hypergeom.sf(
                        drawn - 1, max(trainers, a["trainers"] + b["trainers"]), a["trainers"], b["trainers"]
                    )
                )
        p["device"] = min(kinds.get("device", [1.0])) ** min(len(kinds.get("device", [])), 3)
        meeting = met.get((one, other))
        shared = meeting["shared"] if meeting else 0
        if meeting and shared >= PERSONS_MIN and shared >= PERSONS_SHARE * min(meeting["size_a"], meeting["size_b"]):
            p["person"] = float(
                scipy.stats.hypergeom.sf(
                    shared - 1, max(people, meeting["size_a"] + meeting["size_b"]), meeting["size_a"], meeting["size_b"]
                )
            )
        carried = [family for family in FAMILIES if p[family] <= CARRIES]
        logs = sum(-2 * np.log(max(value, SMALLEST_P)) for value in p.values())
        counts = {kind: len(kinds.get(kind, [])) for kind in KINDS[:-1]} | {"person": shared}
        rows.append(
            {"institution_a": one, "institution_b": other, "families": carried, "affiliated": open_branch, **counts,
             "p": float(max(scipy.stats.chi2.sf(logs, 2 * len(FAMILIES)), SMALLEST_P))}
        )  # fmt: skip
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "institution_a": pl.String, "institution_b": pl.String, "families": pl.List(pl.String), "affiliated": pl.Boolean,
        **dict.fromkeys(KINDS, pl.Int64), "p": pl.Float64,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema)
    q = adjusted(table["p"].to_numpy(), all_pairs)
    return table.with_columns(
        p=pl.Series(_six(table["p"].to_numpy()), dtype=pl.Float64), q=pl.Series(_six(q), dtype=pl.Float64)
    )


def holds(pairs: pl.DataFrame, most_chance: Mapping[str, float]) -> pl.DataFrame:
    """The pairs of which a group may be made: beyond chance, and carried by more than what a branch or a landlord explains.

    ``most_chance``: largest q that is not left to chance, by the first institution's id; without one a pair holds nothing.

    Representative, address and trainers alone are what a branch, a landlord or a travelling trainer explain. Common trainees or devices
    with another family are not; nor is one account for two legal persons together with two other families.
    """
    families, has = pl.col("families").list.len(), pl.col("families").list.contains
    carried = ((has("person") | has("device")) & (families >= 2)) | (has("account") & (families >= 3))
    limit = pl.col("institution_a").replace_strict(most_chance, default=None, return_dtype=pl.Float64)
    return pairs.filter((pl.col("q") <= limit) & carried)


def groups(pairs: pl.DataFrame, most_chance: Mapping[str, float]) -> list[list[str]]:
    """Institutions that such pairs join, directly or not: sorted members, groups in the order of their smallest."""
    strong = holds(pairs, most_chance)
    names = sorted({*strong["institution_a"], *strong["institution_b"]})
    if not names:
        return []
    place = {name: at for at, name in enumerate(names)}
    left, right = ([place[name] for name in strong[column]] for column in ("institution_a", "institution_b"))
    _, label = scipy.sparse.csgraph.connected_components(
        scipy.sparse.coo_array((np.ones(len(left)), (left, right)), shape=(len(names), len(names))), directed=False
    )
    members: dict[int, list[str]] = {}
    for name, at in zip(names, label.tolist(), strict=True):
        members.setdefault(at, []).append(name)
    return sorted(members.values())


def within(members: Iterable[str], pairs: pl.DataFrame) -> pl.DataFrame:
    """All pairs inside a group, the weaker ones too: the evidence behind it."""
    inside = list(members)
    return pairs.filter(pl.col("institution_a").is_in(inside) & pl.col("institution_b").is_in(inside))
