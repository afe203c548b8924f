"""What the pages show: filters, order, paging, the case page, both languages, nothing personal, nothing computed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from models.case import case_id
from portal.access import Scope
from portal.case_list import Asked, chosen, page_of
from portal.pages.quality import calibration, precision
from portal.state import Portal
from tests.portal.conftest import SignIn
from tests.portal.made_up import CLASS, COUNTY, DATONG, FIRST, SCHOOL, SECOND, TAIYUAN

ROOT = f"/publications/{SECOND}"
NIGHT = case_id(b"k" * 32, "night_class", CLASS)
PROVINCE = Scope(("140000",))


@pytest.fixture
def viewer(signed_in: SignIn) -> TestClient:
    return signed_in("viewer")


def text_of(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_newest_publication_opens_first_and_all_are_listed(viewer: TestClient) -> None:
    assert viewer.get("/").headers["location"] == ROOT
    listed = viewer.get("/publications").text
    assert listed.index(SECOND) < listed.index(FIRST)


def test_the_list_is_sorted_by_expected_loss_and_paged(viewer: TestClient, portal: Portal) -> None:
    cases = portal.publications.find(SECOND).cases(PROVINCE)
    assert cases["expected_loss"].is_sorted(descending=True)
    first, second = (page_of(cases, Asked(page=page)) for page in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (65, 2, 50, 15)
    assert page_of(cases, Asked(page=99)).page == 2
    assert viewer.get(f"{ROOT}/cases?page=2").text.count('class="title"') == 15


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("city=140200", 2), ("city=140100", 63), ("city=140105", 1), ("city=140000", 65), ("rule=night_class", 1), ("rating=C", 2),
        ("severity=lead", 2), ("status=confirmed", 1), ("low=700&high=5000", 2), ("low=158", 6), ("high=55", 1), ("text=SL14010520210911000099", 1),
        ("text=138****5678", 1), ("text=%E5%A4%9C%E9%97%B4", 1), ("text=.*", 0), ("text=%25", 0), ("rule=nothing_here", 0),
        ("city=140100&rating=A&severity=violation&text=09110000001", 1),
    ],
)  # fmt: skip
def test_filters(viewer: TestClient, query: str, expected: int) -> None:
    page = viewer.get(f"{ROOT}/cases?{query}")
    assert page.status_code == 200 and page.text.count('class="title"') == min(expected, 50), page.text.count(
        'class="title"'
    )
    assert f"{expected} 条" in text_of(page.text)


@pytest.mark.parametrize(
    "query",
    [
        "rating=D",
        "city=abc",
        "low=-1",
        "low=1e9",
        "page=0",
        "page=x",
        "sort=drop",
        "text=" + "x" * 61,
        "severity=fraud",
        "rule=a;b",
    ],
)
def test_what_is_no_filter_is_refused_and_not_repeated(viewer: TestClient, query: str) -> None:
    page = viewer.get(f"{ROOT}/cases?{query}")
    assert page.status_code == 422 and query.partition("=")[2] not in text_of(page.text)


def test_orders(portal: Portal) -> None:
    cases = portal.publications.find(SECOND).cases(PROVINCE)
    assert chosen(cases, Asked(sort="amount"))["amount_at_risk"].is_sorted(descending=True)
    assert chosen(cases, Asked(sort="score"))["score"].is_sorted(descending=True)
    assert chosen(cases, Asked(sort="rating"))["rating"].is_sorted()


def test_the_case_page_tells_everything(viewer: TestClient) -> None:
    page = viewer.get(f"{ROOT}/cases/{NIGHT}")
    text = text_of(page.text)
    for told in (
        "夜",
        "开班信息_太原市_2021.csv",
        "12",
        "2021-08-09",
        CLASS,
        SCHOOL,
        "转述",
        "对象",
        "计算",
        "邻近的线索",
        "排除",
    ):
        assert told in text, told
    assert '<svg class="timeline"' in page.text
    amounts = viewer.get(f"{ROOT}/cases/{case_id(b'k' * 32, 'certificate_amount', 'SL14020020210911000001')}").text
    assert "给予评价机构取证补贴" in text_of(amounts), "the clause, word for word"
    assert "certificate_amount.skill_level.5" in amounts


def test_a_shared_phone_is_drawn(viewer: TestClient) -> None:
    listed = viewer.get(f"{ROOT}/cases?rule=phone_shared").text
    page = viewer.get(re.search(r'class="title" href="([^"]+)"', listed)[1]).text
    assert page.count('class="tie"') == 5 and "T" in page


def test_a_published_picture_is_shown_on_the_page_and_in_the_report(viewer: TestClient) -> None:
    for path in (f"{ROOT}/cases/{NIGHT}", f"{ROOT}/cases/{NIGHT}/report.html"):
        assert "<title>一班人马几块牌子</title></svg>" in viewer.get(path).text, path


def test_the_tree_goes_from_institution_to_class_to_person(viewer: TestClient) -> None:
    text = text_of(viewer.get(f"{ROOT}/institutions").text)
    assert text.index(SCHOOL) < text.index(f"班级 {CLASS}") < text.index("张* 140105********1234")


def test_what_was_not_delivered_is_seen(viewer: TestClient) -> None:
    files = viewer.get(f"{ROOT}/files?source=claims")
    text = text_of(files.text)
    assert "缺 1 个月" in text and "2021-09" in text and "部分接受" in text
    assert "没读出 1 个文件" in text, "a colour alone says nothing"
    reconciled = text_of(viewer.get(f"{ROOT}/reconciliation").text)
    assert "5,000.00" in reconciled and "150.00 2 项" in reconciled and "0 / 2" in reconciled
    assert "88.00" in viewer.get(f"{ROOT}/reports/fund_use").text
    assert viewer.get(f"{ROOT}/reports/nothing").status_code == 404


def test_changes_rules_and_quality(viewer: TestClient, signed_in: SignIn, portal: Portal) -> None:
    assert "余额" in text_of(viewer.get(f"{ROOT}/changes").text)
    assert "4,597" in viewer.get(f"{ROOT}/rules").text
    assert "SELECT" in viewer.get(f"{ROOT}/rules/night_class").text
    assert viewer.get(f"{ROOT}/rules/no_such_rule").status_code == 404
    assert "50%（2）" in viewer.get(f"{ROOT}/quality").text
    scoped = signed_in("inspector").get(f"{ROOT}/rules").text
    assert "4,597" not in scoped, "what was examined elsewhere is not theirs"
    one = portal.publications.find(SECOND)
    assert [(row["name"], row["judged"], row["share"]) for row in precision(one, Scope((TAIYUAN,)))] == [
        ("night_class", 1, 0.0)
    ]
    assert [row["name"] for row in precision(one, Scope((DATONG,)))] == ["certificate_amount"]
    assert [row["judged"] for row in calibration(one.cases(PROVINCE))] == [1, 1]
    assert precision(one, Scope((COUNTY,))) == []


def test_in_english_everything_of_our_own_is_english(viewer: TestClient) -> None:
    assert viewer.get("/language/en?back=/publications").headers["location"] == "/publications"
    page = viewer.get(f"{ROOT}/cases?rule=night_class")
    assert 'lang="en"' in page.text and "Expected loss" in page.text
    assert not re.search(
        "[\u4e00-\u9fff]",
        text_of(page.text.replace("中文", "").replace("山西省", "").partition("<tbody>")[0].partition("<select")[0]),
    )


def test_texts_of_the_data_are_shown_as_texts(signed_in: SignIn, portal: Portal) -> None:
    page = signed_in("viewer").get(f"{ROOT}/cases/{NIGHT}").text
    assert "=HYPERLINK(&#34;http://x.example&#34;" in page
    assert signed_in("viewer").get(f"{ROOT}/cases", params={"text": '"><script>x</script>'}).text.count("<script>") == 0


def test_a_revealed_publication_is_never_shown(viewer: TestClient, portal: Portal) -> None:
    folder = portal.home.publications / SECOND
    manifest = folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"reveal": false', '"reveal": true'), encoding="utf-8"
    )
    assert viewer.get(ROOT).status_code == 404 and viewer.get("/").headers["location"].endswith(FIRST)
