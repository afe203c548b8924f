"""What several pages ask of a request: its portal, its address, the publication that it names.

Belongs here: finding. Does not belong here: showing.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import HTTPException, Path, Request

from portal.access import Visitor
from portal.publications import CASE, SCAN, Publication
from portal.state import Portal

ScanId = Annotated[str, Path(pattern=SCAN)]
CaseId = Annotated[str, Path(pattern=CASE)]


def portal_of(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def opened(request: Request, scan_id: str) -> Publication:
    """The publication of that name; 404 where there is none."""
    found = portal_of(request).publications.find(scan_id)
    if found is None:
        raise HTTPException(404)
    return found


def case_of(publication: Publication, visitor: Visitor, case_id: str) -> dict[str, Any]:
    """The case; 404 where there is none within the visitor's divisions: of others it is not even said that they exist."""
    found = publication.case(visitor.scope, case_id)
    if found is None:
        raise HTTPException(404)
    return found


def within(back: str) -> str:
    """An address of this portal to go back to: a path, and nothing that leads elsewhere."""
    plain = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if plain and len(back) < 500 else "/"
