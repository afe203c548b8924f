"""Signing off a publication: an officer of the whole province answers for it by name. And the way to the newest one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import RedirectResponse, Response

from assets.chain import sums_hash
from models.privacy import sweep
from portal.access import Refused, Sees, Signs
from portal.pages.common import ScanId, address_of, opened, portal_of
from portal.sign_offs import SIGNED, WITHDRAWN

router = APIRouter()


@router.post("/publications/{scan_id}/sign-off")
def sign_off(
    request: Request,
    visitor: Signs,
    scan_id: ScanId,
    note: Annotated[str, Form(max_length=300)] = "",
    withdraw: Annotated[bool, Form()] = False,
) -> Response:
    """A line of the audit log that names the publication's bytes; the publication itself is never changed."""
    one = opened(request, scan_id)
    if not visitor.scope.whole:
        raise Refused(f"sign off {scan_id}: not of the whole province")
    portal_of(request).audit.add(
        visitor.name, WITHDRAWN if withdraw else SIGNED, scan_id, address_of(request), on=sums_hash(one.folder), note=sweep(note.strip())
    )  # fmt: skip
    return RedirectResponse(f"/publications/{scan_id}", status_code=303)


@router.get("/newest/{kind}")
def newest(request: Request, visitor: Sees, kind: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")]) -> Response:
    """The same page of the newest publication: for links that know no publication, as those of the Dagster UI."""
    return _newest(request, kind)


@router.get("/newest/{kind}/{name}")
def newest_one(
    request: Request,
    visitor: Sees,
    kind: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")],
    name: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$")],
) -> Response:
    return _newest(request, f"{kind}/{name}")


def _newest(request: Request, rest: str) -> Response:
    found = portal_of(request).publications.newest()
    if found is None:
        raise HTTPException(404)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/publications/{found.scan_id}/{rest}{query}", status_code=303)
