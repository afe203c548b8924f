"""The case list: what may be asked of it, and the answer, a page at a time.

Belongs here: filters, order, paging over the cases that a scope holds. Does not belong here: reading them
(`publications.py`), or how they look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import polars as pl
from fastapi import Query

from models.case import SEVERITIES, STATUSES

PER_PAGE = 50
RATINGS = ("A", "B", "C")
SORTS: Mapping[str, tuple[str, bool]] = {
    "loss": ("expected_loss", True), "amount": ("amount_at_risk", True), "score": ("score", True),
    "rating": ("rating", False), "first": ("first_seen", True),
}  # fmt: skip
_TEXT = ("explanation_zh", "explanation_en", "title_zh", "subject_key", "institution_id", "case_id")


@dataclass(frozen=True)
class Asked:
    """What somebody asks of the list; empty means all."""

    city: str = ""
    rule: str = ""
    rating: str = ""
    severity: str = ""
    status: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""
    sort: str = "loss"
    page: int = 1

    def query(self, **more: Any) -> str:
        """As the part of an address after the question mark; what is empty is left out."""
        asked = replace(self, **more)
        given = {
            f.name: getattr(asked, f.name) for f in fields(asked) if getattr(asked, f.name) not in (f.default, None)
        }
        return urlencode(given)


def asked(
    city: Annotated[str, Query(pattern=r"^([1-8][0-9]{5})?$")] = "",
    rule: Annotated[str, Query(pattern=r"^[a-z0-9_]{0,60}$")] = "",
    rating: Literal["", "A", "B", "C"] = "",
    severity: Literal["", "violation", "lead", "notice"] = "",
    status: Literal["", "new", "open", "confirmed", "dismissed", "recovered"] = "",
    low: Annotated[str, Query(pattern=r"^([0-9]{1,12}(\.[0-9]{1,2})?)?$")] = "",
    high: Annotated[str, Query(pattern=r"^([0-9]{1,12}(\.[0-9]{1,2})?)?$")] = "",
    text: Annotated[str, Query(max_length=60)] = "",
    sort: Literal["loss", "amount", "score", "rating", "first"] = "loss",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Asked:
    """The list's filters as the address gives them."""
    return Asked(
        city,
        rule,
        rating,
        severity,
        status,
        Decimal(low) if low else None,
        Decimal(high) if high else None,
        text.strip(),
        sort,
        page,
    )


@dataclass(frozen=True)
class Found:
    """One page of the answer, and what all of it comes to."""

    rows: list[dict[str, Any]]
    total: int
    loss: float
    page: int
    pages: int


def chosen(cases: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """The cases that answer, in the order asked for."""
    wanted = [pl.lit(True)]
    if asked.city:
        prefix = (
            asked.city[:2]
            if asked.city.endswith("0000")
            else asked.city[:4]
            if asked.city.endswith("00")
            else asked.city
        )
        wanted.append(pl.col("division").str.starts_with(prefix))
    for column, value in (
        ("rule_id", asked.rule),
        ("rating", asked.rating),
        ("severity", asked.severity),
        ("status", asked.status),
    ):
        if value:
            wanted.append(pl.col(column) == value)
    if asked.low is not None:
        wanted.append(pl.col("amount_at_risk") >= asked.low)
    if asked.high is not None:
        wanted.append(pl.col("amount_at_risk") <= asked.high)
    if asked.text:
        wanted.append(pl.any_horizontal(pl.col(column).str.contains(asked.text, literal=True) for column in _TEXT))
    column, descending = SORTS[asked.sort]
    found = cases.filter(pl.all_horizontal(wanted).fill_null(False))
    if asked.sort == "loss":
        return found  # the cases come in this order
    return found.sort(column, "expected_loss", "case_id", descending=[descending, True, False], nulls_last=True)


def page_of(cases: pl.DataFrame, asked: Asked) -> Found:
    found = chosen(cases, asked)
    pages = max(1, -(-found.height // PER_PAGE))
    page = min(asked.page, pages)
    rows = found.slice((page - 1) * PER_PAGE, PER_PAGE).to_dicts()
    return Found(rows, found.height, float(found["expected_loss"].sum() or 0.0), page, pages)


def choices(cases: pl.DataFrame) -> dict[str, list[Any]]:
    """What the filters can be set to, for these cases: cities and rules that have any."""
    cities = cases.select((pl.col("division").str.head(4) + "00").alias("city")).drop_nulls().unique().sort("city")
    rules = (
        cases.group_by("rule_id").agg(pl.col("title_zh").first(), pl.col("title_en").first(), pl.len()).sort("rule_id")
    )
    return {
        "city": cities["city"].to_list(), "rule": rules.to_dicts(), "rating": list(RATINGS),
        "severity": list(SEVERITIES), "status": list(STATUSES),
    }  # fmt: skip
