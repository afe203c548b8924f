"""What people say of cases: checked, and written as a feedback file into the inbox, where the next scan finds it.

Belongs here: what a judgement may say, the file, and reading a returned workbook. Does not belong here: what follows from a
judgement (`assets/history.py`).
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from assets.delivery_store import content_hash
from assets.reading.grid import Grid, Unreadable
from assets.reading.header import find_header
from assets.reading.limits import LimitProblem, limits_in_force
from assets.reading.process import ReadingProcess, ReadingStopped
from assets.reading.rows import read_rows
from assets.reading.workbook import read_workbook
from assets.wording import COLUMNS
from models.privacy import sweep
from models.source import Source, load_sources

PREFIX = "feedback_portal-"
OUTCOMES = ("confirmed", "dismissed", "open")
COLUMNS_OUT = ("case_id", "outcome", "recovered_amount", "checked_on", "checked_by", "note")
_SHEET = "线索清单"
_ENTRY = COLUMNS_OUT[1:]
_UNPACKED, _ENTRIES = 100 << 20, 200
_MEMORY, _SECONDS = 2 << 30, 60
_ONE_AT_A_TIME = threading.Lock()
_LONGEST_NOTE, _LONGEST_NAME = 500, 20
_EARLIEST = date(2019, 1, 1)
_LARGEST = Decimal("99999999999.99")
_COMPUTED = re.compile(r"^[=+\-@＝＋－＠\t\r\n]")


@dataclass(frozen=True)
class Judgement:
    case_id: str
    outcome: str
    recovered_amount: Decimal | None
    checked_on: date
    checked_by: str
    note: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a judgement, in both languages; `line` is the workbook's, 0 for the form."""

    zh: str
    en: str
    line: int = 0


@lru_cache(maxsize=1)
def feedback() -> Source:
    return load_sources()["feedback"]


def from_form(case_id: str, form: Mapping[str, str], by: str, today: date) -> Judgement | list[Problem]:
    """A judgement as entered on the case page."""
    problems = []
    amount, day = None, today
    if text := form.get("recovered_amount", "").strip():
        try:
            amount = Decimal(text.replace(",", ""))
        except InvalidOperation:
            problems.append(Problem("追回金额要写成数字，如 1200.00", "the recovered amount is no number"))
    try:
        day = date.fromisoformat(form.get("checked_on", "").strip())
    except ValueError:
        problems.append(Problem("核查日期要写成 2022-03-01 的样子", "the date is no date"))
    if problems:
        return problems
    made = Judgement(case_id, form.get("outcome", ""), amount, day, by, form.get("note", "").strip())
    return wrong(made, today) or made


def wrong(one: Judgement, today: date, line: int = 0) -> list[Problem]:
    """Why a judgement cannot be taken; empty where it can."""
    found = []
    if one.outcome not in OUTCOMES:
        found.append(Problem("核查结论只有：属实、排除、核查中", "the outcome is confirmed, dismissed or open", line))
    if one.checked_on > today or one.checked_on < _EARLIEST:
        found.append(
            Problem(f"核查日期应在 {_EARLIEST} 和今天之间", f"the date lies outside {_EARLIEST} to today", line)
        )
    amount = one.recovered_amount
    if amount is not None:
        if not amount.is_finite() or amount < 0 or amount > _LARGEST or amount != round(amount, 2):
            found.append(Problem("追回金额不能为负，最多两位小数", "the amount is negative or finer than a fen", line))
        elif amount > 0 and one.outcome != "confirmed":
            found.append(
                Problem("有追回金额的，核查结论应为属实", "money was recovered, so the outcome is confirmed", line)
            )
    if len(one.note) > _LONGEST_NOTE or any(not char.isprintable() and char not in "\r\n\t" for char in one.note):
        found.append(
            Problem(f"说明最多 {_LONGEST_NOTE} 个字", f"the note has at most {_LONGEST_NOTE} characters", line)
        )
    return found


def write(inbox: Path, judgements: Sequence[Judgement], now: datetime | None = None) -> Path:
    """One feedback file, whole or not at all. It names neither city nor period, so that it supersedes no other."""
    inbox.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([feedback().column(name).zh for name in COLUMNS_OUT])
    for one in judgements:
        amount = "" if one.recovered_amount is None else f"{one.recovered_amount:.2f}"
        writer.writerow(
            [one.case_id, one.outcome, amount, one.checked_on.isoformat(), _text(one.checked_by), _text(one.note)]
        )
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S%fZ")
    target = inbox / f"{PREFIX}{stamp}-{secrets.token_hex(4)}.csv"
    under_way = inbox / f".{target.name}.tmp"
    with os.fdopen(os.open(under_way, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        file.write(b"\xef\xbb\xbf" + out.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
    under_way.rename(target)
    return target


def given(inbox: Path, case_id: str) -> list[dict[str, Any]]:
    """What was already said through the portal of a case, the latest first, as everybody may see it; the next scan takes in what
    is new."""
    found = []
    for path in sorted(inbox.glob(f"{PREFIX}*.csv"), reverse=True):
        found += [
            {**row, "checked_by": sweep(row["checked_by"]), "note": sweep(row["note"])}
            for row in _rows(path)
            if row["case_id"] == case_id
        ]
    return found


@lru_cache(maxsize=4096)
def _rows(path: Path) -> tuple[dict[str, Any], ...]:
    """A file of ours, which is never changed once it is there."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(dict(zip(COLUMNS_OUT, row, strict=True)) for row in list(csv.reader(file))[1:])


def from_workbook(path: Path, by: str, today: date) -> tuple[list[Judgement], list[Problem]]:
    """The rows of a returned workbook in which somebody filled in anything, and all that is wrong with them."""
    try:
        _refuse(path)
        grid = _read(path)
        cells, lines = _entered(grid)
    except Unreadable as reason:
        zh, _, en = str(reason).partition(" / ")
        return [], [Problem(zh, en or zh)]
    if not lines:
        return [], [Problem("工作簿里没有填写任何核查结论", "no outcome is filled in")]
    header = find_header(cells, feedback())
    assert header is not None  # we wrote it
    rows = read_rows(cells, header, feedback())
    problems = [
        Problem(
            str(row["reason"]).partition(" / ")[0],
            str(row["reason"]).partition(" / ")[2] or str(row["reason"]),
            row["line"],
        )
        for row in rows.quarantined.iter_rows(named=True)
    ]
    found = []
    seen: dict[str, int] = {}
    for row in rows.accepted.iter_rows(named=True):
        line = row["source_line"]
        if not row["case_id"] or row["checked_on"] is None:
            problems.append(Problem("缺线索编号或核查日期", "the case id or the date is missing", line))
            continue
        one = Judgement(
            row["case_id"].lower(),
            row["outcome"],
            row["recovered_amount"],
            row["checked_on"],
            by if row["checked_by"] in (None, "", by) else f"{by}（{row['checked_by'][:_LONGEST_NAME]}）",
            row["note"] or "",
        )
        problems += wrong(one, today, line)
        if one.case_id in seen:
            problems.append(
                Problem(f"与第 {seen[one.case_id]} 行是同一条线索", f"the same case as line {seen[one.case_id]}", line)
            )
        seen[one.case_id] = line
        found.append(one)
    return found, sorted(problems, key=lambda problem: problem.line)


def _refuse(path: Path) -> None:
    """What is no workbook, or would not fit into memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable("no_workbook", "这不是 xlsx 工作簿 / this is no xlsx workbook") from None
    if len(entries) > _ENTRIES or sum(entry.file_size for entry in entries) > _UNPACKED:
        raise Unreadable("too_large", "工作簿太大 / the workbook is too large")


def _read(path: Path) -> Grid:
    """The sheet as a grid, once a process under limits has read it whole and lived: what ends that must not end the portal."""
    try:
        limits = limits_in_force()
        bounded = replace(limits, memory=min(limits.memory, _MEMORY), seconds=min(limits.seconds, _SECONDS))
        with _ONE_AT_A_TIME, tempfile.TemporaryDirectory() as kept, ReadingProcess(Path(kept), bounded) as process:
            process.read(f"{feedback().titles[0]}.xlsx", path.absolute(), content_hash(path))
    except Unreadable:  # its own reasons speak of the operator's settings
        raise Unreadable(
            "reader_stopped",
            "工作簿太大或已损坏（例如表格外很远处还有一个单元格）：请清除表格外的行列，另存后再上传 / "
            "the workbook is too large or damaged: clear what lies outside the table, save it and send it again",
        ) from None
    except (LimitProblem, ReadingStopped, OSError) as error:
        raise Unreadable(
            "cannot_be_read_now",
            f"现在读不了工作簿，请告诉管理员：{error} / the workbook cannot be read now; tell the operator: {error}",
        ) from None
    try:
        return read_workbook(path, (_SHEET,))
    except Unreadable:
        raise
    except BaseException as error:  # the reader's own panics are no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise Unreadable(
            "broken", "工作簿打不开，请重新保存后再上传 / the workbook cannot be opened; save it again"
        ) from None


def _entered(grid: Grid) -> tuple[Grid, list[int]]:
    """The filled rows alone, under the headers of the source `feedback`: its reader does the rest."""
    titles = {COLUMNS[name].title: name for name in COLUMNS_OUT}
    for top in range(min(grid.cells.height, 30)):
        row = [str(cell or "").strip() for cell in grid.row(top)]
        at = {titles[title]: place for place, title in enumerate(row) if title in titles}
        if "case_id" in at and "outcome" in at:
            break
    else:
        raise Unreadable(
            "no_header", "没有找到“线索编号”和“核查结论”两列 / the columns 线索编号 and 核查结论 were not found"
        )
    missing = [COLUMNS[name].title for name in COLUMNS_OUT if name not in at]
    if missing:
        raise Unreadable("no_header", f"缺少列：{'、'.join(missing)} / columns are missing: {', '.join(missing)}")
    body = grid.cells.slice(top + 1).select(pl.col(f"c{at[name]}").alias(name) for name in COLUMNS_OUT)
    lines = grid.lines.slice(top + 1)
    filled = body.select(
        pl.any_horizontal(pl.col(name).str.strip_chars().fill_null("") != "" for name in _ENTRY)
    ).to_series()
    body, lines = body.filter(filled), lines.filter(filled)
    header = pl.DataFrame([{name: feedback().column(name).zh for name in COLUMNS_OUT}], schema=body.schema)
    cells = pl.concat([header, body])
    cells.columns = [f"c{place}" for place in range(cells.width)]
    return Grid(
        cells, pl.concat([pl.Series([0], dtype=pl.Int64), lines.cast(pl.Int64)]).alias("line"), grid.sheet
    ), lines.to_list()


def _text(value: str) -> str:
    """On one line, and nothing that a spreadsheet would compute."""
    one_line = re.sub(r"[\r\n\t]+", " ", value).strip()
    return f"'{one_line}" if _COMPUTED.match(one_line) else one_line
