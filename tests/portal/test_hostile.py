"""From outside: paths that climb, headers and forms that lie, bodies that are too large, anything at all: nothing leaks, no 500."""

from __future__ import annotations

import random
from urllib.parse import quote, urlencode

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from portal.state import Portal
from tests.portal.conftest import SignIn, csrf_of
from tests.portal.made_up import SECOND
from tests.portal.test_access import ROUTES, address

SECRETS = ("PRIVATE KEY", "$argon2id$", "13812345678", "root:x:0")


@pytest.mark.parametrize(
    "path",
    [
        "/publications/../../keys/signing_key.pem", "/publications/%2e%2e/%2e%2e/keys/signing_key.pem", "/publications/..%2f..%2fkeys%2fsigning_key.pem",
        f"/publications/{SECOND}%00", f"/publications/{SECOND}/../../sealed/pseudonyms.parquet", f"/publications/{SECOND}/reports/..%2f..%2fmanifest",
        f"/publications/{SECOND}/downloads/../manifest.json", f"/publications/{SECOND}/downloads/manifest.json", f"/publications/{SECOND}%0a", "/static/../app.py",
        "/static/%2e%2e/app.py", "/static/..%2f..%2faccounts.json", "/static//etc/passwd", "/static/....//app.py", f"/publications/{SECOND}/packs/city/..%2f.zip",
        f"/publications/{SECOND}/packs/institution/%2e%2e.zip", f"/publications/{SECOND}/rules/..%2f..", "/publications/revealed", "/%ff%fe", "/publications/" + "a" * 5000,
    ],
)  # fmt: skip
def test_no_path_climbs_out(path: str, signed_in: SignIn) -> None:
    answer = signed_in("viewer").get(path)
    assert answer.status_code in (400, 404, 405, 422), answer.status_code
    assert not [secret for secret in SECRETS if secret in answer.text]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(anybody: TestClient, signed_in: SignIn) -> None:
    large = b"x" * 70_000
    assert (
        anybody.post(
            "/sign-in", content=large, headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 413
    )
    assert (
        anybody.post(
            "/judgements/workbook", content=large, headers={"content-type": "multipart/form-data; boundary=x"}
        ).status_code
        == 413
    )
    client = signed_in("inspector")
    assert client.post("/account/password", content=large).status_code == 413
    assert (
        client.post("/judgements/workbook", headers={"content-length": str(65 * 1024 * 1024)}, content=b"x").status_code
        == 413
    )


def test_a_body_without_a_stated_length_is_counted(signed_in: SignIn) -> None:
    def endless():
        for _ in range(200):
            yield b"a=" + b"x" * 1000

    answer = signed_in("inspector").post(
        "/sign-out", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"), ("application/json", b"["), ("text/xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
        ("multipart/form-data", b"--x"), ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"workbook\"; filename=\"a\"\r\n\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x--"), ("application/x-www-form-urlencoded", b"%"), ("application/x-www-form-urlencoded", b"csrf=%ff&note=%00"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(2000))),
    ],
)  # fmt: skip
def test_malformed_bodies_break_nothing(kind: str, body: bytes, signed_in: SignIn) -> None:
    client = signed_in("inspector")
    for route in ROUTES:
        if "POST" in route.methods:
            answer = client.post(address(route), content=body, headers={"content-type": kind})
            assert 400 <= answer.status_code < 500, (route.path, answer.status_code)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(method: str, signed_in: SignIn) -> None:
    client = signed_in("officer")
    for route in ROUTES:
        assert client.request(method, address(route)).status_code == 405


def test_an_error_of_ours_says_nothing_of_itself(
    app: FastAPI, portal: Portal, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("secret inside")

    client = signed_in("viewer")
    quiet = TestClient(app, raise_server_exceptions=False, cookies=dict(client.cookies))
    monkeypatch.setattr(portal.publications, "find", fail)
    answer = quiet.get(f"/publications/{SECOND}")
    assert answer.status_code == 500 and "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), junk=st.text(max_size=40))
def test_whatever_is_asked_nothing_breaks(seed: int, junk: str, signed_in: SignIn, app: FastAPI) -> None:
    """Any route of the OpenAPI description, its parameters right, wrong or absurd."""
    dice = random.Random(seed)
    client = signed_in(dice.choice(["viewer", "inspector", "officer", "admin"]))
    paths = app.openapi()["paths"]
    path = dice.choice(sorted(paths))
    method, told = dice.choice(sorted(paths[path].items()))
    right = {
        "scan_id": SECOND,
        "rule_id": "night_class",
        "name": "fund_use",
        "what": "cases.csv",
        "code": "140100",
        "language": "en",
    }
    query = {}
    for one in told.get("parameters", []):
        value = dice.choice(
            [junk, right.get(one["name"], "1"), "0", "-1", "null", "' OR 1=1 --", "{{7*7}}", "\u202e", "9" * 30]
        )
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", dice.choice([right.get(one["name"], "x"), value]) or "x")
        elif dice.random() < 0.7:
            query[one["name"]] = value
    answer = client.request(
        method, "/" + quote(path[1:], safe="/"), params=urlencode(query, errors="replace"),
        data={"csrf": csrf_of(client), "note": junk.encode("utf-8", "replace").decode()} if method == "post" else None,
    )  # fmt: skip
    assert answer.status_code < 500
    assert not [secret for secret in SECRETS if secret in answer.text]
