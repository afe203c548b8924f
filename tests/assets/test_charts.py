"""Charts: well-formed, with the figures they were given, and readable where they stand alone."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from assets.charts import alone, bars, curve, matrix, steps
from assets.scan_pictures import waterfall

CHARTS = {
    "bars": bars([("甲<乙>", 3.0, "3")], "标题 & 名"),
    "steps": steps(waterfall(100, 110, 90, 95, 10), "对账"),
    "curve": curve([0.0, 0.8, 1.0], "排序", "前 10%"),
    "matrix": matrix(["申领"], ["太原", "大同"], {("申领", "太原"): ("good", "12/12")}, "送达"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_alone_is_an_image_without_file_or_style_sheet(name: str) -> None:
    told = re.fullmatch(r"!\[图\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", alone(CHARTS[name], "图"))
    assert told
    root = ElementTree.fromstring(base64.b64decode(told[1]))
    assert root.find("{http://www.w3.org/2000/svg}style") is not None


def test_a_waterfall_reaches_each_total_by_its_difference() -> None:
    rows = waterfall(100, 110, 90, 95, 10)
    assert [(name.replace("\n", ""), value, difference) for name, value, difference, _ in rows] == [
        ("已拨付申领", 100, None), ("差额", 110, 10), ("台账", 110, None), ("差额", 90, -20), ("银行", 90, None),
        ("台账与月报差额", 105, -5), ("月报", 95, None),
    ]  # fmt: skip
    assert len(waterfall(1, 1, 1, None)) == 5
    drawn = ElementTree.fromstring(str(CHARTS["steps"]))
    kinds = [rect.get("class") for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert kinds == ["total", "up", "total", "down", "total", "down", "total"]


def test_a_cell_without_a_value_is_shown_as_none() -> None:
    kinds = [
        rect.get("class")
        for rect in ElementTree.fromstring(str(CHARTS["matrix"])).iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert kinds == ["good", "none"]
