"""Files made to break a reader: each has its own clear reason, and the file after it is still read."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from assets.deliveries import take_in
from assets.delivery_store import Arrival, arrivals, meta_of
from assets.reading.limits import LimitProblem, limits_in_force
from models.source import load_sources
from tests.assets.reading.files import HEADER, ROW, write_csv, write_xlsx

SOURCES = load_sources()
LINE = (",".join(f'"{cell}"' if "," in cell else cell for cell in ROW) + "\n").encode()
HEAD = (",".join(HEADER) + "\n").encode()


class Inbox:
    def __init__(self, root: Path) -> None:
        self.folder, self.store = root / "inbox", root / "deliveries"
        self.folder.mkdir()

    def put(self, name: str, content: bytes) -> Path:
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def taken(self) -> dict[str, dict]:
        take_in(self.folder, self.store, SOURCES)
        return {one.file: meta_of(self.store, one.sha256) for one in arrivals(self.store)}

    def quarantined(self, file: str) -> list[tuple[int, str]]:
        (one,) = [one for one in arrivals(self.store) if one.file == file]
        return pl.read_parquet(self.store / f"{one.sha256}.quarantine.parquet").select("line", "reason_code").rows()


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setenv("SKILLWATCH_READ_MEMORY", "1GB")
    monkeypatch.setenv("SKILLWATCH_READ_TEXT", "64MB")
    monkeypatch.setenv("SKILLWATCH_READ_UNPACKED", "64MB")
    return Inbox(tmp_path)


def workbook(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A sound workbook whose sheet is changed inside and packed again."""

    def make(path: Path) -> None:
        sound = write_xlsx(path.with_suffix(".sound"), [HEADER, ROW])
        with zipfile.ZipFile(sound) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name in archive.namelist():
                content = archive.read(name)
                made.writestr(name, change(content) if name.startswith("xl/worksheets/") else content)
        sound.unlink()

    return make


def lying(path: Path) -> None:
    """Unpacks to 100 MB and says that it is a thousand bytes."""
    workbook(lambda sheet: sheet.replace(b"</sheetData>", b" " * 100_000_000 + b"</sheetData>"))(path)
    with zipfile.ZipFile(path) as archive:
        size = struct.pack("<I", archive.getinfo("xl/worksheets/sheet1.xml").file_size)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 1000)))


def wrong_value(path: Path) -> None:
    """One byte of a part differs from what its checksum says."""
    sound = write_xlsx(path.with_suffix(".sound"), [HEADER, ROW])
    with zipfile.ZipFile(sound) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name))
    sound.unlink()
    assert path.read_bytes().count(b"1,200.00") == 1
    path.write_bytes(path.read_bytes().replace(b"1,200.00", b"9,200.00"))


LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12)
)
CELL = b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'
WORKBOOKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a cell at the far corner": (
        workbook(lambda sheet: sheet.replace(b"</sheetData>", b'<row r="1048576">' + CELL % (b"XFD1048576", b"x") + b"</row></sheetData>")),
        "reader_stopped",
    ),
    "billion laughs": (
        workbook(lambda sheet: LAUGHS + b"]>" + sheet.partition(b"?>")[2].replace(b"<sheetData>", b'<sheetData><row r="1">' + CELL % (b"A1", b"&m;") + b"</row>")),
        "broken_workbook",
    ),
    "a zip bomb": (workbook(lambda sheet: sheet.replace(b"</sheetData>", b" " * 100_000_000 + b"</sheetData>")), "workbook_too_large"),
    "a zip that lies": (lying, "broken_workbook"),
    "a wrong value under a right checksum": (wrong_value, "broken_workbook"),
    "an old or locked workbook": (lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)) and None, "old_or_locked_workbook"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORKBOOKS)
def test_a_workbook_made_to_break_the_reader_has_its_reason_and_the_next_file_is_read(inbox: Inbox, case: str) -> None:
    make, code = WORKBOOKS[case]
    make(inbox.folder / "专账资金台账_太原市_202107.xlsx")
    write_csv(inbox.folder / "专账资金台账_太原市_202108.csv", [HEADER, ROW])
    told = inbox.taken()
    assert told["专账资金台账_太原市_202107.xlsx"]["reason_code"] == code
    assert told["专账资金台账_太原市_202108.csv"]["rows_read"] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.replace(b"<sheetData>", b"<sheetData>" + b"<a>" * 1_000_000),
        lambda sheet: sheet.replace(b'ref="A1:H2"', b'ref="A1:XFD1048576"'),
    ],
    ids=["a million open tags", "a dimension that lies"],
)
def test_an_odd_workbook_that_can_be_read_is_read(inbox: Inbox, change: Callable[[bytes], bytes]) -> None:
    workbook(change)(inbox.folder / "专账资金台账.xlsx")
    assert inbox.taken()["专账资金台账.xlsx"]["rows_read"] == 1


def test_gigabytes_of_zeros_announced_are_not_read_into_memory(inbox: Inbox) -> None:
    for name in ("专账资金台账_太原市.csv", "ledger_2021.parquet", "专账资金台账_太原市.xlsx"):
        with (inbox.folder / name).open("wb") as file:
            file.truncate(70 * 2**20 + len(name))
    told = inbox.taken()
    assert [meta["reason_code"] for _, meta in sorted(told.items())] == [
        "broken_parquet", "file_too_large", "broken_workbook",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bytes(100_000), "not_text"),
        (HEAD + LINE * 3 + bytes(500), "not_text"),
        (b"," * 40_000 + b"\n" + HEAD + LINE, "too_wide"),
        (HEAD + LINE + "专账".encode("utf-16-le") * 300, "unknown_encoding"),
        ((HEAD + LINE * 9).decode().encode("utf-16-le") + LINE.replace(b"B1", b"B" * 40), "unknown_encoding"),
        ("凭证号".encode("utf-16") + b"x", "unknown_encoding"),
    ],
    ids=["zeros", "zeros behind", "forty thousand cells", "two encodings", "and the other way", "half a character"],
)
def test_a_text_file_that_is_none_is_quarantined_whole(inbox: Inbox, content: bytes, code: str) -> None:
    inbox.put("专账资金台账.csv", content)
    assert inbox.taken()["专账资金台账.csv"]["reason_code"] == code


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_broken_byte_costs_its_row_and_no_other(inbox: Inbox, encoding: str) -> None:
    lines = [HEAD.decode(), *(LINE.decode().replace("V1", f"V{n}") for n in range(40))]
    raw = "".join(lines).encode(encoding)
    at = raw.index(b"V7,") + raw[raw.index(b"V7,") :].index("支".encode(encoding))
    inbox.put("专账资金台账.csv", raw[:at] + b"\xff" + raw[at + 1 :])
    assert inbox.taken()["专账资金台账.csv"]["rows_read"] == 40
    assert inbox.quarantined("专账资金台账.csv") == [(9, "damaged_text")]


def test_a_damaged_header_loses_no_column_in_silence(inbox: Inbox) -> None:
    raw = HEAD + "".join(LINE.decode() for _ in range(20)).encode()
    inbox.put("专账资金台账_202107.csv", raw.replace("拨付批次".encode(), b"\xe6\xff" + "付批次".encode(), 1))
    inbox.put("专账资金台账_202108.csv", raw.replace("拨付批次".encode(), "拨\u202e付\x7f批次".encode(), 1))
    told = inbox.taken()
    assert told["专账资金台账_202107.csv"]["reason_code"] == "damaged_header"
    (read,) = [one for one in arrivals(inbox.store) if one.file == "专账资金台账_202108.csv"]
    assert pl.read_parquet(inbox.store / f"{read.sha256}.parquet")["batch_no"].unique().to_list() == ["B1"]


def test_a_quote_that_does_not_close_swallows_no_row(inbox: Inbox) -> None:
    bad = LINE.replace(b",B1,", b',"B1,', 1)
    inbox.put("专账资金台账.csv", HEAD + LINE + bad + LINE * 5 + bad + LINE)
    assert inbox.taken()["专账资金台账.csv"]["rows_read"] == 9
    assert inbox.quarantined("专账资金台账.csv") == [(3, "damaged_text"), (9, "damaged_text")]


def test_a_cell_that_joins_two_rows_is_not_believed(inbox: Inbox) -> None:
    joined = b'V1,140100,2021-07-08,\xe6\x94\xaf\xe5\x87\xba,"B1\nV2,140100",,,5\n'
    inbox.put("专账资金台账.csv", HEAD + joined + LINE)
    inbox.taken()
    assert inbox.quarantined("专账资金台账.csv") == [(2, "damaged_text")]


def test_rows_above_a_header_that_came_too_late_are_not_lost(inbox: Inbox) -> None:
    title = ["太原市2021年7月专账资金台账", "单位：元", "", "", "", "", "", ""]
    write_csv(inbox.folder / "专账资金台账.csv", [title, ROW, HEADER, ROW])
    assert inbox.taken()["专账资金台账.csv"]["rows_read"] == 2
    assert inbox.quarantined("专账资金台账.csv") == [(2, "above_header")]


def test_utf_16_without_a_mark_is_read(inbox: Inbox) -> None:
    for place, encoding in enumerate(("utf-16-le", "utf-16-be"), start=7):
        inbox.put(f"专账资金台账_20210{place}.csv", (HEAD + LINE * 3).decode().encode(encoding))
    assert [meta["rows_read"] for meta in inbox.taken().values()] == [3, 3]


def test_a_file_that_cost_too_much_is_tried_again_under_other_limits(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "专账资金台账_太原市_202107.csv"
    inbox.put(file, HEAD + LINE * 200_000)
    monkeypatch.setenv("SKILLWATCH_READ_MEMORY", "256MB")
    assert inbox.taken()[file]["reason_code"] == "reader_stopped"
    assert take_in(inbox.folder, inbox.store, SOURCES).read == ()
    monkeypatch.setenv("SKILLWATCH_READ_MEMORY", "3GB")
    assert inbox.taken()[file]["rows_read"] == 200_000
    assert arrivals(inbox.store) == [Arrival(file, arrivals(inbox.store)[0].sha256, 1)]


@pytest.mark.parametrize(("name", "code"), [("TEXT", "file_too_large"), ("UNPACKED", "workbook_too_large")])
def test_a_file_that_is_too_large_is_tried_again_under_other_limits(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    file = "专账资金台账_太原市_202107" + (".csv" if name == "TEXT" else ".xlsx")
    if name == "TEXT":
        inbox.put(file, HEAD + LINE * 20)
    else:
        write_xlsx(inbox.folder / file, [HEADER, *([ROW] * 20)])
    monkeypatch.setenv(f"SKILLWATCH_READ_{name}", "1KB")
    assert inbox.taken()[file]["reason_code"] == code
    assert take_in(inbox.folder, inbox.store, SOURCES).read == ()
    monkeypatch.setenv(f"SKILLWATCH_READ_{name}", "1MB")
    assert inbox.taken()[file]["rows_read"] == 20


def test_a_file_that_takes_too_long_is_left_and_the_scan_goes_on(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLWATCH_READ_SECONDS", "1")
    monkeypatch.setattr("assets.reading.process._answer", _slow_but_for("ready", inbox.folder))
    inbox.put("专账资金台账_太原市_202107.csv", HEAD + LINE)
    assert inbox.taken()["专账资金台账_太原市_202107.csv"]["reason_code"] == "reader_too_slow"


def _slow_but_for(word: str, folder: Path) -> Callable[..., object]:
    def answer(process: subprocess.Popen[str]) -> object:
        assert process.stdout is not None
        line = process.stdout.readline()
        if word in line:
            return {"ready": True}
        process.wait(timeout=20)  # the clock of the caller ends it
        return None

    return answer


@pytest.mark.skipif(os.name != "posix", reason="names of bytes exist on POSIX alone")
def test_a_name_in_another_encoding_is_read_under_the_name_that_was_meant(inbox: Inbox) -> None:
    name = os.fsencode(inbox.folder) + b"/" + "专账资金台账_太原市_202107.csv".encode("gb18030")
    Path(os.fsdecode(name)).write_bytes(HEAD + LINE)
    assert inbox.taken()["专账资金台账_太原市_202107.csv"]["rows_read"] == 1


def test_limits_that_are_none_are_named() -> None:
    with pytest.raises(LimitProblem, match="512MB"):
        limits_in_force({"SKILLWATCH_READ_MEMORY": "viel"})
    assert limits_in_force({"SKILLWATCH_READ_MEMORY": "1.5 gb"}).memory == 3 * 2**29


def test_the_reader_goes_when_the_scan_goes(tmp_path: Path) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-m", "assets.reading.worker", str(tmp_path), str(2**31)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert reader.stdout is not None and reader.stdout.readline() == b'{"ready": true}\n'
    assert reader.stdin is not None
    reader.stdin.close()
    assert reader.wait(timeout=30) == 0
