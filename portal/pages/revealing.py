"""Revealing the value behind one pseudonym of one case, to an officer who says what for."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from assets.keys import unseal
from models.privacy import PSEUDONYM, sweep
from portal.access import Reveals
from portal.pages.case import case_page
from portal.pages.common import CaseId, ScanId, address_of, case_of, opened, portal_of
from portal.rendering import words_of

router = APIRouter()
SHORTEST_PURPOSE = 6


@router.post("/publications/{scan_id}/cases/{case_id}/reveal")
def reveal(
    request: Request,
    visitor: Reveals,
    scan_id: ScanId,
    case_id: CaseId,
    pseudonym: Annotated[str, Form(max_length=20)] = "",
    purpose: Annotated[str, Form(max_length=300)] = "",
) -> HTMLResponse:
    """Only a pseudonym that stands in the key of a case that the visitor sees; written down before anything is shown."""
    portal, w = portal_of(request), words_of(request)
    case = case_of(opened(request, scan_id), visitor, case_id)
    if pseudonym not in re.findall(PSEUDONYM, case["subject_key"]):
        return case_page(
            request,
            visitor,
            scan_id,
            case_id,
            status=422,
            problem=w.t("本条线索没有这个代号", "This case has no such pseudonym"),
        )
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        told = w.t(
            f"请写明用途，至少 {SHORTEST_PURPOSE} 个字", f"Say what for, in at least {SHORTEST_PURPOSE} characters"
        )
        return case_page(request, visitor, scan_id, case_id, status=422, problem=told)
    portal.audit.add(
        visitor.name,
        "reveal",
        f"{scan_id}/{case_id}",
        address_of(request),
        pseudonym=pseudonym,
        purpose=sweep(purpose.strip()),
    )
    value = unseal(portal.home.root, pseudonym)
    shown = value or w.t("封存库里没有这个值", "not among the sealed values")
    return case_page(request, visitor, scan_id, case_id, revealed=(pseudonym, shown))
