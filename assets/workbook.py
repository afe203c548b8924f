"""cases.xlsx and the other workbooks: what an inspector opens first, prints, fills in and sends back.

Here: sheets, columns, widths, words. Not here: what the rows are (`publication.py` hands them over, already masked).
Every text is written as text, so that no cell is ever a formula, a link or a number that lost its digits; the same rows
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.wording import COLUMNS, LABELS, VERDICTS, Column, about_lines, source_labels

EVIDENCE_ROWS = 100_000
TABLE_ROWS = 1_000_000
CLAIM_IDS = 20
_CELL = 32_000
_LINES = 20
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_FIXED = datetime(2021, 7, 8)  # a workbook's own dates are the notice's, so that they say nothing of the clock

CASE_COLUMNS = (
    "case_id", "rating", "severity", "title_zh", "explanation_zh", "amount_at_risk", "division", "institution_id",
    "subject_kind", "subject_key", "score", "claim_count", "claim_ids", "observed", "allowed", "margin", "innocent_zh", "remedy_zh",
    "clause", "rule_id", "status", "first_seen", "last_seen",
)  # fmt: skip
PRINTED_TO = "subject_key"
_JUDGEMENT_COLUMNS = ("outcome", "recovered_amount", "checked_on", "checked_by", "note")


@dataclass(frozen=True)
class About:
    """What the first sheet says of the publication."""

    scan_id: str
    as_of: str
    scope: str
    fingerprint: str
    facts: Mapping[str, str]
    masked: bool = True


def write_cases_workbook(
    path: Path,
    about: About,
    *,
    cases: pl.DataFrame,
    rules: pl.DataFrame,
    evidence: pl.DataFrame,
    files: pl.DataFrame,
    changes: pl.DataFrame,
    missing: pl.DataFrame | None = None,
    groups: pl.DataFrame | None = None,
) -> None:
    """The workbook of a publication. `missing` are deliveries that were expected and never came; `groups` say of each case
    its class and person (`grouping.py`)."""
    with _Book(path, f"{about.scan_id}　{about.scope}") as book:
        book.about("说明", about)
        book.table("规则汇总", rules)
        told = cases.with_columns(claim_count=pl.col("claim_ids").list.len())
        book.table("线索清单", told.select(c for c in CASE_COLUMNS if c in told.columns), entry=_JUDGEMENT_COLUMNS)
        if groups is not None:
            book.table("按机构查看", _by_institution(told, groups))
        book.table("证据", evidence, limit=EVIDENCE_ROWS, rest="evidence.parquet")
        book.table("未接受的文件", files.filter(worth_telling(files.columns)), note=_tally(files))
        if missing is not None:
            book.table("未送达的数据", missing)
        book.table("变化", changes)


def _by_institution(cases: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Institution, class, person, and under each its cases: the order in which an inspector works."""
    shown = ("rating", "title_zh", "explanation_zh", "amount_at_risk", "division", "status", "case_id")
    return groups.drop("institution_id").join(
        cases.select("institution_id", *shown), on="case_id", how="inner", maintain_order="left"
    ).select("institution_id", "institution", "class_id", "person", *shown)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """How a table is shown: the sheet's name, a line on what it is, the Chinese title of each column, columns to fill in."""

    title: str
    says: str
    columns: Mapping[str, str]
    entry: Sequence[str] = ()


def write_tables_workbook(
    path: Path, footer: str, tables: Mapping[str, pl.DataFrame], sheets: Mapping[str, Sheet] | None = None
) -> None:
    """One sheet per table (reports, plans), under the names and titles that `sheets` gives, else under its own."""
    with _Book(path, footer) as book:
        for name in sorted(tables):
            sheet = (sheets or {}).get(name, Sheet(name, "", {}))
            book.table(sheet.title[:31], tables[name], note=sheet.says, titles=sheet.columns, entry=sheet.entry)


def worth_telling(columns: Sequence[str]) -> pl.Expr:
    """Which files somebody has to look at: not wholly accepted, or with a note (made-up and older tables have none)."""
    noted = pl.col("note") != "" if "note" in columns else pl.lit(False)
    return (pl.col("status") != "accepted") | noted


def _tally(files: pl.DataFrame) -> str:
    """How many files came to what: the sheet lists the few, the tally shows the many."""
    counts = files.group_by("status").agg(pl.len()).sort("status").iter_rows()
    told = "，".join(f"{LABELS['status'].get(status, status)} {number}" for status, number in counts)
    return f"共 {files.height} 个文件：{told}" if told else "没有收到文件"


class _Book:
    """A workbook under way: formats and the one way in which a table is written."""

    def __init__(self, path: Path, footer: str) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"created": _FIXED, "title": "Skillwatch", "author": "skillwatch"})
        self._footer = footer.replace("&", "&&")
        self._formats: dict[str, Format] = {
            "text": self._format(num_format="@", align="left", indent=1),
            "wrap": self._format(num_format="@", align="left", indent=1, text_wrap=True),
            "whole": self._format(num_format="#,##0"),
            "money": self._format(num_format="#,##0.00"),
            "number": self._format(num_format="General"),
            "share": self._format(num_format="0.00"),
            "date": self._format(num_format="yyyy-mm-dd"),
            "head": self._format(
                bold=True, font_color="#FFFFFF", bg_color="#1F4E79", text_wrap=True, valign="vcenter", align="center"
            ),
            "entry": self._format(bold=True, bg_color="#FFE699", text_wrap=True, valign="vcenter", align="center"),
            "note": self._format(italic=True, font_color="#595959"),
            "title": self._format(bold=True, font_size=16),
            "warning": self._format(bold=True, font_size=12, font_color="#9C0006", bg_color="#FFC7CE", text_wrap=True),
            "section": self._format(bold=True, font_size=11, font_color="#1F4E79", bottom=1),
        }

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def _format(self, **more: Any) -> Format:
        return self._book.add_format({**_FONT, **more})

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self._footer}&R第 &P 页，共 &N 页"[:250])
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return sheet

    def about(self, name: str, about: About) -> None:
        sheet = self._sheet(name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 110)
        for row, (kind, left, right) in enumerate(about_lines(about)):
            if kind == "pair":
                sheet.write_string(row, 0, left, self._formats["text"])
                sheet.write_string(row, 1, right, self._formats["wrap"])
            else:
                if kind != "text":
                    sheet.set_row(row, {"title": 28, "warning": 22}.get(kind, 18))
                sheet.write_string(row, 0, left, self._formats[kind])
                sheet.write_string(row, 1, right, self._formats[kind])

    def table(
        self,
        name: str,
        frame: pl.DataFrame,
        *,
        limit: int = TABLE_ROWS,
        rest: str = "",
        note: str = "",
        entry: Sequence[str] = (),
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """A header that stays, filters, one row per row; a note above where there is something to say."""
        sheet = self._sheet(name)
        notes = [note] if note else []
        if frame.height > limit:
            whole = f"，全部见 {rest}" if rest else ""
            notes.append(f"共 {frame.height:,} 行，此处只列前 {limit:,} 行{whole}")
        top = len(notes)
        columns = [*frame.columns, *entry]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, COLUMNS[column].width if column in COLUMNS else 16)
        for row, text in enumerate(notes):
            sheet.write_string(row, 0, text, self._formats["note"])
        sheet.set_row(top, 30)
        for place, column in enumerate(columns):
            title = (titles or {}).get(column) or (COLUMNS[column].title if column in COLUMNS else column)
            sheet.write_string(top, place, title, self._formats["entry" if column in entry else "head"])
        last = top + min(frame.height, limit)
        sheet.freeze_panes(top + 1, 1 if entry else 0)
        sheet.repeat_rows(top)
        sheet.autofilter(top, 0, max(last, top), len(columns) - 1)
        if (
            entry and PRINTED_TO in columns
        ):  # what an inspector takes along; the rest of so wide a table is for the screen
            sheet.set_paper(8)
            sheet.print_area(0, 0, last, columns.index(PRINTED_TO))
        if "outcome" in entry and last > top:
            place = columns.index("outcome")
            sheet.data_validation(top + 1, place, last, place, {"validate": "list", "source": list(VERDICTS)})
        self._rows(sheet, top + 1, frame.head(limit))

    def _rows(self, sheet: Worksheet, top: int, frame: pl.DataFrame) -> None:
        columns = [COLUMNS.get(name, Column(name, 16)) for name in frame.columns]
        labels = [LABELS.get(name) or source_labels().get(name, {}) for name in frame.columns]
        texts = [self._formats["wrap" if column.wrap else "text"] for column in columns]
        wrapped = [(place, column.width) for place, column in enumerate(columns) if column.wrap]
        for row, values in enumerate(frame.iter_rows(), top):
            lines = max((_lines(values[place], width) for place, width in wrapped), default=1)
            if lines > 1:  # not every program makes room by itself
                sheet.set_row(row, 14 * min(lines, _LINES) + 2)
            for place, value in enumerate(values):
                self._cell(sheet, row, place, value, labels[place], texts[place])

    def _cell(
        self, sheet: Worksheet, row: int, place: int, value: Any, labels: Mapping[str, str], text: Format
    ) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_string(row, place, "是" if value else "否", text)
        elif isinstance(value, Decimal):
            sheet.write_number(row, place, float(value), self._formats["money"])
        elif isinstance(value, int):
            sheet.write_number(row, place, value, self._formats["whole"])
        elif isinstance(value, float):
            if value == value and abs(value) != float("inf"):
                sheet.write_number(row, place, value, self._formats["share" if 0 <= value <= 1 else "number"])
        elif isinstance(value, (date, datetime)):
            sheet.write_datetime(row, place, value, self._formats["date"])
        else:
            told = _claims(value) if isinstance(value, list) else labels.get(str(value), str(value))
            sheet.write_string(row, place, told if len(told) <= _CELL else f"{told[:_CELL]}…（未列完）", text)


def _lines(value: Any, width: float) -> int:
    """How many lines a text takes in a column so wide; a Chinese character is as wide as two others."""
    text = _claims(value) if isinstance(value, list) else str(value or "")
    wide = ((len(line) + len(line.encode())) // 2 for line in text[:_CELL].split("\n"))
    return sum(1 + int(size // (width - 2)) for size in wide)


def _claims(values: Iterable[Any]) -> str:
    """At most the first 20, and how many there are."""
    listed = [str(value) for value in values]
    more = f" 等 {len(listed)} 个" if len(listed) > CLAIM_IDS else ""
    return "、".join(listed[:CLAIM_IDS]) + more
