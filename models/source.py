"""A source: one kind of incoming file, as its YAML in `assets/sources` describes it.

Belongs here: reading and checking those YAMLs. Does not belong here: reading the files themselves (`assets/reading`), or
evaluating a promise (`checks/promises.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.plain_yaml import plain_yaml

SOURCES = Path(__file__).parent.parent / "assets" / "sources"

# Type of a column -> DuckDB type of its canonical values.
DUCKDB_TYPES = MappingProxyType({
    "text": "VARCHAR", "code": "VARCHAR", "id_number": "VARCHAR", "uscc": "VARCHAR", "division": "VARCHAR",
    "occupation_code": "VARCHAR", "level": "VARCHAR", "enum": "VARCHAR", "phone": "VARCHAR", "account": "VARCHAR",
    "money": "DECIMAL(14,2)", "integer": "INTEGER", "number": "DOUBLE", "date": "DATE", "month": "DATE",
    "timestamp": "TIMESTAMP", "boolean": "BOOLEAN",
})  # fmt: skip
LIFE_OF_A_CLAIM = ("status", "decided_on", "reject_reason", "batch_no", "reviewer_id")
"""A later period may tell a known claim again with these changed: its life went on, it is no second claim."""
GIVEN_BY_MACHINES = ("device_id", "ip", "photo_hash")
"""Codes that no bureau gave out: an app may report a person's own telephone number as its device."""
PERSONAL = ("identity", "name", "payee", "phone", "account", "certificate")

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# What clerks note behind a header: （元）, （必填）, 单位：元, /元.
_NOTE = re.compile(
    r"(?:[(\[{【〔〖][^()\[\]{}【】〔〕〖〗]*[)\]}】〕〗]|[,:;]?单位:[^()\[\]]+|/[百千万亿]*(?:元|人|次|人次|课时|学时|节|小时|天)(?:/人)?)$"
)
# A number under such a note is another one: 万元 read as yuan would be wrong by a factor of 10,000.
_TIMES = re.compile(r"[千万亿]")
_OTHER_UNIT = re.compile(r"[百千万亿]|(?:^|[(\[【:])(?:分钟?|角)(?:$|[)\]】/])|美元|港元|港币|usd|hkd")
_OTHER_UNITS = MappingProxyType({"money": _OTHER_UNIT, "integer": _OTHER_UNIT, "number": _TIMES})


class SourceError(ValueError):
    """A source file that does not have the house's shape; the message names the file and what is allowed."""


@dataclass(frozen=True)
class Column:
    """One canonical column: its English name, its Chinese header and aliases, its type, and what it holds of a person."""

    name: str
    zh: str
    type: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    personal: str | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def headers(self) -> frozenset[str]:
        """Every header under which the column may come, as `plain_header` writes it."""
        return frozenset(plain_header(text) for text in (self.name, self.zh, *self.aliases))

    @property
    def duckdb_type(self) -> str:
        return DUCKDB_TYPES[self.type]


@dataclass(frozen=True)
class SourcePromise:
    """A promise that the YAML names: ``sql`` must hold for every accepted row."""

    name: str
    zh: str
    en: str
    sql: str


@dataclass(frozen=True)
class Source:
    """One kind of file: how it is named, what its columns are, what identifies a row, what it promises.

    ``key_also``: SQL of what belongs to the key of some rows only, empty where there is nothing of the kind.
    """

    name: str
    title: Mapping[str, str]
    titles: tuple[str, ...]
    says: str
    key: tuple[str, ...]
    order_date: str | None
    columns: tuple[Column, ...]
    promises: tuple[SourcePromise, ...]
    key_also: str = ""

    @property
    def whole_key(self) -> tuple[str, ...]:
        """SQL of all that tells one row from another."""
        return (*self.key, self.key_also) if self.key_also else self.key

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """The columns that number claims, classes, vouchers, institutions, ... and no person."""
        return tuple(
            column
            for column in self.columns
            if column.type in ("code", "uscc") and not column.personal and column.name not in GIVEN_BY_MACHINES
        )

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Every header, as `plain_header` writes it, and its column."""
        return {header: column for column in self.columns for header in column.headers}

    def column_under(self, header: str) -> Column | None:
        """The column that a header names, whatever is noted behind it; none where the note tells another unit than ours."""
        column, notes = self._noted(header)
        return None if column is None or _tells_another_unit(column, notes) else column

    def in_another_unit(self, header: str) -> Column | None:
        """The column that a header would name, were its unit not another one: 补贴金额（万元）."""
        column, notes = self._noted(header)
        return column if column is not None and _tells_another_unit(column, notes) else None

    def _noted(self, header: str) -> tuple[Column | None, list[str]]:
        """The column that a header names when its notes are taken off, one by one from behind; and these notes."""
        bare, notes = plain_header(header), list[str]()
        while bare not in self.by_header:
            note = _NOTE.search(bare)
            if note is None:
                return None, notes
            notes.append(note[0])
            bare = bare[: note.start()].strip("*:")
        return self.by_header[bare], notes


def _tells_another_unit(column: Column, notes: list[str]) -> bool:
    other = _OTHER_UNITS.get(column.type)
    return other is not None and any(other.search(note) for note in notes)


def plain_header(text: str) -> str:
    """A header without what clerks and systems add: white space, line breaks, characters that nobody sees, width of brackets
    and letters, case."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip("*:").lower()


@lru_cache(maxsize=4)
def load_sources(folder: Path = SOURCES) -> Mapping[str, Source]:
    """Every source by name, in alphabetical order. Raises SourceError naming the file that is wrong."""
    return MappingProxyType({path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))})


def _read(path: Path) -> Source:
    given = plain_yaml(path.read_text(encoding="utf-8"))
    known = {"source", "title", "titles", "says", "key", "order_date", "columns", "promises"}
    if not isinstance(given, dict) or set(given) - {"key_also"} != known:
        raise SourceError(
            f"{path.name}: a source has exactly the fields {', '.join(sorted(known))}, and may have key_also."
        )
    if given["source"] != path.stem:
        raise SourceError(f"{path.name}: source is {given['source']!r}, but the file's name is the source's name.")
    columns = tuple(_column(path, column) for column in given["columns"])
    names = {column.name for column in columns}
    for column in [*given["key"], *([given["order_date"]] if given["order_date"] else [])]:
        if column not in names:
            raise SourceError(f"{path.name}: {column} is named as key or order_date, but is no column.")
    headers = [header for column in columns for header in column.headers]
    if doubled := sorted({header for header in headers if headers.count(header) > 1}):
        raise SourceError(f"{path.name}: the header {', '.join(doubled)} stands for two columns.")
    return Source(
        name=given["source"],
        title=given["title"],
        titles=tuple(given["titles"]),
        says=given["says"],
        key=tuple(given["key"]),
        key_also=given.get("key_also", ""),
        order_date=given["order_date"],
        columns=columns,
        promises=tuple(SourcePromise(**promise) for promise in given["promises"]),
    )


def _column(path: Path, given: dict[str, Any]) -> Column:
    known = {"name", "zh", "aliases", "type", "required", "personal", "labels"}
    if unknown := sorted(set(given) - known):
        raise SourceError(
            f"{path.name}: column {given.get('name')}: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}."
        )
    if given["type"] not in DUCKDB_TYPES:
        raise SourceError(
            f"{path.name}: column {given['name']}: type {given['type']!r} is none of {', '.join(DUCKDB_TYPES)}."
        )
    if given.get("personal") not in (None, *PERSONAL):
        raise SourceError(f"{path.name}: column {given['name']}: personal is none of {', '.join(PERSONAL)}.")
    if (given["type"] == "enum") != bool(given.get("labels")):
        raise SourceError(f"{path.name}: column {given['name']}: an enum has labels, and nothing else has.")
    return Column(
        name=given["name"],
        zh=given["zh"],
        type=given["type"],
        aliases=tuple(given.get("aliases", ())),
        required=bool(given.get("required", False)),
        personal=given.get("personal"),
        labels={code: tuple(names) for code, names in given.get("labels", {}).items()},
    )
