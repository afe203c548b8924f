"""Signing in through the OpenID Connect provider that the settings name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from portal.access import public
from portal.openid import OpenIdProblem, Provider
from portal.pages.common import address_of, portal_of, within
from portal.pages.sign_in import signed_in
from portal.rendering import page

router = APIRouter()
_UNDER_WAY = "skillwatch_openid"
_SECONDS = 600


@router.get("/sign-in/openid", dependencies=[public()])
def to_provider(request: Request, back: Annotated[str, Query(max_length=600)] = "/") -> Response:
    """Send the visitor to the provider, with a state, a nonce and a code challenge that only this browser can answer."""
    portal = portal_of(request)
    if portal.settings.openid is None:
        raise HTTPException(404)
    try:
        start = Provider.of(portal).start()
    except OpenIdProblem as problem:
        return _failed(request, problem)
    answer = RedirectResponse(start.address, status_code=303)
    note = portal.sessions.sign({**start.kept, "back": within(back)}, "openid")
    answer.headers.append("Set-Cookie", portal.set_cookie(note, _UNDER_WAY, _SECONDS))
    return answer


@router.get("/sign-in/openid/answer", dependencies=[public()])
async def from_provider(
    request: Request,
    code: Annotated[str, Query(max_length=2000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The provider sent the visitor back: prove it, and begin a session of the account that it names."""
    portal = portal_of(request)
    if portal.settings.openid is None:
        raise HTTPException(404)
    kept = portal.sessions.signed(request.cookies.get(_UNDER_WAY, ""), "openid", _SECONDS)
    if kept is None or not code:
        return _failed(request, OpenIdProblem("the sign-in was not begun here, or too long ago"))
    try:
        name = await run_in_threadpool(Provider.of(portal).account, kept, state, code)
    except OpenIdProblem as problem:
        return _failed(request, problem)
    account = portal.accounts.find(name)
    if account is None or account.disabled:
        return _failed(request, OpenIdProblem("no account here bears the name that the provider gave"))
    answer = signed_in(portal, account, address_of(request), within(kept["back"]), "openid")
    answer.headers.append("Set-Cookie", portal.set_cookie("", _UNDER_WAY, 0))
    return answer


def _failed(request: Request, problem: OpenIdProblem) -> Response:
    portal_of(request).audit.add("?", "sign_in_failed", address=address_of(request), why=f"openid: {problem}")
    return page(
        request, "message.html", status=401, title_zh="统一身份认证没有成功", title_en="Sign-in through the provider failed",
        told_zh="请重新登录；如果仍不成功，请联系管理员。", told_en="Try again; if it fails again, tell your administrator.",
    )  # fmt: skip
