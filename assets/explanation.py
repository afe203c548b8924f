"""`skillwatch explain`: what every rule says of one claim, class or certificate, hit or not.

It needs no code per rule: the `examined` part of each rule file holds what was looked at, with observed and allowed. Figures
are written, and persons hidden, as in the case list (`cases.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from assets.cases import in_words, margin_of, masked_hits
from assets.hits import subject_key
from checks.rule import Rule
from models.privacy import Pseudonyms

# Columns of `examined` by which a subject is found, the nearest first.
_BY = {
    "claim": (
        ("claim_id", "claim_id"),
        ("claim_ids", "claim_id"),
        ("certificate_key", "certificate_key"),
        ("class_id", "class_id"),
    ),
    "class": (("class_id", "class_id"),),
    "certificate": (
        ("certificate_key", "certificate_key"),
        ("certificate_number", "certificate_number"),
        ("certificate_no", "certificate_no"),
    ),
}


class NotFound(ValueError):
    """The identifier is no claim, class or certificate of the warehouse."""


@dataclass(frozen=True)
class Explained:
    """One rule on one subject; observed, allowed and margin are empty where the rule did not examine it. `subject_key` says
    which claim, day or pair the line is about, as a case would."""

    rule_id: str
    title: str
    examined: bool
    hit: bool
    reason: str
    observed: str = ""
    allowed: str = ""
    margin: str = ""
    subject_key: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def subject_of(
    connection: duckdb.DuckDBPyConnection, identifier: str, meant: str | None = None
) -> tuple[str, dict[str, str]]:
    """The kind of a subject and the values by which rules may know it; `meant` is the identifier without pseudonyms. Raises
    NotFound, which repeats the identifier as it was given, with what is allowed."""
    number = "upper(regexp_replace(?, '[^\\p{L}\\p{N}]', '', 'g'))"
    lookups = {
        "claim": (
            """SELECT c.claim_id, c.class_id, k.certificate_key FROM claims AS c
               LEFT JOIN certificate_claims AS k ON k.claim_id = c.claim_id WHERE c.claim_id = ? ORDER BY ALL LIMIT 1""",
            ("claim_id", "class_id", "certificate_key"),
        ),
        "class": ("SELECT class_id FROM classes WHERE class_id = ?", ("class_id",)),
        "certificate": (
            f"""SELECT certificate_key, certificate_number, certificate_no FROM (
                    SELECT certificate_key, certificate_number, certificate_no, 0 AS claimed FROM certificate_registry
                    UNION ALL SELECT certificate_key, certificate_number, certificate_no, 1 FROM certificate_claims)
                WHERE certificate_number = {number} OR certificate_key = ? ORDER BY claimed, certificate_key, certificate_no LIMIT 1""",
            ("certificate_key", "certificate_number", "certificate_no"),
        ),
    }
    for kind, (sql, names) in lookups.items():
        row = connection.execute(sql, [meant or identifier] * sql.count("?")).fetchone()
        if row:
            return kind, {name: value for name, value in zip(names, row, strict=True) if value is not None}
    raise NotFound(
        f"没有编号为 {identifier} 的申领、班级或证书；请用申领编号、班级编号或证书编号（清单里带代号的也可以）。 / "
        f"No claim, class or certificate {identifier}; give a claim_id, class_id or certificate number (also as the case list writes it)."
    )


def explain(
    connection: duckdb.DuckDBPyConnection,
    rules: Iterable[Rule],
    identifier: str,
    pseudonyms: Pseudonyms | None,
    meant: str | None = None,
) -> list[Explained]:
    """What each rule examined of the subject and what came of it, in the order of the rules' ids; equal lines stand once.

    With pseudonyms it is masked as a publication is; without them everything stands in clear. `meant` as in `subject_of`.
    """
    kind, known = subject_of(connection, identifier, meant)
    return [line for rule in rules for line in _explain(connection, rule, kind, known, pseudonyms)]


def _explain(
    connection: duckdb.DuckDBPyConnection,
    rule: Rule,
    kind: str,
    known: Mapping[str, str],
    pseudonyms: Pseudonyms | None,
) -> list[Explained]:
    described = connection.execute(f"DESCRIBE {rule.query.examined}").fetchall()
    types = {name: data_type for name, data_type, *_ in described}
    by = next(((column, of) for column, of in _BY[kind] if column in types and of in known), None)
    title = rule.title["zh"]
    if by is None:
        return [Explained(rule.rule_id, title, False, False, f"本规则检查的对象是{rule.subject}，不是这里的{kind}")]
    column, of = by
    where = f"list_contains({column}, ?)" if types[column].endswith("[]") else f"{column} = ?"
    rows = connection.execute(_marked(rule, types, where), [known[of]]).pl()
    if rows.is_empty():
        return [
            Explained(
                rule.rule_id,
                title,
                False,
                False,
                "不在本规则的检查范围内（种类、日期或状态不符，或当时没有有效的参数值）",
            )
        ]
    lines = [
        Explained(
            rule.rule_id, title, True, row["hit"],
            f"{'被提示：' if row['hit'] else '检查过，未被提示。规则：'}{rule.means}",
            in_words("observed", row["observed"]), in_words("allowed", row["allowed"]), margin_of(row), row["subject_key"],
        )
        for row in (masked_hits(rule, rows, pseudonyms) if pseudonyms else rows).iter_rows(named=True)
    ]  # fmt: skip
    return list(dict.fromkeys(lines))


def _marked(rule: Rule, types: Mapping[str, str], where: str) -> str:
    """SQL of the examined rows with subject_key, claim_ids, and whether they stand among the rule's hits (same key)."""
    claim_ids = "coalesce(claim_ids, [])" if "claim_ids" in types else "[claim_id]" if "claim_id" in types else "[]"
    key = " AND ".join(f"h.{column} IS NOT DISTINCT FROM e.{column}" for column in rule.key)
    examined = rule.query.over_examined("*")
    return (
        f"SELECT {subject_key(rule, types, 'e')} AS subject_key, CAST({claim_ids} AS VARCHAR[]) AS claim_ids, "
        f"EXISTS (SELECT 1 FROM hits.{rule.rule_id} AS h WHERE {key}) AS hit, e.* {'EXCLUDE (claim_ids) ' if 'claim_ids' in types else ''}"
        f"FROM (SELECT * FROM ({examined}) WHERE {where}) AS e ORDER BY hit DESC, subject_key, observed, allowed"
    )


def told(identifier: str, lines: Iterable[Explained]) -> str:
    """The lines as a page for a terminal: what was pointed out, what was examined and not, and how many never applied."""
    ordered = list(lines)
    parts = [f"{identifier}（线索不等于结论 / a lead is not a finding）"]
    for head, chosen in (
        ("被提示", [one for one in ordered if one.hit]),
        ("检查过，未被提示", [one for one in ordered if one.examined and not one.hit]),
    ):
        parts.append(f"\n{head}：{len(chosen) or '无'}")
        for one in chosen:
            margin = f"，相差 {one.margin}" if one.margin else ""
            about = f"（{one.subject_key}）" if one.subject_key != identifier else ""
            parts.append(
                f"  {one.rule_id}  {one.title}{about}：实际 {one.observed or '（空）'}，规定 {one.allowed or '（空）'}{margin}"
            )
            if one.hit:
                parts.append(f"      {one.reason}")
    rest = [one.rule_id for one in ordered if not one.examined]
    parts.append(f"\n不在检查范围：{len(rest)} 条规则（--json 列出每条的原因）")
    return "\n".join(parts)
