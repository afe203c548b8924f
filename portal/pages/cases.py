"""The case list, with its filters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from portal.access import Sees
from portal.case_list import Asked, asked, choices, page_of
from portal.pages.common import ScanId, opened
from portal.rendering import page

router = APIRouter()


@router.get("/publications/{scan_id}/cases")
def listed(request: Request, visitor: Sees, scan_id: ScanId, asked: Annotated[Asked, Depends(asked)]) -> HTMLResponse:
    one = opened(request, scan_id)
    cases = one.cases(visitor.scope)
    return page(
        request,
        "cases.html",
        publication=one,
        asked=asked,
        found=page_of(cases, asked),
        choices=choices(cases),
        here="cases",
    )


@router.get("/publications/{scan_id}/institutions")
def by_institution(
    request: Request, visitor: Sees, scan_id: ScanId, asked: Annotated[Asked, Depends(asked)]
) -> HTMLResponse:
    """The same cases, grouped institution, class, person: a page of institutions at a time."""
    from portal.institutions import institutions_page

    one = opened(request, scan_id)
    found = institutions_page(one.cases(visitor.scope), one.groups(visitor.scope), asked)
    return page(request, "institutions.html", publication=one, asked=asked, found=found, here="institutions")
