"""Coverage of a notice: for each of its sentences the rules that cite it, and what else answers it.

Belongs here: putting citations and `data/law/coverage` together. Does not belong here: printing it (`rulebook.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from checks.rule import Rule
from models.law import Covered, Notice, load_coverage
from models.law.notices import squeezed


def coverage(notice: Notice, rules: Iterable[Rule]) -> list[Covered]:
    """Every sentence in the order of the coverage file, with the rules whose citation stands in it first."""
    own = [rule for rule in rules if rule.notice == notice.id and rule.says]
    texts = {
        (clause.id, sentence.n): squeezed(sentence.text) for clause in notice.clauses for sentence in clause.sentences
    }
    found = []
    for one in load_coverage(notice.id):
        text = texts.get((one.clause, one.sentence), "")
        citing = sorted(rule.rule_id for rule in own if rule.clause == one.clause and squeezed(rule.says or "") in text)
        found.append(replace(one, rules=(*citing, *(rule for rule in one.rules if rule not in citing))))
    return found
