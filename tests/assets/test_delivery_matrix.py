"""Deliveries expected and received, and volumes that jump or vanish: told from the list of files."""

from __future__ import annotations

from datetime import date

import polars as pl

from assets.delivery_matrix import MATRIX, VOLUMES, delivery_matrix, delivery_volumes

CITIES = ("140100", "140200", "140300", "140400")


def files(*rows: tuple) -> pl.DataFrame:
    schema = {
        "source": pl.String,
        "city": pl.String,
        "period": pl.String,
        "status": pl.String,
        "rows_accepted": pl.Int64,
        "rows_quarantined": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def monthly(**other: dict[str, int]) -> pl.DataFrame:
    """Six months of claims of four cities, 200 rows each, with the rows that `other` names by city and period instead."""
    rows = []
    for city in CITIES:
        for month in range(1, 7):
            period = f"2021{month:02d}"
            count = other.get(f"c{city}", {}).get(period, 200)
            if count >= 0:
                rows.append(("claims", city, period, "accepted", count, 0))
    return files(*rows)


def told(frame: pl.DataFrame) -> list[tuple]:
    return delivery_volumes(frame).select("city", "period", "rows_accepted", "usual", "standing").rows()


def test_every_month_that_most_have_delivered_is_expected_of_all() -> None:
    listed = files(
        *(("claims", city, "202101", "accepted", 10, 0) for city in CITIES[:3]),
        ("claims", "140100", "202102", "partly", 8, 2),
        ("claims", "140200", "202102", "duplicate", 8, 0),
        ("bank", "140400", "2021Q1", "quarantined", 0, 9),
        ("institutions", "", "2021", "accepted", 9, 0),
    )
    rows = {(row["source"], row["city"], row["month"]): row for row in delivery_matrix(listed).to_dicts()}
    assert delivery_matrix(listed).schema == MATRIX
    missing = rows["claims", "140400", "2021-01"]
    assert (missing["expected"], missing["files"], missing["standing"]) == (True, 0, "未送达")
    early = rows["claims", "140100", "2021-02"]
    assert (early["expected"], early["files"], early["rows_quarantined"], early["standing"]) == (
        False,
        1,
        2,
        "部分接受",
    )
    assert ("claims", "140200", "2021-02") not in rows, "a copy is no delivery, and one of four makes nothing due"
    assert [rows["bank", "140400", f"2021-0{month}"]["standing"] for month in (1, 2, 3)] == ["全部隔离"] * 3
    assert not any(source == "institutions" for source, *_ in rows)


def test_equal_volumes_and_a_month_in_which_everybody_sends_more_are_nothing_to_tell() -> None:
    assert told(monthly()) == [] and delivery_volumes(monthly()).schema == VOLUMES
    assert told(monthly(**{f"c{city}": {"202103": 2000} for city in CITIES})) == []


def test_a_volume_that_jumps_drops_or_vanishes_is_named_and_its_neighbours_are_not() -> None:
    assert told(monthly(c140200={"202104": 600})) == [("140200", "202104", 600, 200, "骤增")]
    assert told(monthly(c140200={"202104": 66})) == [("140200", "202104", 66, 200, "骤减")]
    assert told(monthly(c140200={"202104": 20})) == [("140200", "202104", 20, 200, "几乎消失")]
    assert told(monthly(c140200={"202104": 0})) == [("140200", "202104", 0, 200, "几乎消失")]
    assert told(monthly(c140200={"202104": 599})) == [] and told(monthly(c140200={"202104": 67})) == []


def test_a_city_that_stays_behind_when_all_others_grow_is_named() -> None:
    grown = {f"c{city}": {"202106": 2000} for city in CITIES if city != "140300"}
    assert told(monthly(**grown)) == [("140300", "202106", 200, 2000, "几乎消失")]


def test_small_differences_and_few_periods_say_nothing() -> None:
    small = monthly().with_columns(rows_accepted=pl.lit(20))
    jump = (pl.col("city") == "140200") & (pl.col("period") == "202104")
    assert told(small.with_columns(rows_accepted=pl.when(jump).then(119).otherwise(20))) == []
    few = monthly(c140200={"202103": 2000}).filter(pl.col("period") <= "202103")
    assert told(few) == []


def test_a_city_that_has_delivered_nothing_has_its_rows() -> None:
    listed = files(*(("bank", f"14{number:02}00", "2021Q1", "accepted", 9, 0) for number in range(1, 11)))
    silent = delivery_matrix(listed).filter(pl.col("city") == "141100")
    assert silent.select("month", "expected", "standing").rows() == [
        (f"2021-0{month}", True, "未送达") for month in (1, 2, 3)
    ]


def test_a_month_that_had_not_begun_is_shown_where_it_came_and_due_of_nobody() -> None:
    quarters = [("claims", city, "2022Q1", "accepted", 9, 0) for city in CITIES[1:]]
    listed = files(*quarters, ("claims", "140100", "202201", "accepted", 9, 0))
    told = delivery_matrix(listed, date(2022, 2, 28)).select("city", "month", "expected", "standing").rows()
    assert [row for row in told if row[0] == "140100"] == [
        ("140100", "2022-01", True, "已收到"),
        ("140100", "2022-02", True, "未送达"),
    ]
    assert [row for row in told if row[1] == "2022-03"] == [(city, "2022-03", False, "已收到") for city in CITIES[1:]]
