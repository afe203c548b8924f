"""Judgements come back: from the case page and from the returned workbook, into the inbox, through the reader of every other file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlsxwriter
from openpyxl import Workbook
from starlette.testclient import TestClient

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.delivery_name import read_name
from assets.wording import COLUMNS
from models.case import case_id
from models.source import load_sources
from pipelines.home import Home
from portal import judgements
from portal.judgements import Judgement, from_form, from_workbook, write
from portal.state import Portal
from tests.portal.conftest import SignIn, csrf_of
from tests.portal.made_up import CLASS, SECOND

ROOT = f"/publications/{SECOND}"
NIGHT = case_id(b"k" * 32, "night_class", CLASS)
AMOUNT = case_id(b"k" * 32, "certificate_amount", "SL140100202109110000001")
FOREIGN = case_id(b"k" * 32, "certificate_amount", "SL14020020210911000001")
TODAY = dt.date(2026, 1, 15)
FORM = {"outcome": "confirmed", "recovered_amount": "1,200.50", "checked_on": "2022-03-01", "note": "已退回"}


def read(home: Home) -> list[dict]:
    """What a scan reads of the inbox's feedback."""
    sources = load_sources()
    take_in(home.inbox, home.deliveries, sources)
    connection = duckdb.connect()
    accept(connection, home.deliveries, sources)
    assert connection.execute("SELECT count(*) FROM delivered.quarantine").fetchone() == (0,)
    return connection.execute("SELECT * FROM delivered.feedback ORDER BY delivery_order, source_line").pl().to_dicts()


def judge(client: TestClient, case: str = AMOUNT, **more: str):
    return client.post(f"{ROOT}/cases/{case}/judgement", data={**FORM, "csrf": csrf_of(client), **more})


def test_a_judgement_becomes_a_file_that_the_scan_reads(signed_in: SignIn, home: Home, portal: Portal) -> None:
    client = signed_in("inspector")
    answer = judge(client)
    assert answer.status_code == 303 and answer.headers["location"] == f"{ROOT}/cases/{AMOUNT}?saved=1#judgement"
    judge(client, NIGHT, outcome="dismissed", recovered_amount="", note='="x"\n两行;逗号,"引号"')
    rows = read(home)
    assert [(row["case_id"], row["outcome"], row["recovered_amount"], row["checked_on"]) for row in rows] == [
        (AMOUNT, "confirmed", Decimal("1200.50"), dt.date(2022, 3, 1)), (NIGHT, "dismissed", None, dt.date(2022, 3, 1)),
    ]  # fmt: skip
    assert rows[0]["checked_by"] == "inspector" and rows[1]["note"] == '\'="x" 两行;逗号,"引号"'
    assert [line.action for line in portal.audit.newest(2)] == ["judge", "judge"]
    page = client.get(f"{ROOT}/cases/{AMOUNT}?saved=1").text
    assert "下次扫描时生效" in page and "1200.50" in page


def test_feedback_files_supersede_one_another_never(tmp_path: Path) -> None:
    names = {write(tmp_path, [Judgement(AMOUNT, "open", None, TODAY, "li", "")]).name for _ in range(20)}
    assert len(names) == 20
    for name in names:
        told = read_name(name, load_sources())
        assert told.source == "feedback" and not told.replaces and told.correction == 0
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "more",
    [
        {"outcome": ""}, {"outcome": "fraud"}, {"outcome": "属实"}, {"checked_on": ""}, {"checked_on": "2999-01-01"}, {"checked_on": "1999-01-01"},
        {"checked_on": "01/03/22"}, {"recovered_amount": "-1"}, {"recovered_amount": "1.234"}, {"recovered_amount": "many"}, {"recovered_amount": "NaN"},
        {"recovered_amount": "Infinity"}, {"recovered_amount": "1e30"}, {"outcome": "dismissed"}, {"note": "x" * 501}, {"note": "a\x00b"},
    ],
)  # fmt: skip
def test_a_wrong_judgement_is_refused_with_its_reason_and_kept_in_the_form(
    more: dict, signed_in: SignIn, home: Home
) -> None:
    answer = judge(signed_in("inspector"), **more)
    assert answer.status_code == 422 and not list(home.inbox.glob("*"))


def test_form_values() -> None:
    assert from_form("c", {**FORM, "recovered_amount": ""}, "li", TODAY) == Judgement(
        "c", "confirmed", None, dt.date(2022, 3, 1), "li", "已退回"
    )
    wrong = from_form("c", {**FORM, "recovered_amount": "x", "checked_on": "y"}, "li", TODAY)
    assert isinstance(wrong, list) and len(wrong) == 2


def workbook(client: TestClient) -> tuple[openpyxl.Workbook, dict[str, int], dict[str, int]]:
    """The published workbook, where its columns are, and where its cases are."""
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ROOT}/downloads/cases.xlsx").content))
    sheet = book["线索清单"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    return book, columns, {sheet.cell(row, columns["线索编号"]).value: row for row in range(2, sheet.max_row + 1)}


def returned(client: TestClient, book: openpyxl.Workbook | bytes, name: str = "线索.xlsx"):
    if not isinstance(book, bytes):
        out = io.BytesIO()
        book.save(out)
        book = out.getvalue()
    return client.post("/judgements/workbook", data={"csrf": csrf_of(client)}, files={"workbook": (name, book)})


def test_a_returned_workbook_is_read_as_people_fill_it_in(signed_in: SignIn, home: Home, portal: Portal) -> None:
    client = signed_in("inspector")
    book, at, rows = workbook(client)
    sheet = book["线索清单"]
    for case, values in {
        AMOUNT: {
            "核查结论": "属实",
            "追回金额": 400,
            "核查日期": dt.datetime(2022, 3, 2),
            "核查人": "李四",
            COLUMNS["note"].title: "退回",
        },
        NIGHT: {"核查结论": " 排除 ", "核查日期": "2022/3/3"},
    }.items():
        for title, value in values.items():
            sheet.cell(rows[case], at[title]).value = value
    answer = returned(client, book)
    assert answer.status_code == 200 and "已接收 2 条" in answer.text, answer.text
    told = {row["case_id"]: row for row in read(home)}
    assert (told[AMOUNT]["outcome"], told[AMOUNT]["recovered_amount"], told[AMOUNT]["checked_on"], told[AMOUNT]["checked_by"]) == (
        "confirmed", Decimal("400.00"), dt.date(2022, 3, 2), "inspector(李四)",
    )  # fmt: skip
    assert (told[NIGHT]["outcome"], told[NIGHT]["checked_by"]) == ("dismissed", "inspector")
    *judged, upload = portal.audit.newest(3)
    assert upload.action == "upload" and upload.detail == {"judgements": 2}
    assert {(line.action, line.target, line.detail["outcome"]) for line in judged} == {
        ("judge", AMOUNT, "confirmed"),
        ("judge", NIGHT, "dismissed"),
    }, "every judgement is a line, however it came"


def test_a_workbook_with_anything_wrong_is_refused_whole_and_every_line_named(signed_in: SignIn, home: Home) -> None:
    client = signed_in("inspector")
    book, at, rows = workbook(client)
    sheet = book["线索清单"]
    for case, outcome, day in ((AMOUNT, "属实", "2022-03-02"), (NIGHT, "大概属实", "2022-03-02")):
        sheet.cell(rows[case], at["核查结论"]).value = outcome
        sheet.cell(rows[case], at["核查日期"]).value = day
    third = next(row for case, row in rows.items() if case not in (AMOUNT, NIGHT))
    sheet.cell(third, at["核查人"]).value = "只填了名字"
    answer = returned(client, book)
    assert answer.status_code == 422 and not list(home.inbox.glob("*"))
    for line in (rows[NIGHT], third):
        assert f"第 {line} 行" in " ".join(answer.text.split()), answer.text
    assert f"第 {rows[AMOUNT]} 行" not in " ".join(answer.text.split())


def test_a_case_of_another_city_cannot_be_judged_by_workbook(signed_in: SignIn, home: Home) -> None:
    book, at, rows = workbook(signed_in("viewer"))
    book["线索清单"].cell(rows[FOREIGN], at["核查结论"]).value = "属实"
    book["线索清单"].cell(rows[FOREIGN], at["核查日期"]).value = "2022-03-01"
    answer = returned(signed_in("inspector"), book)
    assert answer.status_code == 422 and "不在您的管辖范围" in answer.text and not list(home.inbox.glob("*"))
    assert returned(signed_in("datong"), book).status_code == 200


def test_one_case_twice_is_refused(signed_in: SignIn) -> None:
    client = signed_in("inspector")
    book, at, rows = workbook(client)
    sheet = book["线索清单"]
    for row in (rows[AMOUNT], rows[NIGHT]):
        sheet.cell(row, at["线索编号"]).value = AMOUNT
        sheet.cell(row, at["核查结论"]).value = "属实"
        sheet.cell(row, at["核查日期"]).value = "2022-03-01"
    assert "同一条线索" in returned(client, book).text


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(20):
            archive.writestr(f"xl/worksheets/sheet{place}.xml", bytes(60_000_000))
    return out.getvalue()


def empty() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def cut(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out := io.BytesIO(), "w") as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name)[: 200 if "sheet" in name else None])
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04" + b"\xff" * 500, b"<html>", b"\x00" * 4000, "线索编号,核查结论\n1,属实".encode("gb18030"), empty(), cut(empty()), bomb()],
    ids=["empty", "two", "broken", "html", "zeros", "csv", "blank", "cut", "bomb"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_and_nothing_breaks(
    content: bytes, signed_in: SignIn, home: Home, portal: Portal
) -> None:
    answer = returned(signed_in("inspector"), content)
    assert answer.status_code == 422 and not list(home.inbox.glob("*"))
    assert not list((portal.folder / "leaving").glob("*"))


def test_the_names_of_uploads_are_never_used(signed_in: SignIn, home: Home) -> None:
    before = sorted(home.root.parent.rglob("*"))
    returned(signed_in("inspector"), empty(), "../../../evil.xlsx")
    assert not [path for path in set(home.root.parent.rglob("*")) - set(before) if "evil" in path.name]


def test_what_was_said_is_read_again_only_where_it_is_ours(home: Home) -> None:
    home.inbox.mkdir(exist_ok=True)
    (home.inbox / "feedback_2021.csv").write_text("x", encoding="utf-8")
    write(home.inbox, [Judgement(AMOUNT, "open", None, TODAY, "li", "看过")])
    assert [row["note"] for row in judgements.given(home.inbox, AMOUNT)] == ["看过"]
    assert judgements.given(home.inbox, NIGHT) == []


def test_a_workbook_that_asks_for_half_a_terabyte_ends_its_reader_and_not_the_portal(tmp_path: Path) -> None:
    path = tmp_path / "back.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("线索清单")
        page.write_string(0, 0, "线索编号")
        page.write_string(1048575, 16383, "x")
    found, problems = from_workbook(path, "inspector", dt.date(2022, 3, 2))
    assert found == [] and "表格外" in problems[0].zh and "outside the table" in problems[0].en


@pytest.mark.parametrize("setting", ["SKILLWATCH_READ_MEMORY", "TMPDIR"])
def test_what_keeps_workbooks_from_being_read_is_told(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "back.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("线索清单").write_string(0, 0, "线索编号")
    monkeypatch.setenv(setting, str(tmp_path / "nothing"))
    if setting == "TMPDIR":
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nothing"))
    found, problems = from_workbook(path, "inspector", dt.date(2022, 3, 2))
    assert found == [] and "管理员" in problems[0].zh and "operator" in problems[0].en


def test_what_was_said_is_shown_without_personal_numbers(tmp_path: Path) -> None:
    write(tmp_path, [Judgement("c", "confirmed", None, dt.date(2022, 3, 1), "李四", "本人电话13812345678")])
    assert [row["note"] for row in judgements.given(tmp_path, "c")] == ["本人电话138****5678"]
