"""The rule book: each rule with its clause, our reading, the innocent explanation, the values in force, its SQL."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from portal.access import Sees
from portal.dossier import notices, parameters_of, rules
from portal.pages.common import ScanId, opened
from portal.rendering import page

router = APIRouter()
RuleId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,59}$")]


@router.get("/publications/{scan_id}/rules")
def book(request: Request, visitor: Sees, scan_id: ScanId) -> HTMLResponse:
    one = opened(request, scan_id)
    own = dict(one.cases(visitor.scope).group_by("rule_id").len().iter_rows())
    order = {
        (notice.id, clause.id): place for notice in notices().values() for place, clause in enumerate(notice.clauses)
    }  # fmt: skip
    listed = sorted(
        one.rules().select("rule_id", "title_zh", "clause", "severity", "examined").to_dicts(),
        key=lambda row: _place(row["rule_id"], order),
    )
    return page(
        request,
        "rules.html",
        publication=one,
        rows=listed,
        own=own,
        whole=visitor.scope.whole,
        known=rules(),
        here="rules",
    )


@router.get("/publications/{scan_id}/rules/{rule_id}")
def rule_page(request: Request, visitor: Sees, scan_id: ScanId, rule_id: RuleId) -> HTMLResponse:
    one, rule = opened(request, scan_id), rules().get(rule_id)
    if rule is None:
        raise HTTPException(404)
    counted = one.rules().filter(pl.col("rule_id") == rule_id)
    cases = one.cases(visitor.scope).filter(pl.col("rule_id") == rule_id)
    notice = notices()[rule.notice]
    return page(
        request, "rule.html", publication=one, rule=rule, notice=notice, clause=notice.clause(rule.clause), cases=cases.height,
        loss=float(cases["expected_loss"].sum() or 0), counted=counted.row(0, named=True) if counted.height else None,
        parameters=parameters_of(one, rule),
        whole=visitor.scope.whole, here="rules",
    )  # fmt: skip


def _place(rule_id: str, order: dict[tuple[str, str], int]) -> tuple[bool, str, int, str]:
    rule = rules().get(rule_id)
    if rule is None:
        return True, "", 0, rule_id
    return rule.notice != "shanxi-2021-600", rule.notice, order.get((rule.notice, rule.clause), 0), rule_id
