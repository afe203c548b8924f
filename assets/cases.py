"""Hits become cases: one per rule and subject, with a stable id, told in words, rated, and placed in its history.

Belongs here: putting the rule's header, the hit's figures and the history together. Does not belong here: the parts
themselves (`models/case.py`, `models/privacy.py`), or writing anything (`publication.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import polars as pl

from assets.history import History
from assets.hits import RuleResult
from assets.probabilities import Probabilities, read_probabilities
from assets.tables import table_queries
from assets.wording import source_labels
from checks.rule import Rule
from models.case import CASE_SCHEMA, case_id, fill_all, merge_hits, rating, score, told
from models.divisions import division_labels
from models.privacy import MASKS, Pseudonyms, mask_frame, mask_own_names
from models.source import GIVEN_BY_MACHINES, load_sources

# What a column of a hit holds of a person, beyond the columns that the sources themselves mark.
_ALIASES = {
    "holder_id": "identity", "holder_name": "name", "person_name": "name", "registered_account": "account",
    "account": "account", "certificate_key": "certificate", "certificate_number": "certificate",
    "certificate_no": "certificate",
}  # fmt: skip
_DIVISIONS = ("division", "city", "class_division", "class_city", "counterparty_division", "province")
_SERIOUS = {"violation": 0, "lead": 1, "notice": 2}


@lru_cache(maxsize=1)
def personal_columns() -> dict[str, str]:
    """Column -> kind of personal value, for every column that a hit may carry."""
    marked = {
        column.name: column.personal
        for source in load_sources().values()
        for column in source.columns
        if column.personal
    }
    return {**marked, **_ALIASES}


@lru_cache(maxsize=1)
def identifiers() -> frozenset[str]:
    """The columns that hold numbers of claims, classes, vouchers, ... and of no person."""
    # Feedback names subjects of every kind, persons among them.
    of_sources = [
        column.name for source in load_sources().values() if source.name != "feedback" for column in source.identifiers
    ]
    return frozenset(of_sources)


@lru_cache(maxsize=1)
def labels() -> dict[str, dict[str, str]]:
    """Column -> code -> the Chinese label that the sources give it; a division by its name and code."""
    return {**source_labels(), **{name: dict(division_labels()) for name in _DIVISIONS}}


def cases_of(
    rule: Rule, hits: pl.DataFrame, pseudonyms: Pseudonyms, as_of: date, probabilities: Probabilities, *, masked: bool
) -> pl.DataFrame:
    """The cases of one rule (CASE_SCHEMA); masked: personal columns masked, keys replaced by pseudonyms, texts swept.

    A rule over scores may give `probability` and `families` (of signs) per hit; they go before the rule's own start.
    """
    if hits.is_empty():
        return pl.DataFrame(schema=CASE_SCHEMA)
    merged = merge_hits(hits.with_columns(pl.lit(rule.rule_id).alias("rule_id")))
    ids = [case_id(pseudonyms.key, rule.rule_id, key) for key in merged["subject_key"]]
    if masked:
        merged = masked_hits(rule, merged, pseudonyms)
    rows = list(merged.iter_rows(named=True))
    history = probabilities.history
    chances = [probabilities.of(rule.rule_id, row["division"], row.get("probability")) for row in rows]
    columns: dict[str, Any] = {
        "case_id": ids,
        "rule_id": [rule.rule_id] * len(rows),
        "clause": [clause_of(rule)] * len(rows),
        "severity": [rule.severity] * len(rows),
        "rating": [
            rating(rule.severity, row["amount_at_risk"], row["counterpart"], row.get("families") or 1, chance)
            for row, chance in zip(rows, chances, strict=True)
        ],
        "subject_kind": [rule.subject] * len(rows),
        "subject_key": merged["subject_key"],
        "institution_id": merged["institution_id"],
        "division": merged["division"],
        "claim_ids": merged["claim_ids"],
        "amount_at_risk": merged["amount_at_risk"],
        "score": [score(rule.severity, row["counterpart"], chance) for row, chance in zip(rows, chances, strict=True)],
        "title_zh": [rule.title["zh"]] * len(rows),
        "title_en": [rule.title["en"]] * len(rows),
        "explanation_zh": _told(rule, merged, "zh"),
        "explanation_en": _told(rule, merged, "en"),
        "innocent_zh": [rule.innocent] * len(rows),
        "remedy_zh": [rule.remedy] * len(rows),
        "observed": [in_words("observed", row["observed"]) for row in rows],
        "allowed": [in_words("allowed", row["allowed"]) for row in rows],
        "margin": [margin_of(row) for row in rows],
        "rule_sha": [rule.sha] * len(rows),
        "first_seen": [min(history.first_seen.get(one, as_of), as_of) for one in ids],
        "last_seen": [as_of] * len(rows),
        "status": [history.status(one) for one in ids],
    }
    return pl.DataFrame(columns, schema=CASE_SCHEMA)


def all_cases(
    connection: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    pseudonyms: Pseudonyms,
    history: History,
    *,
    masked: bool,
) -> pl.DataFrame:
    """The case list, the most serious first: rating, severity, yuan, then rule and case id."""
    as_of = scan_date(connection)
    probabilities = read_probabilities(connection, as_of, history)
    frames = [
        cases_of(
            rule,
            connection.execute(f"FROM hits.{rule.rule_id} ORDER BY ALL").pl(),
            pseudonyms,
            as_of,
            probabilities,
            masked=masked,
        )
        for rule in rules
    ]
    order = pl.col("severity").replace_strict(_SERIOUS, return_dtype=pl.Int8)
    return pl.concat([pl.DataFrame(schema=CASE_SCHEMA), *frames]).sort(
        "rating", order, pl.col("amount_at_risk"), "rule_id", "case_id", descending=[False, False, True, False, False]
    )


def with_own_keys(cases: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """The cases with the keys and claims of ``own``, the same cases unmasked: money is counted by these, whatever stands for
    them where they are published."""
    return cases.drop("subject_key", "claim_ids").join(own.select("case_id", "subject_key", "claim_ids"), on="case_id")


def masked_sample(result: RuleResult, pseudonyms: Pseudonyms, size: int = 10) -> list[dict[str, Any]]:
    """The hits of a rule with the most yuan, masked, for showing: subject_key, amount_at_risk, explanation_zh."""
    strongest = result.hits.sort("amount_at_risk", "subject_key", descending=[True, False]).head(size)
    cases = cases_of(result.rule, strongest, pseudonyms, date.min, Probabilities(), masked=True)
    shown = cases.sort("amount_at_risk", "case_id", descending=[True, False])
    return shown.select("subject_key", "amount_at_risk", "explanation_zh").to_dicts()


def scan_date(connection: duckdb.DuckDBPyConnection) -> date:
    """The as-of date of the tables that are in the warehouse now."""
    row = connection.execute("SELECT as_of FROM scan").fetchone()
    assert row is not None
    return row[0]


def clause_of(rule: Rule) -> str:
    """As the case list names it: the clause's number, or the neighbouring norm with its clause."""
    return rule.clause if rule.notice == "shanxi-2021-600" else f"{rule.notice} {rule.clause}"


def masked_hits(rule: Rule, merged: pl.DataFrame, pseudonyms: Pseudonyms) -> pl.DataFrame:
    """Hits, or rows that a rule examined, with their personal columns masked, pseudonyms in subject_key, and all texts swept."""
    kinds = personal_columns()
    subject = pl.Series("subject_key", pseudonyms.keys_of(merged["subject_key"], [kinds.get(one) for one in rule.key]))
    in_key = set(rule.key) - kinds.keys() - set(GIVEN_BY_MACHINES)
    shown = [one for one, kind in merged.schema.items() if one in identifiers() | in_key and kind == pl.String]
    values = {value for column in shown for value in merged[column].drop_nulls().unique()}
    values |= set(merged["claim_ids"].explode().drop_nulls())
    replaced = pseudonyms.replacing(values)
    keep = values - replaced.keys()
    for column, kind in kinds.items():
        if kind == "certificate" and column in merged.columns:
            # A certificate's number may be shown, but not one that is its holder's identity number.
            keep |= {value for value in merged[column].drop_nulls().unique() if MASKS["certificate"](value) == value}
    people = [column for column, kind in kinds.items() if kind == "name"]
    claims = pl.col("claim_ids").list.eval(pl.element().replace(replaced)).list.sort()
    told = mask_own_names(merged, people, ["observed"]).with_columns(subject, claims, pl.col(shown).replace(replaced))
    return mask_frame(told, kinds, keep=keep)


def _told(rule: Rule, merged: pl.DataFrame, language: str) -> pl.Series:
    """The explanations; one that rests on rows which never came says so first of all."""
    told = fill_all(merged, rule.explain[language], labels() if language == "zh" else None, language)
    if not rule.counterpart:
        return told
    (every, *more) = [one.source for one in rule.counterpart]
    lacking = merged["lacking"].to_list() if more else [every] * merged.height
    return pl.Series(
        [
            text if whole else text + _incomplete(lacks.split("|"), language)
            for text, whole, lacks in zip(told, merged["counterpart"], lacking, strict=True)
        ],
        dtype=pl.String,
    )


def _incomplete(lacking: list[str], language: str) -> str:
    named = [_title(name)[language] for name in lacking]
    if language == "zh":
        return f"（对照数据不全：{'、'.join(named)}没有送达，或有读不懂的行提到本对象；先补齐数据，再核查。）"
    return f" (Counterpart data incomplete: {', '.join(named)} not delivered, or unreadable rows name this subject.)"


def _title(name: str) -> Mapping[str, str]:
    """What a counterpart is called: a source, or a table derived from one."""
    sources = load_sources()
    return sources[name].title if name in sources else table_queries()[name].header["title"]


def in_words(column: str, value: Any) -> str:
    """A figure as the case list writes it; nothing where there is none."""
    return "" if value is None else told(column, value, {})


def margin_of(row: Mapping[str, Any]) -> str:
    """The rule's own margin, else by how much observed exceeds allowed where both are numbers or both are dates."""
    if row.get("margin") is not None:
        return str(row["margin"])
    observed, allowed = row["observed"], row["allowed"]
    if isinstance(observed, bool) or isinstance(allowed, bool):
        return ""
    if isinstance(observed, int | float | Decimal) and isinstance(allowed, int | float | Decimal):
        return f"{Decimal(str(observed)) - Decimal(str(allowed)):,}"
    if isinstance(observed, date) and isinstance(allowed, date):
        return f"{(observed - allowed).days} 天"
    return ""
