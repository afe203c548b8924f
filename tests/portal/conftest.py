"""A portal over a made-up home, and visitors of every role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipelines.home import Home
from portal.app import create_app
from portal.settings import Settings
from portal.state import Portal, open_portal
from tests.portal.made_up import COUNTY, DATONG, PROVINCE, TAIYUAN, make_home

PASSWORD = "correct horse battery"
PEOPLE = {
    "viewer": ("viewer", (PROVINCE,)), "inspector": ("inspector", (TAIYUAN,)), "datong": ("inspector", (DATONG,)),
    "county": ("inspector", (COUNTY,)), "officer": ("officer", (TAIYUAN,)), "admin": ("admin", (PROVINCE,)),
}  # fmt: skip


class Clock:
    """Time as the sessions see it."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Made once; accounts included, for a password takes long to hash, and is meant to."""
    home = make_home(tmp_path_factory.mktemp("portal") / "home")
    portal = open_portal(home)
    for name, (role, divisions) in PEOPLE.items():
        portal.accounts.add(name, role, divisions, PASSWORD)
    return home


@pytest.fixture
def home(made_home: Home, tmp_path: Path) -> Home:
    """A copy for one test."""
    shutil.copytree(made_home.root, tmp_path / "home")
    return Home.at(tmp_path / "home")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def portal(home: Home, clock: Clock) -> Portal:
    return open_portal(home, Settings(hosts=("testserver",)), clock)


@pytest.fixture
def app(home: Home, portal: Portal) -> FastAPI:
    return create_app(home, portal)


SignIn = Callable[[str], TestClient]


def token_of(text: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="(?:token|csrf)" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.fixture
def anybody(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def signed_in(app: FastAPI, portal: Portal) -> SignIn:
    """A visitor with a session; the door itself is tested by itself."""

    def sign_in(name: str) -> TestClient:
        account = portal.accounts.find(name)
        assert account is not None
        session = portal.sessions.open(name, account.stamp)
        client = TestClient(app, follow_redirects=False)
        client.cookies.set(portal.cookie, portal.sessions.cookie(session))
        client.headers["x-test-csrf"] = session.csrf
        return client

    return sign_in


def csrf_of(client: TestClient) -> str:
    return client.headers["x-test-csrf"]
