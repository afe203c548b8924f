"""What was not delivered is told from what most others delivered."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from assets.missing_deliveries import due_cities, missing_deliveries, months

CITIES = ("140100", "140200", "140300", "140400")


def files(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=["source", "city", "period", "status"], orient="row")


@pytest.mark.parametrize(
    ("period", "expected"),
    [("202107", ["2021-07"]), ("2021Q3", ["2021-07", "2021-08", "2021-09"]), ("", []), (None, []), ("x", [])],
)
def test_months_of_a_period(period: str | None, expected: list[str]) -> None:
    assert months(period) == expected and len(months("2021")) == 12


def test_a_run_of_months_is_one_row() -> None:
    three = [("claims", city, "2021", "accepted") for city in CITIES[1:]]
    found = missing_deliveries(
        files(*three, ("claims", "140100", "202101", "partly"), ("claims", "140100", "202106", "accepted"))
    )
    assert found.rows() == [
        ("claims", "140100", "2021-02 至 2021-05", 4, 3, 4),
        ("claims", "140100", "2021-07 至 2021-12", 6, 3, 4),
    ]


def test_where_few_have_delivered_nobody_is_late() -> None:
    half = [("bank", city, "202107", "accepted") for city in CITIES[:2]]
    assert missing_deliveries(files(*half, *(("claims", city, "202107", "accepted") for city in CITIES))).is_empty()


def test_a_file_that_could_not_be_read_was_not_delivered_and_a_catalogue_is_nobodys() -> None:
    rows = [("claims", city, "202107", "quarantined" if city == "140400" else "accepted") for city in CITIES]
    bank = [("bank", city, "202107", "accepted") for city in CITIES]
    found = missing_deliveries(files(*rows, *bank, ("projects", "", "2021", "accepted")))
    assert found.select("source", "city", "period").rows() == [("claims", "140400", "2021-07")]


def test_where_most_of_a_province_delivers_who_has_delivered_nothing_is_missing_too() -> None:
    shanxi = [f"14{number:02}00" for number in range(1, 12)]
    eight = [("claims", city, "202107", "accepted") for city in shanxi[:8]]
    assert missing_deliveries(files(*eight)).is_empty(), "eight of eleven may be all that there is"
    found = missing_deliveries(files(*eight, ("claims", "140900", "202107", "accepted")))
    assert found.rows() == [("claims", city, "2021-07", 1, 9, 11) for city in ("141000", "141100")]
    assert due_cities({"110100", "140100", "420100"}) == ["110100", "140100", "420100"]
    hubei = {f"42{number:02}00" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28)}
    assert set(due_cities(hubei)) == hubei, "the counties that belong to no city are no city"


def test_nobody_lacks_a_month_that_had_not_begun_on_the_date_of_the_scan() -> None:
    quarters = [("claims", city, "2022Q1", "accepted") for city in CITIES[1:]]
    listed = files(*quarters, ("claims", "140100", "202201", "accepted"))
    assert missing_deliveries(listed, date(2022, 1, 31)).is_empty()
    for day in (date(2022, 2, 1), date(2022, 2, 28)):
        assert missing_deliveries(listed, day).rows() == [("claims", "140100", "2022-02", 1, 3, 4)]
    assert missing_deliveries(listed, date(2022, 3, 1))["period"].to_list() == ["2022-02 至 2022-03"]
