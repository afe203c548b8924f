"""One case: its page, its printable report, a letter and a notice drafted from it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from portal.access import Sees, Takes, Visitor
from portal.documents import letter, report
from portal.dossier import dossier
from portal.files_out import attachment
from portal.judgements import given
from portal.pages.common import CaseId, ScanId, address_of, case_of, opened, portal_of
from portal.pdf import NoPdf, pdf
from portal.rendering import page, words_of
from portal.watermark import Taken

router = APIRouter()


@router.get("/publications/{scan_id}/cases/{case_id}")
def shown(
    request: Request,
    visitor: Sees,
    scan_id: ScanId,
    case_id: CaseId,
    saved: Literal["", "1"] = "",
) -> HTMLResponse:
    one = opened(request, scan_id)
    case_of(one, visitor, case_id)
    portal_of(request).audit.add(visitor.name, "view_case", f"{scan_id}/{case_id}", address_of(request))
    return case_page(request, visitor, one.scan_id, case_id, saved=saved)


@router.get("/publications/{scan_id}/cases/{case_id}/report.html")
def report_html(request: Request, visitor: Takes, scan_id: ScanId, case_id: CaseId) -> Response:
    one = opened(request, scan_id)
    case = case_of(one, visitor, case_id)
    taken = Taken.now(portal_of(request), visitor, f"{scan_id}/{case_id}/report.html", address_of(request))
    text = report(dossier(one, visitor.scope, case, words_of(request)), one, taken, words_of(request))
    return attachment(text.encode(), f"report_{case_id}.html", "text/html; charset=utf-8")


@router.get("/publications/{scan_id}/cases/{case_id}/report.pdf")
def report_pdf(request: Request, visitor: Takes, scan_id: ScanId, case_id: CaseId) -> Response:
    """The same report as PDF, where there is a Chromium to print it."""
    one, portal = opened(request, scan_id), portal_of(request)
    case = case_of(one, visitor, case_id)
    taken = Taken.now(portal, visitor, f"{scan_id}/{case_id}/report.pdf", address_of(request))
    text = report(dossier(one, visitor.scope, case, words_of(request)), one, taken, words_of(request))
    try:
        return attachment(pdf(text, portal.settings.chromium), f"report_{case_id}.pdf", "application/pdf")
    except NoPdf as reason:
        return page(
            request, "message.html", status=503, publication=one, title_zh="没有生成 PDF", title_en="No PDF was made",
            told_zh=f"{reason} 可以下载 HTML 报告，在浏览器里打印成 PDF。", told_en=f"{reason} Take the HTML report and print it to PDF.",
        )  # fmt: skip


@router.get("/publications/{scan_id}/cases/{case_id}/letter.html")
def letter_html(request: Request, visitor: Takes, scan_id: ScanId, case_id: CaseId) -> Response:
    one = opened(request, scan_id)
    case = case_of(one, visitor, case_id)
    taken = Taken.now(portal_of(request), visitor, f"{scan_id}/{case_id}/letter.html", address_of(request))
    text = letter(one, case["institution_id"], [case], taken)
    return attachment(text.encode(), f"letter_{case_id}.html", "text/html; charset=utf-8")


def case_page(
    request: Request, visitor: Visitor, scan_id: str, case_id: str, *, status: int = 200, problem: str = "",
    revealed: tuple[str, str] | None = None, entered: dict[str, str] | None = None, saved: str = "",
) -> HTMLResponse:  # fmt: skip
    """The page, also after a judgement or a reveal, with what came of it."""
    one = opened(request, scan_id)
    found = dossier(one, visitor.scope, case_of(one, visitor, case_id), words_of(request))
    return page(
        request, "case.html", status=status, publication=one, d=found, problem=problem, revealed=revealed, entered=entered or {},
        saved=saved, given=given(portal_of(request).home.inbox, case_id), today=date.today().isoformat(), here="cases",
    )  # fmt: skip
