"""Back-tests in the portal: found by name, each division sees its own, nothing else is ever opened."""

from __future__ import annotations

import json

import pytest

from pipelines.home import Home
from tests.portal.conftest import SignIn
from tests.portal.made_up import DATONG, SECOND, TAIYUAN


def _line(key: str, gained: int, yuan: float) -> dict:
    return {"dimension": "", "key": key, "name": key, "cases_before": 1, "cases_after": 1 + gained, "gained": gained, "lost": 0, "changed": 0,
            "yuan_before": 1.0, "yuan_after": 1.0 + yuan, "yuan_gained": yuan, "yuan_lost": 0.0}  # fmt: skip


def _case(division: str, key: str) -> dict:
    return {"change": "new", "case_id": "0" * 20, "rule_id": "directed_over_cap", "subject_key": key, "division": division,
            "amount_before": None, "amount_after": 5.0, "what_zh": f"新增：{key}"}  # fmt: skip


TOLD = {
    "baseline": SECOND, "as_of": "2022-02-28", "cases_before": 65, "cases_after": 67, "cases_gained": 2, "cases_lost": 0, "cases_changed": 0,
    "yuan_gained": 1234.5, "yuan_lost": 0.0, "amount_at_risk_before": 9999.0, "amount_at_risk_after": 11233.5,
    "amount_unreconciled_before": 5.0, "amount_unreconciled_after": 5.0, "rules": [_line("certificate_amount", 2, 1234.5)],
    "cities": [_line(TAIYUAN, 1, 1000.0), _line(DATONG, 1, 234.5)], "institutions": [_line("91140100MA1KRXA24L", 2, 1234.5)], "severities": [],
    "cases": [_case(TAIYUAN, "SL-TAIYUAN"), _case(DATONG, "SL-DATONG")],
    "parameters": [{"change": "new", "id": "directed_cap", "value": "7000", "city": TAIYUAN}, {"change": "gone", "id": "directed_cap", "value": "8000", "city": TAIYUAN}],
    "rules_evaluated": ["certificate_amount"], "notes": ["基准之后又有新文件"],
}  # fmt: skip


@pytest.fixture
def kept(home: Home) -> None:
    folder = home.root / "backtests" / "上限7000"
    folder.mkdir(parents=True)
    (folder / "backtest.json").write_text(json.dumps(TOLD, ensure_ascii=False), encoding="utf-8")
    broken = home.root / "backtests" / "broken"
    broken.mkdir()
    (broken / "backtest.json").write_text("{", encoding="utf-8")


def test_without_any_the_page_says_how_to_make_one(signed_in: SignIn) -> None:
    assert "skillwatch backtest" in signed_in("viewer").get("/backtests").text


def test_a_province_sees_all_of_it(kept: None, signed_in: SignIn) -> None:
    viewer = signed_in("viewer")
    assert "上限7000" in viewer.get("/backtests").text and "broken" not in viewer.get("/backtests").text
    page = viewer.get("/backtests/上限7000").text
    for told in (
        "1,234.50",
        "SL-TAIYUAN",
        "SL-DATONG",
        "directed_cap",
        "7000",
        "8000",
        "基准之后又有新文件",
        "11,233.50",
        f"/publications/{SECOND}",
    ):
        assert told in page, told


def test_a_city_sees_its_own_cases_and_no_figure_of_the_whole(kept: None, signed_in: SignIn) -> None:
    page = signed_in("inspector").get("/backtests/上限7000").text
    assert "SL-TAIYUAN" in page and "1,000.00" in page
    for hidden in ("SL-DATONG", "1,234.50", "11,233.50", "234.50", "大同"):
        assert hidden not in page, hidden


@pytest.mark.parametrize("name", ["nothing", "..%2Fportal", "broken", "%2e%2e"])
def test_what_is_no_backtest_is_not_found(kept: None, signed_in: SignIn, name: str) -> None:
    assert signed_in("viewer").get(f"/backtests/{name}").status_code in (404, 307)


def test_links_that_know_no_publication_lead_to_the_newest(signed_in: SignIn, anybody) -> None:
    viewer = signed_in("viewer")
    assert (
        viewer.get("/newest/cases?rule=night_class").headers["location"]
        == f"/publications/{SECOND}/cases?rule=night_class"
    )
    assert viewer.get("/newest/rules/night_class").headers["location"] == f"/publications/{SECOND}/rules/night_class"
    for elsewhere in ("/newest//evil.example", "/newest/a/b/c", "/newest/http:x", "/newest/%2F%2Fevil.example"):
        answer = viewer.get(elsewhere)
        assert answer.status_code == 404 or answer.headers["location"].startswith("/"), elsewhere
        assert "evil" not in answer.headers.get("location", "")
    assert anybody.get("/newest/cases").status_code == 401
