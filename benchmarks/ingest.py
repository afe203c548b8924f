"""What taking a file in costs beside merely reading it: Parquet, csv in UTF-8 and GB18030, and workbooks, in turn in one run.

usage: python -m benchmarks.ingest [--claims 50000] [--times 5] [--sources attendance payroll]

One source of a made-up province is written in every format, canonically and in a clerk's hand with rows that nobody can read. Bare
readers make texts of every cell (Polars for csv, fastexcel for workbooks) or read every column (Polars and DuckDB for Parquet) and
do nothing else; taking in finds encoding, source and header, repairs and types every value, quarantines, hashes the bytes twice and
keeps the rows. The same accepted rows are asserted in every format. Processor seconds, children included; medians and ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import fastexcel
import numpy as np
import polars as pl
import xlsxwriter

from assets.acceptance import accept
from assets.deliveries import take_in
from models.province.cells import Hand, headers, written
from models.province.clean import make_province
from models.source import load_sources

CANONICAL = Hand("%Y-%m-%d", "%Y-%m", ("是", "否"), 0, True, 2, False, 1)
CLERK = Hand("%Y/%-m/%-d", "%Y年%-m月", ("是", "否"), 2, False, 0, False, 0)
ROWS, SHEET_ROWS, SPOILED = 400_000, 60_000, 1_000


class Differs(AssertionError):
    """A format from which other rows are accepted: its time says nothing."""


@dataclass(frozen=True)
class Case:
    """One file, how it is merely read, and what must come of it: rows accepted and quarantined."""

    name: str
    path: Path
    bare: dict[str, Callable[[Path], object]]
    rows: pl.DataFrame
    quarantined: int = 0


def _read_texts(encoding: str) -> Callable[[Path], object]:
    return lambda path: pl.read_csv(path, infer_schema=False, encoding=encoding)


def _read_sheet(path: Path) -> object:
    return fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()


def _read_in_duckdb(path: Path) -> object:
    with duckdb.connect() as connection:
        return connection.execute("CREATE TABLE bare AS FROM read_parquet(?)", [str(path)])


PARQUET: dict[str, Callable[[Path], object]] = {"Polars": pl.read_parquet, "DuckDB": _read_in_duckdb}


def source_rows(source: str, claims: int) -> pl.DataFrame:
    """About 400,000 rows of a source: those of a made-up province, its wages told again, a yuan higher each time."""
    rows = make_province(claims, 1, ()).tables[source].unique(maintain_order=True)
    if source != "payroll":
        return rows.head(ROWS)
    others = (rows.with_columns(pl.selectors.decimal() + pl.lit(yuan)).cast(rows.schema) for yuan in range(1, ROWS // rows.height))  # fmt: skip
    return pl.concat([rows, *others])


def _spoiled(texts: pl.DataFrame, day: str) -> pl.DataFrame:
    """Every so many rows a copy of one with a day that is none."""
    bad = texts.gather_every(SPOILED).with_columns(pl.lit("2021-13-45").alias(day))
    at = pl.int_range(pl.len())
    return pl.concat([texts.with_columns(at=at * 2), bad.with_columns(at=at * 2 * SPOILED + 1)]).sort("at").drop("at")


def cases(source: str, rows: pl.DataFrame, folder: Path) -> list[Case]:
    """The files of a source. A workbook has fewer rows."""
    rng = np.random.default_rng(1)
    day = str(load_sources()[source].order_date)
    few = rows.head(SHEET_ROWS)
    clean, clerk = written(source, rows, CANONICAL, rng), written(source, rows, CLERK, rng)
    clerk.columns = clean.columns
    spoiled = _spoiled(clerk, day)
    names = headers(source, CLERK)
    bad = spoiled.height - rows.height
    found = []
    for name, texts, head, encoding, quarantined in (
        ("csv UTF-8", clean, clean.columns, "utf-8", 0),
        ("csv UTF-8, a clerk's", spoiled, names, "utf-8", bad),
        ("csv GB18030", clean, clean.columns, "gb18030", 0),
        ("csv GB18030, a clerk's", spoiled, names, "gb18030", bad),
    ):
        path = folder / f"{source}_{len(found)}.csv"
        path.write_bytes(texts.rename(dict(zip(texts.columns, head, strict=True))).write_csv().encode(encoding))
        found.append(Case(name, path, {"Polars": _read_texts(encoding)}, rows, quarantined))
    for name, frame in (("Parquet, typed", rows), ("Parquet, texts", clean)):
        path = folder / f"{source}_{len(found)}.parquet"
        frame.write_parquet(path, compression="zstd", statistics=False)
        found.append(Case(name, path, PARQUET, rows))
    sheet = folder / f"{source}_{len(found)}.xlsx"
    with xlsxwriter.Workbook(str(sheet), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate([names, *clerk.head(SHEET_ROWS).rows()]):
            for column, text in enumerate(row):
                if text is not None:
                    page.write_string(line, column, text)
    return [*found, Case("xlsx", sheet, {"fastexcel": _read_sheet}, few)]


def processor() -> float:
    """Processor seconds of this process and of the children that have ended."""
    return time.process_time() + sum(os.times()[2:4])


def _cost(work: Callable[[], object]) -> float:
    before = processor()
    result = work()
    took = processor() - before
    del result
    return took


def _taken_in(path: Path, deliveries: Path) -> object:
    inbox = path.parent / path.stem
    if not inbox.exists():
        inbox.mkdir()
        (inbox / path.name).symlink_to(path)
    return take_in(inbox, deliveries, load_sources(), trusting=False)


def compared(case: Case, deliveries: Path) -> None:
    """Raises Differs unless the rows accepted are the case's own, in order, and as many are quarantined as must be."""
    (kept,) = [path for path in deliveries.glob("*.parquet") if not path.name.endswith(".quarantine.parquet")]
    accepted = pl.read_parquet(kept).select(case.rows.columns)
    quarantined = pl.read_parquet(kept.with_suffix(".quarantine.parquet")).height
    expected = case.rows.cast(accepted.schema)
    if not accepted.equals(expected) or quarantined != case.quarantined:
        raise Differs(f"{case.name}: {accepted.height} rows for {expected.height}, {quarantined} quarantined for {case.quarantined}")  # fmt: skip


def _accepted(deliveries: Path) -> object:
    with duckdb.connect() as connection:
        return accept(connection, deliveries, load_sources())


def measured(case: Case, work: Path, times: int) -> dict[str, object]:
    """Medians of taking in and of every bare reader, in turn."""
    bare: dict[str, list[float]] = {name: [] for name in case.bare}
    own: list[float] = []
    accepting: list[float] = []
    for turn in range(times):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            deliveries = Path(folder) / "deliveries"
            for name, reader in case.bare.items():
                bare[name].append(_cost(partial(reader, case.path)))
            own.append(_cost(partial(_taken_in, case.path, deliveries)))
            accepting.append(_cost(partial(_accepted, deliveries)))
            if turn == 0:
                compared(case, deliveries)
    return {
        "name": case.name, "rows": case.rows.height + case.quarantined, "own": statistics.median(own), "accept": statistics.median(accepting),
        "bare": {name: statistics.median(taken) for name, taken in bare.items()},
    }  # fmt: skip


def starting(work: Path, times: int) -> float:
    """What a take-in costs in which there is one file with a header and no rows: mostly the start of the reading process."""
    path = work / "allocations.csv"
    path.write_text("division,year,allocated,task_persons\n", encoding="utf-8")
    taken = []
    for _ in range(times):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            taken.append(_cost(partial(_taken_in, path, Path(folder) / "deliveries")))
    return statistics.median(taken)


def table(source: str, results: list[dict[str, object]], start: float) -> str:
    """A Markdown table of `measured`: the start of the reading process taken off, and with it."""
    lines = [
        f"`{source}`; starting the reading process, once a scan: {start:.2f} s.", "",
        "| file | rows | bare reader | bare, s | take-in, s | ÷ bare | with the start ÷ bare | then accepted, s |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for row in results:
        own = float(str(row["own"]))
        for reader, seconds in row["bare"].items():  # type: ignore[attr-defined]
            lines.append(f"| {row['name']} | {row['rows']:,} | {reader} | {seconds:.3f} | {own - start:.3f} | {(own - start) / seconds:.1f} | {own / seconds:.1f} | {row['accept']:.2f} |")  # fmt: skip
    return "\n".join(lines)


def made(claims: int, times: int, chosen: tuple[str, ...] = ("attendance", "payroll")) -> str:
    """Everything measured on a made-up province, as Markdown."""
    pages = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        start = starting(work, times)
        for source in chosen:
            results = []
            for case in cases(source, source_rows(source, claims), work):
                print(f"taking in {source}: {case.name}", file=sys.stderr)
                results.append(measured(case, work, times))
            pages.append(table(source, results, start))
    return "\n\n".join(pages)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=50_000, help="size of the made-up province")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--sources", nargs="+", default=["attendance", "payroll"], choices=["attendance", "payroll"])
    given = parser.parse_args()
    print(made(given.claims, given.times, tuple(given.sources)))


if __name__ == "__main__":
    main()
