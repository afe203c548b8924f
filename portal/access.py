"""Who may do what, and see which divisions. The one place that decides; every page asks here and nowhere else.

Belongs here: roles, permissions, scopes of divisions, and what each route declares that it needs (`visitor: Sees`, `Judges`, ...).
Does not belong here: who somebody is (`accounts.py`, `sessions.py`).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

if TYPE_CHECKING:
    from portal.accounts import Account
    from portal.sessions import Session

CSRF_FIELD = "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Role(StrEnum):
    VIEWER = "viewer"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    ADMIN = "admin"


class Permission(StrEnum):
    """SEE masked cases of one's divisions; TAKE them away as files; JUDGE them; REVEAL one sealed value; SIGN off a month or
    a publication; ADMINISTER the portal: accounts and the audit log, and the way to the Dagster UI."""

    SEE = "see"
    TAKE = "take"
    JUDGE = "judge"
    REVEAL = "reveal"
    SIGN = "sign"
    ADMINISTER = "administer"


_EVERYBODY = frozenset({Permission.SEE, Permission.TAKE})
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _EVERYBODY,
    Role.INSPECTOR: _EVERYBODY | {Permission.JUDGE},
    Role.OFFICER: _EVERYBODY | {Permission.JUDGE, Permission.REVEAL, Permission.SIGN},
    # Who hands out rights uses none of them: an administrator neither judges, reveals nor signs.
    Role.ADMIN: _EVERYBODY | {Permission.ADMINISTER},
}


class NoSession(Exception):
    """Nobody is signed in, or the session is forged, expired or ended."""


class Refused(Exception):
    """Somebody is signed in who may not do this; `what` says it for the audit log."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Scope:
    """The divisions of an account. `140000` holds all of 140000, `140100` the city with its counties, `140105` itself."""

    divisions: tuple[str, ...]

    def sees(self, division: str | None) -> bool:
        """A case of no division is the province's: only who sees a whole province sees it."""
        if not division:
            return self.whole
        return any(division.startswith(prefix) for prefix in self._prefixes)

    @property
    def whole(self) -> bool:
        """Does it hold a whole province? Then figures over all divisions may be shown."""
        return any(code.endswith("0000") for code in self.divisions)

    def where(self, column: str = "division") -> pl.Expr:
        """The same as `sees`, for the rows of a frame."""
        inside = [pl.col(column).str.starts_with(prefix) for prefix in self._prefixes]
        seen = pl.any_horizontal(*inside, pl.lit(False)).fill_null(False)
        return seen | (pl.col(column).fill_null("") == "") if self.whole else seen

    def city(self, code: str | None) -> bool:
        """Does it hold the city, or a part of it? What is delivered for a whole city concerns its counties too; what is
        delivered for no city (a catalogue) concerns everybody."""
        return not code or self.sees(code) or any(division[:4] == code[:4] for division in self.divisions)

    @property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(
            code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code for code in self.divisions
        )


@dataclass(frozen=True)
class Visitor:
    """Who makes this request."""

    account: Account
    session: Session

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def scope(self) -> Scope:
        return Scope(self.account.divisions)

    def may(self, permission: Permission | str) -> bool:
        return Permission(permission) in GRANTS[self.account.role]


class Guard:
    """What stands before a route: a live session, the permission, and for whatever changes something the session's token."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Visitor:
        visitor = await self.visitor(request)
        if not visitor.may(self.permission):
            raise Refused(f"{request.method} {request.scope['route'].path}: {self.permission}")
        return visitor

    @staticmethod
    async def visitor(request: Request) -> Visitor:
        """The visitor of a request, with the form's token proved where the method is not safe. Raises NoSession or Refused."""
        portal = request.app.state.portal
        session = portal.sessions.read(request.cookies.get(portal.cookie, ""))
        account = portal.accounts.find(session.account) if session else None
        if session is None or account is None or account.disabled or account.stamp != session.stamp:
            raise NoSession
        visitor = Visitor(account, session)
        request.state.visitor = visitor
        request.state.renewed = portal.sessions.renewed(session)
        if request.method not in _SAFE:
            token = (await request.form(max_files=1, max_fields=50)).get(CSRF_FIELD)
            if not isinstance(token, str) or not hmac.compare_digest(token.encode(), session.csrf.encode()):
                raise Refused(f"{request.method} {request.scope['route'].path}: no token of this session")
        return visitor


class Public:
    """Stands before a route that everybody may call: signing in, and being alive."""

    async def __call__(self) -> None:
        return None


Sees = Annotated[Visitor, Depends(Guard(Permission.SEE))]
Takes = Annotated[Visitor, Depends(Guard(Permission.TAKE))]
Judges = Annotated[Visitor, Depends(Guard(Permission.JUDGE))]
Reveals = Annotated[Visitor, Depends(Guard(Permission.REVEAL))]
Signs = Annotated[Visitor, Depends(Guard(Permission.SIGN))]
Administers = Annotated[Visitor, Depends(Guard(Permission.ADMINISTER))]
"""Declared by every route: `visitor: Sees`."""


def public() -> Any:
    return Depends(Public())


def declared(route: APIRoute) -> Guard | Public | None:
    """What a route says it needs; None where it says nothing."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return next((call for call in calls if isinstance(call, Guard | Public)), None)


def refuse_undeclared(routers: Iterable[APIRouter]) -> None:
    """A route that does not say what it needs stops the assembly."""
    routes = [route for router in routers for route in router.routes]
    silent = [getattr(r, "path", str(r)) for r in routes if not isinstance(r, APIRoute) or declared(r) is None]
    if silent:
        raise RuntimeError(f"routes that do not say what they need: {', '.join(silent)}; see portal/access.py")
