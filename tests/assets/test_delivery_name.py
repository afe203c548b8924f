"""What a file's name says."""

from __future__ import annotations

import pytest

from assets.delivery_name import DeliveryName, read_name
from models.source import load_sources


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("培训学员名册_太原市_202107.xlsx", DeliveryName("enrolments", "140100", "202107")),
        ("考勤签到_140100_202107.csv", DeliveryName("attendance", "140100", "202107")),
        ("claims_2021.parquet", DeliveryName("claims", "", "2021")),
        ("claims.parquet", DeliveryName("claims")),
        ("ledger_140400_2021_2.csv", DeliveryName("ledger", "140400", "2021", "2")),
        ("补贴申领_大同_2021Q3_更正.xlsx", DeliveryName("claims", "140200", "2021Q3", "", 1)),
        ("补贴申领_大同市_2021q3_3_更正2.xlsx", DeliveryName("claims", "140200", "2021Q3", "3", 2)),
        ("enrolments_140100_202107_更正.parquet", DeliveryName("enrolments", "140100", "202107", "", 1)),
        ("sub/银行流水_晋城市_2021.csv", DeliveryName("bank", "140500", "2021")),
        ("食堂采购清单_太原市_202107.xlsx", DeliveryName("", "140100", "202107", words="食堂采购清单")),
        ("补贴申领_大同市_2021-07.csv", DeliveryName("claims", "140200", "202107")),
        ("补贴申领_大同市_2021.7.csv", DeliveryName("claims", "140200", "202107")),
        ("补贴申领_大同市_2021年7月.csv", DeliveryName("claims", "140200", "202107")),
        ("补贴申领_大同市_2021年.csv", DeliveryName("claims", "140200", "2021")),
        ("补贴申领_大同市_2021年第3季度.csv", DeliveryName("claims", "140200", "2021Q3")),
        ("补贴申领_大同市_2021年三季度.csv", DeliveryName("claims", "140200", "2021Q3")),
        ("补贴申领_大同市_202107_第2部分.csv", DeliveryName("claims", "140200", "202107", "2")),
        ("claims_140200_202107_part1.csv", DeliveryName("claims", "140200", "202107", "1")),
        ("claims_140200_202107_Part-02.csv", DeliveryName("claims", "140200", "202107", "2")),
        ("补贴申领_大同市_202107更正.csv", DeliveryName("claims", "140200", "202107", "", 1)),
        ("补贴申领_大同市_2021年7月更正3.csv", DeliveryName("claims", "140200", "202107", "", 3)),
        ("补贴申领_大同市_202107_更正版2.csv", DeliveryName("claims", "140200", "202107", "", 2)),
        ("补贴申领大同市202107更正2.csv", DeliveryName("claims", "140200", "202107", "", 2)),
        ("claims大同-2021-07.csv", DeliveryName("claims", "140200", "202107")),
        ("补贴申领_孝义市_202107.csv", DeliveryName("claims", "", "202107", words="孝义市")),
        ("补贴申领_太原市_杏花岭区_202107.csv", DeliveryName("claims", "140100", "202107", words="杏花岭区")),
        ("补贴申领_太原市_202107 - 副本.csv", DeliveryName("claims", "140100", "202107")),
        ("补贴申领_太原市_202107_最终版.csv", DeliveryName("claims", "140100", "202107")),
        ("claims_140100_202107_final_V2.csv", DeliveryName("claims", "140100", "202107")),
        (
            "考勤签到_140100_202107_新晋职业培训学校.csv",
            DeliveryName("attendance", "140100", "202107", words="新晋职业培训学校"),
        ),
        ("补贴申领_太原市_20210731.csv", DeliveryName("claims", "140100", "", words="20210731")),
        (
            "feedback_portal-20220301T101112000000Z-1b2c3d4e.csv",
            DeliveryName("feedback", words="portal-20220301t101112000000z-1b2c3d4e"),
        ),
        ("classesroom.csv", DeliveryName(words="classesroom")),
    ],
)
def test_what_a_name_says(file: str, told: DeliveryName) -> None:
    assert read_name(file, load_sources()) == told


def test_a_name_without_city_and_period_replaces_nothing() -> None:
    assert not read_name("claims.parquet", load_sources()).replaces
    assert read_name("claims_2021.parquet", load_sources()).replaces
