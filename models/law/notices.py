"""The notices: every clause word for word and numbered, or, where a norm's own text is lacking, retold.

Belongs here: what a notice is, reading `data/law/notices`, and whether a quotation stands in a clause.
Does not belong here: the numbers of the law (`parameters.py`), and which rule covers which sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from models.law.reading import LAW, LawError, check_keys, nearest, parse_date, read_yaml


@dataclass(frozen=True)
class Sentence:
    """One sentence of a clause, numbered from 1."""

    n: int
    text: str


@dataclass(frozen=True)
class Clause:
    """A clause: its heading and sentences where we have the text, `says` in our own words where we retell it."""

    id: str
    title: dict[str, str]
    heading: str = ""
    sentences: tuple[Sentence, ...] = ()
    says: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.heading + "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Notice:
    """A norm that parameters and rules cite. `ours` marks inspection practice of our own, which is no law."""

    id: str
    title: dict[str, str]
    clauses: tuple[Clause, ...]
    checked_on: date
    number: str = ""
    issuers: tuple[str, ...] = ()
    dated: date | None = None
    dated_note: str = ""
    retold: bool = False
    ours: bool = False
    address: tuple[str, ...] = ()
    letterhead: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, from the letterhead to the closing; empty where the notice is retold."""
        return "".join((*self.letterhead, *(clause.text for clause in self.clauses), *self.closing))

    def clause(self, id: str) -> Clause:
        """The clause of that id, or a LawError that names the nearest."""
        for clause in self.clauses:
            if clause.id == id:
                return clause
        known = [clause.id for clause in self.clauses]
        raise LawError(
            f"{self.id} 没有「{id}」条{nearest(id, known)}；有：{'、'.join(known)}"
            f" / {self.id} has no clause '{id}', its clauses are: {', '.join(known)}"
        )

    def quotes(self, clause: str, text: str) -> bool:
        """Does the text stand in the clause or in a sub-clause, white space aside? A retold norm quotes nothing."""
        self.clause(clause)
        wanted = squeezed(text)
        parts = "".join(one.text for one in self.clauses if one.id == clause or one.id.startswith(f"{clause}（"))
        return bool(wanted) and wanted in squeezed(parts)


def squeezed(text: str) -> str:
    """The text without white space: the notice breaks words over lines and pages."""
    return re.sub(r"\s+", "", text)


def load_notices(folder: Path = LAW / "notices") -> dict[str, Notice]:
    """Every notice by id; the file name is the id."""
    return {path.stem: _notice(path) for path in sorted(folder.glob("*.yaml"))}


def _notice(path: Path) -> Notice:
    contents = read_yaml(path)
    try:
        if not isinstance(contents, dict):
            raise LawError("应为一份通知 / should be one notice")
        check_keys(
            contents,
            ("id", "title", "clauses", "checked_on"),
            ("number", "issuers", "dated", "dated_note", "retold", "ours", "address", "letterhead", "closing"),
        )
        if contents["id"] != path.stem:
            raise LawError(f"文件名应为 {contents['id']}.yaml / the file name should be {contents['id']}.yaml")
        check_keys(contents["title"], ("zh", "en"))
        return Notice(
            id=contents["id"],
            title=contents["title"],
            clauses=tuple(_clause(item) for item in contents["clauses"]),
            checked_on=parse_date(contents["checked_on"], "checked_on"),
            number=contents.get("number", ""),
            issuers=tuple(contents.get("issuers", ())),
            dated=parse_date(contents["dated"], "dated") if "dated" in contents else None,
            dated_note=contents.get("dated_note", ""),
            retold=_flag(contents, "retold"),
            ours=_flag(contents, "ours"),
            address=tuple(contents.get("address", ())),
            letterhead=tuple(contents.get("letterhead", ())),
            closing=tuple(contents.get("closing", ())),
        )
    except LawError as error:
        raise LawError(f"{path.name}: {error}") from None


def _clause(item: dict[str, Any]) -> Clause:
    check_keys(item, ("id", "title"), ("heading", "sentences", "says"))
    check_keys(item["title"], ("zh", "en"))
    if "says" in item:
        check_keys(item["says"], ("zh", "en"))
    sentences = []
    for sentence in item.get("sentences", ()):
        check_keys(sentence, ("n", "text"))
        sentences.append(Sentence(int(sentence["n"]), sentence["text"]))
    return Clause(item["id"], item["title"], item.get("heading", ""), tuple(sentences), item.get("says", {}))


def _flag(contents: dict[str, Any], key: str) -> bool:
    text = contents.get(key, "false")
    if text not in ("true", "false"):
        raise LawError(f"{key}「{text}」应为 true 或 false / {key} '{text}' should be true or false")
    return text == "true"
