"""A file of many rows is read piece by piece: the same rows come out, and of a file that breaks off nothing is taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.delivery_store import keep, meta_of
from assets.reading import grid
from assets.reading.file import read
from assets.reading.header import find_header
from assets.reading.parquet import column_names, header_of_names, read_parquet
from assets.reading.rows import read_rows
from models.source import load_sources
from tests.assets.reading.files import HEADER, LEDGER, ROW, grid_of, write_csv, write_parquet

SOURCES = load_sources()
TITLE = ["太原市2021年7月专账资金台账"] + [""] * 7


def ledger(rows: int) -> list[list[str]]:
    """Rows of which every fifth cannot be read, every seventh is blank and every ninth is longer than the header."""
    return [
        [""] * 8 if n % 7 == 6
        else [f"V{n}", "140100", "七月" if n % 5 == 4 else "2021-07-08", *ROW[3:], *(["多", "余"] if n % 9 == 8 else [])]
        for n in range(rows)
    ]  # fmt: skip


@pytest.mark.parametrize("size", [4, 30, 1000])
def test_pieces_of_a_text_file_give_the_rows_of_the_whole(tmp_path: Path, size: int) -> None:
    whole = grid_of(write_csv(tmp_path / "专账资金台账.csv", [TITLE, HEADER, *ledger(60)]))
    header = find_header(whole, LEDGER)
    assert header is not None
    once = read_rows(whole, header, LEDGER)
    pieces = list(whole.pieces(size))
    assert len(pieces) == -(-62 // size)
    told = [read_rows(piece, replace(header, last_row=-1) if n else header, LEDGER) for n, piece in enumerate(pieces)]
    assert_frame_equal(pl.concat(rows.accepted for rows in told), once.accepted)
    assert_frame_equal(pl.concat(rows.quarantined for rows in told), once.quarantined)
    assert once.accepted.height > 20 and once.quarantined.height > 10


def test_pieces_of_a_parquet_file_give_the_rows_of_the_whole(tmp_path: Path) -> None:
    names = [column.name for column in LEDGER.columns]
    path = write_parquet(tmp_path / "ledger.parquet", names, [row[:8] for row in ledger(60)])
    header = header_of_names(column_names(path), LEDGER)
    (once,) = (read_rows(piece, header, LEDGER) for piece in read_parquet(path))
    told = [read_rows(piece, header, LEDGER) for piece in read_parquet(path, 7)]
    assert len(told) == 9
    assert_frame_equal(pl.concat(rows.accepted for rows in told), once.accepted)
    assert_frame_equal(pl.concat(rows.quarantined for rows in told), once.quarantined)
    assert once.accepted["source_line"].to_list()[-1] == 59


def test_all_pieces_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "专账资金台账.csv", [TITLE, HEADER, *ledger(60)])
    keep(tmp_path, "whole", read(path.name, path, SOURCES))
    monkeypatch.setattr(grid.Grid.pieces, "__defaults__", (35,))
    keep(tmp_path, "pieces", read(path.name, path, SOURCES))
    assert meta_of(tmp_path, "pieces") == meta_of(tmp_path, "whole")
    for kind in ("", ".quarantine"):
        kept = [pl.read_parquet(tmp_path / f"{name}{kind}.parquet") for name in ("whole", "pieces")]
        assert_frame_equal(*kept)


def test_of_a_file_that_breaks_off_nothing_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.parquet"
    rows = ledger(60)
    columns = {column.name: [row[place] or None for row in rows] for place, column in enumerate(LEDGER.columns)}
    pl.DataFrame(columns).write_parquet(path, row_group_size=20, compression="zstd")
    content = bytearray(path.read_bytes())
    middle = 2 * len(content) // 5
    content[middle : middle + 200] = b"\xff" * 200
    path.write_bytes(content)
    monkeypatch.setattr(read_parquet, "__defaults__", (20,))
    assert next(read_parquet(path)).cells.height == 20, "the first piece is whole"
    keep(tmp_path, "broken", read(path.name, path, SOURCES))
    assert meta_of(tmp_path, "broken")["reason_code"] == "broken_parquet"
    assert (meta_of(tmp_path, "broken")["rows_read"], meta_of(tmp_path, "broken")["source"]) == (0, "ledger")
    assert not list(tmp_path.glob("broken*.p*"))
