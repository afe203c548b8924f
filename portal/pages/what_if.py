"""Back-tests: what other values or rules would have found, as the shell or the Dagster job left it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import HTMLResponse

from portal.access import Sees
from portal.dossier import rules
from portal.pages.common import portal_of
from portal.rendering import page
from portal.what_if import NAME, find, kept, within

router = APIRouter()
_SHOWN = 200


@router.get("/backtests")
def listed(request: Request, visitor: Sees) -> HTMLResponse:
    rows = [within(one, visitor.scope) for one in kept(portal_of(request).home.root)]
    return page(request, "backtests.html", rows=rows, here="backtests")


@router.get("/backtests/{name}")
def backtest(request: Request, visitor: Sees, name: Annotated[str, Path(pattern=NAME)]) -> HTMLResponse:
    portal = portal_of(request)
    found = find(portal.home.root, name)
    if found is None:
        raise HTTPException(404)
    one = within(found, visitor.scope)
    baseline = portal.publications.find(str(one["baseline"]))
    return page(
        request, "backtest.html", one=one, cases=one["cases"][:_SHOWN], more=max(len(one["cases"]) - _SHOWN, 0),
        publication=baseline, known=rules(), here="backtests",
    )  # fmt: skip
