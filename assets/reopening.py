"""A dismissed case stays dismissed while what it rests on is the same, and is open again when that changes.

Belongs here: comparing a dismissed case with what the one who dismissed it could see, and saying what changed.
Does not belong here: who judged what (`history.py`), what counts as the same evidence (`evidence_digests.py`), or how changes are
published (`changes.py`).

A case rests on its source rows, wherever they stand, its claims, and its figures; figures that drift (`Rule.drifts`) are none.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.chain import previous_publication, publications, read_manifest
from assets.evidence import Evidence
from assets.evidence_digests import DIGESTS, unread
from assets.wording import LABELS
from checks.rule import Rule

FILE = "evidence_digests.parquet"
_FIGURES = {"observed": "实际情况", "allowed": "规定", "amount_at_risk": "涉及金额"}


@dataclass(frozen=True)
class Dismissal:
    """When somebody dismissed the case, and the hash of the file that says so."""

    checked_on: date | None
    sha256: str


@dataclass(frozen=True)
class _Rows:
    """How many rows a case has in a source, a digest that tells whether they are the same, and how they were asked for."""

    many: int
    digest: str
    asked: str


@dataclass(frozen=True)
class _Seen:
    """A case as one publication shows it. Earlier releases wrote no digests: the rows that they showed stand for them."""

    case: Mapping[str, Any]
    rows: Mapping[str, _Rows]
    digested: bool
    as_of: date
    inputs: frozenset[str]


def reopened(
    cases: pl.DataFrame,
    evidence: Evidence,
    dismissals: Mapping[str, Dismissal],
    root: Path,
    rules: Mapping[str, Rule],
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The cases with those open again that no longer rest on what was dismissed; and per case id what changed, for those
    that are open again with this scan. `root` holds the publications before it; frames and publications are masked alike."""
    dismissed = cases.filter((pl.col("status") == "dismissed") & pl.col("case_id").is_in(list(dismissals)))
    if dismissed.is_empty():
        return cases, {}
    ids = dismissed["case_id"].to_list()
    before = _last_seen(ids, root, rules)
    digested, shown = _digested(evidence.digests, ids), _shown(evidence.rows, dismissed, rules)
    reasons: dict[str, str] = {}
    still_open: set[str] = set()
    for case in dismissed.iter_rows(named=True):
        case_id = case["case_id"]
        seen, dismissal = before.get(case_id), dismissals[case_id]
        if seen is None:
            continue
        known = dismissal.sha256 in seen.inputs and (dismissal.checked_on is None or dismissal.checked_on <= seen.as_of)
        rows = (digested if seen.digested else shown).get(case_id, {})
        if known and seen.case["status"] != "dismissed":
            still_open.add(case_id)  # it was open again already, and nobody has judged it since
        elif what := _difference(seen, case, rows, rules[case["rule_id"]].drifts):
            reasons[case_id] = f"排除后证据有变化，重新待核查：{what}"
    again = pl.col("case_id").is_in([*still_open, *reasons])
    return cases.with_columns(status=pl.when(again).then(pl.lit("open")).otherwise("status")), reasons


def statuses_of(cases: pl.DataFrame, publication: Path) -> pl.DataFrame:
    """The cases with the statuses that another publication of the same scan gives them."""
    theirs = pl.read_parquet(publication / "cases.parquet", columns=["case_id", "status"])
    joined = cases.join(theirs.rename({"status": "theirs"}), on="case_id", how="left", maintain_order="left")
    return joined.with_columns(status=pl.coalesce("theirs", "status")).drop("theirs")


def _last_seen(case_ids: list[str], root: Path, rules: Mapping[str, Rule]) -> dict[str, _Seen]:
    """Each case as the newest publication that has it shows it."""
    found: dict[str, _Seen] = {}
    for folder in _newest_first(root):
        left = [one for one in case_ids if one not in found]
        if not left:
            break
        cases = pl.scan_parquet(folder / "cases.parquet").filter(pl.col("case_id").is_in(left)).collect()
        if cases.is_empty():
            continue
        manifest = read_manifest(folder)
        digested = (folder / FILE).is_file()
        if digested:
            rows = _digested(pl.read_parquet(folder / FILE), left)
        else:
            rows = _shown(pl.read_parquet(folder / "evidence.parquet"), cases, rules)
        for case in cases.iter_rows(named=True):
            found[case["case_id"]] = _Seen(
                case,
                rows.get(case["case_id"], {}),
                digested,
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


def _digested(digests: pl.DataFrame, case_ids: list[str]) -> dict[str, dict[str, _Rows]]:
    """Per case and source what its digest says."""
    found: dict[str, dict[str, _Rows]] = {}
    for case_id, source, asked, many, digest in (
        digests.select(DIGESTS.names()).filter(pl.col("case_id").is_in(case_ids)).iter_rows()
    ):
        found.setdefault(case_id, {})[source] = _Rows(many, digest, asked)
    return found


def _shown(evidence: pl.DataFrame, cases: pl.DataFrame, rules: Mapping[str, Rule]) -> dict[str, dict[str, _Rows]]:
    """The same of the rows that are shown: asked for in the same way, as far as can be told, where the rule's file is the same."""
    told: dict[str, dict[str, list[str]]] = {}
    of_rule = dict(cases.select("case_id", "rule_id").iter_rows())
    own = evidence.filter(pl.col("case_id").is_in(list(of_rule)))
    for case_id, source, row in own.select("case_id", "source", "row").iter_rows():
        without = unread(rules[of_rule[case_id]], source)
        values = {name: one for name, one in json.loads(row).items() if one is not None and name not in without}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        told.setdefault(case_id, {}).setdefault(source, []).append(text)
    found: dict[str, dict[str, _Rows]] = {}
    for case_id, rule_id, sha in cases.select("case_id", "rule_id", "rule_sha").iter_rows():
        for source in rules[rule_id].evidence:
            rows = sorted(told.get(case_id, {}).get(source, []))
            found.setdefault(case_id, {})[source] = _Rows(len(rows), "\n".join(rows), sha)
    return found


def _difference(seen: _Seen, case: Mapping[str, Any], rows: Mapping[str, _Rows], drifts: Collection[str]) -> str:
    """What is no longer as it was; empty where the case rests on the same."""
    told = [*_of_rows(seen.rows, rows)]
    before, now = seen.case["claim_ids"], case["claim_ids"]
    if before != now:
        many = len(before) != len(now)
        told.append(f"涉及申领由 {len(before)} 笔变为 {len(now)} 笔" if many else "涉及申领有变动")
    figures = [title for name, title in _FIGURES.items() if name not in drifts and seen.case[name] != case[name]]
    return "，".join([*told, *([f"{'、'.join(figures)}有变化"] if figures else [])])


def _of_rows(before: Mapping[str, _Rows], now: Mapping[str, _Rows]) -> Iterator[str]:
    """Per source whose rows are others than before, where they were asked for in the same way."""
    for source in sorted(before.keys() & now.keys()):
        was, one = before[source], now[source]
        if was.asked == one.asked and was != one:
            title = LABELS["source"].get(source, source)
            yield f"{title}由 {was.many} 行变为 {one.many} 行" if was.many != one.many else f"{title}有改动"
