"""Reads a rule file: its header, its SQL, what it examines. The one place that knows the shape of a rule.

Does not belong here: running rules (`assets/hits.py`) or any of their faces (`asset_checks.py`, `expectations.py`,
`rulebook.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checks.side import PARTS, Side, sides, unknown_parts
from models.query import Query, QueryError, read_query
from models.source import LIFE_OF_A_CLAIM, load_sources

RULES = Path(__file__).parent / "rules"
SEVERITIES = ("violation", "lead", "notice")
REQUIRED = ("clause", "title", "means", "explain", "severity", "remedy", "innocent", "subject")
OPTIONAL = ("says", "key", "evidence", "life", "drifts", "counterpart")
COUNTERPART = ("table", "where", "named", "unread", "when")
FIGURES = ("observed", "allowed", "amount_at_risk")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Counterpart:
    """Where a rule rests on a row that is not there: did the other side deliver at all?

    It did when ``table``, which holds the accepted rows of ``source``, has one with ``where`` (column of the table ->
    column of the hit), and no quarantined row of the source names one of the hit's ``named`` columns, nor one of ``unread`` (column
    of the hit -> column of the source) where just the latter could not be read: a class's unreadable row speaks for all of its
    people only if it does not say whose it is. ``when``: the column of the hit that is true where it rests on the missing
    row; without it every hit does.
    """

    source: str
    table: str
    where: Mapping[str, str]
    named: tuple[str, ...]
    unread: Mapping[str, str]
    when: str


@dataclass(frozen=True)
class Rule:
    """One rule file. Header fields in CONTRIBUTING.md, "A rule"; columns that the SELECT must give in `columns`."""

    query: Query

    @property
    def rule_id(self) -> str:
        """The file's name: the stable word for the rule everywhere."""
        return self.query.name

    @property
    def notice(self) -> str:
        """Id of the notice in `data/law/notices`, the first word of `clause`."""
        return str(self.query.header["clause"]).split(maxsplit=1)[0]

    @property
    def clause(self) -> str:
        """Number of the clause within its notice, e.g. 九（二）."""
        return str(self.query.header["clause"]).split(maxsplit=1)[1]

    @property
    def says(self) -> str | None:
        """Words that stand in the clause, character for character but for white space; None for a retold norm."""
        return self.query.header.get("says")

    @property
    def title(self) -> Mapping[str, str]:
        return self.query.header["title"]

    @property
    def means(self) -> str:
        """Our reading of the clause, in Chinese."""
        return str(self.query.header["means"]).strip()

    @property
    def explain(self) -> Mapping[str, str]:
        """Templates of one case's explanation, per language; {column} is a blank that the hit's columns fill."""
        return self.query.header["explain"]

    @property
    def severity(self) -> str:
        return self.query.header["severity"]

    @property
    def remedy(self) -> str:
        return str(self.query.header["remedy"]).strip()

    @property
    def innocent(self) -> str:
        return str(self.query.header["innocent"]).strip()

    @property
    def subject(self) -> str:
        """What one hit is about: claim, class, person, certificate, division, ..."""
        return self.query.header["subject"]

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that make the subject's key, in the order of `rules.md`; a claim's is its claim_id."""
        return tuple(self.query.header.get("key") or (f"{self.subject}_id",))

    @property
    def evidence(self) -> Mapping[str, tuple[Side, ...]]:
        """Source -> the sides, one or more, on which source rows stand behind a case."""
        given = self.query.header.get("evidence") or {}
        return {source: tuple(sides(columns)) for source, columns in given.items()}

    @property
    def life(self) -> frozenset[str]:
        """Columns of a claim's life (its status, batch, ...) that the rule compares; other steps of it change no evidence."""
        return frozenset(self.query.header.get("life") or ())

    @property
    def drifts(self) -> frozenset[str]:
        """Figures of a case that move with the date or with the model's other subjects: that they changed tells nothing new."""
        return frozenset(self.query.header.get("drifts") or ())

    @property
    def counterpart(self) -> tuple[Counterpart, ...]:
        """Sources whose missing rows the rule rests on; a hit is weaker where such a source did not deliver."""
        given = self.query.header.get("counterpart") or {}
        return tuple(
            Counterpart(
                source,
                spec.get("table") or source,
                dict(spec.get("where") or {}),
                tuple(spec.get("named") or ()),
                dict(spec.get("unread") or {}),
                spec.get("when") or "",
            )
            for source, spec in given.items()
        )

    @cached_property
    def sha(self) -> str:
        """SHA-256 of the rule file's bytes."""
        return hashlib.sha256(self.query.path.read_bytes()).hexdigest()


def read_rule(path: Path) -> Rule:
    """Read one rule file and refuse, with the reason, one that does not have the shape of a rule."""
    query = read_query(path)
    header, name = query.header, path.name
    if missing := [field for field in REQUIRED if not header.get(field)]:
        raise QueryError(f"{name}: the header lacks {', '.join(missing)}; every rule has {', '.join(REQUIRED)}.")
    if unknown := sorted(set(header) - set(REQUIRED) - set(OPTIONAL)):
        raise QueryError(
            f"{name}: unknown header fields {', '.join(unknown)}; known: {', '.join(REQUIRED + OPTIONAL)}."
        )
    if header["severity"] not in SEVERITIES:
        raise QueryError(f"{name}: severity {header['severity']!r} is none of {', '.join(SEVERITIES)}.")
    if len(str(header["clause"]).split(maxsplit=1)) != 2:
        raise QueryError(f"{name}: clause must name a notice and its clause, e.g. `shanxi-2021-600 九（二）`.")
    for field in ("title", "explain"):
        if not isinstance(header[field], dict) or set(header[field]) != set(LANGUAGES):
            raise QueryError(f"{name}: {field} needs the languages {' and '.join(LANGUAGES)}.")
    query.with_examined()
    for source, spec in (header.get("counterpart") or {}).items():
        if strange := sorted(set(spec) - set(COUNTERPART)):
            raise QueryError(
                f"{name}: counterpart {source} has unknown fields {', '.join(strange)}; known: {', '.join(COUNTERPART)}."
            )
        # a column that the source does not have would never be the one that cannot be read
        known = load_sources().get(source)
        columns = {column.name for column in known.columns} if known else set()
        if strange := sorted(set((spec.get("unread") or {}).values()) - columns):
            raise QueryError(f"{name}: counterpart {source} has no column {', '.join(strange)} that could be unread.")
    rule = Rule(query)
    for field, named, allowed in (("life", rule.life, LIFE_OF_A_CLAIM), ("drifts", rule.drifts, FIGURES)):
        if strange := sorted(named - set(allowed)):
            raise QueryError(f"{name}: {field} names {', '.join(strange)}; known: {', '.join(allowed)}.")
    if parts := [part for told in rule.evidence.values() for side in told for part in unknown_parts(side)]:
        raise QueryError(f"{name}: evidence asks for {', '.join(parts)}; a column has the parts {', '.join(PARTS)}.")
    return rule


def read_rules(folder: Path = RULES) -> dict[str, Rule]:
    """All rules of a folder by id, in alphabetical order."""
    return {path.stem: read_rule(path) for path in sorted(folder.glob("*.sql"))}
