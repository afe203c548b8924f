"""A text file of any size is read in blocks that end where a row ends: the same rows come out, on the same lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from assets.delivery_store import keep, meta_of
from assets.reading.encoding import decoded
from assets.reading.file import read
from assets.reading.grid import Grid, Unreadable
from assets.reading.header import find_header
from assets.reading.rows import Rows, read_rows
from assets.reading.text import read_text
from models.source import load_sources
from tests.assets.reading.files import HEADER, LEDGER, ROW, write_csv

TITLE = ["太原市2021年7月专账资金台账"] + [""] * 7


def read_so(path: Path, size: int) -> Rows:
    """All rows of a ledger, read in blocks of so many bytes; the first holds the header."""
    grids = read_text(path, size)
    first = next(grids)
    header = find_header(first, LEDGER)
    assert header is not None
    told = [
        read_rows(first, header, LEDGER),
        *(read_rows(grid, replace(header, last_row=-1), LEDGER) for grid in grids),
    ]
    return Rows(pl.concat(rows.accepted for rows in told), pl.concat(rows.quarantined for rows in told))


def same_rows(path: Path, size: int) -> Rows:
    whole, blocks = read_so(path, 2**20), read_so(path, size)
    assert_frame_equal(blocks.accepted, whole.accepted)
    assert_frame_equal(blocks.quarantined, whole.quarantined)
    return whole


def ledger(rows: int) -> list[list[str]]:
    """Rows of which some are blank, unreadable, too long, or hold a quoted cell over several lines."""
    odd = {
        3: lambda row: [""] * 8,
        5: lambda row: [*row[:2], "七月", *row[3:]],
        7: lambda row: [*row, "多", "余"],
        9: lambda row: [f"{row[0]}\n（第二批）", *row[1:]],
        11: lambda row: [f'{row[0]}"补"', *row[1:]],
    }
    return [odd.get(n % 13, lambda row: row)([f"V{n}", *ROW[1:]]) for n in range(rows)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("size", [300, 1000])
def test_blocks_give_the_rows_of_the_whole(tmp_path: Path, size: int, encoding: str, line_end: str) -> None:
    path = write_csv(tmp_path / "专账资金台账.csv", [TITLE, HEADER, *ledger(80)], encoding)
    content = path.read_bytes().decode(encoding).replace("\r\n", "\n").replace("\n", line_end).encode(encoding)
    path.write_bytes(content)
    whole = same_rows(path, size)
    assert whole.accepted.height > 50 and whole.quarantined.height > 10
    several = encoding != "utf-16" and line_end != "\r"  # these are held whole
    assert (len(list(read_text(path, size))) > 3) == several


# A line break and a separator in one cell may be two rows that a quote made one: such a file is looked at closely as a whole.
CELLS = st.text(alphabet=',;" \u3000ab1省𠮷', max_size=6) | st.text(alphabet='"\n\r \u3000ab1省𠮷', max_size=6)
ROWS = st.lists(
    st.lists(CELLS, min_size=1, max_size=8).filter(lambda row: "".join(row).strip(' \u3000\r\n,"') != ""), max_size=30
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "gb18030"]), size=st.integers(250, 600))
def test_whatever_soundly_quoted_cells_hold_blocks_give_the_rows_of_the_whole(
    tmp_path: Path, rows: list[list[str]], encoding: str, size: int
) -> None:
    same_rows(write_csv(tmp_path / "a.csv", [HEADER, ROW, *rows, ROW], encoding), size)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text(alphabet='",x省', min_size=1, max_size=9), min_size=1, max_size=40),
    size=st.integers(250, 600),
)
def test_with_quotes_anywhere_no_line_is_lost(tmp_path: Path, lines: list[str], size: int) -> None:
    """Every line stands in some row, and in one alone."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join([",".join(HEADER), ",".join(ROW), *lines, ",".join(ROW)]), encoding="utf-8")
    assert sum(_lines_of(grid) for grid in read_text(path, size)) == len(lines) + 3


def _lines_of(grid: Grid) -> int:
    """How many lines the rows of a grid stand on: a cell may go over several."""
    rows = [grid.spilled.get(place, grid.row(place)) for place in range(grid.cells.height)]
    return len(rows) + sum((cell or "").count("\n") for row in rows for cell in row)


def test_an_open_quote_spoils_no_other_block(tmp_path: Path) -> None:
    """Read whole, every row after it is looked at by itself, and a cell over two lines is then no longer one."""
    path = write_csv(tmp_path / "a.csv", [HEADER, *ledger(80)])
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[20] = '"' + lines[20]
    path.write_text("\n".join(lines), encoding="utf-8")
    codes = [read_so(path, size).quarantined["reason_code"].to_list().count("damaged_text") for size in (2**20, 600)]
    assert codes[1] < codes[0]


def test_one_broken_character_in_a_later_block_is_told_on_its_line(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *([ROW] * 50)], "gb18030")
    content = path.read_bytes()
    path.write_bytes(
        content[: len(content) // 2].rsplit(b"\n", 1)[0] + b"\n\xff" + content[len(content) // 2 :].split(b"\n", 1)[1]
    )
    (line,) = same_rows(path, 300).quarantined["line"]
    assert 20 < line < 30
    assert decoded(path, 300).encoding == "gb18030" and decoded(path, 300).lossy


def test_gb18030_may_show_itself_after_blocks_of_ascii(tmp_path: Path) -> None:
    names = [column.name for column in LEDGER.columns]
    plain = ["V1", "140100", "2021-07-08", "payment", "", "", "", "1"]
    path = write_csv(tmp_path / "a.csv", [names, *([plain] * 30), ROW], "gb18030")
    assert same_rows(path, 200).accepted.height == 31
    assert next(read_text(path, 200)).about["encoding"] == "gb18030"


def test_another_encoding_in_a_later_block_is_refused_as_in_one_block(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *([ROW] * 30)])
    path.write_bytes(path.read_bytes() + b"\n".join([b"\xff" * 100] * 40))
    codes = []
    for size in (2**20, 300):
        with pytest.raises(Unreadable) as problem:
            list(read_text(path, size))
        codes.append(problem.value.code)
    assert codes == ["unknown_encoding"] * 2


def test_blocks_without_a_row_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "\n" * 900 + ",".join(HEADER) + "\n" + " \n" * 900 + ",".join([*ROW[:-1], "1"]) + "\n" * 900, encoding="utf-8"
    )
    assert same_rows(path, 300).accepted["source_line"].to_list() == [1802]
    path.write_text("\n \u3000\n" * 900, encoding="utf-8")
    with pytest.raises(Unreadable, match="empty"):
        list(read_text(path, 300))


def test_all_blocks_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "专账资金台账.csv", [TITLE, HEADER, *ledger(80)])
    sources = load_sources()
    keep(tmp_path, "whole", read(path.name, path, sources))
    monkeypatch.setattr(read_text, "__defaults__", (400,))
    keep(tmp_path, "blocks", read(path.name, path, sources))
    assert meta_of(tmp_path, "blocks") == meta_of(tmp_path, "whole")
    for kind in ("", ".quarantine"):
        assert_frame_equal(*(pl.read_parquet(tmp_path / f"{name}{kind}.parquet") for name in ("whole", "blocks")))
