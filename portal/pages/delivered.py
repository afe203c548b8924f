"""What was delivered and whether it adds up: the file matrix, reconciliation, the reports for management."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from assets.management import management_queries
from portal.access import Sees, Visitor
from portal.file_matrix import by_city, by_month
from portal.pages.common import ScanId, opened
from portal.publications import Publication
from portal.rendering import page

router = APIRouter()
_ROWS = 500
_RECONCILED = ("division", "batch", "voucher", "transaction", "province")


@router.get("/publications/{scan_id}/files")
def files(
    request: Request,
    visitor: Sees,
    scan_id: ScanId,
    source: Annotated[str, Query(pattern=r"^[a-z_]{0,40}$")] = "",
) -> HTMLResponse:
    one = opened(request, scan_id)
    listed = one.files(visitor.scope)
    troubled = (
        listed.filter(~pl.col("status").is_in(["accepted"])).sort("status", "source", "file").head(_ROWS).to_dicts()
    )
    return page(
        request, "files.html", publication=one, matrix=by_city(listed, one.all_files()), source=source,
        monthly=by_month(listed, source) if source else None, troubled=troubled, total=listed.height, here="files",
    )  # fmt: skip


@router.get("/publications/{scan_id}/reconciliation")
def reconciliation(request: Request, visitor: Sees, scan_id: ScanId) -> HTMLResponse:
    """Where books, bank and reports differ: cases of divisions, batches, vouchers and transactions, and the use of funds."""
    one = opened(request, scan_id)
    cases = one.cases(visitor.scope).filter(pl.col("subject_kind").is_in(_RECONCILED))
    by_rule = (
        cases.group_by("rule_id", "title_zh", "title_en", "severity").agg(pl.len().alias("cases"), pl.col("amount_at_risk").sum())
        .sort("amount_at_risk", "rule_id", descending=[True, False]).to_dicts()
    )  # fmt: skip
    per_city = (
        cases.with_columns(city=pl.col("division").str.head(4) + "00").group_by("city")
        .agg(pl.len().alias("cases"), pl.col("amount_at_risk").sum()).sort("city").to_dicts()
    )  # fmt: skip
    return page(
        request, "reconciliation.html", publication=one, by_rule=by_rule, per_city=per_city, reports=_offered(one, visitor),
        funds=_table(one, visitor, "fund_use"), here="reconciliation",
    )  # fmt: skip


@router.get("/publications/{scan_id}/reports/{name}")
def report(
    request: Request,
    visitor: Sees,
    scan_id: ScanId,
    name: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
) -> HTMLResponse:
    one = opened(request, scan_id)
    table = _table(one, visitor, name)
    if table is None:
        raise HTTPException(404)
    return page(
        request, "report.html", publication=one, table=table, reports=_offered(one, visitor), here="reconciliation"
    )


def _offered(one: Publication, visitor: Visitor) -> list[tuple[str, str, str]]:
    known = management_queries()
    return [
        (
            name,
            known[name].header["title"]["zh"] if name in known else name,
            known[name].header["title"]["en"] if name in known else name,
        )
        for name in one.report_names()
        if name != "expectations" and one.report(visitor.scope, name) is not None
    ]


def _table(one: Publication, visitor: Visitor, name: str) -> dict[str, Any] | None:
    frame = one.report(visitor.scope, name)
    if frame is None:
        return None
    header = management_queries()[name].header if name in management_queries() else {}
    titles = header.get("columns", {})
    return {
        "name": name, "title_zh": header.get("title", {}).get("zh", name), "title_en": header.get("title", {}).get("en", name),
        "says": header.get("says", ""), "columns": [(column, titles.get(column, column)) for column in frame.columns],
        "rows": frame.head(_ROWS).rows(), "more": max(frame.height - _ROWS, 0),
    }  # fmt: skip
