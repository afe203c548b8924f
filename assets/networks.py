"""Writes the tables `roster_pairs`, `institution_links` and `institution_groups`.

Belongs here: fetching candidates (`networks/*.sql`) and keeping the results. What is beyond chance is in `models/network.py`, the picture
in `models/network_picture.py`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from models.network import KINDS, groups, institution_pairs, roster_pairs, within
from models.network_picture import picture
from models.query import read_queries
from models.sweeping import sweep

TIE_QUERIES = read_queries(Path(__file__).parent / "networks")
_OF_ROSTERS = ("roster_candidates", "city_pools")
ROSTER_PAIRS_READS = tuple(sorted(frozenset().union(*(TIE_QUERIES[name].reads for name in _OF_ROSTERS))))
INSTITUTION_GROUPS_READS = tuple(
    sorted(frozenset().union(*(query.reads for name, query in TIE_QUERIES.items() if name not in _OF_ROSTERS)))
)
FEWEST_SHARED = 3
"""Rosters with fewer common persons are not kept; from how many on they are a lead is a parameter of the rule."""

_MANY = {kind: "addresses" if kind == "address" else f"{kind}s" for kind in KINDS}
_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "group_id": pl.String,
    "institution_ids": pl.List(pl.String),
    "institutions": pl.Int64,
    "division": pl.String,
    "families": pl.List(pl.String),
    **dict.fromkeys(_MANY.values(), pl.Int64),
    "pairs": pl.Int64,
    "density": pl.Float64,
    "q": pl.Float64,
    "picture": pl.String,
}
GROUP_SCHEMA = pl.Schema(_COLUMNS)


def write_roster_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """Write `roster_pairs` (the candidates' columns, share, expected, p, q) from the tables of ``connection``; returns its rows."""
    found = roster_pairs(_fetch(connection, "roster_candidates"), _fetch(connection, "city_pools"))
    return _keep(connection, "roster_pairs", found.filter(pl.col("shared") >= FEWEST_SHARED))


def write_institution_groups(connection: duckdb.DuckDBPyConnection) -> int:
    """Write `institution_links` (pairs of institutions with what they share) and `institution_groups`; returns the number of groups."""
    institutions = _fetch(connection, "active_institutions")
    pairs = institution_pairs(
        _fetch(connection, "institution_ties"), _fetch(connection, "institution_persons"), institutions
    )
    _keep(connection, "institution_links", pairs)
    names = dict(institutions.select("institution_id", "name").iter_rows())
    places = dict(institutions.select("institution_id", "division").iter_rows())
    most = {name: chance for name, chance in institutions.select("institution_id", "most_chance").iter_rows() if chance}
    rows = [_group(members, within(members, pairs), names, places) for members in groups(pairs, most)]
    return _keep(connection, "institution_groups", pl.DataFrame(rows, schema=GROUP_SCHEMA))


def _group(
    members: list[str], pairs: pl.DataFrame, names: dict[str, str | None], places: dict[str, str | None]
) -> dict[str, object]:
    size = len(members)
    return {
        "group_id": members[0],
        "institution_ids": members,
        "institutions": size,
        "division": places[members[0]],
        "families": pairs["families"].explode().drop_nulls().unique().sort().to_list(),
        **{many: pairs[kind].sum() for kind, many in _MANY.items()},
        "pairs": pairs.height,
        "density": round(pairs.height / (size * (size - 1) / 2), 4),
        "q": pairs["q"].min(),
        "picture": picture({name: sweep(names[name] or name) for name in members}, pairs),
    }


def _fetch(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    return connection.execute(f"FROM ({TIE_QUERIES[name].sql}) ORDER BY ALL").pl()


def _keep(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> int:
    connection.register("kept_rows", rows.to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM kept_rows ORDER BY ALL")
    connection.unregister("kept_rows")
    return rows.height
