"""The publications: which there are, what each comes to, what changed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assets.chain import month_end, sums_hash
from assets.charts import bars, trend
from portal.access import Scope, Sees
from portal.pages.common import ScanId, opened, portal_of
from portal.publications import Publication
from portal.rendering import page, words_of
from portal.sign_offs import SignOff
from portal.state import Portal

router = APIRouter()
_TREND = 12
_LISTED = 100
_CHANGES = 200


@router.get("/")
def start(request: Request, visitor: Sees) -> Response:
    newest = portal_of(request).publications.newest()
    return RedirectResponse(f"/publications/{newest.scan_id}" if newest else "/publications", status_code=303)


@router.get("/publications")
def listed(request: Request, visitor: Sees) -> HTMLResponse:
    found, w = portal_of(request).publications.all(), words_of(request)
    waiting = waiting_of(found)
    rows = [
        (one, summary(one, visitor.scope), signature(portal_of(request), one), one.scan_id in waiting)
        for one in found[:_LISTED]
    ]
    points = [(one.as_of, float(told["cases"]), f"{told['cases']:,}") for one, told, *_ in reversed(rows[:_TREND])]
    picture = trend(points, w.t("各次扫描的线索数", "Cases per scan")) if len(points) > 1 else ""
    return page(
        request, "publications.html", rows=rows, more=max(len(found) - _LISTED, 0), picture=picture, here="publications"
    )


@router.get("/publications/{scan_id}")
def overview(request: Request, visitor: Sees, scan_id: ScanId) -> HTMLResponse:
    one, w = opened(request, scan_id), words_of(request)
    cases = one.cases(visitor.scope)
    cities = (
        cases.with_columns(city=pl.col("division").str.head(4) + "00").group_by("city")
        .agg(pl.len().alias("cases"), pl.col("expected_loss").sum()).sort("expected_loss", "city", descending=[True, False])
    )  # fmt: skip
    by_city = bars(
        [
            (w.place(row["city"]), row["expected_loss"], f"{row['expected_loss']:,.0f} · {row['cases']}")
            for row in cities.iter_rows(named=True)
        ],
        w.t("各市预计损失（元）和线索数", "Expected loss (yuan) and cases by city"),
    )
    by_rule = (
        cases.group_by("rule_id", "title_zh", "title_en", "severity")
        .agg(pl.len().alias("cases"), pl.col("expected_loss").sum(), pl.col("amount_at_risk").sum())
        .sort("expected_loss", "rule_id", descending=[True, False]).to_dicts()
    )  # fmt: skip
    houses = (
        cases.filter(pl.col("institution_id").is_not_null()).group_by("institution_id")
        .agg(pl.len().alias("cases"), pl.col("expected_loss").sum(), pl.col("division").min())
        .sort("expected_loss", "institution_id", descending=[True, False]).head(10).to_dicts()
    )  # fmt: skip
    return page(
        request, "overview.html", publication=one, told=summary(one, visitor.scope), by_city=by_city, by_rule=by_rule,
        houses=houses, whole=visitor.scope.whole, signature=signature(portal_of(request), one),
        waits=one.scan_id in waiting_of(portal_of(request).publications.all()), here="overview",
    )  # fmt: skip


@router.get("/publications/{scan_id}/changes")
def changed(request: Request, visitor: Sees, scan_id: ScanId) -> HTMLResponse:
    one = opened(request, scan_id)
    found = one.changes(visitor.scope)
    counts = dict(found.group_by("change").len().iter_rows())
    still = set(one.cases(visitor.scope)["case_id"])
    order = {"changed": 0, "new": 1, "gone": 2}
    rows = found.sort(pl.col("change").replace_strict(order, default=3), "case_id").head(_CHANGES).to_dicts()
    return page(
        request, "changes.html", publication=one, rows=rows, counts=counts, still=still, more=max(found.height - _CHANGES, 0),
        previous=one.manifest.get("previous"), here="changes",
    )  # fmt: skip


def signature(portal: Portal, one: Publication) -> SignOff | None:
    """Who answers for a publication; nobody where the bytes that were signed are not these."""
    found = portal.sign_offs.of(one.scan_id)
    return found if found is not None and found.on == sums_hash(one.folder) else None


def waiting_of(listed: Sequence[Publication]) -> set[str]:
    """Those that stand for a month and are to be signed: of each last day of a month the latest, from the newest first."""
    months: dict[str, str] = {}
    for one in listed:
        if month_end(one.as_of):
            months.setdefault(one.as_of, one.scan_id)
    return set(months.values())


def summary(one: Publication, scope: Scope) -> dict[str, Any]:
    """What a publication comes to within a scope. Yuan that no two cases count twice are known for the whole alone."""
    return _summary(one.folder, scope) | (
        {name: one.manifest.get("counts", {}).get(name) for name in ("amount_at_risk", "amount_unreconciled")} if scope.whole
        else {"amount_at_risk": None, "amount_unreconciled": None}
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _summary(folder: Path, scope: Scope) -> dict[str, Any]:
    """The figures of a publication, which is never changed."""
    wanted = ["severity", "rating", "status", "amount_at_risk", "score", "institution_id"]
    cases = pl.scan_parquet(folder / "cases.parquet").filter(scope.where()).select(wanted).collect()
    return {
        "cases": cases.height,
        **{name: dict(cases.group_by(name).len().iter_rows()) for name in ("severity", "rating", "status")},
        "loss": float((cases["amount_at_risk"].cast(pl.Float64) * cases["score"]).round(2).sum()),
        "institutions": cases["institution_id"].drop_nulls().n_unique(),
    }
