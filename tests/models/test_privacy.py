"""Masks, pseudonyms and the sweep: what must vanish, and what must stay to the letter."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Collection

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import privacy
from models.privacy import PSEUDONYM, Pseudonyms, mask_certificate_no, mask_frame, sweep, sweep_frame
from models.sweeping import CANDIDATE

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(division: str, born: dt.date, serial: int) -> str:
    body = f"{division}{born:%Y%m%d}{serial:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


identities = st.builds(
    identity,
    st.sampled_from(["140105", "140431", "110101", "521402", "440301", "659001", "310115"]),
    st.dates(dt.date(1930, 1, 1), dt.date(2012, 12, 31)),
    st.integers(0, 999),
)
PERSON = identity("140105", dt.date(1990, 1, 1), 123)


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("identity", "140105199001011234", "140105********1234"),
        ("identity", "１４０１０５ 19900101 123x", "140105********123X"),
        ("identity", "140105900101123", "140105******123"),
        ("identity", "E12345678", "E1*****78"),
        ("identity", "", ""),
        ("name", "张三丰", "张*"),
        ("name", "  欧阳娜娜", "欧*"),
        ("payee", "太原市天和隆职业培训学校", "太原市天和隆职业培训学校"),
        ("payee", "李振旭", "李*"),
        ("phone", "13812345678", "138****5678"),
        ("phone", "+86 138-1234-5678", "138****5678"),
        ("phone", "0351-1234567", "035****4567"),
        ("phone", "1234567", "****67"),
        ("account", "6222 0295 5042 4115 880", "****5880"),
        ("account", "1234", "****"),
        ("certificate", "T140107198103024070", "T140107********4070"),
        ("certificate", "140107198103024070", "140107********4070"),
        ("certificate", "S000014000011204000001", "S000014000011204000001"),
        ("certificate", "1234567890123456", "1234567890123456"),
    ],
)
def test_masks(kind: str, value: str, masked: str) -> None:
    assert privacy.MASKS[kind](value) == masked


@pytest.mark.parametrize(
    "text",
    [
        "SL1403002109210001310", "140400-记-202101-000106", "140100-202101-PX-00029", "BJ14010020211100028Q455389",
        "BJ14010020201100018", "T2021012100000174", "XY140100202000026", "XM140800E00185", "S000014000011204000001",
        "52140100MAACYHXF08", "9114010035727125XL", "521408005425102166", "91140200858550724G", "KQ0000007DC",
        "2021-07-08 08:59:07", "2021-07-08 2021-09-30 2021-10-01", "140105|2021-07", "2021 2022 2023 2024",
        "112.53951412345678 37.873875", "0.1234567890123456", "140105********1234 张* 138****5678 ****5880",
        "claims_140100_202012_2.csv", "专账资金台账_太原市_2022.csv", "196d6d09ad720d71", "P2d82ab294829", "5-10 人 3-6 个月",
        "2021.07.08/2021.09.30", "140105.2021.07.08.0012", "10.138.1234.5678", "1,200.00 元，应补 800.00 元", "1.40105E+17", "",
    ],
)  # fmt: skip
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert sweep(text) == text


@pytest.mark.parametrize(
    ("text", "swept"),
    [
        (f"学员{PERSON}缺勤", f"学员140105********{PERSON[-4:]}缺勤"),
        ("号140105199001011239，", "号140105********1239，"),  # a wrong check digit under a real birthday
        ("14010519900230123X", "140105********123X"),  # an X at the end, whatever the birthday
        ("14103019A101177261 无效", "141030********7261 无效"),  # a letter where a digit belongs
        ("14082319A303267467", "140823********7467"),  # so many letters and digits, never eleven digits in a row
        ("名册_140105900101123.csv", "名册_140105******123.csv"),
        ("T140105900101123", "T140105******123"),
        (f"SFZ{PERSON}A", f"SFZ140105********{PERSON[-4:]}A"),
        ("电话13812345678。", "电话138****5678。"),
        ("+8613812345678", "+86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("138-1234-5678 起 2021-07-08", "138-****-5678 起 2021-07-08"),
        ("138\u200b1234\u200b5678", "138\u200b****\u200b5678"),
        (r'{"note": "x\n13812345678"}', r'{"note": "x\n138****5678"}'),
        ("户6222029550424115880，", "户****5880，"),
        ("6222 0295 5042 4115 880", "**** **** **** ***5 880"),
        ("140105 19900101 1239", "140105 ******** 1239"),
        ("号140105.19900101.1238，", "号140105.********.1238，"),
        ("140105/1990/0101/1238", "140105/****/****/1238"),
        ("电话138.1234.5678", "电话138.****.5678"),
    ],
)
def test_personal_numbers_are_masked(text: str, swept: str) -> None:
    assert sweep(text) == swept
    assert sweep(swept) == swept
    frame = pl.DataFrame({"text": [text]})
    assert sweep_frame(frame, ["text"])["text"].to_list() == [swept]


@pytest.mark.parametrize("number", [f"SX{PERSON}", f"{PERSON}-1", f"T{PERSON}", PERSON])
def test_a_certificate_number_shows_no_identity_number_whatever_stands_around_it(number: str) -> None:
    assert PERSON not in mask_certificate_no(number)
    pseudonyms = Pseudonyms(b"k" * 32)
    key = pseudonyms.of("certificate", number)
    assert PERSON not in key and re.findall(PSEUDONYM, key) == [pseudonyms.seen[PERSON]]


def test_numbers_in_groups_of_four_show_at_most_their_end() -> None:
    swept = sweep("1401 0519 9001 0112 34")
    assert "1990" not in swept.replace(" ", "") and "9001" not in swept
    assert sum(c.isdigit() for c in swept) <= 10


@pytest.mark.parametrize(
    "number", ["1234567890123456", "140500202202220338", "1405-2022-0222-0338", "T140105900101123"]
)
def test_an_identifier_that_is_known_to_be_one_stays_to_the_letter(number: str) -> None:
    assert sweep(f"申领{number}：") != f"申领{number}："
    assert sweep(f"申领{number}：", {number}) == f"申领{number}："
    assert PERSON not in sweep(f"申领{number}：{PERSON}", {number})


@settings(max_examples=300, deadline=None)
@given(identities, st.text(max_size=30), st.text(max_size=30))
def test_no_identity_number_survives_in_any_text(number: str, before: str, after: str) -> None:
    assert number not in sweep(before + number + after)


digits_and_breaks = st.text(alphabet="0123456789 -.|_aXT\n，１", max_size=20)


@settings(max_examples=300, deadline=None)
@given(identities, digits_and_breaks, digits_and_breaks)
def test_nor_among_other_digits(number: str, before: str, after: str) -> None:
    assert number not in sweep(before + number + after)


@settings(max_examples=200, deadline=None)
@given(
    identities,
    st.lists(st.integers(1, 17), max_size=5, unique=True),
    st.sampled_from([" ", "-", "–", "　", "\u200b", ".", "/", "·"]),
)
def test_nor_broken_up(number: str, cuts: list[int], separator: str) -> None:
    edges = [0, *sorted(cuts), 18]
    broken = separator.join(number[a:b] for a, b in itertools.pairwise(edges))
    assert number not in sweep(f"证号 {broken} 止").replace(separator, "")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), digits_and_breaks.map(lambda t: f"138{t}1234 5678 6222029550424115880{t}")))
def test_the_sweep_changes_only_what_the_quick_filter_finds(text: str) -> None:
    if sweep(text) != text:
        assert pl.Series([text]).str.contains(CANDIDATE)[0]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_what_is_not_masked_is_unchanged(text: str) -> None:
    swept = sweep(text)
    assert swept == text or "*" in swept


def test_pseudonyms_are_stable_keyed_and_remembered() -> None:
    ours, theirs = Pseudonyms(b"k" * 32), Pseudonyms(b"j" * 32)
    one = ours.of("identity", PERSON)
    assert one == Pseudonyms(b"k" * 32).of("identity", f" {PERSON.lower()} ") != theirs.of("identity", PERSON)
    assert one[0] == "P" and len(one) == 13
    assert ours.of("phone", "+86 13812345678") == ours.of("phone", "13812345678") != ours.of("account", "13812345678")
    assert ours.seen[PERSON] == one
    assert "k" * 8 not in repr(ours) and PERSON not in repr(ours)


def test_keys_lose_their_personal_parts_only() -> None:
    names = Pseudonyms(b"k" * 32)
    person = names.of("identity", PERSON)
    assert names.keys_of([f"{PERSON}|BJ1|BJ2"], ["identity"]) == [f"{person}|BJ1|BJ2"]
    assert names.keys_of([f"T{PERSON}|4-99-01-02"], ["certificate"]) == [f"T{person}|4-99-01-02"]
    assert names.keys_of([f"{PERSON}|x", "y|x"]) == [f"{person}|x", "y|x"], "a rule that forgot to name the part"
    employer = "91140200MAW1MWR218"
    account = names.of("account", "6222029550424115880")
    assert names.keys_of([f"{employer}|6222029550424115880"], [None, "account"]) == [f"{employer}|{account}"]
    assert names.keys_of(["03511234567"], ["phone"])[0].startswith("T")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("SL1403002109210001310", False),
        ("SL1401002001050109973", False),  # digits of it read like a birthday: 2001-05-01
        ("140400-记-202108-000378", False),
        ("140500202202220338", False),  # division, day, serial
        ("140500200001010338", False),  # might be a person's, but its check digit is wrong and nobody has it
        (PERSON, True),
        (PERSON.lower(), True),
        ("140105200001010011", True),  # whoever's it is: without a fault
        ("140105199001010338", True),  # somebody in the data has it
        ("SL14010519900101033801", True),
        ("SL-140105199001010338-01", True),
        ("140105900101001", True),  # the old form of somebody's
        ("1401059001010019", False),
    ],
)
def test_an_identifier_is_replaced_where_it_holds_a_number_of_somebody(identifier: str, told: bool) -> None:
    asked: set[str] = set()

    def known(numbers: Collection[str]) -> set[str]:
        asked.update(numbers)
        return {"140105199001010338", identity("140105", dt.date(1990, 1, 1), 1)} & set(numbers)

    names = Pseudonyms(b"k" * 32, known)
    replaced = names.replacing([identifier, "BJ1"])
    assert replaced == ({identifier: names.of("identity", identifier)} if told else {})
    assert names.keys_of([f"{identifier}|BJ1"]) == [f"{replaced.get(identifier, identifier)}|BJ1"]
    assert all(re.fullmatch(r"[0-9]{17}[0-9X]", number) for number in asked)


def test_frames_are_masked_by_column_then_swept() -> None:
    frame = pl.DataFrame({
        "id_number": [PERSON, None],
        "name": ["张三丰", "李四"],
        "payee_name": ["王五", "太原市某学校"],
        "note": [f"见{PERSON}", "无"],
        "tags": [["13812345678", "ok"], None],
        "amount": [1, 2],
    })  # fmt: skip
    masked = mask_frame(frame, {"id_number": "identity", "name": "name", "payee_name": "payee", "phone": "phone"})
    assert masked.columns == frame.columns
    assert masked.schema == frame.schema
    assert PERSON not in str(masked.to_dicts())
    assert masked["name"].to_list() == ["张*", "李*"]
    assert masked["payee_name"].to_list() == ["王*", "太原市某学校"]
    assert masked["tags"].to_list() == [["138****5678", "ok"], None]
    with pytest.raises(ValueError, match="unknown kind"):
        mask_frame(frame, {"name": "nickname"})


def test_only_named_columns_are_swept_where_columns_are_named() -> None:
    frame = pl.DataFrame({"a": [PERSON], "b": [PERSON]})
    masked = mask_frame(frame, {}, sweep_columns=["a"])
    assert masked["b"][0] == PERSON != masked["a"][0]


def test_a_certificate_key_that_holds_an_identity_number_is_masked_before_its_occupation() -> None:
    assert mask_certificate_no("T140105199001011235|6-31-01-03") == "T140105********1235|6-31-01-03"
    assert mask_certificate_no("S000014000024214000036|6-31-01-03") == "S000014000024214000036|6-31-01-03"


def test_free_text_of_a_row_does_not_tell_the_name_that_its_column_hides() -> None:
    frame = pl.DataFrame({
        "name": ["张三丰", "李四", "王", None, "张三丰"], "told": ["张三丰系外省户籍，张三丰无证", "张三丰", "王家村", "李四", None], "age": [1, 2, 3, 4, 5],
    })  # fmt: skip
    masked = privacy.mask_own_names(frame, ["name", "no such"], ["told", "nor such", "age"])
    assert masked["told"].to_list() == ["张*系外省户籍，张*无证", "张三丰", "王家村", "李四", None]
    assert masked.drop("told").equals(frame.drop("told"))
