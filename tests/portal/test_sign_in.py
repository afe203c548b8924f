"""The door: passwords, lock-out, the form's token, where one is sent back to, strict headers."""

from __future__ import annotations

import json
import stat

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipelines.home import Home
from portal.accounts import AccountProblem
from portal.app import create_app
from portal.headers import POLICY
from portal.pages.common import within
from portal.settings import Settings, SettingsProblem, read_settings
from portal.state import Portal, open_portal
from portal.throttle import Throttle
from tests.portal.conftest import PASSWORD, SignIn, csrf_of, token_of
from tests.portal.made_up import SECOND


def enter(client: TestClient, name: str, password: str, back: str = "/"):
    token = token_of(client.get("/sign-in").text)
    return client.post("/sign-in", data={"account": name, "password": password, "token": token, "back": back})


def test_the_right_password_opens_the_door_and_is_written_down(anybody: TestClient, portal: Portal) -> None:
    answer = enter(anybody, " Viewer ", PASSWORD, f"/publications/{SECOND}/cases?rating=A")
    assert answer.status_code == 303 and answer.headers["location"] == f"/publications/{SECOND}/cases?rating=A"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert anybody.get(f"/publications/{SECOND}").status_code == 200
    assert [line.action for line in portal.audit.newest(5)] == ["sign_in"]


def test_a_wrong_name_and_a_wrong_password_are_told_alike(anybody: TestClient, portal: Portal) -> None:
    answers = [enter(anybody, "viewer", "wrong wrong wrong"), enter(anybody, "nobody", PASSWORD)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({token_of(a.text) and a.text.replace(token_of(a.text), "") for a in answers}) == 1
    assert [line.account for line in portal.audit.newest(2)] == ["?", "viewer"], "a name that is none may be a password"


def test_after_five_failures_the_account_is_locked_even_for_the_right_password(
    anybody: TestClient, portal: Portal
) -> None:
    codes = [enter(anybody, "viewer", f"wrong password {i}").status_code for i in range(5)]
    assert codes == [401, 401, 401, 401, 429]
    assert enter(anybody, "viewer", PASSWORD).status_code == 429
    assert enter(anybody, "officer", PASSWORD).status_code == 303, "others are not locked"
    assert "locked" in [line.action for line in portal.audit.newest(9)]


def test_locks_open_again_and_an_address_has_its_own() -> None:
    now = [0.0]
    throttle = Throttle(3, 60, lambda: now[0])
    assert [throttle.begins("a", "x") for _ in range(4)] == [True, True, True, False]
    assert throttle.locked("a", "y") and not throttle.locked("b", "x")
    now[0] = 61
    assert not throttle.locked("a", "x")
    for place in range(18):
        throttle.begins(f"guess{place}", "x")
    assert throttle.locked("somebody", "x") and not throttle.locked("somebody", "y")


def test_tries_that_begin_before_the_others_have_ended_count_too() -> None:
    throttle = Throttle(3, 60, lambda: 0.0)
    assert [throttle.begins("a", "x") for _ in range(5)] == [True, True, True, False, False]
    throttle.succeeded("a", "x")
    assert not throttle.locked("a", "x") and throttle.begins("a", "x")


def test_the_form_must_be_ours(anybody: TestClient) -> None:
    data = {"account": "viewer", "password": PASSWORD}
    assert anybody.post("/sign-in", data=data).status_code == 400
    anybody.get("/sign-in")
    assert anybody.post("/sign-in", data={**data, "token": "guessed"}).status_code == 400


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "/" + "x" * 600,
    ],
)
def test_nobody_is_sent_elsewhere(back: str, anybody: TestClient) -> None:
    assert within(back) == "/"
    answer = enter(anybody, "viewer", PASSWORD, back)
    assert answer.headers.get("location", "/") == "/"
    language = anybody.get("/language/en", params={"back": back})
    assert language.headers.get("location", "/") == "/"


def test_every_answer_is_strict(anybody: TestClient, signed_in: SignIn) -> None:
    viewer = signed_in("viewer")
    for answer in (
        anybody.get("/sign-in"),
        anybody.get("/nowhere"),
        anybody.get("/publications"),
        viewer.get(f"/publications/{SECOND}/cases"),
    ):
        headers = answer.headers
        assert headers["content-security-policy"] == POLICY and "unsafe" not in POLICY and "http" not in POLICY
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert "<script>" not in answer.text and "style=" not in answer.text and "onclick" not in answer.text
    assert anybody.get("/static/portal.css").headers["content-security-policy"] == POLICY


def test_a_foreign_host_is_refused(app: FastAPI) -> None:
    assert TestClient(app, base_url="http://evil.example").get("/alive").status_code == 400


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(home: Home) -> None:
    app = create_app(home, open_portal(home, Settings(base_url="https://portal.example")))
    client = TestClient(app, base_url="https://portal.example", follow_redirects=False)
    answer = enter(client, "viewer", PASSWORD)
    assert "__Host-skillwatch=" in answer.headers["set-cookie"] and "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


def test_one_changes_ones_own_password(signed_in: SignIn, portal: Portal, anybody: TestClient) -> None:
    client = signed_in("viewer")
    data = {
        "csrf": csrf_of(client),
        "old": PASSWORD,
        "new": "a quite new passphrase",
        "again": "a quite new passphrase",
    }
    assert client.post("/account/password", data={**data, "old": "wrong"}).status_code == 400
    assert client.post("/account/password", data={**data, "again": "different one"}).status_code == 400
    assert client.post("/account/password", data={**data, "new": "short", "again": "short"}).status_code == 400
    assert client.post("/account/password", data=data).status_code == 303
    assert portal.accounts.proved("viewer", "a quite new passphrase") and not portal.accounts.proved("viewer", PASSWORD)


def test_accounts_are_kept_without_their_passwords_and_for_the_owner_alone(portal: Portal) -> None:
    path = portal.folder / "accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(portal.folder.stat().st_mode) == 0o700
    kept = json.loads(path.read_text())
    assert all(one["password"].startswith("$argon2id$") for one in kept) and PASSWORD not in path.read_text()
    assert PASSWORD not in repr(portal.accounts.all()) and "argon2" not in repr(portal.accounts.all())
    assert stat.S_IMODE((portal.home.keys / "portal_session.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "role", "divisions", "password"),
    [
        ("UPPER", "viewer", ["140000"], PASSWORD), ("x", "viewer", ["140000"], PASSWORD), ("../up", "viewer", ["140000"], PASSWORD),
        ("good.name", "king", ["140000"], PASSWORD), ("good.name", "viewer", ["1401"], PASSWORD), ("good.name", "viewer", [], PASSWORD),
        ("good.name", "viewer", ["140000"], "short"), ("good.name", "viewer", ["140000"], "good.name good.name"),
        ("good.name", "viewer", ["140000"], "aaaaaaaaaaaa"), ("viewer", "viewer", ["140000"], PASSWORD),
    ],
)  # fmt: skip
def test_what_is_no_account(portal: Portal, name: str, role: str, divisions: list[str], password: str) -> None:
    with pytest.raises(AccountProblem):
        portal.accounts.add(name, role, divisions, password)


def test_an_account_without_a_password_cannot_use_one(portal: Portal) -> None:
    portal.accounts.add("only.openid", "viewer", ["140000"], None)
    assert portal.accounts.proved("only.openid", "") is None


def test_others_may_not_read_the_accounts(portal: Portal) -> None:
    (portal.folder / "accounts.json").chmod(0o644)
    with pytest.raises(AccountProblem, match="chmod 600"):
        open_portal(portal.home).accounts.all()


@pytest.mark.parametrize(
    "text",
    ["port: 1", "hosts: all", "openid: {issuer: x}", "- a", "openid: {issuer: a, client_id: b}", "idle_minutes: yes"],
)
def test_a_wrong_setting_is_named(home: Home, text: str) -> None:
    (home.root / "portal" / "portal.yaml").write_text(text)
    with pytest.raises(SettingsProblem):
        read_settings(home.root)
