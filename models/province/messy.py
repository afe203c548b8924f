"""Writes the province's tables into an inbox as bureaus send them. What a cell looks like is in cells.py, what a workbook looks like in workbook.py."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from models.province.cells import Hand, headers, written
from models.province.clean import Province
from models.province.deliveries import Delivery, deliveries
from models.province.labels import LABELS
from models.province.population import rng_for
from models.province.schema import DAY, MONEY, TITLES, TYPES
from models.province.workbook import write_workbook

WORKBOOK_ROWS = 1200
LARGE = 30_000


@dataclass
class Inbox:
    """What was written, for the summary."""

    folder: Path
    files: int = 0
    unreadable_rows: int = 0
    special_files: int = 0

    def text(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)
        self.files += 1


def write_files(province: Province, inbox: Path, seed: int, messy: bool = True) -> Inbox:
    """Files in the mix of formats and habits of sources.md; with messy=False one canonical Parquet file a source."""
    inbox.mkdir(parents=True, exist_ok=True)
    out = Inbox(inbox)
    if not messy:
        for source, table in province.tables.items():
            table.write_parquet(inbox / f"{source}.parquet", compression="zstd", statistics=False)
            out.files += 1
        return out
    names: set[str] = set()
    for delivery in deliveries(province, rng_for(seed, "deliveries")):
        rng = rng_for(seed, f"{delivery.source}{delivery.city}{delivery.period}{delivery.part}{delivery.version}")
        _write(delivery, out, names, rng)
    _oddities(out, rng_for(seed, "oddities"))
    return out


def _write(delivery: Delivery, out: Inbox, names: set[str], rng: np.random.Generator) -> None:
    hand, source = Hand.of(rng), delivery.source
    if len(delivery.rows) > LARGE and hand.money == 1:
        hand = replace(hand, money=2)
    draw = rng.random()
    ending = (
        "xlsx"
        if draw < 0.3 and len(delivery.rows) <= WORKBOOK_ROWS
        else "parquet"
        if draw > (0.85 if len(delivery.rows) <= LARGE else 0.5)
        else "csv"
    )
    name = f"{delivery.stem(rng)}.{ending}"
    if delivery.unnamed and ending == "csv":
        name = f"系统导出{len(names)}.csv"
    names.add(name)
    path = out.folder / name
    if ending == "parquet":
        delivery.rows.write_parquet(path, compression="zstd", statistics=False)
        out.files += 1
    else:
        text = written(source, delivery.rows, hand, rng)
        rows: list[list[Any]] = [list(row) for row in text.rows()]
        raw: list[tuple[Any, ...]] = delivery.rows.rows() if ending == "xlsx" else []
        if delivery.spoiled:
            out.unreadable_rows += _spoil(source, rows, raw, rng, wide=ending == "csv")
        if ending == "xlsx":
            write_workbook(path, source, delivery.heading(), headers(source, hand), rows, raw, rng)
            out.files += 1
        else:
            out.text(name, _text(headers(source, hand), rows, rng))
    if delivery.twice:
        copy = f"{Path(name).stem}_8.{ending}"
        out.text(copy, path.read_bytes())
        out.special_files += 1


def _text(header: list[str], rows: list[list[Any]], rng: np.random.Generator) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter="\t" if rng.random() < 0.15 else ",", lineterminator="\r\n" if rng.random() < 0.5 else "\n"
    )
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode(str(rng.choice(["utf-8", "utf-8-sig", "gb18030"])))


def _spoil(source: str, rows: list[list[Any]], raw: list[tuple[Any, ...]], rng: np.random.Generator, wide: bool) -> int:
    """Adds copies of rows that nobody can read. The rows themselves stay, so no rule misses anything."""
    columns = list(TYPES[source])
    ways = ["key"]
    coded = [c for c in columns if (source, c) in LABELS]
    days = [c for c in columns if TYPES[source][c] == DAY]
    money = [c for c in columns if TYPES[source][c] == MONEY]
    ways += ["label"] * bool(coded) + ["day"] * bool(days) + ["money"] * bool(money) + ["wide"] * wide
    ways += ["id"] * ("id_number" in columns and source != "claims")
    count = int(rng.integers(1, 4))
    for _ in range(min(count, len(rows))):
        at = int(rng.integers(len(rows)))
        copy, way = list(rows[at]), str(rng.choice(ways))
        if way == "key":
            copy[0] = ""
        elif way == "label":
            copy[columns.index(str(rng.choice(coded)))] = "见备注"
        elif way == "day":
            copy[columns.index(_required(source, days))] = "2021-13-45"
        elif way == "money":
            copy[columns.index(_required(source, money))] = "详见附件"
        elif way == "wide":
            copy.append("多出的格")
        else:
            copy[columns.index("id_number")] = "1.40105E+17"
        rows.insert(at, copy)
        if raw:
            raw.insert(at, tuple(None for _ in copy))
    return min(count, len(rows))


def _required(source: str, columns: list[str]) -> str:
    """A column of the kind that no row may leave empty, so that a bad value cannot pass for an empty one."""
    firm = [
        c
        for c in columns
        if c
        in (
            "start_date",
            "session_date",
            "month",
            "assessed_on",
            "issued_on",
            "claimed_on",
            "booked_on",
            "from_date",
            "valid_from",
            "amount",
            "net_pay",
            "subsidy_standard",
            "allocated",
            "opening_balance",
            "base",
        )
    ]
    return (firm or columns)[0]


def _oddities(out: Inbox, rng: np.random.Generator) -> None:
    """Files that no one can use: empty, cut off, of no known source; and one with a header and no rows."""
    cut = rng.integers(0, 256, 900, dtype=np.uint8).tobytes()
    out.text(f"{TITLES['payroll']}_忻州市_202106_5.csv", b"")
    out.text(f"{TITLES['attendance']}_长治市_202105_5.xlsx", b"PK\x03\x04" + cut)
    out.text("claims_141000_209901.parquet", b"PAR1" + cut[:40])
    out.text("会议室预约登记_太原市_202108.csv", "会议室,日期,预约人\n三楼东,2021-08-03,办公室\n".encode())
    out.text(
        f"{TITLES['insurance']}_阳泉市_201912.csv",
        (",".join(headers("insurance", Hand.of(rng))).replace("\n", "") + "\n").encode("gb18030"),
    )
    out.special_files += 5
