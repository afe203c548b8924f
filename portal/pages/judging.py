"""Judgements: on the case page, or a returned workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal.access import Judges, Scope
from portal.audit import Act
from portal.files_out import leaving
from portal.judgements import Judgement, Problem, from_form, from_workbook, write
from portal.pages.case import case_page
from portal.pages.common import CaseId, ScanId, address_of, case_of, opened, portal_of
from portal.rendering import page, words_of
from portal.state import Portal

router = APIRouter()
_SHOWN = 50


@router.post("/publications/{scan_id}/cases/{case_id}/judgement")
def judge(
    request: Request,
    visitor: Judges,
    scan_id: ScanId,
    case_id: CaseId,
    outcome: Annotated[str, Form(max_length=20)] = "",
    recovered_amount: Annotated[str, Form(max_length=20)] = "",
    checked_on: Annotated[str, Form(max_length=10)] = "",
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    portal, one = portal_of(request), opened(request, scan_id)
    case_of(one, visitor, case_id)
    entered = {"outcome": outcome, "recovered_amount": recovered_amount, "checked_on": checked_on, "note": note}
    made = from_form(case_id, entered, visitor.account.title, date.today())
    if isinstance(made, list):
        told = "；".join(words_of(request).t(problem.zh, problem.en) for problem in made)
        return case_page(request, visitor, scan_id, case_id, status=422, problem=told, entered=entered)
    portal.audit.add(visitor.name, "judge", f"{scan_id}/{case_id}", address_of(request), outcome=made.outcome)
    write(portal.home.inbox, [made])
    return RedirectResponse(f"/publications/{scan_id}/cases/{case_id}?saved=1#judgement", status_code=303)


@router.get("/judgements")
def form(request: Request, visitor: Judges) -> HTMLResponse:
    return page(request, "judgements.html", problems=[], more=0, taken=None, here="judgements")


@router.post("/judgements/workbook")
def returned(request: Request, visitor: Judges, workbook: Annotated[UploadFile, File()]) -> HTMLResponse:
    """A workbook that was filled in: taken whole, or refused with every line that is wrong."""
    portal = portal_of(request)
    with leaving(portal.folder) as folder:
        path = folder / "returned.xlsx"
        _save(workbook, path)
        found, problems = from_workbook(path, visitor.account.title, date.today())
        path.unlink()
        folder.rmdir()
    problems += _unknown(portal, visitor.scope, found)
    if problems or not found:
        shown = problems[:_SHOWN]
        return page(
            request,
            "judgements.html",
            status=422,
            problems=shown,
            more=len(problems) - len(shown),
            taken=None,
            here="judgements",
        )
    judged = [Act("judge", one.case_id, {"outcome": one.outcome}) for one in found]
    portal.audit.add_all(visitor.name, [Act("upload", detail={"judgements": len(found)}), *judged], address_of(request))
    write(portal.home.inbox, found)
    return page(request, "judgements.html", problems=[], more=0, taken=len(found), here="judgements")


def _save(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as out:
        while chunk := upload.file.read(1 << 20):
            out.write(chunk)


def _unknown(portal: Portal, scope: Scope, found: Sequence[Judgement]) -> list[Problem]:
    """Cases that no publication shows within the scope."""
    left = {one.case_id for one in found}
    for publication in portal.publications.all():
        if not left:
            break
        ids = publication.whole_cases(scope).select("case_id").filter(pl.col("case_id").is_in(list(left))).collect()
        left -= set(ids["case_id"])
    return [
        Problem(f"没有这条线索，或不在您的管辖范围：{one[:20]}", f"no such case within your divisions: {one[:20]}")
        for one in sorted(left)
    ]
