"""What is taken away: signed and provable, marked with who took it, masked to the last byte, and never computed by a spreadsheet."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from starlette.testclient import TestClient

from assets.verification import verify
from models.case import case_id
from portal.pdf import NoPdf, chromium, pdf
from portal.state import Portal
from tests.portal.conftest import SignIn
from tests.portal.made_up import CLASS, DATONG, FORMULA, SCHOOL, SECOND, TAIYUAN

ROOT = f"/publications/{SECOND}"
NIGHT = case_id(b"k" * 32, "night_class", CLASS)
PERSONAL = re.compile(rb"(?<![0-9A-Za-z])(?:[1-8]\d{5}(?:19|20)\d{9}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")


@pytest.fixture
def viewer(signed_in: SignIn) -> TestClient:
    return signed_in("viewer")


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return next(path for path in folder.iterdir() if path.is_dir())


def proved(folder: Path) -> None:
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public_key.pem", "-in", "SHA256SUMS", "-sigfile", "SHA256SUMS.sig"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.mark.skipif(not shutil.which("openssl") or not shutil.which("sha256sum"), reason="needs openssl and sha256sum")
@pytest.mark.parametrize(
    "what", ["downloads/publication.zip", f"packs/city/{TAIYUAN}.zip", f"packs/institution/{SCHOOL}.zip"]
)
def test_a_pack_and_the_publication_are_proved_by_openssl_and_by_us(
    what: str, viewer: TestClient, portal: Portal, tmp_path: Path
) -> None:
    answer = viewer.get(f"{ROOT}/{what}")
    folder = unpacked(answer.content, tmp_path)
    proved(folder)
    assert verify(folder, home=portal.home.root).exit_code == 0
    assert "viewer" in (tmp_path / "DOWNLOAD.txt").read_text(encoding="utf-8")
    (folder / "cases.csv").chmod(0o644)
    (folder / "cases.csv").write_bytes((folder / "cases.csv").read_bytes() + b" ")
    assert verify(folder, home=portal.home.root).exit_code == 1


def test_a_pack_holds_what_its_reader_needs(viewer: TestClient, tmp_path: Path) -> None:
    folder = unpacked(viewer.get(f"{ROOT}/packs/city/{TAIYUAN}.zip").content, tmp_path)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        "cases.xlsx",
        "cases.csv",
        "cases.parquet",
        "evidence.parquet",
        "clauses.html",
        "letter.html",
        "notice.html",
        "manifest.json",
        "README.txt",
    } <= names
    cases = pl.read_parquet(folder / "cases.parquet")
    assert cases.height == 63 and cases["division"].str.starts_with("1401").all()
    assert set(pl.read_parquet(folder / "evidence.parquet")["case_id"]) <= set(cases["case_id"])
    assert len([name for name in names if name.startswith("reports/")]) == 50
    report = (folder / "reports" / f"{NIGHT}.html").read_text(encoding="utf-8")
    for told in ("开班信息_太原市_2021.csv", "第 12", "线索不等于结论", "可能的正当原因", "<svg", "viewer"):
        assert told in report, told
    clauses = (folder / "clauses.html").read_text(encoding="utf-8")
    assert "给予评价机构取证补贴" in clauses
    book = openpyxl.load_workbook(folder / "cases.xlsx")
    assert "按机构查看" in book.sheetnames and DATONG not in {
        row[6].value for row in book["线索清单"].iter_rows(min_row=2)
    }


def test_a_notice_tells_of_confirmed_matters_only_and_of_no_person(viewer: TestClient) -> None:
    datong, taiyuan = (viewer.get(f"{ROOT}/notice/{code}.html").text for code in (DATONG, TAIYUAN))
    assert "91140200MAW1MWR218" in datong and "张*" not in datong and "SL1402" not in datong
    assert "尚无经核查属实的事项" in taiyuan and SCHOOL not in taiyuan
    assert viewer.get(f"{ROOT}/notice/150000.html").status_code == 404


def test_a_letter_leaves_number_seal_and_date_blank(viewer: TestClient) -> None:
    letter = viewer.get(f"{ROOT}/cases/{NIGHT}/letter.html").text
    assert "根据有关规定" not in letter, "a sign is no norm"
    amount = case_id(b"k" * 32, "certificate_amount", "SL14020020210911000001")
    assert "根据有关规定（晋人社厅函〔2021〕600号 九（二））" in viewer.get(f"{ROOT}/cases/{amount}/letter.html").text
    for told in ("函〔", "（印章）", "草稿", "线索，不是结论", SCHOOL):
        assert told in letter, told


def everything(viewer: TestClient) -> Iterator[tuple[str, bytes]]:
    paths = [
        "", "/cases", "/institutions", f"/cases/{NIGHT}", f"/cases/{NIGHT}/report.html", f"/cases/{NIGHT}/letter.html", "/changes", "/files", "/downloads/cases.csv",
        "/downloads/cases.parquet", "/downloads/cases.xlsx", "/downloads/cases.xlsx?city=140100", "/downloads/publication.zip", f"/packs/city/{TAIYUAN}.zip",
        f"/packs/institution/{SCHOOL}.zip",
    ]  # fmt: skip
    for path in paths:
        answer = viewer.get(ROOT + path)
        assert answer.status_code == 200, path
        yield from opened(path, answer.content)


def opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and all that is packed into it."""
    yield name, content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from opened(f"{name}!{entry}", archive.read(entry))
    elif content[:4] == b"PAR1":
        yield name, pl.read_parquet(io.BytesIO(content)).write_ndjson().encode()


def test_nothing_personal_stands_in_any_page_or_file(viewer: TestClient) -> None:
    for name, content in everything(viewer):
        found = PERSONAL.search(content)
        assert found is None or name.endswith((".parquet", ".xlsx", ".zip")), f"{name}: {found and found.group()!r}"


def test_every_file_says_who_took_it(viewer: TestClient, portal: Portal) -> None:
    csv = viewer.get(f"{ROOT}/downloads/cases.csv?rating=C").content.decode("utf-8-sig").splitlines()
    assert csv[0].endswith(",taken") and re.search(r"viewer 20\d\d-.* UTC #\d+$", csv[-1])
    parquet = pl.read_parquet(io.BytesIO(viewer.get(f"{ROOT}/downloads/cases.parquet").content))
    assert parquet["taken"].str.starts_with("viewer ").all() and parquet.height == 65
    for query in ("", "?city=140100"):
        content = viewer.get(f"{ROOT}/downloads/cases.xlsx{query}").content
        book = openpyxl.load_workbook(io.BytesIO(content))
        about = {row[0].value: row[1].value for row in book["说明"].iter_rows() if len(row) > 1}
        assert about["下载人"] == "viewer" and about["审计编号"] == str(portal.audit.newest(1)[0].n)
    whole = zipfile.ZipFile(io.BytesIO(viewer.get(f"{ROOT}/downloads/cases.xlsx").content))
    sheets = [name for name in whole.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets and all(b"&amp;Cviewer 20" in whole.read(name) for name in sheets), "also on paper"
    assert "viewer" in whole.read("docProps/core.xml").decode()


def test_the_whole_workbook_is_the_published_one_but_for_the_mark(viewer: TestClient, portal: Portal) -> None:
    published = openpyxl.load_workbook(portal.home.publications / SECOND / "cases.xlsx")
    taken = openpyxl.load_workbook(io.BytesIO(viewer.get(f"{ROOT}/downloads/cases.xlsx").content))
    assert published.sheetnames == taken.sheetnames
    for name in published.sheetnames[1:]:
        assert list(published[name].values) == list(taken[name].values)


def test_a_spreadsheet_computes_nothing(viewer: TestClient) -> None:
    for query in ("", "?rule=night_class"):
        book = openpyxl.load_workbook(io.BytesIO(viewer.get(f"{ROOT}/downloads/cases.xlsx{query}").content))
        for sheet in book.worksheets:
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), sheet.title
    csv = viewer.get(f"{ROOT}/downloads/cases.csv?rule=night_class").content.decode("utf-8-sig")
    assert "'" + FORMULA.replace('"', '""') in csv and "'@SUM(A1)" in csv and "'+1+1" in csv


def test_names_of_files_are_made_of_ids(viewer: TestClient) -> None:
    answer = viewer.get(f"{ROOT}/downloads/cases.csv", params={"text": 'x"\r\nSet-Cookie: a=b'})
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="{SECOND}_cases.csv"'
        and "set-cookie" not in answer.headers
    )


def test_nothing_is_left_behind(viewer: TestClient, portal: Portal) -> None:
    viewer.get(f"{ROOT}/downloads/cases.csv")
    viewer.get(f"{ROOT}/packs/city/150000.zip")
    assert list((portal.folder / "leaving").iterdir()) == []


@pytest.mark.skipif(chromium() is None, reason="needs Chromium")
def test_a_report_is_printed(viewer: TestClient) -> None:
    answer = viewer.get(f"{ROOT}/cases/{NIGHT}/report.pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")


def test_without_chromium_the_reason_is_given(viewer: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(NoPdf):
        pdf("<p>x</p>")
    answer = viewer.get(f"{ROOT}/cases/{NIGHT}/report.pdf")
    assert answer.status_code == 503 and "没有 Chromium" in answer.text
