"""Documents to print: the evidence report of a case, the draft of a letter, a public notice, the clauses. HTML that needs nothing
but itself.

Belongs here: putting a template and what it needs together. Does not belong here: the words (its template), PDF (`pdf.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from checks.rule import Rule
from models.law import Notice
from portal.dossier import Dossier, notices, rules
from portal.publications import Publication
from portal.rendering import STATIC, filled
from portal.watermark import Taken
from portal.words import Words


@lru_cache(maxsize=1)
def style() -> Markup:
    """The style sheet of documents, which stands in each of them."""
    return Markup((STATIC / "document.css").read_text(encoding="utf-8"))


def report(found: Dossier, publication: Publication, taken: Taken, w: Words) -> str:
    """One case: why, timeline, evidence with file and line, clause, calculation, innocent explanation."""
    return filled("documents/report.html", w, d=found, publication=publication, taken=taken, style=style())


def letter(publication: Publication, institution: str | None, cases: Sequence[dict[str, Any]], taken: Taken) -> str:
    """A letter that asks for checking and an answer; number, seal, signature and dates are left blank. In Chinese, whoever asks."""
    told = [{**case, "basis": _basis(case["rule_id"], case["clause"])} for case in cases]
    clauses = sorted({one["basis"] for one in told} - {""})
    return filled(
        "documents/letter.html", Words("zh"), publication=publication, institution=institution, cases=told, clauses=clauses,
        taken=taken, style=style(),
    )  # fmt: skip


def _basis(rule_id: str, clause: str) -> str:
    """What a letter may cite: number and clause of the norm; nothing where the rule is inspection practice of our own."""
    rule = rules().get(rule_id)
    if rule is None:
        return clause
    norm = notices()[rule.notice]
    return "" if norm.ours else f"{norm.number or norm.title['zh']} {rule.clause}"


def notice(publication: Publication, place: str, cases: Iterable[dict[str, Any]], taken: Taken) -> str:
    """What may be made public: cases that people have confirmed, by institution and matter, without any person. A lead that
    nobody has checked is nobody's business, and is left out."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for case in cases:
        if case["status"] in ("confirmed", "recovered"):
            key = (case["institution_id"] or "", case["title_zh"], case["clause"])
            row = found.setdefault(key, {"cases": 0, "recovered": 0})
            row["cases"] += 1
            row["recovered"] += case["status"] == "recovered"
    rows = [{"institution": k[0], "title": k[1], "clause": k[2], **row} for k, row in sorted(found.items())]
    return filled(
        "documents/notice.html",
        Words("zh"),
        publication=publication,
        place=place,
        rows=rows,
        taken=taken,
        style=style(),
    )


def clauses(rule_ids: Iterable[str], taken: Taken) -> str:
    """The clauses on which the rules rest, word for word, each with the rules that cite it."""
    known: list[tuple[Rule, Notice]] = [
        (rules()[rule_id], notices()[rules()[rule_id].notice])
        for rule_id in sorted(set(rule_ids))
        if rule_id in rules()
    ]
    by_clause: dict[tuple[str, str], list[Rule]] = {}
    for rule, one in known:
        by_clause.setdefault((one.id, rule.clause), []).append(rule)
    parts = [
        {"notice": notices()[name], "clause": notices()[name].clause(number), "rules": citing}
        for (name, number), citing in sorted(by_clause.items())
    ]
    return filled("documents/clauses.html", Words("zh"), parts=parts, taken=taken, style=style())
