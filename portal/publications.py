"""Reads publications for the portal: masked ones only, and of each only what a scope holds.

Belongs here: finding publications and reading their tables. Does not belong here: filters of the case list (`case_list.py`),
what is drawn or written out. Never opens the warehouse. A publication is never changed, so what was read of it is kept.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from assets.chain import publications, read_manifest
from assets.grouping import SCHEMA as GROUPS
from assets.grouping import grouped
from portal.access import Scope

SCAN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}$"
CASE = r"^[0-9a-f]{20}$"
_KEPT = 3
_SCOPES = 8
_LONG = ("claim_ids", "innocent_zh", "remedy_zh", "rule_sha")
"""Columns that the list does not need; the case page reads them for its one case."""
_DIVISION = {"directed_quota": "city", "delivery_matrix": "city", "delivery_volumes": "city"}
"""Reports whose rows belong to something other than `division`."""


class Publication:
    """One publication, read lazily."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scan_id = folder.name
        self._lock = threading.Lock()
        self._scoped: OrderedDict[tuple[str, tuple[str, ...]], pl.DataFrame] = OrderedDict()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.folder)

    @property
    def as_of(self) -> str:
        return str(self.manifest["as_of"])

    def cases(self, scope: Scope) -> pl.DataFrame:
        """The list's columns of the cases that the scope holds, with `expected_loss`."""
        return self._kept("cases", scope, lambda: self._listed.filter(scope.where()))

    def whole_cases(self, scope: Scope) -> pl.LazyFrame:
        """Every column, for files."""
        return pl.scan_parquet(self.folder / "cases.parquet").filter(scope.where())

    def case(self, scope: Scope, case_id: str) -> dict[str, Any] | None:
        """One case whole; None where there is none, or none that the scope holds."""
        found = self.whole_cases(scope).filter(pl.col("case_id") == case_id).collect()
        return found.row(0, named=True) if found.height else None

    def evidence(self, case_ids: Sequence[str]) -> pl.DataFrame:
        """The evidence of cases; whoever asks got their ids through a scope."""
        rows = pl.scan_parquet(self.folder / "evidence.parquet").filter(pl.col("case_id").is_in(list(case_ids)))
        return rows.sort("case_id", "source", "file", "sheet", "line").collect()

    def groups(self, scope: Scope) -> pl.DataFrame:
        """Institution, class and person of each case that the scope holds."""
        return self._kept(
            "groups", scope, lambda: self._groups.join(self.cases(scope).select("case_id"), on="case_id", how="semi")
        )

    def changes(self, scope: Scope) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "changes.parquet").filter(scope.where())

    def files(self, scope: Scope) -> pl.DataFrame:
        """Files of the scope's cities, and those of no city."""
        files = self.all_files()
        return files.filter(pl.Series([scope.city(city) for city in files["city"]], dtype=pl.Boolean))

    def all_files(self) -> pl.DataFrame:
        """For telling who is late; what is shown of it is asked of a scope."""
        return pl.read_parquet(self.folder / "files.parquet").with_columns(pl.col("city").fill_null(""))

    def picture(self, case_id: str) -> str:
        """The picture of a case about ties, as SVG; empty where it has none. Whoever asks got the id through a scope."""
        path = self.folder / "pictures" / f"{case_id}.svg"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def reasons(self, kind: str, key: str) -> list[dict[str, Any]]:
        """Why the models rank a subject where they do; whoever asks got the subject from a case of a scope."""
        path = self.folder / "risk.parquet"
        if not path.is_file():
            return []
        found = (
            pl.scan_parquet(path)
            .filter((pl.col("subject_kind") == kind) & (pl.col("subject_key") == key))
            .select("reasons")
            .collect()
        )
        return list(found["reasons"][0]) if found.height else []

    def rules(self) -> pl.DataFrame:
        """Over all divisions: for whole provinces only."""
        return pl.read_parquet(self.folder / "rules.parquet")

    def report_names(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / "reports").glob("*.parquet"))

    def report(self, scope: Scope, name: str) -> pl.DataFrame | None:
        """A report's rows of the scope; None where there is no such report, or none whose rows say whose they are."""
        if name not in self.report_names():
            return None
        frame = pl.read_parquet(self.folder / "reports" / f"{name}.parquet")
        column = _DIVISION.get(name, "division")
        if column in frame.columns:
            return frame.filter(scope.where(column))
        return frame if scope.whole else None

    def _kept(self, what: str, scope: Scope, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What was made for the last few scopes: visitors of one office ask for the same again and again."""
        key = (what, scope.divisions)
        if (found := self._scoped.get(key)) is None:
            found = make()
            with self._lock:
                self._scoped[key] = found
                while len(self._scoped) > _SCOPES:
                    self._scoped.popitem(last=False)
        return found

    @cached_property
    def _listed(self) -> pl.DataFrame:
        cases = pl.scan_parquet(self.folder / "cases.parquet")
        short = [name for name in cases.collect_schema().names() if name not in _LONG]
        loss = (pl.col("amount_at_risk").cast(pl.Float64) * pl.col("score")).round(2)
        listed = (
            cases.select(short)
            .with_columns(expected_loss=loss)
            .sort("expected_loss", "case_id", descending=[True, False])
        )
        return listed.collect()

    @cached_property
    def _groups(self) -> pl.DataFrame:
        evidence = pl.read_parquet(self.folder / "evidence.parquet", columns=["case_id", "source", "row"])
        return grouped(self._listed, evidence) if evidence.height else pl.DataFrame(schema=GROUPS)


class Publications:
    """The publications of a home; of the few that were read last, what was read is kept."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: OrderedDict[str, Publication] = OrderedDict()
        self._lock = threading.Lock()

    def all(self) -> list[Publication]:
        """All of them, the newest first: along the chain, as far as it holds."""
        found = {path.name: self._one(path, keep=False) for path in publications(self._root)}
        found = {name: one for name, one in found.items() if not one.manifest.get("reveal")}
        before = {name: (one.manifest.get("previous") or {}).get("scan_id") for name, one in found.items()}
        return sorted(found.values(), key=lambda one: (one.as_of, _depth(one.scan_id, before)), reverse=True)

    def newest(self) -> Publication | None:
        found = self.all()
        return self._one(found[0].folder) if found else None

    def find(self, scan_id: str) -> Publication | None:
        """One publication by its name; nothing but a name that is there is ever joined to a path."""
        if not re.match(SCAN, scan_id):
            return None
        folder = next((path for path in publications(self._root) if path.name == scan_id), None)
        found = self._one(folder) if folder else None
        return None if found is None or found.manifest.get("reveal") else found

    def before(self, one: Publication) -> Publication | None:
        previous = one.manifest.get("previous")
        return self.find(previous["scan_id"]) if previous else None

    def _one(self, folder: Path, keep: bool = True) -> Publication:
        with self._lock:
            found = self._open.get(folder.name) or Publication(folder)
            if keep:
                self._open[folder.name] = found
                self._open.move_to_end(folder.name)
                while len(self._open) > _KEPT:
                    self._open.popitem(last=False)
            return found


def _depth(scan_id: str, before: dict[str, str | None]) -> int:
    seen: set[str] = set()
    one: str | None = scan_id
    while one in before and one not in seen:
        seen.add(one)
        one = before[one]
    return len(seen)
