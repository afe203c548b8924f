"""Text files: separators that nobody announces, quotes that do not close, and the physical line of every row.

A file of any size is read in blocks that end where a row ends.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from assets.reading.encoding import BLOCK, BROKEN, Text, decoded
from assets.reading.grid import Grid, TooLarge, Unreadable
from assets.reading.limits import limits_in_force, told

# Cells beyond the header that are still told apart, so that a longer row is seen and quarantined rather than cut.
_SPARE = 4
# Wider than the titles and notes above a header are many; see `header.py`.
_HEAD_LINES = 100
_SEPARATORS = (",", "\t", ";", "|")
# As wide as a worksheet; nobody's table is wider.
_WIDEST = 16_384
# What Unicode calls white space; and the bytes with which a character of it begins, so that few lines are looked at closely.
_BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_MAYBE_BLANK = np.isin(np.arange(256), [blank.encode()[0] for blank in _BLANKS])
csv.field_size_limit(2**31 - 1)  # a cell may be as long as the file: whether its row can be read is judged later


@dataclass(frozen=True)
class _Block:
    """Some whole rows of a file, every line ending in \\n: ``body`` is the ``text`` without blank lines, ``lines`` are those of the
    text on which its rows begin (1-based), ``spanned`` says whether a quoted cell may span lines."""

    text: bytes
    body: bytes
    lines: pl.Series
    spanned: bool


@dataclass(frozen=True)
class _Format:
    """How the cells of a file stand, as its first rows tell: what separates them, and how wide a row is (the widest, and most);
    its encoding, and whether some of its bytes were broken."""

    separator: str
    wide: int
    usual: int
    encoding: str
    lossy: bool

    @property
    def names(self) -> list[str]:
        return [f"c{position}" for position in range(self.wide + _SPARE)]


def read_text(path: Path, size: int = BLOCK) -> Iterator[Grid]:
    """A csv or tab-separated file as grids, at least one, each of some ``size`` bytes. Raises Unreadable for an empty file, one
    that is larger than allowed, or in no known encoding."""
    limit = limits_in_force().text
    if path.stat().st_size > limit:
        raise TooLarge(
            "file_too_large",
            f"文件超过上限 {told(limit)}，请按市、按月拆成几个文件，或改用 Parquet。 / Larger than {told(limit)}; split it, or send Parquet.",
        )
    file = decoded(path, size)
    form: _Format | None = None
    before = 0
    for text in _whole_rows(file.blocks):
        block = _block(text)
        if len(block.lines):
            form = form or _format(_head(block.body), file)
            yield _grid(block, form, before)
        before += text.count(b"\n")
    if form is None:
        raise Unreadable("empty_file", "文件是空的，请重新导出后再交。 / The file is empty; export it again.")


def _whole_rows(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The text in blocks that end where a row does, as far as quotes tell; every line ends in \\n."""
    text = b""
    for block in blocks:
        if text:
            end = _last_end(text)
            yield text[:end]
            text = text[end:]
        text += block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block
    yield text


def _last_end(text: bytes) -> int:
    """Behind the last line of whole lines at which no quote is open; behind the last of all where one is open at every."""
    if b'"' not in text:
        return len(text)
    data = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    closed = ends[np.searchsorted(np.flatnonzero(data == ord('"')), ends) % 2 == 0]
    return int((closed if len(closed) else ends)[-1]) + 1


def _format(head: str, file: Text) -> _Format:
    separator = _separator(head)
    widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=separator)]
    wide = max(widths)
    if wide > _WIDEST:
        raise Unreadable(
            "too_wide",
            f"一行有 {wide:,} 个单元格，超过 {_WIDEST:,} 个，文件可能已损坏，请重新导出后再交。 / A row has {wide:,} cells; export it again.",
        )
    usual = Counter(width for width in widths if 2 * width > wide).most_common(1)[0][0]
    return _Format(separator, wide, usual, file.encoding, file.lossy)


def _grid(block: _Block, form: _Format, before: int) -> Grid:
    """The rows of a block that stands ``before`` lines down the file."""
    text, body, lines, separator, names = block.text, block.body, block.lines, form.separator, form.names
    try:
        cells = pl.read_csv(
            body, separator=separator, has_header=False, schema=dict.fromkeys(names, pl.String),
            truncate_ragged_lines=True, missing_columns="insert", empty_string_is_null=True,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        cells = pl.DataFrame()
    odd: set[int] = set()
    swallowed = cells.height != len(lines)
    if not swallowed and block.spanned:
        odd, swallowed = _swallowed(cells, _raw_rows(text, lines), separator, form.usual)
    if swallowed:  # quotes that do not close: one row at a time, nothing lost
        cells, lines, odd = _by_hand(text.decode(), separator, names)
    spilled = _spilled(cells, body, separator, names)
    broken = _broken(cells, form.lossy) if form.lossy or b"\0" in text else set()
    about = {"encoding": form.encoding, "separator": separator}
    return Grid(cells, lines + before, "", spilled, about, frozenset(odd | broken))


def _head(text: bytes) -> str:
    """The first lines."""
    end = -1
    for _ in range(_HEAD_LINES):
        end = text.find(b"\n", end + 1)
        if end < 0:
            return text.decode()
    return text[:end].decode()


def _separator(head: str) -> str:
    """The separator that the first lines hold most of, outside quotes as far as one can tell."""
    return max(_SEPARATORS, key=lambda separator: (head.count(separator), -_SEPARATORS.index(separator)))


def _block(text: bytes) -> _Block:
    data = np.frombuffer(text, np.uint8)
    ends = np.append(np.flatnonzero(data == ord("\n")), len(data))
    starts = np.append(0, ends[:-1] + 1)
    blank = starts == ends
    for line in np.flatnonzero(~blank)[_MAYBE_BLANK[data[starts[~blank]]]]:
        blank[line] = not text[starts[line] : ends[line]].decode().strip(_BLANKS)
    inside = np.zeros(len(starts), np.bool_)
    if b'"' in text:
        inside = np.searchsorted(np.flatnonzero(data == ord('"')), starts) % 2 == 1
    kept = inside | ~blank
    lines = pl.Series("line", np.flatnonzero(~inside & kept) + 1, dtype=pl.Int64)
    body = text
    if not (kept | (starts == len(data))).all():
        at = np.flatnonzero(kept)
        runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if len(at) else []
        body = b"\n".join(text[starts[run[0]] : ends[run[-1]]] for run in runs)
    return _Block(text, body, lines, bool(inside.any()))


def _by_hand(text: str, separator: str, names: list[str]) -> tuple[pl.DataFrame, pl.Series, set[int]]:
    """Row by physical line, and the rows in which a quote does not close: nobody knows where their cells end."""
    rows: list[list[str | None]] = []
    lines: list[int] = []
    odd: set[int] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            if line.count('"') % 2:
                odd.add(len(lines))
            row = next(csv.reader([line], delimiter=separator))
            rows.append([cell or None for cell in (row + [""] * len(names))[: len(names)]])
            lines.append(number)
    cells = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return cells, pl.Series("line", lines, dtype=pl.Int64), odd


def _swallowed(cells: pl.DataFrame, raw: Callable[[int], str], separator: str, usual: int) -> tuple[set[int], bool]:
    """The rows in which a cell goes over several lines and holds separators beyond the first, and that are not sound: a quote
    may have made another row part of it. And whether whole rows have been: then the file is read line by line."""
    spanning = cells.select(pl.any_horizontal(pl.all().str.contains("\n", literal=True))).to_series()
    odd: set[int] = set()
    most = 0
    for position in spanning.arg_true():
        row = cells.row(position)
        inner = [line for cell in row if cell for line in cell.split("\n")[1:] if separator in line]
        if inner and (
            any(_like_a_row(line, row, separator, usual) for line in inner)
            or not _sound(raw(position), separator, usual)
        ):
            odd.add(position)
            most = max(most, *(line.count(separator) for line in inner))
    return odd, most >= max(2, usual // 2)


def _like_a_row(line: str, row: tuple[str | None, ...], separator: str, usual: int) -> bool:
    """A line within a cell that has as many cells as a row, or begins as its row does (V2,140100 as V1,140100)."""
    begins = line.split(separator)
    return len(begins) >= usual or [_shape(cell) for cell in begins[:2]] == [_shape(cell or "") for cell in row[:2]]


def _shape(cell: str) -> str:
    """Digits, letters and Chinese characters, however many of each stand together."""
    return re.sub(r"[\u4e00-\u9fff]+", "字", re.sub("[A-Za-z]+", "a", re.sub(r"\d+", "0", cell.split("\n")[0].strip())))


def _sound(raw: str, separator: str, usual: int) -> bool:
    """A row as a program writes it: quotes open where a cell begins and close where it ends, and it has as many cells as others."""
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"\n{re.escape(separator)}]*)'
    if not re.fullmatch(rf"{cell}(?:{re.escape(separator)}{cell})*", raw):
        return False
    return len(next(csv.reader(io.StringIO(raw), delimiter=separator))) == usual


def _raw_rows(text: bytes, lines: pl.Series) -> Callable[[int], str]:
    """Each row, by its position, as it stands in the file over all its lines."""
    begins = np.append(0, np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1)[lines.to_numpy() - 1]
    bounds = np.append(begins, len(text))
    return lambda position: text[bounds[position] : bounds[position + 1]].decode().strip("\n")


def _broken(cells: pl.DataFrame, lossy: bool) -> set[int]:
    """Rows with bytes that are no text: zeros, and what could not be decoded."""
    signs = ["\0", *([BROKEN] if lossy else [])]
    return set(cells.select(pl.any_horizontal(pl.all().str.contains_any(signs))).to_series().arg_true())


def _spilled(cells: pl.DataFrame, body: bytes, separator: str, names: list[str]) -> dict[int, list[str]]:
    """The whole of the rows that reach the last spare cell: they may go on beyond it."""
    reaching = cells[names[-1]].is_not_null().arg_true()
    if reaching.is_empty():
        return {}
    wanted = set(reaching)
    return {
        position: row
        for position, row in enumerate(csv.reader(io.StringIO(body.decode()), delimiter=separator))
        if position in wanted
    }
