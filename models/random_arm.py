"""The random arm of an inspection plan: its draw from a committed seed, and what its results say of all the rest.

Here: the draw and the arithmetic. Not here: writing the commitment down before the draw (`assets/commitments.py`).

Every unit of the rest gets the SHA-256 of `seed|salt|kind|key`; the smallest hashes are drawn. So anybody who is told the
seed can repeat the draw with `sha256sum` alone, and everybody has the same chance: a simple random sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import scipy

LEVEL = 0.95
TOLERABLE = 0.05
"""The share of wrong units in the rest that one is ready to live with, where nothing else is said."""


def commitment(seed: str) -> str:
    """What is written down before the draw: SHA-256 of the seed's UTF-8, as `printf %s SEED | sha256sum` gives it."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw(seed: str, salt: str, units: Sequence[tuple[str, str]], size: int) -> list[int]:
    """Positions of the drawn (kind, key), in the order of the draw; `salt` keeps two plans with one seed apart."""
    ranked = sorted(range(len(units)), key=lambda place: _rank(seed, salt, *units[place]))
    return ranked[: max(size, 0)]


def _rank(seed: str, salt: str, kind: str, key: str) -> str:
    return hashlib.sha256(f"{seed}|{salt}|{kind}|{key}".encode()).hexdigest()


@dataclass(frozen=True)
class Estimate:
    """What the judged part of a random arm says of the whole rest: shares and yuan with their 95 % intervals."""

    population: int
    judged: int
    confirmed: int
    rate: float
    rate_low: float
    rate_high: float
    yuan: float
    yuan_low: float
    yuan_high: float


def estimate(
    wrong_yuan: Sequence[float | None],
    amounts: Sequence[float],
    population: int,
    population_amount: float,
    level: float = LEVEL,
) -> Estimate:
    """`wrong_yuan`: per judged unit what was found wrong, None where it was in order; `amounts`: the units' subsidies.

    The rate has the Clopper-Pearson interval, which errs to the wide side for a sample without replacement. The yuan are
    the Horvitz-Thompson total: every unit had the chance judged / population. Their interval is that of Clopper and
    Pearson for the share of yuan that is wrong, at the effective number of units (Kish: a few large ones tell less than
    many equal ones), times all the yuan; a t interval would promise too much where amounts are uneven and errors few.
    Neither end contradicts what was seen.
    """
    n = len(wrong_yuan)
    if not 0 < n <= population or len(amounts) != n:
        raise ValueError(
            f"{n} judgements, {len(amounts)} amounts, population {population}: a sample has between 1 and all of the units"
        )
    found = sum(min(value or 0.0, amount) for value, amount in zip(wrong_yuan, amounts, strict=True))
    confirmed, seen = sum(value is not None for value in wrong_yuan), sum(amounts)
    total = population * found / n
    low, high = _clopper_pearson(confirmed, n, level)
    least, most = found, population_amount - seen + found
    effective = seen**2 / sum(amount**2 for amount in amounts) if seen else float(n)
    yuan_low, yuan_high = (
        population_amount * end for end in _clopper_pearson(found / seen * effective if seen else 0.0, effective, level)
    )
    if n == population:
        low = high = confirmed / n
    return Estimate(
        population=population,
        judged=n,
        confirmed=confirmed,
        rate=confirmed / n,
        rate_low=max(low, confirmed / population),
        rate_high=min(high, (population - n + confirmed) / population),
        yuan=min(max(total, least), most),
        yuan_low=min(max(min(yuan_low, total), least), most),
        yuan_high=min(max(yuan_high, total, least), most),
    )


def _clopper_pearson(hits: float, n: float, level: float) -> tuple[float, float]:
    """The exact binomial interval of a share; `hits` and `n` need not be whole."""
    tail = (1 - level) / 2
    low = float(scipy.stats.beta.ppf(tail, hits, n - hits + 1)) if hits > 0 else 0.0
    return low, float(scipy.stats.beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0


@dataclass(frozen=True)
class Advice:
    """`stop`, `inspect` (the rest holds more than is tolerable) or `extend` (the sample cannot tell yet), and by how many."""

    what: str
    more: int
    told: str


def advise(found: Estimate, tolerable: float = TOLERABLE, level: float = LEVEL) -> Advice:
    """Whether the rest can be left alone, must be looked into, or needs a larger sample; a recommendation, no decision."""
    interval = f"{found.rate_low:.1%} 至 {found.rate_high:.1%}"
    if found.rate_high <= tolerable:
        return Advice(
            "stop",
            0,
            f"可以停止：其余对象的差错率（{interval}）在可容忍的 {tolerable:.1%} 以内。 / Stop: the rest is within what is tolerable.",
        )
    if found.rate_low > tolerable:
        return Advice(
            "inspect",
            0,
            f"应扩大核查：其余对象的差错率（{interval}）高于可容忍的 {tolerable:.1%}，规则和模型漏掉了问题。 / Extend the inspections: the rest holds more than is tolerable.",
        )
    more = max(_needed(found.rate, tolerable, found.population, level) - found.judged, 1)
    more = min(more, found.population - found.judged)
    return Advice(
        "extend",
        more,
        f"尚不能判断：差错率在 {interval} 之间，建议再随机抽查约 {more} 个。 / Not decided: draw about {more} more.",
    )


def _needed(rate: float, tolerable: float, population: int, level: float) -> int:
    """Judgements after which the interval would probably no longer hold the tolerable rate, with the finite population."""
    apart = max(abs(rate - tolerable), tolerable / 5)
    z = float(scipy.stats.norm.ppf(1 - (1 - level) / 2))
    likely = max(rate, tolerable / 2)
    large = z * z * likely * (1 - likely) / (apart * apart)
    return ceil(large / (1 + large / population))
