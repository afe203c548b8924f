"""The reconciliation adds up at every step, tells timing from what is open, and its open differences are those of the rules."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.management import management_queries
from assets.tables import table_queries
from pipelines.home import Home
from tests.conftest import publication_of

MONEY = "DECIMAL(14, 2)"
STEPS = (("claims", "claims_timing", "claims_open", "ledger"), ("ledger", "bank_timing", "bank_open", "bank"))


@pytest.fixture
def world() -> duckdb.DuckDBPyConnection:
    """The tables that the two read, empty, as of the end of 2021."""
    connection = duckdb.connect()
    connection.execute(f"""
        CREATE TABLE scan AS SELECT DATE '2021-12-31' AS as_of;
        CREATE TABLE ledger (voucher_no VARCHAR, division VARCHAR, booked_on DATE, direction VARCHAR, batch_no VARCHAR, subsidy_kind VARCHAR, amount {MONEY});
        CREATE TABLE bank (division VARCHAR, booked_on DATE, direction VARCHAR, batch_no VARCHAR, status VARCHAR, amount {MONEY});
        CREATE TABLE live_claims (claim_id VARCHAR, division VARCHAR, batch_no VARCHAR, status VARCHAR, fund VARCHAR, claimed_on DATE, decided_on DATE, amount {MONEY});
        CREATE TABLE reports (division VARCHAR, month DATE, subsidy_kind VARCHAR, amount {MONEY});
        CREATE TABLE transfers (voucher_no VARCHAR, division VARCHAR, matched BOOLEAN, days_since_booking BIGINT, amount {MONEY});
    """)
    return connection


def book(
    world: duckdb.DuckDBPyConnection, batch: str | None, *, claims: str = "", ledger: tuple = (), bank: tuple = ()
) -> None:
    """One batch of division D: claims decided in July, vouchers and settled transfers as (day, yuan)."""
    if claims:
        world.execute(
            "INSERT INTO live_claims VALUES (?, 'D', ?, 'paid', 'special_account', '2021-07-01', '2021-07-15', ?)",
            [batch, batch, claims],
        )
    for day, yuan in ledger:
        world.execute("INSERT INTO ledger VALUES ('V', 'D', ?, ?, ?, 'training', abs(CAST(? AS DECIMAL(14, 2))))",
                      [day, "payment" if Decimal(yuan) > 0 else "return", batch, yuan])  # fmt: skip
    for day, yuan in bank:
        world.execute("INSERT INTO bank VALUES ('D', ?, ?, ?, 'settled', abs(CAST(? AS DECIMAL(14, 2))))",
                      [day, "out" if Decimal(yuan) > 0 else "in", batch, yuan])  # fmt: skip


def run(world: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    for table in ("batches", "ledger_months"):
        world.execute(f"CREATE OR REPLACE TABLE {table} AS {table_queries()[table].sql}")
    return world.execute(f"SELECT * FROM ({management_queries()[name].sql}) AS r ORDER BY ALL").pl()


def months(world: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    table = run(world, "reconciliation")
    for before, timing, open_, after in STEPS:
        assert (table[before] + table[timing] + table[open_] == table[after]).all()
    return {str(row["month"])[:7]: row for row in table.to_dicts()}


def test_what_agrees_has_no_difference(world: duckdb.DuckDBPyConnection) -> None:
    book(world, "B1", claims="1000", ledger=[("2021-08-10", "1000")], bank=[("2021-08-11", "1000")])
    world.execute("INSERT INTO reports VALUES ('D', '2021-08-01', 'training', 1000)")
    (row,) = months(world).values()
    assert [row[name] for name in ("claims", "ledger", "bank", "report")] == [Decimal(1000)] * 4
    assert [row[name] for name in ("claims_open", "claims_timing", "bank_open", "bank_timing", "report_open")] == [
        0
    ] * 5


def test_a_batch_that_agrees_over_two_months_is_timing_and_one_that_does_not_is_open(
    world: duckdb.DuckDBPyConnection,
) -> None:
    book(world, "B1", claims="1000", ledger=[("2021-08-31", "1000")], bank=[("2021-09-01", "1000")])
    book(world, "B2", claims="300", ledger=[("2021-08-20", "300")], bank=[("2021-08-21", "299.99")])
    told = months(world)
    assert (told["2021-08"]["bank_timing"], told["2021-08"]["bank_open"]) == (Decimal("-1000"), Decimal("-0.01"))
    assert (told["2021-09"]["bank_timing"], told["2021-09"]["bank_open"]) == (Decimal("1000"), Decimal(0))


def test_claims_without_a_voucher_and_vouchers_without_a_batch_are_open(world: duckdb.DuckDBPyConnection) -> None:
    book(world, "B1", claims="700")
    book(world, None, ledger=[("2021-08-05", "40")])
    told = months(world)
    assert told["2021-07"]["claims_open"] == -700 and told["2021-07"]["ledger"] == 0
    assert told["2021-08"]["claims_open"] == 40 and told["2021-08"]["bank_open"] == -40


def test_what_has_no_batch_is_open_item_by_item(world: duckdb.DuckDBPyConnection) -> None:
    book(world, None, claims="700", ledger=[("2021-12-05", "40"), ("2021-09-20", "-15")])
    assert run(world, "open_differences").rows() == [
        ("D", "台账没有批次号", "30 天以内", 1, Decimal(40), 26),
        ("D", "台账没有批次号", "91 至 180 天", 1, Decimal(15), 102),
        ("D", "申领没有批次号", "91 至 180 天", 1, Decimal(700), 169),
    ]
    assert "2021-07" in months(world), "the same money is open in the waterfall"


def test_returns_count_against_payments_and_a_month_without_a_report_says_nothing_of_it(
    world: duckdb.DuckDBPyConnection,
) -> None:
    book(
        world,
        "B1",
        claims="900",
        ledger=[("2021-08-05", "1000"), ("2021-08-06", "-100")],
        bank=[("2021-08-05", "1000"), ("2021-08-07", "-100")],
    )
    (row,) = months(world).values()
    assert (row["ledger"], row["bank"], row["claims_open"], row["report"], row["report_open"]) == (
        900,
        900,
        0,
        None,
        None,
    )


@pytest.mark.parametrize(("day", "age"), [("2021-12-01", "30 天以内"), ("2021-11-30", "31 至 90 天"), ("2021-10-02", "31 至 90 天"),
                                          ("2021-10-01", "91 至 180 天"), ("2021-07-04", "91 至 180 天"), ("2021-07-03", "超过 180 天")])  # fmt: skip
def test_an_open_difference_is_as_old_as_its_last_booking(world: duckdb.DuckDBPyConnection, day: str, age: str) -> None:
    book(world, "B1", claims="50", ledger=[("2021-03-01", "20"), (day, "30")], bank=[("2021-03-01", "49")])
    assert run(world, "open_differences").rows()[0][:5] == ("D", "台账与银行", age, 1, Decimal("1.00"))


def test_open_differences_of_every_kind(world: duckdb.DuckDBPyConnection) -> None:
    book(world, "B1", claims="700")
    world.execute("INSERT INTO transfers VALUES ('T1', 'D', false, 40, 5), ('T2', 'D', true, 40, 6)")
    world.execute("INSERT INTO reports VALUES ('D', '2021-11-01', 'training', 8)")
    told = {row[1]: row[2:5] for row in run(world, "open_differences").rows()}
    assert told == {
        "申领与台账": ("账龄不明", 1, Decimal(700)), "调剂没有对应": ("31 至 90 天", 1, Decimal(5)), "台账与月报": ("31 至 90 天", 1, Decimal(8)),
    }  # fmt: skip


def test_in_a_scanned_province_it_adds_up_and_equals_what_the_rules_found(province: Home) -> None:
    folder: Path = publication_of(province)
    table = pl.read_parquet(folder / "reports" / "reconciliation.parquet")
    assert table.height > 100
    for before, timing, open_, after in STEPS:
        assert (table[before] + table[timing] + table[open_] == table[after]).all()
    cases = pl.read_parquet(folder / "cases.parquet")
    open_differences = pl.read_parquet(folder / "reports" / "open_differences.parquet")
    for rule, kind in (("claims_ledger_differs", "申领与台账"), ("ledger_report_differs", "台账与月报")):
        found = cases.filter(pl.col("rule_id") == rule)["amount_at_risk"]
        told = open_differences.filter(pl.col("difference") == kind)
        assert (found.sum(), found.len()) == (told["amount"].sum(), told["items"].sum()), rule
