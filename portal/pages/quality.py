"""How good the rules and the model are, as the judgements say: precision per rule, calibration, what the model ranks first."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assets.charts import intervals
from models.precision import Precision
from portal.access import Scope, Sees
from portal.dossier import rules
from portal.pages.common import ScanId, opened
from portal.publications import Publication
from portal.rendering import page, words_of
from portal.words import Words

router = APIRouter()
_BINS = 5
_RANKED = 15


@router.get("/publications/{scan_id}/quality")
def quality(request: Request, visitor: Sees, scan_id: ScanId) -> HTMLResponse:
    one, w = opened(request, scan_id), words_of(request)
    judged = precision(one, visitor.scope)
    drawn = (
        intervals([_row(row, w) for row in judged], w.t("属实率及 90% 区间", "Precision with 90 % interval"))
        if judged
        else ""
    )
    bins = calibration(one.cases(visitor.scope))
    curve = (
        intervals([_row(row, w) for row in bins], w.t("预计概率与属实率", "Predicted probability and share confirmed"))
        if bins
        else ""
    )
    return page(
        request, "quality.html", publication=one, judged=judged, drawn=drawn, bins=bins, curve=curve,
        risk=_risk(one) if visitor.scope.whole else [], here="quality",
    )  # fmt: skip


def precision(one: Publication, scope: Scope) -> list[dict[str, Any]]:
    """Per judged rule: share confirmed with its interval. Over a whole province as published, which counts cases that are gone
    too; for fewer divisions from their own cases alone."""
    if scope.whole:
        found = one.rules().filter(pl.col("judged") > 0).to_dicts()
        rows = [
            {
                "name": row["rule_id"],
                "share": row["precision"],
                "low": row["precision_low"],
                "high": row["precision_high"],
                "judged": row["judged"],
            }
            for row in found
        ]
    else:
        counted = one.cases(scope).group_by("rule_id").agg(
            pl.col("status").is_in(["confirmed", "recovered"]).sum().alias("confirmed"), (pl.col("status") == "dismissed").sum().alias("dismissed")
        )  # fmt: skip
        rows = [_share(rule_id, int(yes), int(no)) for rule_id, yes, no in counted.iter_rows() if yes + no]
    return sorted(rows, key=lambda row: (-row["judged"], row["name"]))


def calibration(cases: pl.DataFrame) -> list[dict[str, Any]]:
    """In bins of the predicted probability, the share that people confirmed."""
    judged = cases.filter(pl.col("status").is_in(["confirmed", "recovered", "dismissed"]))
    binned = judged.with_columns(bin=(pl.col("score") * _BINS).floor().clip(0, _BINS - 1).cast(pl.Int64)).group_by("bin").agg(
        (pl.col("status") != "dismissed").sum().alias("confirmed"), (pl.col("status") == "dismissed").sum().alias("dismissed")
    )  # fmt: skip
    return [
        _share(f"{place / _BINS:.0%}–{(place + 1) / _BINS:.0%}", int(yes), int(no))
        for place, yes, no in binned.sort("bin").iter_rows()
    ]


def _share(name: str, confirmed: int, dismissed: int) -> dict[str, Any]:
    told = Precision(confirmed, dismissed)
    return {"name": name, "share": told.share, "low": told.low, "high": told.high, "judged": told.judged}


def _row(row: dict[str, Any], w: Words) -> tuple[str, float, float, float, str]:
    rule = rules().get(row["name"])
    name = rule.title[w.language] if rule else row["name"]
    short = name if len(name) <= 17 else f"{name[:16]}…"
    told = f"{row['share']:.0%}（{row['judged']}）" if w.zh else f"{row['share']:.0%} ({row['judged']})"
    return short, row["share"], row["low"], row["high"], told


def _risk(one: Publication) -> list[dict[str, Any]]:
    path = one.folder / "risk.parquet"
    if not path.is_file():
        return []
    wanted = pl.col("subject_kind").is_in(["class", "institution", "assessor"]) & (pl.col("rank") <= _RANKED)
    return pl.scan_parquet(path).filter(wanted).sort("subject_kind", "rank").collect().to_dicts()
