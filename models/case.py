"""A case: its columns, its id, how hits become cases, how it is rated and told, and what all of them put at risk.

Here: plain functions over Polars frames. Not here: rule files (`checks/rule.py`), running them (`assets/hits.py`), and
masking (`privacy.py`). A case id is computed from the unmasked key, a text is filled from unmasked values; masking
comes after both.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

MONEY = pl.Decimal(14, 2)

_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "case_id": pl.String,
    "rule_id": pl.String,
    "clause": pl.String,
    "severity": pl.String,
    "rating": pl.String,
    "subject_kind": pl.String,
    "subject_key": pl.String,
    "institution_id": pl.String,
    "division": pl.String,
    "claim_ids": pl.List(pl.String),
    "amount_at_risk": MONEY,
    "score": pl.Float64,
    "title_zh": pl.String,
    "title_en": pl.String,
    "explanation_zh": pl.String,
    "explanation_en": pl.String,
    "innocent_zh": pl.String,
    "remedy_zh": pl.String,
    "observed": pl.String,
    "allowed": pl.String,
    "margin": pl.String,
    "rule_sha": pl.String,
    "first_seen": pl.Date,
    "last_seen": pl.Date,
    "status": pl.String,
}

CASE_SCHEMA = pl.Schema(_COLUMNS)

SEVERITIES = ("violation", "lead", "notice")
STATUSES = ("new", "open", "confirmed", "dismissed", "recovered")
WITHOUT_COUNTERPART = 0.4
"""The score of a violation whose counterpart data were not delivered; that of a lead is cut to it."""

_BLANK = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_UNRECONCILED = frozenset({"division", "batch", "voucher", "transaction", "province"})


def case_id(key: bytes, rule_id: str, subject_key: str) -> str:
    """20 hex digits from rule and unmasked key: the same in every scan of an installation, guessable by nobody."""
    return hmac.new(key, f"case\x1f{rule_id}\x1f{subject_key}".encode(), hashlib.sha256).hexdigest()[:20]


def case_ids(key: bytes, cases: pl.DataFrame) -> pl.Series:
    """`case_id` for every row of a frame with rule_id and subject_key."""
    ids = [case_id(key, rule, subject) for rule, subject in cases.select("rule_id", "subject_key").iter_rows()]
    return pl.Series("case_id", ids, dtype=pl.String)


def merge_hits(hits: pl.DataFrame, by: Sequence[str] = ("rule_id", "subject_key")) -> pl.DataFrame:
    """Hits with one key become one case: claim_ids united and sorted, the largest amount_at_risk, a counterpart where one of
    them has it (one breach that is fully documented is enough), and every other value from the row that sorts first as canonical
    text. Rows come back sorted by the key."""
    if hits.is_empty():
        return hits
    texts = [
        pl.col(name).cast(pl.List(pl.String)).list.join(";") if dtype.is_nested() else pl.col(name).cast(pl.String)
        for name, dtype in hits.schema.items()
    ]
    canonical = pl.concat_str([text.fill_null("\x00") for text in texts], separator="\x1f")
    ordered = hits.with_columns(canonical.alias("__canonical")).sort([*by, "__canonical"], nulls_last=True)
    merged = [
        pl.col("claim_ids").explode().drop_nulls().unique().sort(),
        pl.col("amount_at_risk").max(),
        *(pl.col(c).any() for c in hits.columns if c == "counterpart"),
        *(pl.col(c).first() for c in hits.columns if c not in {*by, "claim_ids", "amount_at_risk", "counterpart"}),
    ]
    return ordered.group_by(by, maintain_order=True).agg(merged).select(hits.columns)


# Explanations --------------------------------------------------------------------------------------------------------


def blanks(template: str) -> frozenset[str]:
    """The columns that an explanation names; a brace that makes no blank is an error where the rule is loaded."""
    rest = _BLANK.sub("", template)
    if "{" in rest or "}" in rest:
        raise ValueError(f"explanation has a brace that is no blank: {template!r}; a blank is a column name in braces")
    return frozenset(_BLANK.findall(template))


def fill(
    template: str,
    values: Mapping[str, Any],
    labels: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "zh",
) -> str:
    """An explanation with its blanks filled. `labels` gives, per column, the label of each code."""
    return _BLANK.sub(lambda m: told(m[1], values[m[1]], (labels or {}).get(m[1], {}), language), template)


def told(column: str, value: Any, labels: Mapping[str, str], language: str = "zh") -> str:
    """One value as an analyst reads it."""
    zh = language == "zh"
    if value is None or value == "":
        return "（空）" if zh else "(empty)"
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m" if column == "month" or column.endswith("_month") else "%Y-%m-%d")
    if isinstance(value, Decimal):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple, pl.Series)):
        return ("、" if zh else ", ").join(told(column, item, labels, language) for item in value)
    return labels.get(str(value), str(value))


def fill_all(
    frame: pl.DataFrame,
    template: str,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    language: str = "zh",
) -> pl.Series:
    """`fill` for every row of a frame."""
    named = sorted(blanks(template))
    missing = [name for name in named if name not in frame.columns]
    if missing:
        raise ValueError(f"explanation names {', '.join(missing)}, which the rule does not return: {template!r}")
    if not named:
        return pl.Series([template] * frame.height, dtype=pl.String)
    rows = frame.select(named).iter_rows(named=True)
    return pl.Series([fill(template, row, labels, language) for row in rows], dtype=pl.String)


# Rating --------------------------------------------------------------------------------------------------------------


def rating(
    severity: str, amount: Decimal, counterpart_ok: bool, families: int = 1, probability: float | None = None
) -> str:
    """A: a violation with money and its counterpart data; B: one without money, or a lead carried by two independent
    families of signs or by a probability of one half; C: the rest, and whatever lacks its counterpart data."""
    if not counterpart_ok or severity == "notice":
        return "C"
    if severity == "violation":
        return "A" if amount > 0 else "B"
    return "B" if families >= 2 or (probability or 0.0) >= 0.5 else "C"


def score(severity: str, counterpart_ok: bool, prior: float) -> float:
    """The probability that an inspection confirms the case; `prior` is the dated parameter of a lead's rule, or what
    judgements have made of it."""
    probability = 1.0 if severity == "violation" else min(max(prior, 0.0), 1.0)
    return round(probability if counterpart_ok else min(probability, WITHOUT_COUNTERPART), 4)


# Totals --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """What all violations put at risk, no yuan twice, and what does not add up in accounts."""

    amount_at_risk: Decimal
    amount_unreconciled: Decimal


def amount_at_risk_total(cases: pl.DataFrame, claims: pl.DataFrame) -> Totals:
    """Both totals, over violations alone: the sums of their `money_shares`."""
    shares = money_shares(cases.filter(pl.col("severity") == "violation"), claims)
    sums = dict(shares.group_by("unit_kind").agg(pl.col("share").sum()).iter_rows())
    return Totals(_yuan(sums.get("claim")), _yuan(sums.get("division")))


def money_shares(cases: pl.DataFrame, claims: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """What the cases put at risk with no yuan twice: *by, unit_kind (`claim`, `division`), unit (its id), share (yuan).

    `cases`: rule_id, subject_kind, subject_key, division, claim_ids, amount_at_risk, and the columns `by`, for whose
    values the shares are told apart. `claims`: the live claims with claim_id, amount, claimed_on; a claim that is not
    among them counts nothing. Per claim the largest figure counts of those that its cases put on it:

    - a case of a claim puts its amount_at_risk (the amount, or the excess where the rule says so) on that claim alone;
      earlier claims in its claim_ids are what it is compared with, and are not put at risk by it;
    - where one claim too many was made, it is not the largest one: `certificate_claimed_twice` puts on every other claim its
      amount, a pair of claims puts the case's figure on the other one; of equals the earliest is spared (claimed_on, then
      claim_id);
    - any other case (of a class, a person, ...) puts on each of its claims the claim's amount, yet never more than the
      case's own figure, so that a rule whose figure is 0 puts nothing at risk.

    Cases of divisions, batches, vouchers and transactions name sums, not claims: per division the largest of the
    rules' sums.
    """
    apart = pl.col("subject_kind").str.contains(rf"(?:^|[^a-z])(?:{'|'.join(sorted(_UNRECONCILED))})(?:[^a-z]|$)")
    money = (
        claims.select("claim_id", pl.col("amount").cast(MONEY), "claimed_on")
        .group_by("claim_id")
        .agg(pl.col("amount").max(), pl.col("claimed_on").min())
    )
    spread = [share(cases.filter(~apart), money, by) for share in (_of_claims, _of_repeated, _of_others)]
    at_risk = pl.concat(spread).group_by(*by, "claim_id").agg(pl.col("share").max())
    sums = (
        cases.filter(apart)
        .group_by(list(dict.fromkeys([*by, "division", "rule_id"])))
        .agg(_share("amount_at_risk").sum())
    )
    largest = sums.group_by(list(dict.fromkeys([*by, "division"]))).agg(pl.col("share").max().cast(MONEY))
    columns = [*by, "unit_kind", "unit", "share"]
    return pl.concat([
        at_risk.with_columns(pl.lit("claim").alias("unit_kind"), pl.col("claim_id").alias("unit")).select(columns),
        largest.with_columns(pl.lit("division").alias("unit_kind"), pl.col("division").alias("unit")).select(columns),
    ])  # fmt: skip


def _of_claims(cases: pl.DataFrame, money: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    of_claims = cases.filter(_of_one_claim()).select(
        *by, pl.col("subject_key").alias("claim_id"), _share("amount_at_risk")
    )
    return of_claims.join(money, on="claim_id", how="semi")


def _of_repeated(cases: pl.DataFrame, money: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    named = _named(cases.filter(_pair_of_claims() | _claimed_twice()), money, by)
    ordered = named.sort(-pl.col("amount"), "claimed_on", "claim_id")
    spared = pl.int_range(pl.len()).over(*by, "rule_id", "subject_key") == 0
    share = pl.when(_claimed_twice()).then(pl.col("amount")).otherwise(_most())
    return ordered.filter(~spared).select(*by, "claim_id", share.alias("share"))


def _of_others(cases: pl.DataFrame, money: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    named = _named(cases.filter(~_of_one_claim() & ~_pair_of_claims() & ~_claimed_twice()), money, by)
    return named.select(*by, "claim_id", _most().alias("share"))


def _most() -> pl.Expr:
    """The claim's amount, yet never more than the case's own figure."""
    return pl.min_horizontal("amount", _share("amount_at_risk"))


def _claimed_twice() -> pl.Expr:
    return pl.col("rule_id") == "certificate_claimed_twice"


def _of_one_claim() -> pl.Expr:
    return (pl.col("subject_kind") == "claim") & ~pl.col("subject_key").str.contains("|", literal=True)


def _pair_of_claims() -> pl.Expr:
    return (pl.col("subject_kind") == "claim") & pl.col("subject_key").str.contains("|", literal=True)


def _named(cases: pl.DataFrame, money: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    wanted = dict.fromkeys([*by, "rule_id", "subject_key", "amount_at_risk"])
    exploded = cases.select(*wanted, pl.col("claim_ids").alias("claim_id"))
    return exploded.explode("claim_id").unique().join(money, on="claim_id", how="inner")


def _share(column: str) -> pl.Expr:
    return pl.col(column).cast(MONEY).alias("share")


def _yuan(value: Any) -> Decimal:
    return Decimal(value or 0).quantize(Decimal("0.01"))
