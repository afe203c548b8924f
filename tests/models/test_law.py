"""The law as data: values, overrides, and what is in force for whom on which day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.law import (
    LawError,
    Notice,
    ParameterRow,
    as_rows_for_manifest,
    load_notices,
    load_overrides,
    load_parameter_files,
    load_parameters,
    looser,
    resolve,
)
from models.law.notices import Clause, Sentence
from models.law.reading import OPEN_END, OPEN_START
from models.law.values import parse_value

CITY, OTHER, ELSEWHERE = "140100", "140200", "310100"


def row(value: str = "8000", division: str = "140000", unit: str = "yuan", **changes: object) -> ParameterRow:
    number, day = parse_value(value, unit)
    fields = {
        "id": "cap",
        "unit": unit,
        "stricter": "lower",
        "division": division,
        "value": value,
        "number": number,
        "day": day,
        "valid_from": date(2021, 7, 8),
        "valid_until": OPEN_END,
        "notice": "n",
        "clause": "c",
    }
    return ParameterRow(**(fields | changes))  # type: ignore[arg-type]


def override(value: str, division: str = "140000", **changes: Any) -> ParameterRow:
    return row(value, division, **changes | {"notice": "override", "clause": ""})


def in_force(frame: pl.DataFrame, day: date, city: str = CITY, born: date = date(1980, 1, 1), id: str = "cap") -> list:
    held = frame.filter(
        (pl.col("id") == id)
        & (pl.col("city") == city)
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_until") > day)
        & (pl.col("born_from") <= born)
        & (pl.col("born_until") > born)
    )
    return held["value"].to_list()


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("8000", "yuan", "8000"),
        ("1999.50", "yuan", "1999.5"),
        ("3", "months", "3"),
        ("0.5", "km", "0.5"),
        ("3", "level", "3"),
        ("16", "years", "192"),
        ("60", "years", "720"),
        ("60.5", "years", "726"),
        ("60岁1个月", "years", "721"),
        ("63岁", "years", "756"),
        ("50 %", "share", "0.5"),
        ("80%", "share", "0.8"),
        ("0.9", "share", "0.9"),
        ("100 %", "share", "1"),
        ("23:00:00", "time", "82800"),
        ("05:00", "time", "18000"),
        ("00:00:00", "time", "0"),
    ],
)
def test_value_becomes_the_number_that_sql_compares(text: str, unit: str, number: str) -> None:
    assert parse_value(text, unit) == (Decimal(number), None)


def test_month_becomes_its_first_day() -> None:
    assert parse_value("2021-12", "month") == (None, date(2021, 12, 1))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("-1", "yuan"),
        ("7,000", "yuan"),
        ("1.005", "yuan"),
        ("nan", "yuan"),
        ("", "yuan"),
        ("2.5", "months"),
        ("0", "level"),
        ("6", "level"),
        ("60.1", "years"),
        ("151", "years"),
        ("101 %", "share"),
        ("60", "share"),
        ("24:00:00", "time"),
        ("12:60", "time"),
        ("82800", "time"),
        ("2021-13", "month"),
        ("2021-12-01", "month"),
    ],
)
def test_value_that_cannot_be_used_is_refused_with_an_example(text: str, unit: str) -> None:
    with pytest.raises(LawError, match=r"value「.*」不可用，应为.* / value '.*' cannot be used, write"):
        parse_value(text, unit)


# --- which value is in force ----------------------------------------------------------------------------------------


def test_both_sides_of_the_start_date() -> None:
    frame = resolve([row()], [], [CITY])
    assert in_force(frame, date(2021, 7, 7)) == []
    assert in_force(frame, date(2021, 7, 8)) == ["8000"]


def test_end_is_exclusive_and_the_next_value_follows_at_once() -> None:
    change = date(2025, 1, 1)
    frame = resolve([row(valid_until=change), row("9000", valid_from=change)], [], [CITY])
    assert in_force(frame, date(2024, 12, 31)) == ["8000"]
    assert in_force(frame, change) == ["9000"]


def test_repeal_is_a_row_that_ends() -> None:
    frame = resolve([row(valid_until=date(2022, 1, 1))], [], [CITY])
    assert in_force(frame, date(2021, 12, 31)) == ["8000"]
    assert in_force(frame, date(2022, 1, 1)) == []


def test_province_holds_only_in_its_own_cities_and_the_nation_everywhere() -> None:
    frame = resolve([row(), row("5", "000000", id="sign")], [], [CITY, OTHER, ELSEWHERE, "140000"])
    assert frame.filter(pl.col("id") == "cap")["city"].to_list() == ["140000", CITY, OTHER]
    assert frame.filter(pl.col("id") == "sign")["city"].to_list() == ["140000", CITY, OTHER, ELSEWHERE]


def test_province_goes_before_the_nation() -> None:
    frame = resolve([row("5000", "000000"), row("8000")], [], [CITY, ELSEWHERE])
    assert in_force(frame, date(2022, 1, 1)) == ["8000"]
    assert in_force(frame, date(2021, 1, 1)) == []
    assert in_force(frame, date(2022, 1, 1), ELSEWHERE) == ["5000"]


def test_columns_types_and_order() -> None:
    frame = resolve([row(), row("2", id="a")], [], [OTHER, CITY, CITY])
    assert frame.schema == pl.Schema(
        {
            "id": pl.String,
            "city": pl.String,
            "value": pl.String,
            "number": pl.Decimal(18, 6),
            "day": pl.Date,
            "born_from": pl.Date,
            "born_until": pl.Date,
            "valid_from": pl.Date,
            "valid_until": pl.Date,
            "division": pl.String,
            "notice": pl.String,
            "clause": pl.String,
        }
    )
    assert frame.select("id", "city").rows() == [("a", CITY), ("a", OTHER), ("cap", CITY), ("cap", OTHER)]
    assert frame.row(2, named=True)["number"] == Decimal(8000)
    assert resolve([row("2", id="a"), row()], [], [CITY, OTHER]).equals(frame)


def test_nothing_in_force_is_an_empty_table_of_the_same_shape() -> None:
    assert resolve([], [], [CITY]).schema == resolve([row()], [], [CITY]).schema


# --- cities ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stricter", "city_value", "used"),
    [
        ("lower", "7999.99", True),
        ("lower", "8000", True),
        ("lower", "8000.01", False),
        ("higher", "8000.01", True),
        ("higher", "7999.99", False),
        ("none", "7999.99", False),
        ("none", "8000", True),
    ],
)
def test_city_may_be_stricter_and_never_looser(stricter: str, city_value: str, used: bool) -> None:
    rows = [row(stricter=stricter), row(city_value, CITY, stricter=stricter)]
    frame = resolve(rows, [], [CITY, OTHER])
    held = frame.filter(pl.col("city") == CITY)
    assert held["value"].to_list() == [city_value if used else "8000"]
    assert held["division"].to_list() == [CITY if used else "140000"]
    assert in_force(frame, date(2022, 1, 1), OTHER) == ["8000"]
    assert [one.city for one in looser(rows, [])] == ([] if used else [CITY])


def test_looser_city_is_named_with_its_period_and_both_values() -> None:
    loose = override("9000", CITY, valid_from=date(2022, 1, 1), valid_until=date(2023, 1, 1))
    (found,) = looser([row()], [loose])
    assert (found.value, found.above, found.above_division) == ("9000", "8000", "140000")
    assert (found.valid_from, found.valid_until) == (date(2022, 1, 1), date(2023, 1, 1))
    assert "140100" in str(found) and "宽松" in str(found) and "looser" in str(found)


def test_looser_only_where_the_province_is_stricter_at_that_time() -> None:
    rows = [row("9000", valid_until=date(2022, 1, 1)), row("7000", valid_from=date(2022, 1, 1))]
    city = [override("8000", CITY)]
    frame = resolve(rows, city, [CITY])
    assert in_force(frame, date(2021, 12, 31)) == ["8000"]
    assert in_force(frame, date(2022, 1, 1)) == ["7000"]
    assert [one.valid_from for one in looser(rows, city)] == [date(2022, 1, 1)]


def test_looser_periods_that_touch_are_one() -> None:
    border = override("6000", OTHER, valid_from=date(2022, 1, 1))
    rows = [row(valid_until=date(2023, 1, 1)), row(valid_from=date(2023, 1, 1)), border]
    (found,) = looser(rows, [override("9000", CITY)])
    assert (found.valid_from, found.valid_until) == (date(2021, 7, 8), OPEN_END)


def test_city_value_stands_alone_where_nothing_is_above_it() -> None:
    frame = resolve([row()], [override("9000", CITY, valid_from=date(2020, 1, 1))], [CITY])
    assert in_force(frame, date(2021, 7, 7)) == ["9000"]
    assert in_force(frame, date(2021, 7, 8)) == ["8000"]


def test_earlier_last_month_of_a_city_is_compared_by_day() -> None:
    cities = [override("2021-06", CITY, unit="month"), override("2022-03", OTHER, unit="month")]
    frame = resolve([row("2021-12", unit="month")], cities, [CITY, OTHER])
    assert frame["day"].to_list() == [date(2021, 6, 1), date(2021, 12, 1)]
    assert frame["number"].to_list() == [None, None]


# --- overrides ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2020, 1, 1), date(2021, 1, 1), {2020: ["7000"], 2021: [], 2022: ["8000"], 2024: ["8000"]}),
        (date(2022, 1, 1), date(2023, 1, 1), {2020: [], 2021: [], 2022: ["7000"], 2023: ["8000"], 2024: ["8000"]}),
        (date(2023, 1, 1), OPEN_END, {2021: [], 2022: ["8000"], 2023: ["7000"], 2024: ["7000"]}),
        (date(2020, 1, 1), OPEN_END, {2020: ["7000"], 2021: ["7000"], 2022: ["7000"]}),
    ],
)
def test_override_before_inside_after_and_over_a_period(start: date, end: date, expected: dict[int, list[str]]) -> None:
    frame = resolve([row()], [override("7000", valid_from=start, valid_until=end)], [CITY])
    assert {year: in_force(frame, date(year, 1, 1)) for year in expected} == expected
    assert in_force(frame, end - timedelta(days=1)) == ["7000"]


def test_override_of_the_province_may_be_looser_and_is_marked_as_no_law() -> None:
    frame = resolve([row()], [override("9000")], [CITY])
    assert frame.select("value", "notice", "clause").rows() == [("9000", "override", "")]
    assert looser([row()], [override("9000")]) == []


def test_override_replaces_every_birth_range() -> None:
    rows = [row("60", born_until=date(1965, 1, 1)), row("63", born_from=date(1965, 1, 1))]
    frame = resolve(rows, [override("55")], [CITY])
    assert frame.select("value", "born_from", "born_until").rows() == [("55", OPEN_START, OPEN_END)]


def load(tmp_path: Path, text: str) -> list[ParameterRow]:
    path = tmp_path / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return load_overrides(path)


def test_overrides_are_read_whatever_yaml_makes_of_them(tmp_path: Path) -> None:
    rows = load(
        tmp_path,
        """
- {id: directed_cap, value: 7000, division: 140000, valid_from: 2021-07-08}
- {id: night_from, value: 22:30:00, division: "140000", valid_from: 2020-01-01, valid_until: 2021-01-01}
- {id: work_training_until, value: 2021-06, division: "140100", valid_from: 2020-01-01}
- {id: hours_share, value: 60 %, division: "000000", valid_from: 2020-01-01}
- {id: age_max.female, value: 55, division: "140100", valid_from: 1900-01-01}
""",
    )
    assert [(one.value, one.number, one.day) for one in rows] == [
        ("7000", Decimal(7000), None),
        ("22:30:00", Decimal(81000), None),
        ("2021-06", None, date(2021, 6, 1)),
        ("60 %", Decimal("0.6"), None),
        ("55", Decimal(660), None),
    ]
    assert rows[1].valid_until == date(2021, 1, 1) and rows[0].valid_until == OPEN_END


ITEM = "{id: directed_cap, value: 7000, division: '140000', valid_from: 2021-07-08}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[{ITEM.replace('directed_cap', 'directd_cap')}]", "directed_cap？"),
        (f"[{ITEM}, {ITEM.replace('7000', 'lots')}]", "第2项 item 2: value「lots」"),
        (f"[{ITEM.replace('2021-07-08', '2021-7-8')}]", "2021-7-8"),
        (f"[{ITEM.replace('2021-07-08', '2021-02-30')}]", "2021-02-30"),
        (f"[{ITEM[:-1]}, valid_until: 2021-07-08}}]", "2021-07-08 不在 valid_from"),
        (f"[{ITEM.replace('140000', '140105')}]", "县级，参数只能由市或省规定，请写 140100 或 140000"),
        (f"[{ITEM.replace('140000', '14')}]", "六位区划代码"),
        (f"[{ITEM.replace('140000', '001400')}]", "六位区划代码"),
        (f"[{ITEM[:-1]}, vaild_until: 2022-01-01}}]", "valid_until？"),
        ("[{id: directed_cap, value: 7000}]", "division、valid_from"),
        (f"[{ITEM[:-1]}, value: 6000}}]", "value 写了两次"),
        (f"[{ITEM}, {ITEM.replace('7000', '6000')}]", "directed_cap 在 140000 有两个值同时有效"),
        (f"[{ITEM.replace('7000', '[7000]')}]", "不是列表"),
        ("[directed_cap]", "「directed_cap」"),
        (ITEM, "应为列表"),
        ("[]", "应为列表"),
        ("", "应为列表"),
        ("- {id: [", "不是合法的 YAML"),
    ],
)
def test_bad_override_names_the_file_the_item_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LawError) as refused:
        load(tmp_path, text)
    assert said in str(refused.value)
    assert "other.yaml" in str(refused.value) and str(tmp_path) not in str(refused.value)


def test_every_bad_item_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(LawError) as refused:
        load(tmp_path, f"[{ITEM.replace('7000', 'x')}, {ITEM}, {ITEM.replace('directed_cap', 'cap')}]")
    assert [line[:18] for line in str(refused.value).splitlines()] == ["other.yaml: 第1项 it", "other.yaml: 第3项 it"]


def test_file_that_is_not_there_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="请核对"):
        load_overrides(tmp_path / "none.yaml")
    (tmp_path / "gb.yaml").write_bytes("参数值".encode("gb18030"))
    with pytest.raises(LawError, match="UTF-8"):
        load_overrides(tmp_path / "gb.yaml")


# --- properties -----------------------------------------------------------------------------------------------------

DAY = date(2020, 1, 1)
DAYS = [DAY + timedelta(days=n) for n in range(13)]
BIRTHS = [date(1960, 1, 1) + timedelta(days=n) for n in range(6)]


@st.composite
def row_sets(draw: st.DrawFn, overriding: bool) -> list[ParameterRow]:
    """Rows that do not overlap per division: every division's days are cut into periods, some left empty."""
    made = []
    for division in ("000000", "140000", CITY):
        cuts = sorted(draw(st.sets(st.integers(0, 12), max_size=5)))
        for start, end in pairwise(cuts):
            births = [0, 5] if overriding else sorted(draw(st.sets(st.integers(0, 5), min_size=2, max_size=3)))
            for born, until in pairwise(births):
                value = draw(st.integers(1, 3))
                if value == 3 and draw(st.booleans()):
                    continue
                born_range = {} if overriding else {"born_from": BIRTHS[born], "born_until": BIRTHS[until]}
                make = override if overriding else row
                made.append(make(str(value), division, valid_from=DAYS[start], valid_until=DAYS[end], **born_range))
    return made


def expected(rows: list[ParameterRow], overrides: list[ParameterRow], city: str, day: date, born: date) -> list[str]:
    """What is in force, said as plainly as possible: one day, one birthday, one division after the other."""

    def of(division: str) -> ParameterRow | None:
        for one in [*overrides, *rows]:
            holds = one.valid_from <= day < one.valid_until and one.born_from <= born < one.born_until
            if one.division == division and holds:
                return one
        return None

    above = of(city[:2] + "0000") or of("000000")
    own = of(city)
    if own and (above is None or own.measure <= above.measure):  # type: ignore[operator]
        return [own.value]
    return [above.value] if above else []


@settings(max_examples=60, deadline=None)
@given(row_sets(overriding=False), row_sets(overriding=True))
def test_resolved_periods_never_overlap_and_cover_exactly_what_the_input_covers(
    rows: list[ParameterRow], overrides: list[ParameterRow]
) -> None:
    frame = resolve(rows, overrides, [CITY, OTHER, ELSEWHERE])
    for city in (CITY, OTHER, ELSEWHERE):
        held = frame.filter(pl.col("city") == city).rows(named=True)
        for day in [DAY - timedelta(days=1), *DAYS]:
            for born in BIRTHS:
                found = [
                    one["value"]
                    for one in held
                    if one["valid_from"] <= day < one["valid_until"] and one["born_from"] <= born < one["born_until"]
                ]
                assert found == expected(rows, overrides, city, day, born)


@settings(max_examples=30, deadline=None)
@given(row_sets(overriding=False))
def test_neighbours_in_time_of_equal_content_are_one_row(rows: list[ParameterRow]) -> None:
    content = ["city", "born_from", "born_until", "value", "division", "notice", "clause"]
    frame = resolve(rows, [], [CITY])
    touching = frame.join(frame, left_on=[*content, "valid_until"], right_on=[*content, "valid_from"])
    assert touching.is_empty()


# --- ages, manifest, notices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "born", "months"),
    [
        (date(2024, 12, 31), date(1965, 1, 1), 720),
        (date(2025, 1, 1), date(1964, 12, 31), 720),
        (date(2025, 1, 1), date(1965, 1, 1), 721),
        (date(2025, 1, 1), date(1965, 4, 30), 721),
        (date(2025, 1, 1), date(1965, 5, 1), 722),
        (date(2030, 1, 1), date(1976, 8, 31), 755),
        (date(2030, 1, 1), date(1976, 9, 1), 756),
        (date(2030, 1, 1), date(2000, 1, 1), 756),
    ],
)
def test_age_limit_of_men_follows_the_month_of_birth(day: date, born: date, months: int) -> None:
    frame = resolve(load_parameters(), [], [CITY])
    (held,) = frame.filter(
        (pl.col("id") == "age_max.male")
        & (pl.col("valid_from") <= day)
        & (pl.col("valid_until") > day)
        & (pl.col("born_from") <= born)
        & (pl.col("born_until") > born)
    )["number"].to_list()
    assert held == months


def test_manifest_names_what_is_in_force_once_per_value() -> None:
    rows = [row(), row("7000", CITY, valid_from=date(2022, 1, 1))]
    frame = resolve(rows, [], [CITY, OTHER, "140300"])
    assert as_rows_for_manifest(frame, date(2021, 7, 7)) == []
    assert [(one["division"], one["value"]) for one in as_rows_for_manifest(frame, date(2022, 1, 1))] == [
        ("140000", "8000"),
        (CITY, "7000"),
    ]
    assert as_rows_for_manifest(frame, date(2021, 7, 8))[0] == {
        "id": "cap",
        "division": "140000",
        "value": "8000",
        "born_from": "0001-01-01",
        "born_until": "9999-12-31",
        "valid_from": "2021-07-08",
        "valid_until": "2022-01-01",
        "notice": "n",
        "clause": "c",
    }


def test_quotation_is_compared_without_white_space_and_within_its_clause() -> None:
    title = {"zh": "甲", "en": "a"}
    clauses = (
        Clause("九", title, heading="九、标准"),
        Clause("九（一）", title, sentences=(Sentence(1, "每期 3-6 个月，"), Sentence(2, "每人不超过 8000 元。"))),
        Clause("十", title, sentences=(Sentence(1, "其他。"),)),
    )
    notice = Notice("n", title, clauses, date(2026, 1, 1))
    assert notice.quotes("九（一）", "不超过8000元")
    assert notice.quotes("九（一）", "3-6个月，\n每人")
    assert notice.quotes("九", "不超过 8000 元")
    assert not notice.quotes("九（一）", "不超过 800 元")
    assert not notice.quotes("十", "不超过 8000 元")
    assert not notice.quotes("九（一）", " ")
    with pytest.raises(LawError, match=r"没有「九（三）」条.*是否 九（"):
        notice.quotes("九（三）", "x")


def test_retold_norm_quotes_nothing() -> None:
    retold = load_notices()["trainee-ages"]
    assert retold.retold and not retold.quotes("年龄下限", retold.clause("年龄下限").says["zh"])


GOOD = """
id: cap
title: {zh: 上限, en: Cap}
unit: yuan
stricter: lower
values:
  - {division: "140000", value: 8000, valid_from: 2021-07-08, notice: n, clause: c}
last_checked: 2026-11-24
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: cap", "id: other", "文件名应为 other.yaml"),
        ("unit: yuan", "unit: yuans", "是否 yuan？"),
        ("stricter: lower", "stricter: less", "allowed: lower, higher, none"),
        (", en: Cap", "", "缺少：en"),
        ("last_checked: 2026-11-24", "", "缺少：last_checked"),
        (", notice: n", "", "缺少：notice"),
        ("value: 8000", "value: much", "cap.yaml: value「much」"),
        (
            "clause: c}",
            "clause: c}\n  - {division: '140000', value: 1, valid_from: 2020-01-01, notice: n, clause: c}",
            "两个值",
        ),
    ],
)
def test_bad_parameter_file_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "cap.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_parameter_files(tmp_path)["cap"].rows[0].number == Decimal(8000)
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LawError) as refused:
        load_parameters(tmp_path)
    assert said in str(refused.value)


def test_a_what_if_may_set_an_amount_where_the_law_sets_none(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text(
        '- {id: certificate_amount.skill_level.2, value: 1500, division: "140000", valid_from: 2021-07-08}\n'
        '- {id: lead_probability.night_class, value: 10 %, division: "140000", valid_from: 2021-07-08}\n',
        encoding="utf-8",
    )
    technician, lead = load_overrides(path)
    assert (technician.id, technician.number, technician.unit) == (
        "certificate_amount.skill_level.2",
        Decimal(1500),
        "yuan",
    )
    assert (lead.id, lead.number, lead.unit) == ("lead_probability.night_class", Decimal("0.1"), "share")
    path.write_text(
        '- {id: certificate_amount.skil_level.3, value: 1, division: "140000", valid_from: 2021-07-08}\n',
        encoding="utf-8",
    )
    with pytest.raises(LawError, match="skill_level"):
        load_overrides(path)
