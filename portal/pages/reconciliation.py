"""Reconciliation: where claims, ledger, bank and reports differ, how old that is, and who signed a month off."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.charts import steps
from models.privacy import sweep
from portal.access import Sees, Signs
from portal.pages.common import ScanId, address_of, opened, portal_of
from portal.pages.delivered import offered, shown
from portal.reconciling import AGES, ages, divisions, months, picture_rows
from portal.rendering import page, words_of
from portal.sign_offs import SIGNED, WITHDRAWN, month_key, rests_on

router = APIRouter()
_KINDS = ("division", "batch", "voucher", "transaction", "province")
Division = Annotated[str, Query(pattern=r"^([0-9]{6})?$")]
Month = Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")]


@router.get("/publications/{scan_id}/reconciliation")
def reconciliation(
    request: Request, visitor: Sees, scan_id: ScanId, division: Division = "", month: Month = ""
) -> HTMLResponse:
    """All divisions of the visitor, or one with its months, or one month of it."""
    portal, one, w = portal_of(request), opened(request, scan_id), words_of(request)
    table, open_ = one.report(visitor.scope, "reconciliation"), one.report(visitor.scope, "open_differences")
    cases = one.cases(visitor.scope).filter(pl.col("subject_kind").is_in(_KINDS))
    if division:
        if table is None or division not in set(table["division"]):
            raise HTTPException(404)
        cases = cases.filter(pl.col("division") == division)
        open_ = open_.filter(pl.col("division") == division) if open_ is not None else None
    own = months(table, division, portal.sign_offs) if table is not None and division else []
    chosen = next((one for one in own if one.key == month), None)
    if month and chosen is None:
        raise HTTPException(404)
    drawn = (
        [chosen.row]
        if chosen
        else [one.row for one in own]
        if division
        else table.to_dicts()
        if table is not None
        else []
    )
    by_rule = (
        cases.group_by("rule_id", "title_zh", "title_en", "severity").agg(pl.len().alias("cases"), pl.col("amount_at_risk").sum())
        .sort("amount_at_risk", "rule_id", descending=[True, False]).to_dicts()
    )  # fmt: skip
    return page(
        request, "reconciliation.html", publication=one, by_rule=by_rule, division=division, months=own, chosen=chosen,
        lines=divisions(table, portal.sign_offs) if table is not None and not division else [],
        drawn=steps(picture_rows(drawn), w.t("对账四步", "Reconciliation")) if drawn else "",
        aged=ages(open_) if open_ is not None else [], ages=AGES, reports=offered(one, visitor),
        funds=shown(one, visitor, "fund_use") if not division else None, here="reconciliation",
    )  # fmt: skip


@router.post("/publications/{scan_id}/reconciliation/sign-off")
def sign_off(
    request: Request,
    visitor: Signs,
    scan_id: ScanId,
    division: Annotated[str, Form(pattern=r"^[0-9]{6}$")],
    month: Annotated[str, Form(pattern=r"^[0-9]{4}-[0-9]{2}$")],
    note: Annotated[str, Form(max_length=300)] = "",
    withdraw: Annotated[bool, Form()] = False,
) -> Response:
    """A person answers for the figures of a division's month, or takes the signature back; a line of the audit log, nothing else."""
    portal, one = portal_of(request), opened(request, scan_id)
    table = one.report(visitor.scope, "reconciliation")
    found = (
        next((m for m in months(table, division, portal.sign_offs) if m.key == month), None)
        if table is not None
        else None
    )
    if found is None:
        raise HTTPException(404)
    portal.audit.add(
        visitor.name, WITHDRAWN if withdraw else SIGNED, f"{scan_id}/{month_key(division, month)}", address_of(request),
        on=rests_on(found.row), note=sweep(note.strip()),
    )  # fmt: skip
    return RedirectResponse(
        f"/publications/{scan_id}/reconciliation?division={division}&month={month}", status_code=303
    )
