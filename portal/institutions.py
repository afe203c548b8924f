"""Cases as a tree: institution, class, person. The order in which an inspector visits.

Belongs here: building a page of the tree. Does not belong here: which class and person a case is about (`assets/grouping.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from portal.case_list import Asked, chosen

PER_PAGE = 10
_CASES = 60
"""An institution shows so many cases here; the list shows all of them."""


@dataclass(frozen=True)
class Tree:
    """`houses`: per institution its figures and its classes; per class its persons; per person the cases."""

    houses: list[dict[str, Any]]
    total: int
    page: int
    pages: int


def institutions_page(cases: pl.DataFrame, groups: pl.DataFrame, asked: Asked) -> Tree:
    """The institutions with the greatest expected loss first; cases of no institution come last, together."""
    found = chosen(cases, asked).join(
        groups.select("case_id", "institution", "class_id", "person"), on="case_id", how="left"
    )
    houses = (
        found.group_by("institution_id").agg(
            pl.col("institution").drop_nulls().first(), pl.len().alias("cases"), pl.col("expected_loss").sum(), pl.col("division").min()
        )
        .sort(pl.col("institution_id").is_null(), "expected_loss", "institution_id", descending=[False, True, False])
    )  # fmt: skip
    pages = max(1, -(-houses.height // PER_PAGE))
    page = min(asked.page, pages)
    shown = houses.slice((page - 1) * PER_PAGE, PER_PAGE).to_dicts()
    return Tree(
        [{**house, "classes": _classes(found, house["institution_id"])} for house in shown], houses.height, page, pages
    )


def _classes(found: pl.DataFrame, institution: str | None) -> list[dict[str, Any]]:
    own = found.filter(pl.col("institution_id").eq_missing(pl.lit(institution, pl.String)))
    own = own.sort("class_id", "person", "expected_loss", descending=[False, False, True], nulls_last=True).head(_CASES)
    return [
        {
            "class_id": class_id,
            "cases": of_class.height,
            "people": [
                {"person": person, "cases": of_person.to_dicts()}
                for (person,), of_person in of_class.group_by("person", maintain_order=True)
            ],
        }
        for (class_id,), of_class in own.group_by("class_id", maintain_order=True)
    ]
