"""Signing in through a provider, against one that runs here: its word counts when it is proved, and for accounts that exist alone."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from pipelines.home import Home
from portal.app import create_app
from portal.secret import OPENID_SECRET
from portal.settings import OpenId, Settings
from portal.state import open_portal

SECRET = "a secret between the two"
BASE = "http://testserver"


class FakeProvider:
    """Discovery, token and key endpoints; `claims` and `key` are what the next token says and is signed with."""

    def __init__(self) -> None:
        self.key = self.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
        self.claims: dict[str, Any] = {}
        self.challenge = ""
        self.issuer_told = ""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    self.answer({
                        "issuer": provider.issuer_told or provider.issuer, "authorization_endpoint": f"{provider.issuer}/authorize",
                        "token_endpoint": f"{provider.issuer}/token", "jwks_uri": f"{provider.issuer}/keys",
                    })  # fmt: skip
                else:
                    self.answer({"keys": [provider.key.as_dict(private=False)]})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                basic = base64.b64decode(self.headers.get("authorization", "Basic ")[6:]).decode()
                verifier = form["code_verifier"][0]
                challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
                right = (
                    form["code"] == ["good"]
                    and challenge == provider.challenge
                    and basic.endswith(SECRET.replace(" ", "+")) | basic.endswith(SECRET)
                )
                if not right:
                    self.answer({"error": "invalid_grant"}, 400)
                    return
                token = jwt.encode({"alg": "RS256", "kid": "1"}, provider.claims, provider.signing_key)
                self.answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

            def answer(self, what: dict[str, Any], status: int = 200) -> None:
                body = json.dumps(what).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client(home: Home, provider: FakeProvider) -> TestClient:
    secret = home.keys / OPENID_SECRET
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    settings = Settings(base_url=BASE, openid=OpenId(provider.issuer, "skillwatch"))
    return TestClient(create_app(home, open_portal(home, settings)), base_url=BASE, follow_redirects=False)


def begun(client: TestClient, provider: FakeProvider, **claims: Any) -> str:
    """Go to the provider; it remembers what it was asked, and will say these claims. The state is returned."""
    asked = parse_qs(urlsplit(client.get("/sign-in/openid?back=/account").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["redirect_uri"] == [f"{BASE}/sign-in/openid/answer"]
    provider.challenge = asked["code_challenge"][0]
    now = int(time.time())
    usual = {
        "iss": provider.issuer,
        "aud": "skillwatch",
        "exp": now + 300,
        "iat": now,
        "nonce": asked["nonce"][0],
        "preferred_username": "viewer",
    }
    provider.claims = {**usual, **claims}
    return asked["state"][0]


def answered(client: TestClient, state: str, code: str = "good"):
    return client.get("/sign-in/openid/answer", params={"code": code, "state": state})


def test_the_provider_signs_one_in(client: TestClient, provider: FakeProvider) -> None:
    assert "统一身份认证" in client.get("/sign-in").text
    answer = answered(client, begun(client, provider))
    assert answer.status_code == 303 and answer.headers["location"] == "/account"
    assert "viewer" in client.get("/account").text


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1}, {"nonce": "replayed"}, {"preferred_username": "nobody"},
        {"preferred_username": None}, {"preferred_username": ["viewer"]}, {"preferred_username": "../viewer"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_proved_signs_nobody_in(claims: dict[str, Any], client: TestClient, provider: FakeProvider) -> None:
    answer = answered(client, begun(client, provider, **claims))
    assert answer.status_code == 401 and client.get("/account").status_code == 401


def test_a_token_signed_by_another_is_none(client: TestClient, provider: FakeProvider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    assert answered(client, begun(client, provider)).status_code == 401


def test_state_code_and_browser_must_be_those_of_this_sign_in(client: TestClient, provider: FakeProvider) -> None:
    assert answered(client, "guessed").status_code == 401, "not begun here"
    begun(client, provider)
    assert answered(client, "guessed").status_code == 401
    assert answered(client, begun(client, provider), "stolen").status_code == 401
    state = begun(client, provider)
    client.cookies.clear()
    assert answered(client, state).status_code == 401, "another browser"


def test_a_disabled_account_stays_out(client: TestClient, provider: FakeProvider) -> None:
    client.app.state.portal.accounts.disable("viewer")
    assert answered(client, begun(client, provider)).status_code == 401


def test_a_provider_that_lies_or_is_silent_is_said_to_be_so(client: TestClient, provider: FakeProvider) -> None:
    provider.issuer_told = "http://evil.example"
    assert client.get("/sign-in/openid").status_code == 401
    provider.server.shutdown()
    provider.server.server_close()
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 401 and "没有成功" in answer.text


def test_without_the_secret_or_the_setting_there_is_no_such_door(client: TestClient, home: Home) -> None:
    (home.keys / OPENID_SECRET).unlink()
    assert client.get("/sign-in/openid").status_code == 401
    plain = TestClient(create_app(home, open_portal(home, Settings(hosts=("testserver",)))), follow_redirects=False)
    assert plain.get("/sign-in/openid").status_code == 404 and "/sign-in/openid" not in plain.get("/sign-in").text
