"""What changed between the cases of two publications, in words.

Here: comparing two frames of cases. Not here: finding the earlier publication (`chain.py`) or a case's history
(`cases.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from assets.wording import LABELS

CHANGES_SCHEMA = pl.Schema({
    "change": pl.String, "case_id": pl.String, "rule_id": pl.String, "subject_key": pl.String, "division": pl.String,
    "what_zh": pl.String,
})  # fmt: skip
_COMPARED = {
    "severity": "性质", "rating": "级别", "institution_id": "机构", "division": "区划", "claim_ids": "涉及申领",
    "amount_at_risk": "涉及金额", "observed": "实际情况", "allowed": "规定", "status": "状态",
}  # fmt: skip


def changes(
    previous: pl.DataFrame | None, cases: pl.DataFrame, reasons: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """What is new, gone or changed against the cases of the previous publication. That a new case is now an open
    one is no change. `reasons` are further words on a case, by its id."""
    before = {row["case_id"]: row for row in (previous.iter_rows(named=True) if previous is not None else ())}
    after = {row["case_id"]: row for row in cases.iter_rows(named=True)}
    rows = []
    for case_id in sorted(before.keys() | after.keys()):
        old, new = before.get(case_id), after.get(case_id)
        row = new or old or {}
        if old is None:
            change, what = "new", "；".join([f"新增：{row['title_zh']}", *filter(None, [(reasons or {}).get(case_id)])])
        elif new is None:
            change, what = "gone", f"不再出现：{row['title_zh']}"
        else:
            change, what = (
                "changed",
                "；".join([*_differences(old, new), *filter(None, [(reasons or {}).get(case_id)])]),
            )
        if what:
            rows.append((change, case_id, row["rule_id"], row["subject_key"], row["division"], what))
    return pl.DataFrame(rows, schema=CHANGES_SCHEMA, orient="row")


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    for column, title in _COMPARED.items():
        was, now = old[column], new[column]
        if was == now or (column == "status" and (was, now) == ("new", "open")):
            continue
        if column == "claim_ids":
            yield f"{title}由 {len(was or ())} 笔变为 {len(now or ())} 笔" if len(was) != len(now) else f"{title}有变动"
        else:
            yield f"{title}由“{_told(column, was)}”变为“{_told(column, now)}”"


def _told(column: str, value: Any) -> str:
    return "空" if value is None else LABELS.get(column, {}).get(str(value), str(value))
