"""The portal, put together: layers, routers, and what happens when something is refused or goes wrong.

Belongs here: assembly. Does not belong here: any page (`pages/`) or any decision (`access.py`).
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipelines.home import Home
from portal.access import NoSession, Refused, refuse_undeclared
from portal.headers import BoundedBody, StrictHeaders
from portal.pages import ROUTERS
from portal.rendering import STATIC, page
from portal.state import Portal, open_portal

_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
_MESSAGES = {
    400: ("请求有误", "Bad request", "请求的内容无法理解。", "The request cannot be understood."),
    403: ("没有权限", "Not allowed", "您的账号不能进行这项操作；如果刚刚重新登录，请返回上一页刷新后再试。",
          "Your account may not do this; if you have just signed in again, go back, reload and try again."),
    404: ("没有找到", "Not found", "没有这个页面，或者不在您的管辖范围之内。", "There is no such page, or it is not within your divisions."),
    405: ("请求有误", "Bad request", "这个地址不能这样使用。", "This address cannot be used in this way."),
    413: ("内容太大", "Too large", "上传的内容超过限制。", "What you sent is too large."),
    422: ("填写有误", "Not valid", "有一项内容的格式不对，请返回修改。", "Something you entered has the wrong form; go back and correct it."),
    500: ("出错了", "Something went wrong", "系统出错，已记入运行日志；请稍后再试，或联系管理员。",
          "An error occurred and was logged; try again later or tell your administrator."),
}  # fmt: skip
_log = logging.getLogger("skillwatch.portal")


def create_app(home: Home, portal: Portal | None = None) -> FastAPI:
    """The portal over a home, as an ASGI application."""
    portal = portal or open_portal(home)
    app = FastAPI(title="Skillwatch portal", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = portal
    refuse_undeclared(ROUTERS)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(NoSession, _no_session)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    hosts = [*_LOOPBACK, *portal.settings.hosts]
    if portal.settings.base_url:
        hosts.append(portal.settings.base_url.split("://", 1)[-1].split("/")[0].rsplit(":", 1)[0])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(BoundedBody, portal=portal)
    app.add_middleware(StrictHeaders, portal=portal, failed=_failed)
    return app


def _message(request: Request, status: int) -> Response:
    zh, en, told_zh, told_en = _MESSAGES.get(status, _MESSAGES[400])
    return page(request, "message.html", status=status, title_zh=zh, title_en=en, told_zh=told_zh, told_en=told_en)


async def _no_session(request: Request, error: Exception) -> Response:
    """A person who opens a page is sent to sign in; whoever sends anything else is told that there is no session."""
    asked_by_proxy = request.url.path == "/gate"
    if request.method == "GET" and not asked_by_proxy and "text/html" in request.headers.get("accept", ""):
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer: Response = RedirectResponse(f"/sign-in?back={quote(back)}", status_code=303)
    else:
        answer = PlainTextResponse("请先登录。 / Sign in first.", status_code=401)
    portal: Portal = request.app.state.portal
    if request.cookies.get(portal.cookie):
        answer.headers.append("Set-Cookie", portal.set_cookie("", seconds=0))
    return answer


async def _refused(request: Request, error: Exception) -> Response:
    visitor = getattr(request.state, "visitor", None)
    client = request.client.host if request.client else ""
    request.app.state.portal.audit.add(visitor.name if visitor else "", "refused", str(error), client)
    return _message(request, 403)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _message(request, error.status_code)


async def _invalid(request: Request, error: Exception) -> Response:
    """A path that names nothing is not found; a field of the wrong form is said to be so, and not repeated."""
    assert isinstance(error, RequestValidationError)
    in_path = any(one["loc"] and one["loc"][0] == "path" for one in error.errors())
    return _message(request, 404 if in_path else 422)


def _failed(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.scope.get("path", ""), exc_info=error)
    return _message(request, 500)
