"""Everything that the publication says of one case, put together for its page and its report.

Belongs here: gathering: clause, calculation, evidence as tables, timeline, neighbours. Does not belong here: how it looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl
from markupsafe import Markup

from assets.charts import star
from assets.tables import table_queries
from checks.rule import Rule, read_rules
from models.law import Notice, load_notices
from models.privacy import PSEUDONYM
from portal.access import Scope
from portal.publications import Publication
from portal.timeline import events, picture
from portal.words import Words, column_title, value_label

_NEIGHBOURS = 8
_ALIKE = 40
"""So many other cases of the class lend their rows to the timeline."""
_SHARED = frozenset({"phone", "ip", "device", "photo", "employer", "trainer", "assessor", "institution"})
_LEAVES = 16
_FAMILY = re.compile(r"'([a-z_]+)(?:\.[a-z0-9_.]*)?'")
_PARAMETERS = 60


@dataclass(frozen=True)
class Table:
    """Evidence of one source: titles of the columns that any row fills, and per row its place and its cells."""

    source: str
    columns: list[str]
    rows: list[tuple[str, str, int, list[str]]]


@dataclass(frozen=True)
class Dossier:
    case: dict[str, Any]
    rule: Rule | None
    notice: Notice | None
    clause: str
    clause_title: str
    same_rule: bool
    parameters: list[Mapping[str, str]]
    group: Mapping[str, Any]
    tables: list[Table]
    timeline: Markup
    ties: Markup
    neighbours: list[dict[str, Any]]
    silent: int
    pseudonyms: list[str]
    change: str
    reasons: list[dict[str, Any]]


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    return read_rules()


@lru_cache(maxsize=1)
def notices() -> dict[str, Notice]:
    return load_notices()


def dossier(publication: Publication, scope: Scope, case: dict[str, Any], w: Words) -> Dossier:
    """`case` is one that the scope holds; whatever else is shown is asked of the scope again."""
    rule = rules().get(case["rule_id"])
    notice = notices().get(rule.notice) if rule else None
    clause = notice.clause(rule.clause) if rule and notice else None
    evidence = publication.evidence([case["case_id"]])
    groups = publication.groups(scope)
    own = groups.filter(pl.col("case_id") == case["case_id"]).row(0, named=True)
    return Dossier(
        case=case,
        rule=rule,
        notice=notice,
        clause=(clause.text or clause.says.get("zh", "")) if clause else "",
        clause_title=clause.title.get(w.language, "") if clause else "",
        same_rule=rule is not None and rule.sha == case["rule_sha"],
        parameters=parameters_of(publication, rule),
        group=own,
        tables=tables(evidence, w),
        timeline=_timeline(publication, evidence, groups, own, w),
        ties=Markup(publication.picture(case["case_id"])) or _ties(case, evidence, w),
        neighbours=_neighbours(publication.cases(scope), groups, case, own),
        silent=_silent(publication.cases(scope), case),
        pseudonyms=sorted(set(re.findall(PSEUDONYM, case["subject_key"]))),
        change=_change(publication, scope, case["case_id"]),
        reasons=publication.reasons(case["subject_kind"], case["subject_key"]),
    )


def tables(evidence: pl.DataFrame, w: Words) -> list[Table]:
    """Evidence rows as tables, a source each."""
    found = []
    for (source,), rows in evidence.group_by("source", maintain_order=True):
        parsed = [json.loads(row) for row in rows["row"]]
        columns = [name for name in parsed[0] if any(row.get(name) not in (None, "") for row in parsed)]
        titles = [column_title(str(source), name) if w.zh else name for name in columns]
        body = [
            (file, sheet, line, [_told(name, row.get(name), w) for name in columns])
            for row, (file, sheet, line) in zip(parsed, rows.select("file", "sheet", "line").iter_rows(), strict=True)
        ]
        found.append(Table(str(source), titles, body))
    return found


def _told(name: str, value: Any, w: Words) -> str:
    if value in (None, ""):
        return ""
    return value_label(name, str(value)) if w.zh else str(value)


def parameters_of(publication: Publication, rule: Rule | None) -> list[Mapping[str, str]]:
    """Values in force in this scan that the rule names; where it takes their names from a table, those that the table names."""
    if rule is None or "parameter" not in rule.query.reads:
        return []
    tables = table_queries()
    texts = [rule.query.sql, " ".join(tables[name].sql for name in sorted(rule.query.reads) if name in tables)]
    for text in texts:
        named = set(_FAMILY.findall(text))
        found = [
            one for one in publication.manifest.get("parameters", []) if str(one.get("id")).partition(".")[0] in named
        ]
        if found:
            return found[:_PARAMETERS]
    return []


def _timeline(
    publication: Publication, evidence: pl.DataFrame, groups: pl.DataFrame, own: Mapping[str, Any], w: Words
) -> Markup:
    """From the case's own rows, and from those of other cases of its class."""
    rows = evidence.select("source", "row")
    if own["class_id"]:
        alike = groups.filter((pl.col("class_id") == own["class_id"]) & (pl.col("case_id") != own["case_id"]))[
            "case_id"
        ]
        others = publication.evidence(alike.head(_ALIKE).to_list())
        of_class = others.filter(pl.col("row").str.json_path_match("$.class_id") == own["class_id"])
        rows = pl.concat([rows, of_class.select("source", "row")]).unique(maintain_order=True)
    found = events(rows.iter_rows(named=True))
    return picture(
        found, w.t("从登记到拨付", "From register to payment"), {e.source: w.label("source", e.source) for e in found}
    )


def _ties(case: Mapping[str, Any], evidence: pl.DataFrame, w: Words) -> Markup:
    """Who shares the phone, account, device, ... that the case is about."""
    if case["subject_kind"] not in _SHARED:
        return Markup("")
    leaves: list[tuple[str, str]] = []
    for source, text in evidence.select("source", "row").iter_rows():
        row = json.loads(text)
        name = (
            " ".join(str(row[k]) for k in ("name", "id_number") if row.get(k))
            or row.get("class_id")
            or row.get("institution_id")
        )
        if name and source not in ("projects", "status_registers") and (str(name), source) not in leaves:
            leaves.append((str(name), source))
    if len(leaves) < 2:
        return Markup("")
    rest = w.t(f"另有 {len(leaves) - _LEAVES} 个", f"and {len(leaves) - _LEAVES} more") if len(leaves) > _LEAVES else ""
    hub = f"{w.label('subject_kind', case['subject_kind'])} {case['subject_key'].split('|')[0]}"
    return star(hub, [name for name, _ in leaves[:_LEAVES]], w.t("谁共用", "Who shares it"), rest)


def _neighbours(
    cases: pl.DataFrame, groups: pl.DataFrame, case: Mapping[str, Any], own: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Other cases of the same class first, then of the same institution."""
    same_class = pl.col("class_id") == own["class_id"] if own["class_id"] else pl.lit(False)
    same_house = pl.col("institution_id") == case["institution_id"] if case["institution_id"] else pl.lit(False)
    chosen = groups.filter((pl.col("case_id") != case["case_id"]) & (same_class | same_house).fill_null(False))
    near = (
        cases.join(chosen.select("case_id", "class_id", "person"), on="case_id")
        .with_columns(same_class=same_class.fill_null(False))
        .sort("same_class", "expected_loss", "case_id", descending=[True, True, False])
    )
    return near.head(_NEIGHBOURS).to_dicts()


def _silent(cases: pl.DataFrame, case: Mapping[str, Any]) -> int:
    """How many rules about this kind of subject raised no case of this subject."""
    kind = {rule_id for rule_id, rule in rules().items() if rule.subject == case["subject_kind"]}
    raised = cases.filter(
        (pl.col("subject_kind") == case["subject_kind"]) & (pl.col("subject_key") == case["subject_key"])
    )
    return len(kind - set(raised["rule_id"]))


def _change(publication: Publication, scope: Scope, case_id: str) -> str:
    found = publication.changes(scope).filter((pl.col("case_id") == case_id) & (pl.col("change") == "changed"))
    return str(found["what_zh"][0]) if found.height else ""
