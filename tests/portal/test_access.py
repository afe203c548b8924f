"""Who gets in: every route, by role, by division, with no, forged, expired or ended sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from models.case import case_id
from portal.access import GRANTS, Guard, Permission, Public, Role, Scope, declared, refuse_undeclared
from portal.pages import ROUTERS
from portal.state import Portal
from tests.portal.conftest import PEOPLE, Clock, SignIn, csrf_of
from tests.portal.made_up import CLASS, DATONG, OTHER_SCHOOL, SCHOOL, SECOND, TAIYUAN

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
PUBLIC = {"/sign-in", "/language/{language}", "/alive", "/sign-in/openid", "/sign-in/openid/answer"}
OWN = case_id(b"k" * 32, "night_class", CLASS)
FOREIGN = case_id(b"k" * 32, "certificate_amount", "SL14020020210911000001")
VALUES = {
    "scan_id": SECOND, "case_id": OWN, "rule_id": "night_class", "name": "fund_use", "what": "cases.csv", "code": TAIYUAN, "language": "zh",
    "kind": "rules",
}  # fmt: skip


def address(route: APIRoute, **more: str) -> str:
    values = {**VALUES, **more}
    if "institution" in route.path:
        values["code"] = more.get("institution", SCHOOL)
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)


def calls(*, public: bool = False) -> Iterator[tuple[APIRoute, str]]:
    for route in ROUTES:
        if isinstance(declared(route), Public) == public:
            for method in sorted(route.methods):
                yield route, method


def named(value: object) -> str | None:
    return value.path if isinstance(value, APIRoute) else None


def test_every_route_is_in_the_assembled_portal(app: FastAPI) -> None:
    assert {route.path for route in ROUTES} == set(app.openapi()["paths"])


def test_the_public_routes_are_these_and_no_others() -> None:
    assert {route.path for route, _ in calls(public=True)} == PUBLIC


def test_a_route_that_declares_nothing_stops_the_assembly() -> None:
    router = APIRouter()
    router.get("/silent")(lambda: "hello")
    with pytest.raises(RuntimeError, match="/silent"):
        refuse_undeclared([router])


@pytest.mark.parametrize(("route", "method"), list(calls()), ids=named)
def test_without_a_session_nothing_is_said(route: APIRoute, method: str, anybody: TestClient) -> None:
    answer = anybody.request(method, address(route))
    assert answer.status_code == 401 and "登录" in answer.text
    page = anybody.request(method, address(route), headers={"accept": "text/html"})
    assert page.status_code == (303 if method == "GET" and route.path != "/gate" else 401)
    assert page.headers.get("location", "/sign-in").startswith("/sign-in")


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "é", "null", "eyJpZCI6IjEifQ.AAAA"])
def test_a_forged_cookie_is_no_session(cookie: str, anybody: TestClient, portal: Portal) -> None:
    answer = anybody.get("/publications", headers={"cookie": f"{portal.cookie}={cookie}".encode()})
    assert answer.status_code == 401


def test_a_changed_signature_or_another_purpose_is_no_session(app: FastAPI, portal: Portal) -> None:
    good = portal.sessions.cookie(portal.sessions.open("viewer", 1))
    payload, _, signature = good.rpartition(".")
    other = portal.sessions.sign({"id": "1", "account": "viewer"}, "form")
    for cookie in (f"{payload}.{signature[:-1]}", f"{payload[:-1]}.{signature}", other, payload):
        client = TestClient(app, follow_redirects=False)
        client.cookies.set(portal.cookie, cookie)
        assert client.get("/publications").status_code == 401


def test_a_session_ends_when_idle_when_old_and_when_signed_out(signed_in: SignIn, clock: Clock, portal: Portal) -> None:
    idle = signed_in("viewer")
    clock.now += 30 * 60 + 1
    assert idle.get("/publications").status_code == 401
    busy = signed_in("viewer")
    for _ in range(8 * 60 // 20 - 1):
        clock.now += 20 * 60
        assert busy.get("/publications").status_code == 200, "in use, it is renewed"
    clock.now += 20 * 60 + 1
    assert busy.get("/publications").status_code == 401, "but not for ever"
    left = signed_in("viewer")
    kept = left.cookies[portal.cookie]
    assert left.post("/sign-out", data={"csrf": csrf_of(left)}).status_code == 303
    left.cookies.clear()
    left.cookies.set(portal.cookie, kept)
    assert left.get("/publications").status_code == 401, "a copied cookie is worth nothing after signing out"


def test_disabling_an_account_or_a_new_password_ends_its_sessions(signed_in: SignIn, portal: Portal) -> None:
    first, second = signed_in("viewer"), signed_in("inspector")
    portal.accounts.disable("viewer")
    portal.accounts.set_password("inspector", "another long password")
    assert first.get("/publications").status_code == second.get("/publications").status_code == 401


@pytest.mark.parametrize("name", sorted(PEOPLE))
@pytest.mark.parametrize(("route", "method"), [c for c in calls() if c[1] != "POST"], ids=named)
def test_reading_is_decided_by_the_role(
    name: str, route: APIRoute, method: str, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "portal.pages.case.pdf", lambda html, configured: html.encode()
    )  # who may is asked, not Chromium
    guard = declared(route)
    assert isinstance(guard, Guard)
    may = guard.permission in GRANTS[Role(PEOPLE[name][0])]
    answer = signed_in(name).request(method, address(route))
    assert answer.status_code < 500
    assert (answer.status_code == 403) == (not may), answer.status_code


@pytest.mark.parametrize("name", sorted(PEOPLE))
@pytest.mark.parametrize(("route", "method"), [c for c in calls() if c[1] == "POST"], ids=named)
def test_changing_needs_the_role_and_the_sessions_token(
    name: str, route: APIRoute, method: str, signed_in: SignIn
) -> None:
    guard = declared(route)
    assert isinstance(guard, Guard)
    client = signed_in(name)
    for data in ({}, {"csrf": "x"}, {"csrf": csrf_of(signed_in("viewer"))}):
        assert client.post(address(route), data=data).status_code in (403, 422), "another session's token is none"
    answer = client.post(address(route), data={"csrf": csrf_of(client)})
    if guard.permission not in GRANTS[Role(PEOPLE[name][0])]:
        assert answer.status_code == 403
    assert answer.status_code < 500


@pytest.mark.parametrize(("route", "method"), [c for c in calls() if "case_id" in c[0].path], ids=named)
def test_a_case_of_another_city_does_not_exist(route: APIRoute, method: str, signed_in: SignIn) -> None:
    for name in ("inspector", "officer", "county"):
        client = signed_in(name)
        answer = client.request(
            method, address(route, case_id=FOREIGN), data={"csrf": csrf_of(client)} if method == "POST" else None
        )
        assert answer.status_code in (403, 404)
        assert "SL14020020210911000001" not in answer.text and OTHER_SCHOOL not in answer.text


@pytest.mark.parametrize(
    ("route", "method"), [c for c in calls() if c[1] == "GET" and "scan_id" in c[0].path], ids=named
)
def test_no_page_and_no_file_holds_anything_of_another_city(route: APIRoute, method: str, signed_in: SignIn) -> None:
    answer = signed_in("datong").get(address(route, code=TAIYUAN))
    if answer.status_code == 200:  # a refusal may repeat the address
        assert SCHOOL.encode() not in answer.content and b"SL1401002021" not in answer.content
        assert f"/cases/{OWN}".encode() not in answer.content


def test_packs_and_the_whole_publication_are_for_who_sees_them(signed_in: SignIn) -> None:
    root = f"/publications/{SECOND}"
    taiyuan, province = signed_in("inspector"), signed_in("viewer")
    for path in (
        f"/packs/city/{DATONG}.zip",
        f"/packs/institution/{OTHER_SCHOOL}.zip",
        f"/notice/{DATONG}.html",
        "/downloads/publication.zip",
    ):
        assert taiyuan.get(root + path).status_code == 404
        assert province.get(root + path).status_code == 200
    assert taiyuan.get(root + f"/packs/city/{TAIYUAN}.zip").status_code == 200


def test_a_county_sees_its_own_cases_and_what_its_city_delivered(signed_in: SignIn) -> None:
    county = signed_in("county")
    listed = county.get(f"/publications/{SECOND}/cases").text
    assert listed.count('class="title"') == 1 and "SL14010520210911000099" in listed
    files = county.get(f"/publications/{SECOND}/files").text
    assert "太原市" in files and "大同市" not in files


def test_who_hands_out_rights_uses_none_of_them() -> None:
    assert not GRANTS[Role.ADMIN] & {Permission.JUDGE, Permission.REVEAL, Permission.SIGN}
    assert GRANTS[Role.VIEWER] < GRANTS[Role.INSPECTOR] < GRANTS[Role.OFFICER]
    added = [GRANTS[more] - GRANTS[fewer] for fewer, more in pairwise([Role.VIEWER, Role.INSPECTOR, Role.OFFICER])]
    assert added == [{Permission.JUDGE}, {Permission.REVEAL, Permission.SIGN}]


def test_scopes() -> None:
    city, county, two = Scope((TAIYUAN,)), Scope(("140105",)), Scope((TAIYUAN, DATONG))
    assert city.sees("140100") and city.sees("140105") and not city.sees("140200") and not city.sees("")
    assert county.sees("140105") and not county.sees("140100") and not county.sees("140106")
    assert two.sees("140213") and not two.sees("140300") and not two.whole
    assert Scope(("140000",)).sees(None) and Scope(("140000",)).whole and not city.sees(None)
    assert not Scope(()).sees("140100")
