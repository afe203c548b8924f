"""Deliveries against what was to be expected: source by city by month, and volumes that jump or vanish.

Belongs here: telling both from the list of files. Does not belong here: runs of missing months (`missing_deliveries.py`), how
it is shown (reports, the portal, Dagster's metadata).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from statistics import median

import polars as pl

from assets.missing_deliveries import SHARE, begun, due_cities, months
from assets.workbook import Sheet

MATRIX = pl.Schema({
    "source": pl.String, "city": pl.String, "month": pl.String, "expected": pl.Boolean, "files": pl.Int64, "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64, "standing": pl.String,
})  # fmt: skip
VOLUMES = pl.Schema({
    "source": pl.String, "city": pl.String, "period": pl.String, "rows_accepted": pl.Int64, "usual": pl.Int64, "ratio": pl.Float64,
    "standing": pl.String,
})  # fmt: skip
FACTOR = 3.0
"""A volume this many times the usual one jumps; one this many times smaller drops, one below a tenth vanishes."""
LEAST_ROWS = 100
"""Smaller differences are chance."""
_OTHERS = 3
_GONE = ("duplicate", "superseded")
_STANDING = {"accepted": "已收到", "partly": "部分接受", "quarantined": "全部隔离"}
MISSING = "未送达"

SHEETS: Mapping[str, Sheet] = {
    "delivery_matrix": Sheet(
        "数据送达",
        "每种数据、每个市、每个月应交和已交的文件。至少四分之三的市已经送达、且不晚于数据截止日期所在月的月份算应交；全省至少四分之三的市有送达时，什么都没有交的市也列出；一年或一季一份的文件在其中每个月都算送达，行数是整份的。",
        {"month": "月份", "expected": "应交", "files": "已交文件", "standing": "情况"},
    ),
    "delivery_volumes": Sheet(
        "数据量异常",
        "与本市其他期间相比（扣除全省同期增减）行数相差三倍以上的文件。可能漏交、重复导出或口径变了；先向报送单位核实。",
        {"usual": "通常行数", "ratio": "倍数", "standing": "情况"},
    ),
}


def delivery_matrix(files: pl.DataFrame, as_of: date | None = None) -> pl.DataFrame:
    """One row per source, city and month in which a delivery was due or came (MATRIX); sources of no city stay out. Where
    most cities of a province deliver, one that has delivered nothing at all has its rows too. Nothing is due of a month
    that had not begun on the scan's date."""
    inside: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
    for row in files.filter(~pl.col("status").is_in(list(_GONE))).iter_rows(named=True):
        if row["source"] and row["city"]:
            for month in months(row["period"]):
                inside[row["source"], row["city"], month].append(row)
    cities = due_cities({city for _, city, _ in inside})
    delivered: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (source, city, month), listed in inside.items():
        if any(row["status"] != "quarantined" for row in listed):
            delivered[source, month].add(city)
    rows = []
    for source, month in sorted({(source, month) for source, _, month in inside}):
        due = begun(month, as_of) and len(delivered[source, month]) >= SHARE * len(cities)
        for city in cities:
            listed = inside.get((source, city, month), [])
            if due or listed:
                accepted, quarantined = (
                    sum(row[name] or 0 for row in listed) for name in ("rows_accepted", "rows_quarantined")
                )
                rows.append((source, city, month, due, len(listed), accepted, quarantined, _standing(listed)))
    return pl.DataFrame(rows, schema=MATRIX, orient="row")


def delivery_volumes(files: pl.DataFrame) -> pl.DataFrame:
    """Deliveries whose rows are far from what the city usually sends, given how all cities moved (VOLUMES).

    The usual volume is the median over the city's other periods of the same length, each carried to this period by the median
    change of all cities; where there are fewer than three others, nothing is said.
    """
    counts: dict[tuple[str, int], dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in files.filter(~pl.col("status").is_in([*_GONE, "quarantined"])).iter_rows(named=True):
        if row["source"] and row["city"] and (length := len(months(row["period"]))):
            by_period = counts[row["source"], length][row["city"]]
            by_period[row["period"]] = by_period.get(row["period"], 0) + (row["rows_accepted"] or 0)
    rows = []
    for (source, _), by_city in sorted(counts.items()):
        moved = _moved(by_city)
        for city, by_period in sorted(by_city.items()):
            for period, found in sorted(by_period.items()):
                carried = [
                    other * moved[before, period]
                    for before, other in by_period.items()
                    if before != period and (before, period) in moved
                ]
                usual = median(carried) if len(carried) >= _OTHERS else None
                if usual is not None and (told := _told(found, usual)):
                    ratio = round(found / usual, 2) if usual else None
                    rows.append((source, city, period, found, round(usual), ratio, told))
    return pl.DataFrame(rows, schema=VOLUMES, orient="row")


def _moved(by_city: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], float]:
    """From one period to another, the median change of the cities that delivered both; none where fewer than three did."""
    periods = sorted({period for by_period in by_city.values() for period in by_period})
    found = {}
    for before in periods:
        for after in periods:
            changes = [one[after] / one[before] for one in by_city.values() if one.get(before) and after in one]
            if before != after and len(changes) >= _OTHERS:
                found[before, after] = median(changes)
    return found


def _told(found: int, usual: float) -> str:
    if abs(found - usual) < LEAST_ROWS:
        return ""
    if found >= FACTOR * usual:
        return "骤增"
    if found <= usual / 10:
        return "几乎消失"
    return "骤减" if found <= usual / FACTOR else ""


def _standing(listed: list[dict]) -> str:
    if not listed:
        return MISSING
    return max((_STANDING.get(row["status"], row["status"]) for row in listed), key=list(_STANDING.values()).index)
