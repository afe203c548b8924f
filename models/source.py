"""A source: one kind of incoming file, as its YAML in `assets/sources` describes it.

Belongs here: reading and checking those YAMLs. Does not belong here: reading the files themselves (`assets/reading`), or
evaluating a promise (`checks/promises.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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
PERSONAL = ("identity", "name", "payee", "phone", "account", "certificate")

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# Not 万元: read as yuan it would be wrong by a factor of 10,000; the column is not recognised, and the file says so.
_UNIT = re.compile(
    r"[(\[【](?:单位:)?(?:人民币)?(?:元|yuan|人|课时|学时|节|小时|天)(?:/人)?[)\]】]|/元(?:/人)?$", re.IGNORECASE
)


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

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return next(column for column in self.columns if column.name == name)


def plain_header(text: str) -> str:
    """A header without what clerks and systems add: white space, line breaks, characters that nobody sees, unit notes, width
    of brackets and letters, case."""
    squeezed = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _UNIT.sub("", squeezed).strip("*:").lower()


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
