"""Signing in with a password, signing out, the language, and whether the portal is alive."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from portal.access import Sees, public
from portal.accounts import Account
from portal.pages.common import address_of, portal_of, within
from portal.rendering import LANGUAGE_COOKIE, page
from portal.state import Portal

router = APIRouter()
_FORM = "skillwatch_form"
_FORM_SECONDS = 3600


@router.get("/sign-in", dependencies=[public()])
async def sign_in_page(request: Request, back: Annotated[str, Query(max_length=600)] = "/") -> HTMLResponse:
    return _form(request, within(back))


@router.post("/sign-in", dependencies=[public()])
async def sign_in(
    request: Request,
    account: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=200)] = "",
    back: Annotated[str, Form(max_length=600)] = "/",
) -> Response:
    """A session where account and password are right. A wrong one says nothing of which of the two was wrong."""
    portal, address, name = portal_of(request), address_of(request), account.strip().lower()
    kept = portal.sessions.signed(request.cookies.get(_FORM, ""), "form", _FORM_SECONDS)
    if kept is None or not hmac.compare_digest(str(kept["token"]).encode(), token.encode()):
        return _form(request, within(back), "stale", 400)
    known = name if portal.accounts.find(name) else "?"
    if not portal.throttle.begins(name, address):
        portal.audit.add(known, "sign_in_failed", address=address, why="locked")
        return _form(request, within(back), "locked", 429)
    found = await run_in_threadpool(portal.accounts.proved, name, password)
    if found is None:
        locks = portal.throttle.locked(name, address)
        portal.audit.add(known, "locked" if locks else "sign_in_failed", address=address)
        return _form(request, within(back), "locked" if locks else "wrong", 429 if locks else 401)
    portal.throttle.succeeded(name, address)
    return signed_in(portal, found, address, within(back), "password")


def signed_in(portal: Portal, account: Account, address: str, back: str, how: str) -> Response:
    """The answer that begins a session."""
    portal.audit.add(account.name, "sign_in", address=address, how=how)
    session = portal.sessions.open(account.name, account.stamp)
    answer = RedirectResponse(back, status_code=303)
    answer.headers.append("Set-Cookie", portal.set_cookie(portal.sessions.cookie(session)))
    answer.headers.append("Set-Cookie", portal.set_cookie("", _FORM, 0))
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Sees) -> Response:
    portal = portal_of(request)
    portal.sessions.end(visitor.session)
    portal.audit.add(visitor.name, "sign_out", address=address_of(request))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.headers.append("Set-Cookie", portal.set_cookie("", seconds=0))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/language/{language}", dependencies=[public()])
async def language(
    request: Request, language: Literal["zh", "en"], back: Annotated[str, Query(max_length=600)] = "/"
) -> Response:
    answer = RedirectResponse(within(back), status_code=303)
    answer.headers.append("Set-Cookie", portal_of(request).set_cookie(language, LANGUAGE_COOKIE, 365 * 86400))
    return answer


@router.get("/alive", dependencies=[public()])
async def alive() -> PlainTextResponse:
    """For whoever watches over the process; says nothing of what is in it."""
    return PlainTextResponse("ok")


def _form(request: Request, back: str, problem: str = "", status: int = 200) -> HTMLResponse:
    portal, token = portal_of(request), secrets.token_urlsafe(24)
    answer = page(
        request, "sign_in.html", status=status, token=token, back=back, problem=problem,
        openid=portal.settings.openid, lock_minutes=portal.settings.lock_minutes,
    )  # fmt: skip
    note = portal.sessions.sign({"token": token}, "form")
    answer.headers.append("Set-Cookie", portal.set_cookie(note, _FORM, _FORM_SECONDS))
    return answer
