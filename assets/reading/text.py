"""Text files: encodings and separators that nobody announces, and the physical line of every row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from assets.reading.grid import Grid, Unreadable

# Cells beyond the header that are still told apart, so that a longer row is seen and quarantined rather than cut.
_SPARE = 4
_HEADER_SEARCH = 20
_SEPARATORS = (",", "\t", ";", "|")


def read_text(path: Path) -> Grid:
    """A csv or tab-separated file as a grid. Raises Unreadable for an empty file or one in no known encoding."""
    raw = path.read_bytes()
    text, encoding = _decoded(raw)
    if not text.strip():
        raise Unreadable("empty_file", "文件是空的，请重新导出后再交。 / The file is empty; export it again.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    body, lines = _rows(text)
    wide = max(
        len(row) for row in csv.reader(io.StringIO("\n".join(body.split("\n")[:_HEADER_SEARCH])), delimiter=separator)
    )
    names = [f"c{position}" for position in range(wide + _SPARE)]
    try:
        cells = pl.read_csv(
            body.encode(), separator=separator, has_header=False, schema=dict.fromkeys(names, pl.String),
            truncate_ragged_lines=True, missing_columns="insert", empty_string_is_null=True,
        )  # fmt: skip
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError):
        cells = pl.DataFrame()
    if cells.height != len(lines):
        cells, lines = _by_hand(text, separator, names)  # quotes that do not close: one row at a time, nothing lost
    spilled = _spilled(cells, body, separator, names)
    return Grid(
        cells, pl.Series("line", lines, dtype=pl.Int64), "", spilled, {"encoding": encoding, "separator": separator}
    )


def _decoded(raw: bytes) -> tuple[str, str]:
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable(
        "unknown_encoding",
        "文字编码不是 UTF-8 也不是 GB18030，或文件已损坏，请另存为“CSV UTF-8”后再交。 / "
        "Neither UTF-8 nor GB18030, or damaged; save it as CSV UTF-8 and send it again.",
    )


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


def _by_hand(text: str, separator: str, names: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """Row by physical line, quotes taken as they come."""
    rows, lines = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            row = next(csv.reader([line], delimiter=separator))
            rows.append([cell or None for cell in (row + [""] * len(names))[: len(names)]])
            lines.append(number)
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"), lines


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
