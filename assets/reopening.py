"""A dismissed case stays dismissed while its evidence is the same, and is open again when it changes.

Belongs here: comparing the evidence of a dismissed case with what the one who dismissed it could see, and saying what changed.
Does not belong here: who judged what (`history.py`), or how changes are published (`changes.py`).

Evidence is the case's source rows, wherever they stand, and its claims; figures that only grow with the date are none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from assets.chain import previous_publication, publications, read_manifest
from assets.wording import LABELS


@dataclass(frozen=True)
class Dismissal:
    """When somebody dismissed the case, and the hash of the file that says so."""

    checked_on: date | None
    sha256: str


@dataclass(frozen=True)
class _Seen:
    """A case as one publication shows it."""

    status: str
    claims: tuple[str, ...]
    rows: Counter[tuple[str, str]]
    as_of: date
    inputs: frozenset[str]


def reopened(
    cases: pl.DataFrame, evidence: pl.DataFrame, dismissals: Mapping[str, Dismissal], root: Path
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The cases with those open again whose evidence is no longer what was dismissed; and per case id what changed, for those
    that are open again with this scan. `root` holds the publications before it; frames and publications are masked alike."""
    dismissed = cases.filter((pl.col("status") == "dismissed") & pl.col("case_id").is_in(list(dismissals)))
    if dismissed.is_empty():
        return cases, {}
    before = _last_seen(dismissed["case_id"].to_list(), root)
    now = _rows(evidence, dismissed["case_id"].to_list())
    reasons: dict[str, str] = {}
    still_open: set[str] = set()
    for case_id, claims in dismissed.select("case_id", "claim_ids").iter_rows():
        seen, dismissal = before.get(case_id), dismissals[case_id]
        if seen is None:
            continue
        known = dismissal.sha256 in seen.inputs and (dismissal.checked_on is None or dismissal.checked_on <= seen.as_of)
        if known and seen.status != "dismissed":
            still_open.add(case_id)  # it was open again already, and nobody has judged it since
        elif what := _difference(seen, tuple(claims), now.get(case_id, Counter())):
            reasons[case_id] = f"排除后证据有变化，重新待核查：{what}"
    again = pl.col("case_id").is_in([*still_open, *reasons])
    return cases.with_columns(status=pl.when(again).then(pl.lit("open")).otherwise("status")), reasons


def statuses_of(cases: pl.DataFrame, publication: Path) -> pl.DataFrame:
    """The cases with the statuses that another publication of the same scan gives them."""
    theirs = pl.read_parquet(publication / "cases.parquet", columns=["case_id", "status"])
    joined = cases.join(theirs.rename({"status": "theirs"}), on="case_id", how="left", maintain_order="left")
    return joined.with_columns(status=pl.coalesce("theirs", "status")).drop("theirs")


def _last_seen(case_ids: list[str], root: Path) -> dict[str, _Seen]:
    """Each case as the newest publication that has it shows it."""
    found: dict[str, _Seen] = {}
    for folder in _newest_first(root):
        left = [one for one in case_ids if one not in found]
        if not left:
            break
        shown = (
            pl.scan_parquet(folder / "cases.parquet")
            .filter(pl.col("case_id").is_in(left))
            .select("case_id", "status", "claim_ids")
            .collect()
        )
        if shown.is_empty():
            continue
        manifest = read_manifest(folder)
        rows = _rows(
            pl.read_parquet(folder / "evidence.parquet", columns=["case_id", "source", "row"]),
            shown["case_id"].to_list(),
        )
        for case_id, status, claims in shown.iter_rows():
            found[case_id] = _Seen(
                status,
                tuple(claims),
                rows.get(case_id, Counter()),
                date.fromisoformat(manifest["as_of"]),
                frozenset(manifest.get("inputs", ())),
            )
    return found


def _newest_first(root: Path) -> list[Path]:
    """Along the chain, from its end."""
    folders = {path.name: path for path in publications(root)}
    line: list[Path] = []
    one = previous_publication(root)
    while one is not None and one not in line:
        line.append(one)
        named = read_manifest(one).get("previous")
        one = folders.get(named["scan_id"]) if named else None
    return line


def _rows(evidence: pl.DataFrame, case_ids: list[str]) -> dict[str, Counter[tuple[str, str]]]:
    """Per case its rows as source and values, whatever file and line they stand on; a value that is missing is none."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    for case_id, source, row in (
        evidence.filter(pl.col("case_id").is_in(case_ids)).select("case_id", "source", "row").iter_rows()
    ):
        values = {name: value for name, value in json.loads(row).items() if value is not None}
        found.setdefault(case_id, Counter())[source, json.dumps(values, ensure_ascii=False, sort_keys=True)] += 1
    return found


def _difference(seen: _Seen, claims: tuple[str, ...], rows: Counter[tuple[str, str]]) -> str:
    """What is there now and was not, and the other way round; empty where the evidence is the same."""
    told = [
        f"{verb}{_source(source)} {many} 行"
        for verb, some in (("新增", rows - seen.rows), ("不再有", seen.rows - rows))
        for source, many in _per_source(some)
    ]
    if claims != seen.claims:
        told.append(
            f"涉及申领由 {len(seen.claims)} 笔变为 {len(claims)} 笔"
            if len(claims) != len(seen.claims)
            else "涉及申领有变动"
        )
    return "，".join(told)


def _per_source(rows: Counter[tuple[str, str]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for (source, _), many in rows.items():
        counts[source] += many
    return sorted(counts.items())


def _source(name: str) -> str:
    return LABELS["source"].get(name, name)
