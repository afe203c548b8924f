"""Taking things away: the list as a file, the signed publication, packs, a public notice. Each is written down and marked first."""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, Response

from assets.publication import for_spreadsheets, write_parquet
from models.privacy import sweep
from portal.access import Scope, Takes, Visitor
from portal.case_list import Asked, asked, chosen
from portal.documents import notice
from portal.files_out import attachment, leaving, sent
from portal.packs import EmptyPack, Subject, pack, write_scoped_workbook, zipped
from portal.pages.common import ScanId, address_of, opened, portal_of
from portal.publications import Publication
from portal.rendering import page, words_of
from portal.watermark import Taken, stamped_workbook

router = APIRouter()
Division = Annotated[str, Path(pattern=r"^[1-8][0-9]{5}$")]
Institution = Annotated[str, Path(pattern=r"^[0-9A-Z]{8,20}$")]
_KINDS = {
    "cases.csv": "text/csv; charset=utf-8", "cases.parquet": "application/vnd.apache.parquet",
    "cases.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "publication.zip": "application/zip",
}  # fmt: skip


@router.get("/publications/{scan_id}/downloads")
def offered(request: Request, visitor: Takes, scan_id: ScanId) -> HTMLResponse:
    one = opened(request, scan_id)
    cases = one.cases(visitor.scope)
    cities = cases.group_by((pl.col("division").str.head(4) + "00").alias("city")).len().drop_nulls("city").sort("city")
    houses = (
        cases.filter(pl.col("institution_id").is_not_null()).group_by("institution_id")
        .agg(pl.len(), pl.col("expected_loss").sum(), pl.col("division").min())
        .sort("expected_loss", "institution_id", descending=[True, False]).head(100)
    )  # fmt: skip
    return page(
        request, "downloads.html", publication=one, cities=cities.to_dicts(), houses=houses.to_dicts(),
        everything=holds_everything(one, visitor.scope), total=cases.height, here="downloads",
    )  # fmt: skip


@router.get("/publications/{scan_id}/downloads/{what}")
def taken_away(
    request: Request,
    visitor: Takes,
    scan_id: ScanId,
    what: Literal["cases.csv", "cases.parquet", "cases.xlsx", "publication.zip"],
    asked: Annotated[Asked, Depends(asked)],
) -> Response:
    """The cases of the visitor's divisions, as many as the filters leave; the signed publication goes whole or not at all."""
    one, portal = opened(request, scan_id), portal_of(request)
    everything = holds_everything(one, visitor.scope)
    if what == "publication.zip" and not everything:
        raise HTTPException(404)
    query = sweep(asked.query(page=1))  # what was sought may be a person's number
    taken = Taken.now(portal, visitor, f"{scan_id}/{what}" + (f"?{query}" if query else ""), address_of(request))
    with leaving(portal.folder) as folder:
        target = folder / what
        if what == "publication.zip":
            zipped(one.folder, target, taken)
        elif what == "cases.xlsx" and everything and not asked.query(page=1, sort="loss"):
            stamped_workbook(one.folder / "cases.xlsx", target, taken)
        else:
            ids = chosen(one.cases(visitor.scope), asked)["case_id"]
            frame = one.whole_cases(visitor.scope).filter(pl.col("case_id").is_in(ids.implode())).collect()
            if what == "cases.parquet":
                write_parquet(frame.with_columns(taken=pl.lit(taken.short)), target)
            elif what == "cases.csv":
                for_spreadsheets(frame).with_columns(taken=pl.lit(taken.short)).write_csv(target, include_bom=True)
            else:
                place = "、".join(words_of(request).place(code) for code in visitor.account.divisions)
                changes = one.changes(visitor.scope).filter(pl.col("case_id").is_in(ids.implode()))
                evidence = one.evidence(ids.to_list())
                write_scoped_workbook(
                    target, one, place, portal.keys, taken, frame, evidence, one.files(visitor.scope), changes
                )
        return sent(target, f"{scan_id}_{what}", _KINDS[what])


@router.get("/publications/{scan_id}/packs/city/{code}.zip")
def city_pack(request: Request, visitor: Takes, scan_id: ScanId, code: Division) -> Response:
    one = opened(request, scan_id)
    return _pack(request, one, visitor, Subject("city", code, words_of(request).place(code)))


@router.get("/publications/{scan_id}/packs/institution/{code}.zip")
def institution_pack(request: Request, visitor: Takes, scan_id: ScanId, code: Institution) -> Response:
    return _pack(request, opened(request, scan_id), visitor, Subject("institution", code, code))


@router.get("/publications/{scan_id}/notice/{code}.html")
def public_notice(request: Request, visitor: Takes, scan_id: ScanId, code: Division) -> Response:
    """What may be made public of a division: confirmed matters, no person."""
    one = opened(request, scan_id)
    rows = one.whole_cases(visitor.scope).filter(Scope((code,)).where()).collect()
    if rows.is_empty():
        raise HTTPException(404)
    taken = Taken.now(portal_of(request), visitor, f"{scan_id}/notice/{code}", address_of(request))
    text = notice(one, words_of(request).place(code), rows.to_dicts(), taken)
    return attachment(text.encode(), f"notice_{scan_id}_{code}.html", "text/html; charset=utf-8")


def holds_everything(one: Publication, scope: Scope) -> bool:
    """Does the scope hold every case there is? Only then may the publication itself be taken."""
    return scope.whole and one.cases(scope).height == one.manifest["rows"]["cases"]


def _pack(request: Request, one: Publication, visitor: Visitor, about: Subject) -> Response:
    portal = portal_of(request)
    taken = Taken.now(portal, visitor, f"{one.scan_id}/packs/{about.kind}/{about.code}", address_of(request))
    with leaving(portal.folder) as folder:
        try:
            made = pack(folder, one, visitor.scope, about, portal.keys, taken)
        except EmptyPack:
            raise HTTPException(404) from None
        return sent(made, made.name, "application/zip")
