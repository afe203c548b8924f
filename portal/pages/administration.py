"""For administrators: the audit log, the accounts (changed on the command line), and the door of the Dagster UI."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from portal.access import Administers
from portal.audit import verify_audit
from portal.pages.common import portal_of
from portal.rendering import page

router = APIRouter()
_LINES = 200


@router.get("/audit")
def log(
    request: Request,
    visitor: Administers,
    account: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(pattern=r"^[a-z_]{0,30}$")] = "",
) -> HTMLResponse:
    portal = portal_of(request)
    problems, lines = verify_audit(portal.folder, portal.keys.signing.public_key())
    return page(
        request, "audit.html", rows=portal.audit.newest(_LINES, account.strip(), action), problems=problems, lines=lines,
        account=account, action=action, here="audit",
    )  # fmt: skip


@router.get("/accounts")
def accounts(request: Request, visitor: Administers) -> HTMLResponse:
    return page(request, "accounts.html", rows=portal_of(request).accounts.all(), here="accounts")


@router.get("/gate")
def gate(request: Request, visitor: Administers) -> Response:
    """Asked by a reverse proxy before it lets a request through to the Dagster UI: 204 for an administrator, else 401 or 403."""
    return Response(status_code=204, headers={"X-Account": visitor.name})
