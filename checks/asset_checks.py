"""The Dagster face of rules and promises: asset checks. A rule that finds hits warns; only a promise may stop the line.

Does not belong here: evaluating anything. Results come in as plain values, so that the UI shows what the scan found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import dagster as dg

from checks.promises import Promise, PromiseResult
from checks.rule import Rule

_SHOWN = 10


@dataclass(frozen=True)
class RuleOutcome:
    """What a check shows of a rule: counts, yuan, its strongest cases (already masked); and the portal's address for links."""

    examined: int
    hits: int
    yuan: Decimal
    strongest: Sequence[Mapping[str, Any]]
    portal: str = ""


def rule_check_spec(rule: Rule, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check of one rule on the asset that holds its clause's hits."""
    return dg.AssetCheckSpec(
        name=rule.rule_id,
        asset=asset,
        description=f"{rule.title['zh']}（{rule.clause}）。{rule.means} 可能的正常情形：{rule.innocent} / {rule.title['en']}.",
        metadata={"条款 clause": f"{rule.notice} {rule.clause}", "性质 severity": rule.severity},
    )


def rule_check_result(rule: Rule, asset: dg.AssetKey, outcome: RuleOutcome) -> dg.AssetCheckResult:
    """Passed when nothing was hit; otherwise a warning, never an error: a lead is not a fault of the pipeline."""
    metadata: dict[str, Any] = {
        "检查数 examined": outcome.examined,
        "线索 hits": outcome.hits,
        "风险金额（元） yuan": float(outcome.yuan),
    }
    if outcome.portal:
        metadata["规则手册 rule book"] = dg.MetadataValue.url(f"{outcome.portal}/newest/rules/{rule.rule_id}")
        metadata["线索清单 cases"] = dg.MetadataValue.url(f"{outcome.portal}/newest/cases?rule={rule.rule_id}")
    if outcome.examined == 0:
        metadata["说明 note"] = "没有可检查的对象，并不等于通过。 / Nothing to examine, which is not a pass."
    if outcome.strongest:
        names = ("对象", "风险金额", "说明")
        metadata["金额最大的线索 strongest"] = dg.MetadataValue.table(
            records=[
                dg.TableRecord(
                    {
                        "对象": str(row["subject_key"]),
                        "风险金额": str(row["amount_at_risk"]),
                        "说明": str(row["explanation_zh"]),
                    }
                )
                for row in outcome.strongest[:_SHOWN]
            ],
            schema=dg.TableSchema(columns=[dg.TableColumn(name=name, type="string") for name in names]),
        )
    return dg.AssetCheckResult(
        check_name=rule.rule_id,
        asset_key=asset,
        passed=outcome.hits == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"检查 {outcome.examined}，线索 {outcome.hits}",
        metadata=metadata,
    )


def promise_check_spec(promise: Promise, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check of one promise of a source; blocking only where the line stops without it."""
    return dg.AssetCheckSpec(
        name=promise.name, asset=asset, blocking=promise.blocking, description=f"{promise.zh} / {promise.en}"
    )


def promise_check_result(result: PromiseResult, asset: dg.AssetKey) -> dg.AssetCheckResult:
    """A broken promise warns, or fails where the line stops without it."""
    severity = dg.AssetCheckSeverity.ERROR if result.promise.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=result.promise.name,
        asset_key=asset,
        passed=result.kept,
        severity=severity,
        description=result.found,
        metadata={"违背的行数 rows": result.rows},
    )
