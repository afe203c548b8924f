"""`skillwatch explain`: what every rule says of one claim, class or certificate, hit or not.

It needs no code per rule: the `examined` part of each rule file holds what was looked at, with observed and allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from checks.rule import Rule
from models.privacy import sweep

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
    """One rule on one subject; observed, allowed and margin are empty where the rule did not examine it."""

    rule_id: str
    title: str
    examined: bool
    hit: bool
    reason: str
    observed: str = ""
    allowed: str = ""
    margin: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def subject_of(connection: duckdb.DuckDBPyConnection, identifier: str) -> tuple[str, dict[str, str]]:
    """The kind of a subject and the values by which rules may know it. Raises NotFound with what is allowed."""
    number = "upper(regexp_replace(?, '[^\\p{L}\\p{N}]', '', 'g'))"
    lookups = {
        "claim": (
            """SELECT c.claim_id, c.class_id, k.certificate_key FROM claims AS c
               LEFT JOIN certificate_claims AS k ON k.claim_id = c.claim_id WHERE c.claim_id = ? ORDER BY ALL LIMIT 1""",
            ("claim_id", "class_id", "certificate_key"),
        ),
        "class": ("SELECT class_id FROM classes WHERE class_id = ?", ("class_id",)),
        "certificate": (
            f"""SELECT certificate_key, certificate_number, certificate_no FROM certificate_registry
                WHERE certificate_number = {number} ORDER BY ALL LIMIT 1""",
            ("certificate_key", "certificate_number", "certificate_no"),
        ),
    }
    for kind, (sql, names) in lookups.items():
        row = connection.execute(sql, [identifier]).fetchone()
        if row:
            return kind, {name: value for name, value in zip(names, row, strict=True) if value is not None}
    raise NotFound(
        f"没有编号为 {identifier} 的申领、班级或证书；请用申领编号、班级编号或证书编号。 / "
        f"No claim, class or certificate {identifier}; give a claim_id, class_id or certificate number."
    )


def explain(
    connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule], identifier: str, *, masked: bool = True
) -> list[Explained]:
    """What each rule examined of the subject and what came of it, in the order of the rules' ids; equal lines stand once.

    Masked: numbers of persons, phones and accounts in `observed` and `allowed` are masked as in a publication.
    """
    kind, known = subject_of(connection, identifier)
    lines = [line for rule in rules for line in _explain(connection, rule, kind, known)]
    return (
        [replace(line, observed=sweep(line.observed), allowed=sweep(line.allowed)) for line in lines]
        if masked
        else lines
    )


def _explain(connection: duckdb.DuckDBPyConnection, rule: Rule, kind: str, known: Mapping[str, str]) -> list[Explained]:
    described = connection.execute(f"DESCRIBE {rule.query.examined}").fetchall()
    types = {name: data_type for name, data_type, *_ in described}
    by = next(((column, of) for column, of in _BY[kind] if column in types and of in known), None)
    title = rule.title["zh"]
    if by is None:
        return [Explained(rule.rule_id, title, False, False, f"本规则检查的对象是{rule.subject}，不是这里的{kind}")]
    column, of = by
    where = f"list_contains({column}, ?)" if types[column].endswith("[]") else f"{column} = ?"
    rows = connection.execute(_marked(rule, where), [known[of]]).fetchall()
    if not rows:
        return [
            Explained(
                rule.rule_id,
                title,
                False,
                False,
                "不在本规则的检查范围内（种类、日期或状态不符，或当时没有有效的参数值）",
            )
        ]
    return [
        Explained(
            rule.rule_id, title, True, bool(hit),
            "被提示：" + rule.means if hit else "检查过，未被提示",
            _shown(observed), _shown(allowed), _margin(observed, allowed),
        )
        for observed, allowed, hit in rows
    ]  # fmt: skip


def _marked(rule: Rule, where: str) -> str:
    """SQL of observed, allowed and whether the examined row stands among the rule's hits (same key)."""
    key = " AND ".join(f"h.{column} IS NOT DISTINCT FROM e.{column}" for column in rule.key)
    examined = rule.query.over_examined("*")
    return (
        f"SELECT DISTINCT e.observed, e.allowed, "
        f"EXISTS (SELECT 1 FROM hits.{rule.rule_id} AS h WHERE {key}) AS hit "
        f"FROM (SELECT * FROM ({examined}) WHERE {where}) AS e ORDER BY hit DESC, 1, 2"
    )


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _margin(observed: Any, allowed: Any) -> str:
    """By how much observed exceeds allowed, where both are numbers or both are dates (then in days)."""
    numbers = (int, float, Decimal)
    if isinstance(observed, bool) or isinstance(allowed, bool) or observed is None or allowed is None:
        return ""
    if isinstance(observed, numbers) and isinstance(allowed, numbers):
        return str(Decimal(str(observed)) - Decimal(str(allowed)))
    if hasattr(observed, "toordinal") and hasattr(allowed, "toordinal"):
        return f"{observed.toordinal() - allowed.toordinal()} 天"
    return ""


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
            parts.append(
                f"  {one.rule_id}  {one.title}：实际 {one.observed or '（空）'}，规定 {one.allowed or '（空）'}{margin}"
            )
            if one.hit:
                parts.append(f"      {one.reason}")
    rest = [one.rule_id for one in ordered if not one.examined]
    parts.append(f"\n不在检查范围：{len(rest)} 条规则（--json 列出每条的原因）")
    return "\n".join(parts)
