"""The printed face of the rules: `docs/rulebook.md`, generated from the rule files, the law and the worked examples.

Run `python -m checks.rulebook` (or `make book`) to write it; `tests/checks/test_rulebook.py` fails when it is stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from checks.coverage import coverage
from checks.rule import Rule, read_rules
from models.law import Notice, ParameterRow, load_guards, load_notices, load_parameters
from models.plain_yaml import plain_yaml

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "docs" / "rulebook.md"
COVERED = "shanxi-2021-600"
EXAMPLES = ROOT / "tests" / "checks" / "rules"

_SEVERITY = {"violation": "违规 violation", "lead": "疑点 lead", "notice": "提示 notice"}
_INTRODUCTION = """# 规则手册 Rule book

由规则文件生成，请勿手改：改规则文件后运行 `make book`。 / Generated from the rule files; edit those and run `make book`.

**线索不等于结论。** 每条规则只指出记录与规定不符之处或可疑之处，是否属实由人核查。 / A lead is not a finding.

"""


def rulebook() -> str:
    """The whole book as Markdown, ordered by notice, clause and rule id."""
    rules, notices, rows = read_rules(), load_notices(), load_parameters()
    order = {
        (notice.id, clause.id): place for notice in notices.values() for place, clause in enumerate(notice.clauses)
    }
    ordered = sorted(
        rules.values(),
        key=lambda rule: (rule.notice != COVERED, rule.notice, order.get((rule.notice, rule.clause), 0), rule.rule_id),
    )
    parts = [
        _INTRODUCTION,
        f"共 {len(ordered)} 条规则。\n\n",
        _contents(ordered),
        _coverage(notices[COVERED], ordered),
        _guards(),
    ]
    parts += [_page(rule, notices[rule.notice], rows) for rule in ordered]
    return "".join(parts)


def _contents(rules: Iterable[Rule]) -> str:
    lines = ["| 规则 rule | 标题 | 依据 | 性质 |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [`{rule.rule_id}`](#{rule.rule_id}) | {rule.title['zh']} | {rule.notice} {rule.clause} | {_SEVERITY[rule.severity]} |"
        for rule in rules
    ]
    return "\n".join(lines) + "\n"


def _coverage(notice: Notice, rules: Iterable[Rule]) -> str:
    """The notice sentence by sentence, with what answers each."""
    answers = {(one.clause, one.sentence): one for one in coverage(notice, rules)}
    lines = [f"\n## 通知逐句对照 {notice.number}\n", "| 条款 | 原文 | 由谁回答 |", "| --- | --- | --- |"]
    for clause in notice.clauses:
        for sentence in clause.sentences:
            one = answers[clause.id, sentence.n]
            told = [f"[`{rule}`](#{rule})" for rule in one.rules]
            told += [f"保护 {guard}" for guard in one.guards]
            told += [f"管理表 {table}" for table in one.management]
            told += [one.why["zh"]] if one.why else []
            lines.append(f"| {clause.id} {sentence.n} | {sentence.text} | {'；'.join(told)} |")
    return "\n".join(lines) + "\n"


def _guards() -> str:
    """What is lawful and must never be pointed out, with the rules whose worked examples hold it."""
    lines = [
        "\n## 合规的做法，任何规则不得提示\n",
        "| 保护 guard | 条款 | 合规的做法 | 守住它的规则 |",
        "| --- | --- | --- | --- |",
    ]
    for guard in load_guards():
        rules = "、".join(f"[`{rule}`](#{rule})" for rule in guard.rules) or guard.why["zh"]
        lines.append(f"| {guard.id} | {guard.clause} | {guard.lawful['zh']} / {guard.lawful['en']} | {rules} |")
    return "\n".join(lines) + "\n"


def _page(rule: Rule, notice: Notice, rows: Iterable[ParameterRow]) -> str:
    clause = notice.clause(rule.clause)
    text = clause.text or clause.says.get("zh", "")
    cited = f"> {text}\n\n引文：“{rule.says}”\n" if rule.says else f"> （转述）{text}\n"
    parameters = sorted(
        {
            f"`{row.id}` = {row.value}（{row.division}，{row.valid_from} 起，{row.notice} {row.clause}）"
            for row in rows
            if _uses(rule, row)
        }
    )
    lines = [
        f"\n## {rule.rule_id}\n",
        f"**{rule.title['zh']}** / {rule.title['en']}\n",
        f"{_SEVERITY[rule.severity]}；对象 {rule.subject}；依据 {notice.number or notice.title['zh']} {rule.clause}\n",
        cited,
        f"**我们的理解**：{rule.means}\n",
        f"**可能的正常情形**：{rule.innocent}\n",
        f"**核查与处理**：{rule.remedy}\n",
    ]
    if parameters:
        lines.append("**参数**：\n\n" + "\n".join(f"- {parameter}" for parameter in parameters) + "\n")
    lines.append(f"```sql\n{rule.query.sql}\n```\n")
    if examples := _examples(rule):
        lines.append("**算例**：\n\n" + examples + "\n")
    return "\n".join(lines)


def _uses(rule: Rule, row: ParameterRow) -> bool:
    """Does the rule's SQL name the parameter, or the family of parameters (certificate_amount.<kind>)?"""
    return f"'{row.id}'" in rule.query.sql or f"'{row.id.partition('.')[0]}'" in rule.query.sql


def _examples(rule: Rule) -> str:
    path = EXAMPLES / f"{rule.rule_id}.yaml"
    if not path.exists():
        return ""
    examples = plain_yaml(path.read_text(encoding="utf-8"))
    return "\n".join(
        f"- {example['name']} → {'提示' if example['hits'] else '不提示'}{_guarded(example)}" for example in examples
    )


def _guarded(example: Mapping[str, Any]) -> str:
    return f"（保护 {example['guard']}）" if "guard" in example else ""


def main() -> None:
    """Write the book."""
    BOOK.parent.mkdir(exist_ok=True)
    BOOK.write_text(rulebook(), encoding="utf-8")


if __name__ == "__main__":
    main()
