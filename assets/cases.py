"""Hits become cases: one per rule and subject, with a stable id, told in words, rated, and placed in its history.

Belongs here: putting the rule's header, the hit's figures and the history together. Does not belong here: the parts
themselves (`models/case.py`, `models/privacy.py`), or writing anything (`publication.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.hits import RuleResult
from checks.rule import Rule
from models.case import CASE_SCHEMA, case_id, fill_all, merge_hits, rating, score, told
from models.privacy import Pseudonyms, mask_frame
from models.source import load_sources
from models.values import LEVELS

# What a column of a hit holds of a person, beyond the columns that the sources themselves mark.
_ALIASES = {
    "holder_id": "identity", "holder_name": "name", "person_name": "name", "registered_account": "account",
    "account": "account", "certificate_key": "certificate", "certificate_number": "certificate",
    "certificate_no": "certificate",
}  # fmt: skip
_SERIOUS = {"violation": 0, "lead": 1, "notice": 2}


@dataclass(frozen=True)
class History:
    """What earlier publications and judgements say: first as-of date and status, per case id."""

    first_seen: Mapping[str, date] = field(default_factory=dict)
    judged: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def personal_columns() -> dict[str, str]:
    """Column -> kind of personal value, for every column that a hit may carry."""
    marked = {column.name: column.personal for source in load_sources().values() for column in source.columns if column.personal}
    return {**marked, **_ALIASES}


@lru_cache(maxsize=1)
def labels() -> dict[str, dict[str, str]]:
    """Column -> code -> the Chinese label that the sources give it."""
    found: dict[str, dict[str, str]] = {"level": dict(LEVELS)}
    for source in load_sources().values():
        for column in source.columns:
            for code, names in column.labels.items():
                found.setdefault(column.name, {}).setdefault(code, names[0])
    return found


def cases_of(
    rule: Rule, hits: pl.DataFrame, pseudonyms: Pseudonyms, as_of: date, history: History, *, masked: bool
) -> pl.DataFrame:
    """The cases of one rule (CASE_SCHEMA); masked: personal columns masked, keys replaced by pseudonyms, texts swept."""
    if hits.is_empty():
        return pl.DataFrame(schema=CASE_SCHEMA)
    merged = merge_hits(hits.with_columns(pl.lit(rule.rule_id).alias("rule_id")))
    ids = [case_id(pseudonyms.key, rule.rule_id, key) for key in merged["subject_key"]]
    if masked:
        merged = _masked(rule, merged, pseudonyms)
    rows = list(merged.iter_rows(named=True))
    columns: dict[str, Any] = {
        "case_id": ids,
        "rule_id": [rule.rule_id] * len(rows),
        "clause": [clause_of(rule)] * len(rows),
        "severity": [rule.severity] * len(rows),
        "rating": [rating(rule.severity, row["amount_at_risk"], row["counterpart"], probability=rule.starts_at) for row in rows],
        "subject_kind": [rule.subject] * len(rows),
        "subject_key": merged["subject_key"],
        "institution_id": merged["institution_id"],
        "division": merged["division"],
        "claim_ids": merged["claim_ids"],
        "amount_at_risk": merged["amount_at_risk"],
        "score": [score(rule.severity, row["counterpart"], rule.starts_at) for row in rows],
        "title_zh": [rule.title["zh"]] * len(rows),
        "title_en": [rule.title["en"]] * len(rows),
        "explanation_zh": _told(rule, merged, "zh"),
        "explanation_en": _told(rule, merged, "en"),
        "innocent_zh": [rule.innocent] * len(rows),
        "remedy_zh": [rule.remedy] * len(rows),
        "observed": [_text("observed", row["observed"]) for row in rows],
        "allowed": [_text("allowed", row["allowed"]) for row in rows],
        "margin": [_margin(row) for row in rows],
        "rule_sha": [rule.sha] * len(rows),
        "first_seen": [min(history.first_seen.get(one, as_of), as_of) for one in ids],
        "last_seen": [as_of] * len(rows),
        "status": [_status(one, history) for one in ids],
    }
    return pl.DataFrame(columns, schema=CASE_SCHEMA)


def all_cases(
    connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule], pseudonyms: Pseudonyms, history: History, *, masked: bool
) -> pl.DataFrame:
    """The case list, the most serious first: rating, severity, yuan, then rule and case id."""
    as_of = scan_date(connection)
    frames = [
        cases_of(rule, connection.execute(f"FROM hits.{rule.rule_id} ORDER BY ALL").pl(), pseudonyms, as_of, history, masked=masked)
        for rule in rules
    ]
    order = pl.col("severity").replace_strict(_SERIOUS, return_dtype=pl.Int8)
    return pl.concat([pl.DataFrame(schema=CASE_SCHEMA), *frames]).sort(
        "rating", order, pl.col("amount_at_risk"), "rule_id", "case_id", descending=[False, False, True, False, False]
    )


def masked_sample(result: RuleResult, pseudonyms: Pseudonyms, size: int = 10) -> list[dict[str, Any]]:
    """The hits of a rule with the most yuan, masked, for showing: subject_key, amount_at_risk, explanation_zh."""
    strongest = result.hits.sort("amount_at_risk", "subject_key", descending=[True, False]).head(size)
    cases = cases_of(result.rule, strongest, pseudonyms, date.min, History(), masked=True)
    shown = cases.sort("amount_at_risk", "case_id", descending=[True, False])
    return shown.select("subject_key", "amount_at_risk", "explanation_zh").to_dicts()


def read_history(connection: duckdb.DuckDBPyConnection, publications: Path) -> History:
    """First sight of each case from the publications that stand, and the latest judgement from the feedback."""
    files = sorted(str(path) for path in publications.glob("*/cases.parquet"))
    first_seen: dict[str, date] = {}
    if files:
        seen = pl.scan_parquet(files).group_by("case_id").agg(pl.col("first_seen").min()).collect()
        first_seen = dict(seen.iter_rows())
    judged = connection.execute(
        """SELECT case_id, CASE WHEN outcome = 'confirmed' AND recovered_amount > 0 THEN 'recovered' ELSE outcome END
           FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY checked_on DESC, outcome, recovered_amount) AS place
                 FROM feedback WHERE case_id IS NOT NULL)
           WHERE place = 1 AND outcome <> 'open' ORDER BY case_id"""
    ).fetchall()
    return History(first_seen, dict(judged))


def scan_date(connection: duckdb.DuckDBPyConnection) -> date:
    """The as-of date of the tables that are in the warehouse now."""
    row = connection.execute("SELECT as_of FROM scan").fetchone()
    assert row is not None
    return row[0]


def clause_of(rule: Rule) -> str:
    """As the case list names it: the clause's number, or the neighbouring norm with its clause."""
    return rule.clause if rule.notice == "shanxi-2021-600" else f"{rule.notice} {rule.clause}"


def _masked(rule: Rule, merged: pl.DataFrame, pseudonyms: Pseudonyms) -> pl.DataFrame:
    kinds = personal_columns()
    key_kinds = [kinds.get(column) for column in rule.key]
    keys = [pseudonyms.key_of(key, key_kinds) for key in merged["subject_key"]]
    keep = set(merged["claim_ids"].explode().drop_nulls())
    for column, kind in kinds.items():
        if kind == "certificate" and column in merged.columns:
            keep |= set(merged[column].drop_nulls())
    return mask_frame(merged.with_columns(pl.Series("subject_key", keys)), kinds, keep=keep)


def _told(rule: Rule, merged: pl.DataFrame, language: str) -> pl.Series:
    return fill_all(merged, rule.explain[language], labels() if language == "zh" else None, language)


def _text(column: str, value: Any) -> str:
    return "" if value is None else told(column, value, {})


def _margin(row: Mapping[str, Any]) -> str:
    """The rule's own margin, else by how much observed exceeds allowed where both are numbers or both are dates."""
    if row["margin"] is not None:
        return str(row["margin"])
    observed, allowed = row["observed"], row["allowed"]
    if isinstance(observed, bool) or isinstance(allowed, bool):
        return ""
    if isinstance(observed, int | float | Decimal) and isinstance(allowed, int | float | Decimal):
        return f"{Decimal(str(observed)) - Decimal(str(allowed)):,}"
    if isinstance(observed, date) and isinstance(allowed, date):
        return f"{(observed - allowed).days} 天"
    return ""


def _status(one: str, history: History) -> str:
    return history.judged.get(one) or ("open" if one in history.first_seen else "new")
