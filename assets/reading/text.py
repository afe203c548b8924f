"""Text files: separators that nobody announces, quotes that do not close, and the physical line of every row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from assets.reading.encoding import BROKEN, decoded
from assets.reading.grid import Grid, Unreadable
from assets.reading.limits import limits_in_force, told

# Cells beyond the header that are still told apart, so that a longer row is seen and quarantined rather than cut.
_SPARE = 4
_HEADER_SEARCH = 20
_SEPARATORS = (",", "\t", ";", "|")
# As wide as a worksheet; nobody's table is wider.
_WIDEST = 16_384
csv.field_size_limit(2**31 - 1)  # a cell may be as long as the file: whether its row can be read is judged later


def read_text(path: Path) -> Grid:
    """A csv or tab-separated file as a grid. Raises Unreadable for an empty file or one in no known encoding."""
    limit = limits_in_force().text
    if path.stat().st_size > limit:
        raise Unreadable(
            "file_too_large",
            f"文件超过上限 {told(limit)}，请按市、按月拆成几个文件，或改用 Parquet。 / Larger than {told(limit)}; split it, or send Parquet.",
        )
    text, encoding, lossy = decoded(path.read_bytes())
    if not text.strip():
        raise Unreadable("empty_file", "文件是空的，请重新导出后再交。 / The file is empty; export it again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    body, lines = _rows(text)
    wide = max(
        len(row) for row in csv.reader(io.StringIO("\n".join(body.split("\n")[:_HEADER_SEARCH])), delimiter=separator)
    )
    if wide > _WIDEST:
        raise Unreadable(
            "too_wide",
            f"一行有 {wide:,} 个单元格，超过 {_WIDEST:,} 个，文件可能已损坏，请重新导出后再交。 / A row has {wide:,} cells; export it again.",
        )
    names = [f"c{position}" for position in range(wide + _SPARE)]
    try:
        cells = pl.read_csv(
            body.encode(), separator=separator, has_header=False, schema=dict.fromkeys(names, pl.String),
            truncate_ragged_lines=True, missing_columns="insert", empty_string_is_null=True,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        cells = pl.DataFrame()
    odd: set[int] = set()
    if cells.height == len(lines):
        odd, whole = _swallowed(cells, separator, wide)
    if cells.height != len(lines) or whole:
        cells, lines, odd = _by_hand(
            text, separator, names
        )  # quotes that do not close: one row at a time, nothing lost
    spilled = _spilled(cells, body, separator, names)
    return Grid(
        cells, pl.Series("line", lines, dtype=pl.Int64), "", spilled, {"encoding": encoding, "separator": separator},
        frozenset(odd | _broken(cells, lossy)),
    )  # fmt: skip


def _separator(text: str) -> str:
    """The separator that the first lines hold most of, outside quotes as far as one can tell."""
    head = "\n".join(line for line in text.split("\n")[:_HEADER_SEARCH] if line.strip())
    return max(_SEPARATORS, key=lambda separator: (head.count(separator), -_SEPARATORS.index(separator)))


def _rows(text: str) -> tuple[str, list[int]]:
    """The text without blank lines, and the physical line on which each row begins (a quoted cell may span lines)."""
    lines = pl.Series("line", text.split("\n"))
    quotes = lines.str.count_matches('"', literal=True)
    inside = (quotes.cum_sum().shift(1, fill_value=0) % 2) == 1
    kept = inside | (lines.str.strip_chars() != "")
    begins = (~inside & kept).arg_true()
    return "\n".join(lines.filter(kept)), [position + 1 for position in begins]


def _by_hand(text: str, separator: str, names: list[str]) -> tuple[pl.DataFrame, list[int], set[int]]:
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
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), lines, odd


def _swallowed(cells: pl.DataFrame, separator: str, wide: int) -> tuple[set[int], bool]:
    """The rows in which a cell goes over several lines and holds separators beyond the first: a quote may have made another
    row part of it. And whether whole rows have been: then the file is read line by line."""
    spanning = cells.select(pl.any_horizontal(pl.all().str.contains("\n", literal=True))).to_series()
    odd: set[int] = set()
    most = 0
    for position in spanning.arg_true():
        inner = [line for cell in cells.row(position) if cell for line in cell.split("\n")[1:]]
        held = max((line.count(separator) for line in inner), default=0)
        if held:
            odd.add(position)
        most = max(most, held)
    return odd, most >= max(2, wide // 2)


def _broken(cells: pl.DataFrame, lossy: bool) -> set[int]:
    """Rows with bytes that are no text: zeros, and what could not be decoded."""
    signs = ["\0", *([BROKEN] if lossy else [])]
    return set(cells.select(pl.any_horizontal(pl.all().str.contains_any(signs))).to_series().arg_true())


def _spilled(cells: pl.DataFrame, body: str, separator: str, names: list[str]) -> dict[int, list[str]]:
    """The whole of the rows that reach the last spare cell: they may go on beyond it."""
    reaching = cells[names[-1]].is_not_null().arg_true()
    if reaching.is_empty():
        return {}
    wanted = set(reaching)
    return {
        position: row
        for position, row in enumerate(csv.reader(io.StringIO(body), delimiter=separator))
        if position in wanted
    }
