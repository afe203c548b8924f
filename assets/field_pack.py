"""The workbook of a plan: all visits, the sheet on which results come back, and a field pack per visit.

Belongs here: who is to be asked what, and which documents are to be seen, out of published (masked) cases and evidence.
Does not belong here: which visits there are (`inspection_plan.py`), or how cells are written (`workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from assets.grouping import grouped
from assets.inspection_plan import Plan
from assets.wording import LABELS
from assets.workbook import Sheet, write_tables_workbook
from models.divisions import division_labels

_ARMS = {"targeted": "重点", "random": "随机"}
_CASES, _ROWS = 30, 40
_PACK = Sheet("", "", {"title_zh": "项目", "row": "内容"})
_ENTRY = ("outcome", "recovered_amount", "checked_on", "checked_by", "note")
_VISITS = {
    "inspection_id": "检查编号", "arm": "方式", "subject_kind": "对象类型", "subject_key": "对象编号", "institution_id": "机构代码",
    "institution": "机构名称", "division": "区划", "hours": "小时", "claims": "申领笔数", "amount": "补贴金额（元）",
    "expected_recovery": "预期追回（元）", "cases": "线索数", "probability_of_selection": "抽中概率",
}  # fmt: skip


@lru_cache(maxsize=1)
def _fieldwork() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((Path(__file__).parent / "inspections" / "fieldwork.yaml").read_text(encoding="utf-8"))


def write_plan_workbook(path: Path, plan: Plan, evidence: pl.DataFrame) -> None:
    """`evidence`: that of the publication; only rows of the visits' cases are shown."""
    visits = plan.visits.join(
        plan.units.drop("arm", "division", "expected_recovery", "case_ids", "reachable", "inspected"),
        on=["subject_kind", "subject_key"],
        how="left",
    )
    ids = plan.visits["case_ids"].explode().drop_nulls().unique()
    cases = plan.cases.filter(pl.col("case_id").is_in(ids.implode()))
    evidence = evidence.filter(pl.col("case_id").is_in(ids.implode()))
    people = grouped(cases, evidence).select("case_id", "person")
    tables: dict[str, pl.DataFrame] = {" 1": _listed(visits), " 2": _returned(plan.visits)}
    sheets = {
        " 1": Sheet("检查安排", f"检查计划 {plan.plan_id}。线索不等于结论：列入计划不表示有问题。", _VISITS),
        " 2": Sheet("核查反馈", "填好黄色列，整本另存为“核查反馈_市_期间.xlsx”，放进收件箱。", {}, _ENTRY),
    }
    for place, visit in enumerate(visits.iter_rows(named=True), start=1):
        name, inspection = f"{place:06}", visit["inspection_id"]
        tables[name] = pl.DataFrame(
            list(_pack(visit, cases, evidence, people)), schema={"title_zh": pl.String, "row": pl.String}, orient="row"
        )
        sheets[name] = Sheet(inspection.rpartition("-")[2], f"检查编号 {inspection}。线索不等于结论。", _PACK.columns)
    write_tables_workbook(path, f"检查计划 {plan.plan_id}", tables, sheets)


def _listed(visits: pl.DataFrame) -> pl.DataFrame:
    names = division_labels()
    return visits.with_columns(
        pl.col("arm").replace_strict(_ARMS, return_dtype=pl.String),
        pl.col("division").map_elements(lambda code: names.get(code, code), return_dtype=pl.String),
        pl.col("case_ids").list.len().cast(pl.Int64).alias("cases"),
    ).select(list(_VISITS))


def _returned(visits: pl.DataFrame) -> pl.DataFrame:
    """The first columns of a feedback file, under the titles by which the source knows them."""
    return visits.select(
        pl.col("inspection_id").alias("检查编号"),
        pl.col("arm").replace_strict(_ARMS, return_dtype=pl.String).alias("抽查方式"),
        pl.col("subject_kind").alias("对象类型"),
        pl.col("subject_key").alias("对象编号"),
    )


def _pack(
    visit: Mapping[str, Any], cases: pl.DataFrame, evidence: pl.DataFrame, people: pl.DataFrame
) -> Iterator[tuple[str, str]]:
    """Item and content, line by line: the visit, who, what to ask, which documents, the cases, where their rows stand."""
    work = _fieldwork()[visit["subject_kind"]]
    own = cases.filter(pl.col("case_id").is_in(visit["case_ids"])).sort(
        "rating", "amount_at_risk", "case_id", descending=[False, True, False]
    )
    yield "检查编号", f"{visit['inspection_id']}（{_ARMS[visit['arm']]}）"
    yield "对象", f"{LABELS['subject_kind'][visit['subject_kind']]} {visit['subject_key']}"
    yield "单位", f"{visit['institution'] or '（目录中没有名称）'}　{visit['institution_id'] or ''}"
    yield "区划", division_labels().get(visit["division"], visit["division"] or "")
    if visit["start_date"]:
        yield "办班时间", f"{visit['start_date']} 至 {visit['end_date']}"
    yield (
        "涉及申领",
        f"{visit['claims']:,} 笔，{visit['amount']:,.2f} 元；预期追回 {visit['expected_recovery']:,.2f} 元",
    )
    yield "找谁", work["who"]
    for person in (
        people.filter(pl.col("case_id").is_in(own["case_id"].implode()))["person"]
        .drop_nulls()
        .unique()
        .sort()
        .head(_CASES)
    ):
        yield "线索涉及的人", person
    for number, question in enumerate(work["ask"], start=1):
        yield f"问什么 {number}", question
    for number, document in enumerate(work["documents"], start=1):
        yield f"看什么材料 {number}", document
    if own.is_empty():
        yield "线索", "没有线索：随机抽查，按上面的问题和材料逐项核实，没有问题也要如实记录。"
    for number, case in enumerate(own.head(_CASES).iter_rows(named=True), start=1):
        yield f"线索 {number}", f"[{case['rating']}] {case['title_zh']}（{case['case_id']}）：{case['explanation_zh']}"
        yield "　先排除", case["innocent_zh"]
        yield "　核查", case["remedy_zh"]
    if own.height > _CASES:
        yield "其余线索", f"另有 {own.height - _CASES} 条，见发布中的线索清单。"
    rows = (
        evidence.filter(pl.col("case_id").is_in(own["case_id"].implode()))
        .select("source", "file", "sheet", "line")
        .unique()
        .sort("source", "file", "sheet", "line")
    )
    for source, file, sheet, line in rows.head(_ROWS).iter_rows():
        yield f"原始行：{LABELS['source'].get(source, source)}", f"{file} {sheet or ''} 第 {line} 行"
    if rows.height > _ROWS:
        yield "其余原始行", f"另有 {rows.height - _ROWS} 行，见发布中的证据。"
