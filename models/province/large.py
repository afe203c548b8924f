"""Makes a province that is too large for memory: part by part, each with bureaus, people and firms of its own, and the parts' rows merged into one
Parquet file per city and month. What a part is made of is clean.py's and plant.py's."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from models.province.clean import make_province
from models.province.deliveries import Delivery, placed, retell, versions
from models.province.plant import plant
from models.province.population import rng_for
from models.province.schema import TYPES
from models.province.territory import Share
from models.province.truth import truth_frame, write_truth
from models.province.verdicts import verdicts, with_planted

PART = 250_000
"""claims of one part at most; a province of no more is made in one piece and written as bureaus send files"""
MOST_PARTS = 20
"""more do not find counties and zones of their own"""
PROCESSES = 2
"""parts made at the same time: one of 250,000 claims took 3.7 GB"""


@dataclass(frozen=True)
class Order:
    """What is to be made; the same for every part."""

    scratch: Path
    claims: int
    seed: int
    clean: bool
    mechanisms: tuple[str, ...] | None
    planted: bool
    part: int = PART

    @property
    def parts(self) -> int:
        return min(-(-self.claims // self.part), MOST_PARTS)

    def share(self, at: int) -> tuple[Share, int, int]:
        """The part, its number of claims and its seed."""
        claims = self.claims * (at + 1) // self.parts - self.claims * at // self.parts
        return Share(at, self.parts), claims, int(rng_for(self.seed, f"part {at}").integers(2**31))


def write_large(order: Order, inbox: Path, truth_folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Files in the inbox and the truth in its folder; returns the numbers of the summary."""
    shutil.rmtree(order.scratch, ignore_errors=True)
    made: list[dict[str, int]] = []
    # a fresh process for each part gives its memory back
    with ProcessPoolExecutor(
        min(PROCESSES, os.cpu_count() or 1, order.parts),
        multiprocessing.get_context("spawn"),
        max_tasks_per_child=1,
    ) as pool:
        for at, rows in enumerate(pool.map(_make_part, [order] * order.parts, range(order.parts)), start=1):
            made.append(rows)
            tell(f"made part {at} of {order.parts}")
    tell("writing one Parquet file per city and month")
    files = sum(_write_source(order, source, inbox) for source in TYPES)
    frames = {folder.name: _read(folder) for folder in sorted((order.scratch / "truth").iterdir())}
    truth = frames.pop("truth").sort("rule_id", "subject_key")
    write_truth(truth, truth_folder)
    frames.pop("near_misses", pl.DataFrame()).write_csv(truth_folder / "near_misses.csv", include_bom=True)
    for name, frame in frames.items():
        frame.unique(maintain_order=True).sort(frame.columns[0]).write_parquet(
            truth_folder / f"{name}.parquet", compression="zstd", statistics=False
        )
    shutil.rmtree(order.scratch)
    rows = {source: sum(part[source] for part in made) for source in TYPES}
    return {
        "claims": rows["claims"],
        "files": files,
        "unreadable_rows": 0,
        "violations": len(truth),
        "rules": truth["rule_id"].n_unique(),
        "mechanisms": frames["classes"]["mechanism"].drop_nulls().n_unique(),
        "fake_classes": int(frames["classes"]["fake"].sum()),
        "rows": rows,
    }


def _make_part(order: Order, at: int) -> dict[str, int]:
    """One part on the scratch disk, a file per source and city; returns its rows per source."""
    share, claims, seed = order.share(at)
    province = make_province(claims, seed, () if order.clean else order.mechanisms, share)
    known = verdicts(province)
    truth = truth_frame(known.hits)
    if order.planted and not order.clean:
        before = province
        province, truth = plant(province, seed, known=known.hits)
        known = with_planted(known, before, province)
    frames = {"truth": truth, **known.frames}
    if province.near_misses is not None:
        frames["near_misses"] = province.near_misses
    for name, frame in frames.items():
        _keep(frame, order.scratch / "truth" / name, at)
    rows = {}
    for source in TYPES:
        table = placed(source, province.tables[source], province, monthly=True)
        rows[source] = len(table)
        for (city,), of_city in table.group_by("_city", maintain_order=True):
            _keep(of_city.drop("_city"), order.scratch / source / (str(city) or "all"), at)
    return rows


def _keep(frame: pl.DataFrame, folder: Path, at: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / f"{at:03d}.parquet", compression="lz4", statistics=False)


def _read(folder: Path) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in sorted(folder.iterdir()))


def _write_source(order: Order, source: str, inbox: Path) -> int:
    """The source's files; returns how many."""
    return sum(
        _write(order, delivery, inbox)
        for folder in sorted((order.scratch / source).iterdir())
        for delivery in _deliveries(order, source, "" if folder.name == "all" else folder.name, _read(folder))
    )


def _deliveries(order: Order, source: str, city: str, rows: pl.DataFrame) -> Iterator[Delivery]:
    rng = rng_for(order.seed, f"deliveries {source} {city}")
    periods = rows["_period"].unique().sort().to_list()
    groups: Iterable[tuple[str, str, pl.DataFrame]] = (
        (city, period, rows.filter(pl.col("_period") == period).drop("_period")) for period in periods
    )
    for _, period, of_period in retell(list(groups), rng) if source == "claims" else groups:
        yield from versions(Delivery(source, city, period, "", "", of_period), rng)


def _write(order: Order, one: Delivery, inbox: Path) -> int:
    path = (
        inbox / f"{one.stem(rng_for(order.seed, f'{one.source}{one.city}{one.period}{one.part}{one.version}'))}.parquet"
    )
    one.rows.write_parquet(path, compression="zstd", statistics=False)
    if one.twice:
        shutil.copyfile(path, path.with_stem(f"{path.stem}_8"))
    return 1 + one.twice
