"""Revealing a sealed value: an officer, a case of theirs, a pseudonym of that case, a purpose; and it is written down first."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from models.case import case_id
from portal.state import Portal
from tests.portal.conftest import SignIn, csrf_of
from tests.portal.made_up import CLASS, NUMBER, SECOND

ROOT = f"/publications/{SECOND}"
PHONE = "13812345678"


@pytest.fixture
def shared(signed_in: SignIn) -> tuple[str, str]:
    """The case of a shared phone, and the phone's pseudonym."""
    page = signed_in("viewer").get(f"{ROOT}/cases?rule=phone_shared").text
    path = re.search(r'class="title" href="([^"]+)"', page)[1]
    return path, re.search(r"T[0-9a-f]{12}", signed_in("viewer").get(path).text)[0]


def reveal(client: TestClient, path: str, pseudonym: str, purpose: str = "电话核实学员是否参训"):
    return client.post(f"{path}/reveal", data={"csrf": csrf_of(client), "pseudonym": pseudonym, "purpose": purpose})


def test_an_officer_sees_the_value_once_and_the_log_says_what_for(
    signed_in: SignIn, portal: Portal, shared: tuple[str, str]
) -> None:
    path, pseudonym = shared
    officer = signed_in("officer")
    assert PHONE not in officer.get(path).text and "查看代号背后的值" in officer.get(path).text
    answer = reveal(officer, path, pseudonym)
    assert answer.status_code == 200 and PHONE in answer.text and answer.headers["cache-control"] == "no-store"
    line = portal.audit.newest(1)[0]
    assert line.action == "reveal" and line.detail == {"pseudonym": pseudonym, "purpose": "电话核实学员是否参训"}
    assert PHONE not in (portal.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert PHONE not in officer.get(path).text


@pytest.mark.parametrize("name", ["viewer", "inspector", "admin"])
def test_nobody_else_does(name: str, signed_in: SignIn, shared: tuple[str, str]) -> None:
    client = signed_in(name)
    assert "查看代号背后的值" not in client.get(shared[0]).text
    answer = reveal(client, *shared)
    assert answer.status_code == 403 and PHONE not in answer.text


def test_a_purpose_is_needed_and_personal_numbers_in_it_are_masked(
    signed_in: SignIn, portal: Portal, shared: tuple[str, str]
) -> None:
    officer = signed_in("officer")
    for purpose in ("", "   ", "核查"):
        answer = reveal(officer, *shared, purpose)
        assert answer.status_code == 422 and PHONE not in answer.text
    reveal(officer, *shared, f"核实 {NUMBER} 的电话")
    assert NUMBER not in portal.audit.newest(1)[0].detail["purpose"]


def test_a_pseudonym_of_no_case_of_theirs_reveals_nothing(
    signed_in: SignIn, portal: Portal, shared: tuple[str, str]
) -> None:
    officer = signed_in("officer")
    night = f"{ROOT}/cases/{case_id(b'k' * 32, 'night_class', CLASS)}"
    for path, pseudonym in ((night, shared[1]), (shared[0], "P000000000000"), (shared[0], ""), (shared[0], "../keys")):
        answer = reveal(officer, path, pseudonym)
        assert answer.status_code == 422 and PHONE not in answer.text
    assert "reveal" not in [line.action for line in portal.audit.newest(50)]
