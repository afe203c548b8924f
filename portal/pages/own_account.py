"""One's own account: what it may do, and its password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from portal.access import Sees
from portal.accounts import AccountProblem
from portal.pages.common import address_of, portal_of
from portal.pages.sign_in import signed_in
from portal.rendering import page

router = APIRouter()


@router.get("/account")
def own(request: Request, visitor: Sees) -> HTMLResponse:
    return page(request, "account.html", problem="", here="account")


@router.post("/account/password")
async def password(
    request: Request,
    visitor: Sees,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """A new password ends every session of the account but the one that follows."""
    portal, address = portal_of(request), address_of(request)
    if not portal.throttle.begins(visitor.name, address):
        return page(request, "account.html", status=429, problem="locked", here="account")
    if await run_in_threadpool(portal.accounts.proved, visitor.name, old) is None:
        return page(request, "account.html", status=400, problem="old", here="account")
    portal.throttle.succeeded(visitor.name, address)
    if new != again:
        return page(request, "account.html", status=400, problem="again", here="account")
    try:
        account = await run_in_threadpool(portal.accounts.set_password, visitor.name, new)
    except AccountProblem as problem:
        return page(request, "account.html", status=400, problem=str(problem), here="account")
    portal.audit.add(visitor.name, "password", address=address)
    return signed_in(portal, account, address, "/account", "password changed")
