"""Numbers of 16 digits and more in a worksheet: the digits that stand in the file, not those of the nearest binary number.

A workbook's reader takes every number for a binary one, and tells an identity number whose last digits are gone
(1.40202197304157E+17) as one that looks whole (140202197304156992) and is another person's.
Belongs here: what such a cell says. Does not belong here: whether its number is taken (`models/identity.py`).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import polars as pl

_CHUNK = 1 << 22
_LEAST, _EXACT = Decimal(10) ** 15, Decimal(2) ** 53
_WRITTEN = rb"v>(\d{16,30}(?:\.0*)?|\d(?:\.\d+)?[eE]\+?\d\d?)</"
_ROW_OF_CELL, _ROW_OF_ROW = re.compile(rb"""\sr=["'][A-Z]+(\d+)["']"""), re.compile(rb"""\sr=["'](\d+)["']""")


def with_long_numbers(cells: pl.DataFrame, path: Path, sheet: str) -> pl.DataFrame:
    """The cells of a sheet (from its first row), whose long numbers say what stands in the file."""
    if not any(_holds_long_digits(column) for column in cells):
        return cells
    of_row: dict[int, dict[str, str]] = {}
    with zipfile.ZipFile(path) as archive:
        for row, written in (one for part in _parts(archive, sheet) for one in _written(archive, part)):
            if (shown := _shown(written)) is not None and row <= cells.height:
                of_row.setdefault(row - 1, {})[str(int(float(written)))] = shown
    for name in cells.columns if of_row else ():
        texts = cells[name]
        at = [row for row in of_row if texts[row] in of_row[row]]
        if at:
            cells = cells.with_columns(texts.scatter(at, [of_row[row][texts[row]] for row in at]))
    return cells


def _holds_long_digits(column: pl.Series) -> bool:
    longest = column.str.len_bytes().max()
    return isinstance(longest, int) and longest >= 16 and bool(column.str.contains(r"^\d{16,}$").any())


def _shown(written: str) -> str | None:
    """Digits written in full as they are; others exactly where a binary number holds them so, else 15 digits and zeros, as
    spreadsheets show them."""
    if "e" not in written.lower():
        return written.partition(".")[0]
    number = Decimal(written)
    if number < _LEAST or number != number.to_integral_value():
        return None
    if number > _EXACT:
        number = number.quantize(Decimal((0, (1,), number.adjusted() - 14)))
    return f"{number:f}".partition(".")[0]


def _parts(archive: zipfile.ZipFile, sheet: str) -> list[str]:
    """The archive's part in which a sheet stands; all that may, where it does not tell."""
    there = archive.namelist()
    book, ties = (_elements(archive, f"xl/{name}") for name in ("workbook.xml", "_rels/workbook.xml.rels"))
    ids = {value for one in book if one.get("name") == sheet for key, value in one.items() if key.endswith("}id")}
    named = [posixpath.join("/xl", one.get("Target", ""))[1:] for one in ties if one.get("Id") in ids]
    return [part for part in named if part in there] or [part for part in there if "/worksheets/" in part]


def _elements(archive: zipfile.ZipFile, part: str) -> list[ElementTree.Element]:
    try:
        return list(ElementTree.fromstring(archive.read(part)).iter())
    except (ElementTree.ParseError, LookupError, ValueError):  # no such part, no XML, an encoding that nobody knows
        return []


def _written(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, str]]:
    """Row and text of every long number in a worksheet, read in blocks that end with a row."""
    rest, rows = b"", 0
    prefix: bytes | None = None
    with archive.open(part) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            block = rest + chunk
            if prefix is None and (found := re.search(rb"<(\w+:)?sheetData\b", block)):
                prefix = found[1] or b""
            row_tag = b"<" + (prefix or b"") + b"row"
            end = block.rfind(row_tag) if chunk else len(block)
            if end > 0 and prefix is not None:
                yield from _in_block(block[:end], prefix, row_tag, rows)
                rows += block.count(row_tag, 0, end)
                block = block[end:]
            rest = block
            if not chunk:
                return


def _in_block(block: bytes, prefix: bytes, row_tag: bytes, rows_before: int) -> Iterator[tuple[int, str]]:
    for found in re.finditer(b"<" + prefix + _WRITTEN, block):
        begin = max(block.rfind(b"<" + prefix + b"c" + sign, 0, found.start()) for sign in (b" ", b">", b"\n"))
        cell = block[begin : block.find(b">", begin)]
        if re.search(rb"""\st=["'](?!n["'])""", cell):  # a text, or the number of one
            continue
        row_begin = block.rfind(row_tag, 0, begin)
        numbered = _ROW_OF_CELL.search(cell) or _ROW_OF_ROW.search(block[row_begin : block.find(b">", row_begin)])
        row = int(numbered[1]) if numbered else rows_before + block.count(row_tag, 0, begin)
        yield row, found[1].decode()
