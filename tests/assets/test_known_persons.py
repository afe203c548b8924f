"""Numbers of claims, classes and vouchers are published as they are, unless they hold the identity number of a person."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from assets.cases import cases_of, with_own_keys
from assets.delivered import empty_delivered
from assets.hits import run_rule
from assets.known_persons import known_persons
from assets.probabilities import Probabilities
from checks.rule import read_rules
from models.case import amount_at_risk_total
from models.case import blanks as blanks_of
from models.privacy import Pseudonyms
from models.source import load_sources
from tests.checks.examples import insert_rows, person

OF_NOBODY = "140500202202220338"  # division, day, serial
WRONG = "140105199001010338"  # its check digit is wrong, as typing errors are
PHONE = "13812345678"
RULE = read_rules()["claim_listed_twice"]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    empty_delivered(connection)
    return connection


@pytest.mark.parametrize(
    ("source", "column"),
    [
        (source.name, column.name)
        for source in load_sources().values()
        for column in source.columns
        if column.personal in ("identity", "phone")
    ],
)
def test_whoever_was_delivered_anywhere_is_known(
    connection: duckdb.DuckDBPyConnection, source: str, column: str
) -> None:
    insert_rows(connection, source, [{column: WRONG}])
    assert known_persons(connection)({WRONG, person(901)}) == {WRONG}
    assert known_persons(connection)(set()) == frozenset()


def cases(connection: duckdb.DuckDBPyConnection, ids: list[str], *, masked: bool) -> pl.DataFrame:
    """Two rows of 100 and of 60 yuan stand on each of these numbers of claims."""
    for one in ids:
        insert_rows(connection, "claims", [{"claim_id": one, "amount": amount} for amount in (100, 60)])
    connection.execute("CREATE OR REPLACE TABLE claims AS FROM delivered.claims")
    names = Pseudonyms(b"k" * 32, known_persons(connection))
    return cases_of(RULE, run_rule(connection, RULE).hits, names, date(2022, 2, 28), Probabilities(), masked=masked)


def test_a_number_that_only_looks_like_a_persons_is_published_in_full(connection: duckdb.DuckDBPyConnection) -> None:
    for one in cases(
        connection, [OF_NOBODY, "SL1401002001050109973", "1405-2022-0222-0338", "14010500012"], masked=True
    ).iter_rows(named=True):
        assert one["claim_ids"] == [one["subject_key"]]
        assert one["subject_key"] in one["explanation_zh"] and "*" not in one["explanation_zh"]


@pytest.mark.parametrize("number", [WRONG, f"SL{WRONG}01", person(7), PHONE])
def test_one_that_holds_somebodys_is_replaced_wherever_it_stands(
    connection: duckdb.DuckDBPyConnection, number: str
) -> None:
    insert_rows(connection, "payroll", [{"id_number": WRONG}])
    insert_rows(connection, "enrolments", [{"phone": PHONE}])
    shown = cases(connection, [number], masked=True).row(0, named=True)
    pseudonym = Pseudonyms(b"k" * 32).of("phone" if number == PHONE else "identity", number)
    assert shown["subject_key"] == pseudonym and shown["claim_ids"] == [pseudonym]
    assert number not in str(shown)


def test_money_is_counted_by_the_claims_own_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    ids = [person(7), OF_NOBODY]
    masked, own = (cases(connection, ids, masked=how) for how in (True, False))
    claims = pl.DataFrame({"claim_id": ids, "amount": ["100.00", "100.00"], "claimed_on": [date(2022, 2, 1)] * 2})
    assert amount_at_risk_total(masked, claims).amount_at_risk == 100
    assert amount_at_risk_total(with_own_keys(masked, own), claims).amount_at_risk == 200


def test_a_voucher_is_no_person(connection: duckdb.DuckDBPyConnection) -> None:
    names = Pseudonyms(b"k" * 32, known_persons(connection))
    assert names.keys_of(["140400-记-202108-000378"]) == ["140400-记-202108-000378"]
    assert names.seen == {}


@pytest.mark.parametrize("masked", [True, False])
def test_a_device_that_bears_a_telephone_number_is_no_identifier(
    connection: duckdb.DuckDBPyConnection, masked: bool
) -> None:
    rule = read_rules()["device_many_classes"]
    hits = pl.DataFrame(
        {column: [None] for column in ("margin", "institution_id")},
        schema_overrides={"margin": pl.String, "institution_id": pl.String},
    )
    blanks = {name: pl.lit("x") for text in rule.explain.values() for name in blanks_of(text)}
    hits = hits.with_columns(**blanks).with_columns(
        subject_key=pl.lit(PHONE), device_id=pl.lit(PHONE), claim_ids=pl.lit([], dtype=pl.List(pl.String)), division=pl.lit("140105"),
        observed=pl.lit(9), allowed=pl.lit(3), amount_at_risk=pl.lit("0", dtype=pl.String).cast(pl.Decimal(14, 2)), counterpart=pl.lit(True),
    )  # fmt: skip
    names = Pseudonyms(b"k" * 32, known_persons(connection))
    (told,) = cases_of(rule, hits, names, date(2022, 2, 28), Probabilities(), masked=masked)["explanation_zh"]
    assert (PHONE in told) is not masked and ("138****5678" in told) is masked
