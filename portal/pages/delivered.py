"""What was delivered: the file matrix, volumes out of the ordinary, and the reports for management."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from assets.delivery_matrix import SHEETS, delivery_volumes
from assets.management import management_queries, management_sheets
from assets.wording import COLUMNS
from assets.workbook import worth_telling
from portal.access import Sees, Visitor
from portal.file_matrix import by_city, by_month
from portal.pages.common import ScanId, opened
from portal.publications import Publication
from portal.rendering import page

router = APIRouter()
_ROWS = 500


@router.get("/publications/{scan_id}/files")
def files(
    request: Request,
    visitor: Sees,
    scan_id: ScanId,
    source: Annotated[str, Query(pattern=r"^[a-z_]{0,40}$")] = "",
) -> HTMLResponse:
    one = opened(request, scan_id)
    listed, everybody, sees = one.files(visitor.scope), one.all_files(), visitor.scope.city
    as_of = date.fromisoformat(one.as_of)
    troubled = listed.filter(worth_telling(listed.columns)).sort("status", "source", "file").head(_ROWS).to_dicts()
    return page(
        request, "files.html", publication=one, matrix=by_city(listed, everybody, sees, as_of), source=source,
        monthly=by_month(listed, source, everybody, sees, as_of) if source else None, volumes=_volumes(one, visitor), troubled=troubled, total=listed.height, here="files",
    )  # fmt: skip


def _volumes(one: Publication, visitor: Visitor) -> list[dict[str, Any]]:
    return [row for row in delivery_volumes(one.all_files()).to_dicts() if visitor.scope.city(row["city"])]


@router.get("/publications/{scan_id}/reports/{name}")
def report(
    request: Request,
    visitor: Sees,
    scan_id: ScanId,
    name: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
) -> HTMLResponse:
    one = opened(request, scan_id)
    table = shown(one, visitor, name)
    if table is None:
        raise HTTPException(404)
    return page(
        request, "report.html", publication=one, table=table, reports=offered(one, visitor), here="reconciliation"
    )


def offered(one: Publication, visitor: Visitor) -> list[tuple[str, str, str]]:
    """The reports that a visitor may see: name, Chinese and English title."""
    return [
        (name, *_titles(name))
        for name in one.report_names()
        if name != "expectations" and one.report(visitor.scope, name) is not None
    ]


def shown(one: Publication, visitor: Visitor, name: str) -> dict[str, Any] | None:
    """A report as its template takes it; None where there is none."""
    frame = one.report(visitor.scope, name)
    if frame is None:
        return None
    sheet = {**management_sheets(), **SHEETS}.get(name)
    titles = sheet.columns if sheet else {}
    title_zh, title_en = _titles(name)
    return {
        "name": name, "title_zh": title_zh, "title_en": title_en, "says": sheet.says if sheet else "",
        "columns": [(column, titles.get(column) or (COLUMNS[column].title if column in COLUMNS else column)) for column in frame.columns],
        "rows": frame.head(_ROWS).rows(), "more": max(frame.height - _ROWS, 0),
    }  # fmt: skip


def _titles(name: str) -> tuple[str, str]:
    """What a report is called, in Chinese and English."""
    if name in management_queries():
        title = management_queries()[name].header["title"]
        return title["zh"], title["en"]
    return (SHEETS[name].title if name in SHEETS else name), name.replace("_", " ")
