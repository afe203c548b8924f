"""What every answer carries, and what no request may be: strict headers, bounded bodies.

Belongs here: the two ASGI layers around the whole portal. Does not belong here: who may do what (`access.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.state import Portal

UPLOAD_PATH = "/judgements/workbook"
SMALL, LARGE = 64 * 1024, 64 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class StrictHeaders:
    """Adds the headers, and the renewed cookie of a session in use; what fails inside is answered by `failed`, with them."""

    def __init__(self, app: ASGIApp, portal: Portal, failed: Callable[[Request, Exception], Response]) -> None:
        self._app, self._portal, self._failed = app, portal, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _FIXED.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
                if self._portal.settings.secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                renewed = scope.get("state", {}).get("renewed")
                if renewed and "set-cookie" not in headers:
                    headers.append("Set-Cookie", self._portal.set_cookie(renewed))
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            if started:
                raise
            await self._failed(Request(scope), error)(scope, receive, with_headers)


class BoundedBody:
    """Refuses a body that is larger than anything the portal asks for, before anybody reads it. Only who brings a session
    may send a large one, and only to where workbooks are returned."""

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self._app, self._portal = app, portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = LARGE if scope["path"] == UPLOAD_PATH and self._has_session(headers) else SMALL
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > limit:
            await self._too_large(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise _TooLarge
            return message

        try:
            await self._app(scope, bounded, send)
        except _TooLarge:
            await self._too_large(scope, receive, send)

    def _has_session(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._portal.cookie)
        except CookieError:
            return False
        return cookie is not None and self._portal.sessions.read(cookie.value) is not None

    @staticmethod
    async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
        answer = PlainTextResponse("内容太大。 / The body is too large.", status_code=413)
        await answer(scope, receive, send)


class _TooLarge(Exception):
    pass
