"""Driven in headless Chromium as each role: sign in, filter, open a case, download, judge, reveal, sign out; by keyboard alone; wide and narrow."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest
import uvicorn

from pipelines.home import Home
from portal.app import create_app
from portal.pdf import chromium
from portal.state import open_portal
from tests.portal.conftest import PASSWORD
from tests.portal.test_what_if import TOLD

BROWSER = chromium()
sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(BROWSER is None, reason="needs Chromium")]


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """The portal on a port of its own."""
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(home, open_portal(home)), port=port, log_level="error", server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = playwright.chromium.launch(executable_path=BROWSER, args=sandbox)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: sync_api.Browser, address: str) -> Iterator:
    """A page of somebody who has signed in, wide or narrow; nothing may be blocked, fail or be fetched from elsewhere."""
    complaints: list[str] = []
    contexts = []

    def enter(name: str, width: int = 1280) -> sync_api.Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type == "error" and "status of" not in message.text else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((address, "data:")) else complaints.append(request.url),
        )
        page.goto(f"{address}/")
        page.get_by_label("账号").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/publications/**")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def test_an_inspector_finds_judges_and_leaves(visit, home: Home) -> None:
    page = visit("inspector")
    page.get_by_role("link", name="线索清单").first.click()
    page.get_by_label("性质").select_option("lead")
    page.wait_for_url("**severity=lead**")
    assert page.locator("a.title").count() == 2 and "rule=" not in page.url, "empty filters are left out"
    page.locator("a.title", has_text="夜").click()
    assert "查看代号背后的值" not in page.content()
    page.get_by_label("排除").check()
    page.get_by_label("核查日期").fill("2022-03-01")
    page.get_by_label("说明").fill("学员确在夜间上课")
    page.get_by_role("button", name="提交结论").click()
    page.get_by_text("核查结论已写入收件箱").wait_for()
    assert len(list(home.inbox.glob("feedback_portal-*.csv"))) == 1
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    assert "学员确在夜间上课" not in page.content()


def test_a_viewer_takes_the_list_and_sees_no_form(visit) -> None:
    page = visit("viewer")
    page.get_by_role("link", name="下载").first.click()
    for name in ("Excel 工作簿", "CSV", "签名的完整发布（zip）"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert Path(download.value.path()).stat().st_size > 1000
    page.goto(page.url.replace("/downloads", "/cases?rating=C"))
    page.locator("a.title").first.click()
    assert page.get_by_role("button", name="提交结论").count() == 0


def test_an_officer_reveals_a_value_with_a_purpose(visit) -> None:
    page = visit("officer")
    page.goto(page.url + "/cases?rule=phone_shared")
    page.locator("a.title").click()
    assert "13812345678" not in page.content()
    page.get_by_label("用途（必填，记入审计）").fill("电话核实是否参训")
    page.get_by_role("button", name="查看").click()
    page.get_by_text("13812345678").wait_for()


def test_an_administrator_reads_the_log(visit) -> None:
    page = visit("admin")
    page.get_by_role("link", name="审计").click()
    page.get_by_text("哈希链完整").wait_for()
    page.get_by_role("link", name="账号").click()
    assert page.get_by_role("row").count() == 7


def test_by_keyboard_alone(browser: sync_api.Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/sign-in")
    page.keyboard.type("inspector")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/publications/**")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop leads past the navigation"
    page.goto(page.url + "/cases?rule=night_class")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.title')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "one sees where one is"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_the_window(visit, width: int, language: str) -> None:
    page = visit("officer", width)
    root = page.url
    page.goto(root.split("/publications")[0] + f"/language/{language}")
    case = page.request.get(f"{root}/cases?rule=night_class").text().split('class="title" href="')[1].split('"')[0]
    for path in (
        "",
        "/cases",
        "/institutions",
        "/changes",
        "/files?source=claims",
        "/reconciliation",
        "/reports/fund_use",
        "/rules",
        "/rules/night_class",
        "/quality",
        "/downloads",
    ):
        page.goto(root + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(root.split("/publications")[0] + case)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].every(one => one.labels.length)"
    )


def test_an_officer_signs_a_month_of_the_reconciliation(visit, home: Home) -> None:
    page = visit("officer")
    page.get_by_role("link", name="对账").first.click()
    page.get_by_role("link", name="太原市").first.click()
    page.get_by_role("link", name="2021-09").click()
    assert page.locator("svg.chart rect.total").count() == 3, "no report of that month"
    page.get_by_label("说明").fill("退票未冲")
    page.get_by_role("button", name="签认本月对账").click()
    page.get_by_text("已签").first.wait_for()
    page.get_by_role("button", name="撤回签认").click()
    page.get_by_role("button", name="撤回签认").wait_for(state="detached")
    assert [line["action"] for line in map(json.loads, (home.root / "portal" / "audit.jsonl").read_text().splitlines())][-2:] == [
        "sign_off", "sign_off_withdrawn"
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_new_pages_fit_their_screen(visit, home: Home, width: int) -> None:
    folder = home.root / "backtests" / "上限7000"
    folder.mkdir(parents=True)
    (folder / "backtest.json").write_text(json.dumps(TOLD, ensure_ascii=False), encoding="utf-8")
    page = visit("viewer", width)
    here = page.url.partition("/publications/")
    for path in (
        "reconciliation",
        "reconciliation?division=140100",
        "reconciliation?division=140100&month=2021-09",
        "files?source=claims",
    ):
        page.goto(f"{page.url.split('/publications/')[0]}/publications/{here[2].split('/')[0]}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.goto(f"{here[0]}/backtests")
    page.get_by_role("link", name="上限7000").click()
    page.get_by_text("SL-TAIYUAN").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
