"""A digest of all rows of evidence, per case and source: by it a later scan sees that the evidence has changed.

Belongs here: what counts as the same evidence. Does not belong here: which rows are evidence (`evidence.py`), or what follows from a
change (`reopening.py`). Rows are compared unmasked and wherever they stand; the digest is keyed, so that nobody can guess a row from it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import duckdb
import polars as pl

from checks.rule import Rule
from models.case import case_id
from models.source import LIFE_OF_A_CLAIM, Source

DIGESTS = pl.Schema(
    {"case_id": pl.String, "source": pl.String, "asked": pl.String, "rows": pl.Int64, "digest": pl.String}
)
"""`asked` tells in which way the rule asked for its rows: digests can be compared where that is the same. A source in which a case
has no row has 0 of them: the first one that comes is a change."""


def digests_of(
    connection: duckdb.DuckDBPyConnection, source: Source, asking: Iterable[Rule], key: bytes
) -> pl.DataFrame:
    """The digests (DIGESTS) of every case of these rules, of the rows in `evidence_rows` that `evidence_pairs` names."""
    rules = {rule.rule_id: rule for rule in asking}
    asked = {name: _asked(rule, source.name) for name, rule in rules.items()}
    found = connection.execute(
        f"""WITH marked AS (SELECT rowid AS number, {_marks(source, list(rules.values()))} FROM evidence_rows),
            cases AS ({" UNION ".join(f"SELECT '{name}' AS rule_id, subject_key AS case_key FROM hits.{name}" for name in rules)}),
            pairs AS (SELECT DISTINCT rule_id, case_key, number FROM evidence_pairs),
            summed AS (
                SELECT rule_id, case_key, count(*) AS many, sum({_mark_of(source, list(rules.values()))}) AS total
                FROM pairs JOIN marked USING (number) GROUP BY rule_id, case_key)
            SELECT rule_id, case_key, coalesce(many, 0), CAST(coalesce(total, 0) AS VARCHAR)
            FROM cases LEFT JOIN summed USING (rule_id, case_key)"""
    ).fetchall()
    rows = []
    for rule_id, case_key, many, total in found:
        case = case_id(key, rule_id, case_key)
        told = f"evidence\x1f{case}\x1f{source.name}\x1f{many}\x1f{total}"
        rows.append(
            (case, source.name, asked[rule_id], many, hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:16])
        )
    return pl.DataFrame(rows, schema=DIGESTS, orient="row")


def unread(rule: Rule, source: str) -> frozenset[str]:
    """Columns of the source's rows that are no evidence of the rule: of a claim the steps of its life that the rule does not compare."""
    return frozenset(LIFE_OF_A_CLAIM) - rule.life if source == "claims" else frozenset()


def _asked(rule: Rule, source: str) -> str:
    told = [[asdict(side) for side in rule.evidence[source]], sorted(unread(rule, source))]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def _kinds(source: Source, rules: Sequence[Rule]) -> list[frozenset[str]]:
    """The sets of columns that some rule leaves out."""
    return sorted({unread(rule, source.name) for rule in rules}, key=sorted)


def _marks(source: Source, rules: Sequence[Rule]) -> str:
    """SQL of a number for each row, the same where all that is told is the same; one for each way of leaving out columns. Values that
    are missing are not told: a column that a later release knows changes nothing where it is empty."""
    return ", ".join(
        f"md5_number_lower(concat_ws(chr(31), {_texts(source, without)})) AS mark_{place}"
        for place, without in enumerate(_kinds(source, rules))
    )


def _texts(source: Source, without: frozenset[str]) -> str:
    names = sorted({column.name for column in source.columns} - without)
    return ", ".join(f"'{name}=' || CAST({name} AS VARCHAR)" for name in names)


def _mark_of(source: Source, rules: Sequence[Rule]) -> str:
    """SQL of the number that counts for the rule of a pair."""
    kinds = _kinds(source, rules)
    cases = " ".join(f"WHEN '{rule.rule_id}' THEN mark_{kinds.index(unread(rule, source.name))}" for rule in rules)
    return f"CASE rule_id {cases} END"
