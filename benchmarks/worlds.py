"""Made-up provinces in memory up to their features, with their truth: what the benchmarks of the ranking are measured on.

Belongs here: making them. Does not belong here: what is measured (`ranking.py`). The province has no planted violations, for they
are the rules' business.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.duplicates import write_claim_pairs
from assets.features import feature_tables
from assets.hits import run_rule
from assets.subjects import SIGNS
from assets.tables import build_parameters, build_scan, build_tables, default_as_of
from checks.rule import read_rules
from models.province.clean import make_province
from models.province.messy import write_files
from models.province.verdicts import verdicts
from models.source import load_sources

FRAMES = {"class": "classes", "institution": "institutions"}


@dataclass(frozen=True)
class World:
    """A warehouse with tables, features and hits of the signs, and what is true of its subjects."""

    name: str
    connection: duckdb.DuckDBPyConnection
    truth: dict[str, pl.DataFrame]

    def judged(self, level: str, order: pl.DataFrame) -> pl.DataFrame:
        """Truth of the level's subjects whose truth is known, in the order of the frame (`subject_key`)."""
        known = self.truth[FRAMES[level]].filter(~pl.col("planted") & pl.col("fake").is_not_null())
        return order.join(known, on="subject_key", how="inner", maintain_order="left")


def world(size: str, seed: int, mechanisms: Iterable[str] | None = None, together: int | None = None) -> World:
    """Make a province of the size; `together` classes at most of a scheme at one institution."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        province = make_province(size, seed, mechanisms, together=together)
        verdicts(province).write(home)
        truth = {name: pl.read_parquet(home / f"{name}.parquet") for name in FRAMES.values()}
        (home / "inbox").mkdir()
        write_files(province, home / "inbox", seed)
        del province
        sources = load_sources()
        take_in(home / "inbox", home / "deliveries", sources)
        connection = duckdb.connect()
        accept(connection, home / "deliveries", sources)
    as_of = default_as_of(connection)
    assert as_of is not None
    build_scan(connection, as_of)
    build_parameters(connection)
    build_tables(connection)
    rules = read_rules()
    for sign in SIGNS:
        run_rule(connection, rules[sign])
    write_claim_pairs(connection)
    feature_tables(connection)
    return World(f"{size} {seed}", connection, truth)
