"""What is worth a message: one for a scan that failed, one for a scan that found something new and serious or waits for a signature.

Belongs here: the words and figures. A message holds counts, rule ids, names of cities, the publication's id and a link, and
nothing else: no subject, no institution, no text of an error, for those may name a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from assets.chain import month_end, read_manifest
from checks.rule import read_rules
from models.divisions import division_names
from pipelines.settings import Settings


@dataclass(frozen=True)
class Message:
    """`key` names what it is about, so that nothing is told twice; `facts` are the same figures for a program."""

    key: str
    subject: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The body of the webhook."""
        return asdict(self)


def of_publication(folder: Path, settings: Settings) -> Message | None:
    """The message of a scan that published: violations with enough yuan at risk and with their counterpart data there
    (rating A) that no earlier publication showed as such. What only lacks a delivery is no alarm."""
    manifest = read_manifest(folder)
    least = settings.alerts.least_amount
    grave = (pl.col("rating") == "A") & (pl.col("amount_at_risk").cast(pl.Float64) >= max(least, 0.01))
    known = _known(folder, grave)
    serious = pl.read_parquet(
        folder / "cases.parquet", columns=["case_id", "rule_id", "rating", "division", "amount_at_risk"]
    ).filter(grave & ~pl.col("case_id").is_in(list(known)))
    waits = month_end(manifest["as_of"])
    if serious.is_empty() and not waits:
        return None
    rules = dict(serious.group_by("rule_id").len().sort("len", "rule_id", descending=[True, False]).iter_rows())
    cities = dict(
        serious.with_columns(city=pl.col("division").str.head(4) + "00").group_by("city").len()
        .sort("len", "city", descending=[True, False]).iter_rows()
    )  # fmt: skip
    link = f"{settings.portal}/publications/{folder.name}"
    titles, names = read_rules(), division_names()
    told = [f"发布 publication: {folder.name}（截至 {manifest['as_of']}）", link, ""]
    if not serious.is_empty():
        told += [f"新的违规线索 {serious.height} 条，每条涉及 {least:,.0f} 元以上。线索不等于结论。"]
        told += [
            f"{serious.height} new violation(s) of {least:,.0f} yuan or more. A lead is not a finding.",
            "",
            "按规则 by rule:",
        ]
        told += [
            f"  {titles[rule].title['zh'] if rule in titles else rule}（{rule}）：{count}"
            for rule, count in rules.items()
        ]
        told += ["按市 by city:"]
        told += [f"  {names.get(city, city) if city else '全省'}：{count}" for city, count in cities.items()]
    if waits:
        told += [
            "",
            "月度发布，请授权核查人员在门户签发。 / The month's publication waits to be signed off in the portal.",
        ]
    parts = [f"新的违规线索 {serious.height} 条"] if serious.height else []
    parts += ["月度发布待签发"] if waits else []
    facts = {
        "kind": "publication", "publication": folder.name, "as_of": manifest["as_of"], "new_serious": serious.height, "least_amount": least,
        "rules": rules, "cities": cities, "waits_for_sign_off": waits, "link": link,
    }  # fmt: skip
    return Message(f"publication-{folder.name}", f"[skillwatch] {'，'.join(parts)}", "\n".join(told), facts)


def _known(folder: Path, grave: pl.Expr) -> set[str]:
    """Cases that were as grave in any publication before this one, along the chain."""
    earlier, one = [], folder
    while before := (read_manifest(one).get("previous") or {}).get("scan_id"):
        one = folder.parent / before
        if one in earlier or not (one / "cases.parquet").is_file():
            break
        earlier.append(one)
    if not earlier:
        return set()
    files = pl.scan_parquet([path / "cases.parquet" for path in earlier])
    return set(files.filter(grave).select("case_id").unique().collect()["case_id"])


def of_failure(run_id: str, steps: list[tuple[str, str]], settings: Settings) -> Message:
    """The message of a scan that failed: at which steps, and of what kind the error is. Why stands in the UI alone."""
    told = [
        f"扫描 {run_id} 没有完成；原有的发布继续有效。 / Scan {run_id} did not finish; what was published stands.",
        *(f"  步骤 step {step}：{kind}" for step, kind in steps),
        "原因见 Dagster 界面的运行记录和 docs/operator.md 的“告警与处理”。 / The reason is in the run in the Dagster UI.",
    ]
    facts = {"kind": "failure", "run_id": run_id, "steps": [{"step": step, "error": kind} for step, kind in steps]}
    return Message(f"failure-{run_id}", "[skillwatch] 扫描失败 scan failed", "\n".join(told), facts)


def trial() -> Message:
    """For trying the channels."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Message(
        f"trial-{at}",
        "[skillwatch] 告警测试 a trial message",
        "收到这条消息，说明告警渠道可用。 / This channel works.",
        {"kind": "trial"},
    )
