"""Every way in which clerks write a value, and that what is written is what is read, for values that nobody listed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import check_character, repair_identity
from models.values import PARSERS, parse_choice, parse_timestamp, plain

DAYS = st.dates(date(1950, 1, 1), date(2040, 12, 31))


def parsed(kind: str, *texts: str) -> list[Any]:
    return pl.DataFrame({"x": list(texts)}).select(PARSERS[kind](plain(pl.col("x"))).alias("x"))["x"].to_list()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2021-07-08", date(2021, 7, 8)), ("date", "2021/7/8", date(2021, 7, 8)), ("date", "2021.07.08", date(2021, 7, 8)),
        ("date", "20210708", date(2021, 7, 8)), ("date", "2021年7月8日", date(2021, 7, 8)), ("date", "44385", date(2021, 7, 8)),
        ("date", "２０２１－０７－０８", date(2021, 7, 8)), ("date", "2021-07-08 00:00:00", date(2021, 7, 8)),
        ("date", "2021-02-29", None), ("date", "2021-07-08 09:30", date(2021, 7, 8)),
        ("date", "2021-07-08T23:59:59.5", date(2021, 7, 8)), ("date", "2021-07-08 25:00", None), ("month", "20217", None), ("month", "36526", date(2000, 1, 1)),
        ("date", "昨天", None),
        ("month", "2021-07", date(2021, 7, 1)), ("month", "202107", date(2021, 7, 1)), ("month", "2021年7月", date(2021, 7, 1)),
        ("month", "2021-07-08", date(2021, 7, 1)), ("month", "44385", date(2021, 7, 1)), ("month", "2021-13", None),
        ("money", "1,200.00", Decimal("1200.00")), ("money", "1200元", Decimal("1200.00")), ("money", "１２００", Decimal("1200.00")),
        ("money", "￥1,200.5", Decimal("1200.50")), ("money", "-3.005", Decimal("-3.01")), ("money", "1,20.00", None), ("money", "一千", None),
        ("boolean", "是", True), ("boolean", "N", False), ("boolean", "1", True), ("boolean", "maybe", None),
        ("level", "三级/高级工", "3"), ("level", "初级工", "5"), ("level", "4", "4"), ("level", "4.0", "4"), ("level", "特级", None),
        ("integer", "40课时", 40), ("integer", "40.0", 40), ("integer", "40.5", None),
        ("division", "140100", "140100"), ("division", "140105001", "140105"), ("division", "1401", None),
        ("phone", "+86 138-1234-5678", "13812345678"), ("phone", "+86-0351-4022222", "03514022222"),
        ("phone", "无", None), ("phone", "——", None), ("phone", "138****5678", "138****5678"), ("phone", "138xxxx5678", "138xxxx5678"),
        ("phone", "13812345678/13912345678", "13812345678/13912345678"), ("phone", "13812345678 13912345678", "13812345678 13912345678"),
        ("phone", "13812345678(家长)", "13812345678"), ("phone", "86 138 1234 5678", "13812345678"), ("phone", "0351-1234567-802", "0351-1234567-802"),
        ("phone", "(0351)4022222", "03514022222"), ("phone", "13812345678.0", "13812345678"), ("phone", "2020202、3030303", "2020202、3030303"),
        ("account", "6222 0000 1111", "622200001111"),
        ("code", "140100.0", "140100"), ("uscc", "91140100ma0abc", "91140100MA0ABC"),
    ],
)  # fmt: skip
def test_a_value_as_it_is_written(kind: str, text: str, value: Any) -> None:
    assert parsed(kind, text) == [value]


@given(DAYS)
def test_a_day_is_read_back_from_every_way_of_writing_it(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    written = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        serial,
    ]
    assert parsed("date", *written) == [day] * len(written)


@given(st.decimals(Decimal("-999999999.99"), Decimal("999999999.99"), places=2))
def test_money_is_read_to_the_fen(amount: Decimal) -> None:
    assert parsed("money", f"{amount:f}", f"{amount:,f}", f"{amount:f}元") == [amount] * 3


@given(DAYS, st.integers(0, 86_399))
def test_a_time_alone_or_with_its_day(day: date, second: int) -> None:
    moment = datetime.combine(day, datetime.min.time()) + timedelta(seconds=second)
    written = [
        f"{moment:%H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{day.year}/{day.month}/{day.day} {moment:%H:%M:%S}",
        f"{moment:%Y%m%d %H:%M:%S}",
    ]
    frame = pl.DataFrame({"x": written, "day": [day] * len(written)})
    assert frame.select(parse_timestamp(plain(pl.col("x")), pl.col("day"))).to_series().to_list() == [moment] * len(
        written
    )


def test_a_time_of_a_spreadsheet_has_no_day_of_its_own() -> None:
    frame = pl.DataFrame(
        {"x": ["1899-12-31 08:59:00", "1899-12-30 08:59:00", "0.9583333333"], "day": [date(2021, 7, 8)] * 3}
    )
    assert frame.select(parse_timestamp(pl.col("x"), pl.col("day"))).to_series().to_list() == [
        datetime(2021, 7, 8, 8, 59), datetime(2021, 7, 8, 8, 59), datetime(2021, 7, 8, 23, 0),
    ]  # fmt: skip


def moments(*texts: str) -> list[datetime | None]:
    frame = pl.DataFrame({"x": texts, "day": [date(2021, 7, 8)] * len(texts)})
    return frame.select(parse_timestamp(pl.col("x"), pl.col("day"))).to_series().to_list()


def test_a_time_that_is_none() -> None:
    assert moments("25:00", "09:61", "上午") == [None] * 3


def test_a_moment_that_a_spreadsheet_counted() -> None:
    """A day with or without its time, or a time alone; a number between them is a time written with a point."""
    assert moments("44386", "44386.0", "44385.375", "0", "0.0", ".5") == [
        datetime(2021, 7, 9), datetime(2021, 7, 9), datetime(2021, 7, 8, 9), datetime(2021, 7, 8), datetime(2021, 7, 8), datetime(2021, 7, 8, 12),
    ]  # fmt: skip
    assert moments("08.59", "8.59", "1", "1.0", "9999.5", "859", "00.5") == [None] * 7
    assert moments("1904-01-01 08:59:00") == [datetime(2021, 7, 8, 8, 59)], "of a workbook that counts from 1904"


def test_a_coded_column_takes_labels_and_codes() -> None:
    labels = {"training": ("培训机构",), "college": ("院校",)}
    frame = pl.DataFrame({"x": ["培训机构", "Training", " 院 校 ", "别的"]})
    assert frame.select(parse_choice(plain(pl.col("x")), labels))["x"].to_list() == [
        "training",
        "training",
        "college",
        None,
    ]


@given(st.from_regex(r"[1-6][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True))
def test_a_valid_identity_number_survives_blanks_width_and_case(body: str) -> None:
    number = body + check_character(body)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    for text in (number, f" {number[:6]} {number[6:]} ", number.lower(), wide, f"'{number}"):
        assert repair_identity(text).value == number


def test_identity_numbers_that_are_mended_kept_or_destroyed() -> None:
    widened = repair_identity("140105900101123")
    assert widened.value == "14010519900101123" + check_character("14010519900101123") and widened.note == "15 digits"
    assert repair_identity("140105199001011235").destroyed == ""
    assert repair_identity("1.40105E+17").destroyed and repair_identity("140105199001012000").destroyed
    assert check_character("14010519900101100") == "0" and not repair_identity("140105199001011000").destroyed
    assert repair_identity("H12345678").value == "H12345678"
    assert (
        repair_identity("140105900101123.0") == widened
        and repair_identity("1401059001011.0").value == "1401059001011.0"
    )
