"""How one clerk writes dates, money, identity numbers and labels in one file. Which rows a file holds is decided in messy.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from models.province.labels import LABELS, LEVELS
from models.province.population import id_numbers
from models.province.schema import DAY, FLAG, HEADERS, INTEGER, MOMENT, MONEY, MONTH_COLUMNS, NUMBER, TYPES

WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９ＸＸ")
DAY_FORMATS = ("%Y-%m-%d", "%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y%m%d", "%Y年%-m月%-d日", "serial")
MONTH_FORMATS = ("%Y-%m", "%Y%m", "%Y年%-m月")
YES_NO = (("是", "否"), ("Y", "N"), ("1", "0"))
ID_COLUMNS = {"id_number", "trainer_id"}
ACCOUNT_COLUMNS = {"payee_account", "bank_account"}


@dataclass(frozen=True)
class Hand:
    """One clerk's habits."""

    day: str
    month: str
    yes: tuple[str, str]
    money: int
    coded: bool
    level: int
    time_alone: bool
    header: int

    @classmethod
    def of(cls, rng: np.random.Generator) -> Hand:
        return cls(
            str(rng.choice(DAY_FORMATS)),
            str(rng.choice(MONTH_FORMATS)),
            YES_NO[int(rng.integers(3))],
            int(rng.integers(5)),
            bool(rng.random() < 0.2),
            int(rng.integers(3)),
            bool(rng.random() < 0.35),
            int(rng.integers(100)),
        )


def headers(source: str, hand: Hand) -> list[str]:
    """Chinese headers with this clerk's choice of alias, spaces, line breaks and units."""
    out = []
    for at, (name, aliases) in enumerate(HEADERS[source].items()):
        header = aliases[hand.header % len(aliases)]
        quirk = (hand.header * 7 + at * 13) % 40
        if TYPES[source][name] == MONEY and hand.header % 3 == 0:
            header += "（元）" if hand.header % 2 else "(元)"
        elif quirk == 1:
            header += " "
        elif quirk == 2:
            header = f"　{header}"
        elif quirk == 3 and len(header) > 3:
            header = f"{header[:2]}\n{header[2:]}"
        out.append(header)
    return out


def written(source: str, table: pl.DataFrame, hand: Hand, rng: np.random.Generator) -> pl.DataFrame:
    """The table as text, column by column, in this clerk's hand."""
    alone = hand.time_alone and source == "attendance" and _times_fit(table)
    return pl.DataFrame(
        {name: _column(source, name, kind, table[name], hand, rng, alone) for name, kind in TYPES[source].items()}
    )


def _times_fit(table: pl.DataFrame) -> bool:
    """A time without its date can be read back where it is the session's date, and where check_out follows within a day."""
    row = table.select(
        (pl.col("check_in").dt.date() == pl.col("session_date")).all().alias("same_day"),
        ((pl.col("check_out") >= pl.col("check_in")) & (pl.col("check_out") < pl.col("check_in") + pl.duration(days=1)))
        .all()
        .alias("follows"),
    ).row(0)
    return all(row)


def _column(
    source: str, name: str, kind: Any, values: pl.Series, hand: Hand, rng: np.random.Generator, alone: bool
) -> pl.Series:
    if kind == MOMENT:
        return _moments(values, hand, alone)
    if kind == DAY:
        return _days(values, hand.month if name in MONTH_COLUMNS else hand.day)
    if kind == FLAG:
        return pl.select(
            pl.when(values.is_null()).then(None).when(values).then(pl.lit(hand.yes[0])).otherwise(pl.lit(hand.yes[1]))
        ).to_series()
    if kind == MONEY:
        return _money(values, hand, rng)
    if kind in (INTEGER, NUMBER):
        return values.cast(pl.String).str.replace(r"\.0$", "")
    if name in ID_COLUMNS:
        return _some(values, rng, 0.04, _id_quirk)
    if name in ACCOUNT_COLUMNS:
        return _some(values, rng, 0.01, lambda text, _: f"{text[:4]} {text[4:10]} {text[10:]}")
    if name == "level" and hand.level < 2:
        return values.replace(LEVELS[hand.level])
    if (source, name) in LABELS and not hand.coded:
        return values.replace(LABELS[source, name])
    return values


def _days(values: pl.Series, form: str) -> pl.Series:
    if form == "serial":
        return (values.cast(pl.Int64) + 25569).cast(pl.String)
    return values.dt.strftime(form)


def _moments(values: pl.Series, hand: Hand, alone: bool) -> pl.Series:
    day = "" if alone else ("%Y/%-m/%-d " if hand.day.startswith("%Y/") else "%Y-%m-%d ")
    column = pl.lit(values)
    short = (column.dt.second() == 0) & (hand.header % 2 == 0)
    return pl.select(
        pl.when(short).then(column.dt.strftime(f"{day}%H:%M")).otherwise(column.dt.strftime(f"{day}%H:%M:%S"))
    ).to_series()


def _money(values: pl.Series, hand: Hand, rng: np.random.Generator) -> pl.Series:
    text = values.cast(pl.String)
    if hand.money == 0:
        return text.str.replace(r"\.00$", "")
    if hand.money == 1:
        return pl.Series([None if v is None else f"{v:,.2f}" for v in values.to_list()], dtype=pl.String)
    return _some(
        text,
        rng,
        0.03 if hand.money < 4 else 1.0 if len(text) < 60 else 0.1,
        lambda v, draw: f"{v.removesuffix('.00')}元" if draw < 0.6 else v.translate(WIDE),
    )


def _some(values: pl.Series, rng: np.random.Generator, share: float, change: Callable[[str, float], str]) -> pl.Series:
    """Changes a share of the cells."""
    at = np.flatnonzero(rng.random(len(values)) < share)
    if not len(at):
        return values
    at = at[values.gather(at).is_not_null().to_numpy()]
    draws = rng.random(len(at)).tolist()
    changed = [change(text, draw) for text, draw in zip(values.gather(at).to_list(), draws, strict=True)]
    return values.scatter(pl.Series(at, dtype=pl.UInt32), pl.Series(changed, dtype=pl.String))


def _id_quirk(text: str, draw: float) -> str:
    """Ways to write a number that can be repaired; a number that is wrong already stays as it is."""
    if len(text) != 18 or not text[:17].isdigit() or id_numbers(np.array([int(text[:17])]))[0] != text:
        return text
    if draw < 0.3:
        return f"{text[:6]} {text[6:14]} {text[14:]}"
    if draw < 0.6 and text.endswith("X"):
        return text.lower()
    if draw < 0.75:
        return text.translate(WIDE)
    if draw < 0.9 and text[6:8] == "19":
        return text[:6] + text[8:17]
    return f" {text}"
