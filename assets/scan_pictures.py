"""Pictures of a scan for Dagster's UI, where people would rather look than read: as Markdown, with nothing personal in them.

Belongs here: from the warehouse's tables to a chart. Does not belong here: how a chart is drawn (`charts.py`).
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate

import duckdb
import polars as pl

from assets.charts import alone, bars, curve, matrix, steps
from assets.delivery_matrix import delivery_matrix
from assets.management import management_queries
from checks.rule import read_rules
from models.divisions import division_names
from models.source import load_sources

_SHOWN = 15
_POINTS = 200
_KINDS = {"已收到": "good", "部分接受": "part", "全部隔离": "bad", "未送达": "bad"}


def cases_per_rule(connection: duckdb.DuckDBPyConnection) -> str:
    """The rules with the most cases, as bars."""
    rules = read_rules()
    counted = connection.execute(
        f"SELECT rule_id, count(*) FROM cases GROUP BY rule_id ORDER BY count(*) DESC, rule_id LIMIT {_SHOWN}"
    ).fetchall()
    rows = [
        (rules[rule].title["zh"][:8] if rule in rules else rule[:8], float(count), f"{count}　{rule[:20]}")
        for rule, count in counted
    ]
    return alone(bars(rows, "线索最多的规则"), "线索最多的规则 cases per rule") if rows else "没有线索。 / No case."


def deliveries(connection: duckdb.DuckDBPyConnection, as_of: date | None) -> str:
    """Source by city: months that came of those that were due on the scan's date."""
    found = delivery_matrix(connection.execute("FROM delivered.files").pl(), as_of)
    if found.is_empty():
        return "没有按市、按月的文件。 / No file of a city and a month."
    counted = found.group_by("source", "city").agg(
        pl.len().alias("all"), (pl.col("standing") == "未送达").sum().alias("missing"), pl.col("standing").unique()
    )
    sources, names = load_sources(), division_names()
    cells = {}
    for source, city, months, missing, standings in counted.iter_rows():
        worst = max((_KINDS[one] for one in standings), key=["good", "part", "bad"].index)
        cells[sources[source].title["zh"], _short(names.get(city, city))] = (worst, f"{months - missing}/{months}")
    rows = [sources[source].title["zh"] for source in sorted(counted["source"].unique())]
    columns = [_short(names.get(city, city)) for city in sorted(counted["city"].unique())]
    note = "格子里是已交月数/应交月数；绿色齐全，黄色有隔离的行，红色有未送达或全部隔离。"
    return f"{alone(matrix(rows, columns, cells, '数据送达'), '数据送达 deliveries')}\n\n{note}"


def reconciliation(connection: duckdb.DuckDBPyConnection) -> str:
    """All divisions and months together, from claims to ledger to bank, and to the report where there is one."""
    sql = management_queries()["reconciliation"].sql
    sums = connection.execute(
        f"""SELECT sum(claims), sum(ledger), sum(bank), sum(ledger) FILTER (WHERE report IS NOT NULL), sum(report) FROM ({sql}) AS r"""
    ).fetchone()
    if sums is None or sums[0] is None:
        return "没有可对账的数据。 / Nothing to reconcile."
    claims, ledger, bank, covered, report = (float(one or 0) for one in sums)
    return alone(
        steps(waterfall(claims, ledger, bank, report if sums[4] is not None else None, ledger - covered), "对账四步"),
        "对账四步 reconciliation",
    )


def waterfall(
    claims: float, ledger: float, bank: float, report: float | None, without_report: float = 0.0
) -> list[tuple[str, float, float | None, str]]:
    """The steps of a reconciliation for `charts.steps`; `without_report` is the ledger of months that have no report."""
    rows = [
        ("已拨付\n申领", claims, None, f"{claims:,.0f}"),
        ("差额", ledger, ledger - claims, f"{ledger - claims:+,.2f}"),
        ("台账", ledger, None, f"{ledger:,.0f}"),
        ("差额", bank, bank - ledger, f"{bank - ledger:+,.2f}"),
        ("银行", bank, None, f"{bank:,.0f}"),
    ]
    if report is not None:
        short = report + without_report - ledger
        rows += [
            ("台账与\n月报差额", ledger + short, short, f"{short:+,.2f}"),
            ("月报", report, None, f"{report:,.0f}"),
        ]
    return rows


def ranking(connection: duckdb.DuckDBPyConnection) -> str:
    """How fast the score is used up along the ranking of classes: the steeper, the fewer need to be looked at."""
    scores = [
        row[0]
        for row in connection.execute(
            "SELECT score FROM scores WHERE subject_kind = 'class' ORDER BY score DESC"
        ).fetchall()
    ]
    whole = sum(scores)
    if not whole:
        return "没有班级。 / No class."
    shares = [0.0, *(one / whole for one in accumulate(scores))]
    points = [shares[round(place * (len(shares) - 1) / _POINTS)] for place in range(_POINTS + 1)]
    tenth = shares[max(1, len(scores) // 10)]
    told = f"前 10% 的班级占全部可疑分数的 {tenth:.0%}（共 {len(scores):,} 个班级）"
    return alone(curve(points, "班级排序", told), f"班级排序 ranking of classes: {told}")


def _short(name: str) -> str:
    return name.removesuffix("市")
