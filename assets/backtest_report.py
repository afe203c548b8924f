"""The answer of a back-test as a page for the terminal, as JSON, as Markdown for the Dagster UI, and as a workbook.

Belongs here: words and layout. Does not belong here: any figure; they come from `backtest.py`, masked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from assets.backtest import Backtest
from assets.wording import LABELS
from assets.workbook import Sheet, write_tables_workbook
from checks.rule import Rule
from models.divisions import division_labels

_LISTED = 15
_TITLES = {"rule": "按规则 per rule", "city": "按市 per city", "institution": "按机构 per institution"}
_COLUMNS = {
    "dimension": "口径", "key": "代码", "name": "名称", "cases_before": "原有线索", "cases_after": "现有线索", "gained": "新增", "lost": "消失",
    "changed": "变化", "yuan_before": "原涉及金额（元）", "yuan_after": "现涉及金额（元）", "yuan_gained": "增加（元）", "yuan_lost": "减少（元）",
    "amount_before": "原涉及金额（元）", "amount_after": "现涉及金额（元）", "id": "参数", "city": "市", "value": "值",
    "valid_from": "起", "valid_until": "止（不含）",
}  # fmt: skip


def as_json(answer: Backtest, rules: dict[str, Rule]) -> dict[str, Any]:
    """The object of `--json`: figures in all and per rule, city and institution, and every differing case, masked."""
    whole = _of(answer, "all", rules).row(0, named=True)
    return {
        "baseline": answer.baseline,
        "as_of": answer.as_of,
        "cases_before": whole["cases_before"],
        "cases_after": whole["cases_after"],
        "cases_gained": whole["gained"],
        "cases_lost": whole["lost"],
        "cases_changed": whole["changed"],
        "yuan_gained": float(whole["yuan_gained"]),
        "yuan_lost": float(whole["yuan_lost"]),
        "amount_at_risk_before": float(answer.before.amount_at_risk),
        "amount_at_risk_after": float(answer.after.amount_at_risk),
        "amount_unreconciled_before": float(answer.before.amount_unreconciled),
        "amount_unreconciled_after": float(answer.after.amount_unreconciled),
        "rules": _plain(_of(answer, "rule", rules)),
        "cities": _plain(_of(answer, "city", rules)),
        "institutions": _plain(_of(answer, "institution", rules)),
        "severities": _plain(_of(answer, "severity", rules)),
        "cases": _plain(answer.cases),
        "parameters": _plain(answer.parameters),
        "rules_evaluated": list(answer.rules),
        "notes": list(answer.notes),
    }


def as_text(answer: Backtest, rules: dict[str, Rule]) -> str:
    """A page for the terminal."""
    lines = ["", f"试算 what-if，基准 {answer.baseline}（截至 {answer.as_of}）；数据仓库、线索历史和发布都没有改动。"]
    lines += [f"  注意：{note}" for note in answer.notes]
    lines += [f"  参数 {line}" for line in _told_parameters(answer.parameters)]
    lines += ["", *(f"  {line}" for line in _headline(answer, rules))]
    for dimension, title in _TITLES.items():
        frame = _of(answer, dimension, rules)
        lines += ["", f"{title}：{frame.height or '没有差别 none'}"]
        for row in frame.head(_LISTED).iter_rows(named=True):
            lines.append(
                f"  {row['name']}：新增 {row['gained']:,}，消失 {row['lost']:,}，变化 {row['changed']:,}；"
                f"金额 +{row['yuan_gained']:,.2f} −{row['yuan_lost']:,.2f} 元"
            )
        lines += [f"  …… 另有 {frame.height - _LISTED} 个"] if frame.height > _LISTED else []
    lines += ["", f"有差别的线索：{answer.cases.height or '没有 none'}（线索不等于结论；全部见 --json 或 --out）"]
    for case in answer.cases.head(_LISTED).iter_rows(named=True):
        lines.append(
            f"  [{LABELS['change'][case['change']]}] {case['rule_id']}  {case['subject_key']}  {_yuan(case)}：{case['what_zh']}"
        )
    return "\n".join(lines)


def as_markdown(answer: Backtest, rules: dict[str, Rule], dimension: str) -> str:
    """One dimension as a Markdown table, for Dagster's metadata."""
    frame = _of(answer, dimension, rules).drop("dimension")
    head = "| " + " | ".join(_COLUMNS[name] for name in frame.columns) + " |\n|" + " --- |" * frame.width
    return "\n".join(
        [
            head,
            *(
                "| " + " | ".join(f"{value:,}" if not isinstance(value, str) else value for value in row) + " |"
                for row in frame.iter_rows()
            ),
        ]
    )


def write_workbook(answer: Backtest, rules: dict[str, Rule], path: Path) -> None:
    """Sheets: in all, per rule, per city, per institution, the cases, the parameters."""
    dimensions = pl.concat([_of(answer, "all", rules), _of(answer, "severity", rules)])
    tables = {
        "1": dimensions.drop("dimension"),
        **{str(place): _of(answer, dimension, rules).drop("dimension") for place, dimension in enumerate(_TITLES, 2)},
        "5": answer.cases,
        "6": answer.parameters,
    }
    says = "；".join(
        [
            f"试算，基准 {answer.baseline}。同一元钱在一行里只算一次；各规则之间会重复，不能相加。线索不等于结论。",
            *answer.notes,
        ]
    )
    titles = ("合计", "按规则", "按市", "按机构", "有差别的线索", "参数")
    sheets = {name: Sheet(title, says, _COLUMNS) for name, title in zip(tables, titles, strict=True)}
    write_tables_workbook(path, f"试算　基准 {answer.baseline}", tables, sheets)


def _of(answer: Backtest, dimension: str, rules: dict[str, Rule]) -> pl.DataFrame:
    """The rows of a dimension, each with a name that people know, the most yuan first."""
    names = {
        "all": {"": "合计 in all"},
        "severity": LABELS["severity"],
        "rule": {name: f"{rule.title['zh']}（{name}）" for name, rule in rules.items()},
        "city": {**division_labels(), "": "（没有区划）"},
        "institution": {"": "（不涉及单个机构）"},
    }[dimension]
    frame = answer.groups.filter(pl.col("dimension") == dimension)
    named = [names.get(key, key) for key in frame["key"]]
    moved = pl.col("yuan_gained") + pl.col("yuan_lost")
    return frame.insert_column(2, pl.Series("name", named, dtype=pl.String)).sort(
        moved, pl.col("gained") + pl.col("lost"), "key", descending=[True, True, False]
    )


def _headline(answer: Backtest, rules: dict[str, Rule]) -> list[str]:
    whole = _of(answer, "all", rules).row(0, named=True)
    return [
        f"线索 {whole['cases_before']:,} → {whole['cases_after']:,} 条：新增 {whole['gained']:,}，消失 {whole['lost']:,}，变化 {whole['changed']:,}",
        f"涉及金额（含疑点）+{whole['yuan_gained']:,.2f} −{whole['yuan_lost']:,.2f} 元",
        f"风险金额（违规）{answer.before.amount_at_risk:,.2f} → {answer.after.amount_at_risk:,.2f} 元，"
        f"对账差额 {answer.before.amount_unreconciled:,.2f} → {answer.after.amount_unreconciled:,.2f} 元",
    ]


def _told_parameters(parameters: pl.DataFrame) -> list[str]:
    """The rows of each parameter once for all cities that share them."""
    shared = parameters.group_by("change", "id", "value", "valid_from", "valid_until", "division").agg(
        pl.col("city").n_unique().alias("cities")
    )
    return [
        f"{row['id']} {'改为' if row['change'] == 'new' else '原为'} {row['value']}（{row['valid_from']} 起，{row['cities']} 个市）"
        for row in shared.sort("id", "valid_from", "change", "value", "division").iter_rows(named=True)
    ]


def _yuan(case: dict[str, Any]) -> str:
    before, after = case["amount_before"], case["amount_after"]
    if before is None or after is None:
        return f"{after if before is None else before:,.2f} 元"
    return f"{before:,.2f} → {after:,.2f} 元"


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON can hold them: yuan as numbers, dates as text."""
    return frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.Date).cast(pl.String)).to_dicts()
