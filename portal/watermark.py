"""Who took what, and when: the line in the audit log, and the same words in the file itself.

Belongs here: `Taken`, and how it gets into CSV, Parquet, workbooks and zips. Does not belong here: what is in the files.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from portal.access import Visitor
from portal.state import Portal

_CHUNK = 1 << 20
_TAIL = 1 << 16
_FOOTER = re.compile(rb"(<oddFooter>&amp;L.*?)(&amp;R)", re.DOTALL)
_FIRST_SHEET = "xl/worksheets/sheet1.xml"
_LAST_ROW = re.compile(rb'<row r="(\d+)"')


@dataclass(frozen=True)
class Taken:
    """One taking away: the account, the moment (UTC), and the number of its line in the audit log."""

    account: str
    title: str
    at: str
    number: int

    @classmethod
    def now(cls, portal: Portal, visitor: Visitor, what: str, address: str) -> Taken:
        """Write it down first: what is not in the log is not handed out."""
        number = portal.audit.add(visitor.name, "download", what, address)
        return cls(visitor.name, visitor.account.title, datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"), number)

    @property
    def line(self) -> str:
        who = self.title if self.title == self.account else f"{self.title}（{self.account}）"
        return f"{who} 于 {self.at} 下载，审计第 {self.number} 号。仅供核查使用，线索不等于结论。"

    @property
    def short(self) -> str:
        return f"{self.account} {self.at} #{self.number}"

    @property
    def facts(self) -> dict[str, str]:
        return {"下载人": self.title, "下载时间": self.at, "审计编号": str(self.number)}


def stamped_workbook(source: Path, target: Path, taken: Taken) -> None:
    """A workbook of ours with the line on its first sheet, in the foot of every printed page, and in its properties.

    Copied piece by piece: a list of any length takes the same little memory.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in old.infolist():
            copy = zipfile.ZipInfo(entry.filename, entry.date_time)
            copy.compress_type = zipfile.ZIP_DEFLATED
            with old.open(entry) as read, new.open(copy, "w", force_zip64=True) as write:
                if entry.filename == "docProps/core.xml":
                    told = f"<dc:description>{escape(taken.line)}</dc:description></cp:coreProperties>".encode()
                    write.write(read.read().replace(b"</cp:coreProperties>", told))
                elif entry.filename == _FIRST_SHEET:
                    write.write(_with_footer(_with_rows(read.read(), taken), taken))
                elif entry.filename.startswith("xl/worksheets/sheet"):
                    tail = b""
                    while chunk := read.read(_CHUNK):
                        tail += chunk
                        write.write(tail[:-_TAIL])
                        tail = tail[-_TAIL:]
                    write.write(_with_footer(tail, taken))
                else:
                    while chunk := read.read(_CHUNK):
                        write.write(chunk)


def _with_footer(xml: bytes, taken: Taken) -> bytes:
    told = escape(f"&C{taken.short.replace('&', '&&')}").encode()
    return _FOOTER.sub(lambda found: found[1] + told + found[2], xml, count=1)


def _with_rows(xml: bytes, taken: Taken) -> bytes:
    """Rows below those of the first sheet, as texts."""
    rows = [int(number) for number in _LAST_ROW.findall(xml)]
    first = max(rows, default=0) + 2
    added = "".join(
        f'<row r="{first + place}"><c r="A{first + place}" t="inlineStr"><is><t>{escape(name)}</t></is></c>'
        f'<c r="B{first + place}" t="inlineStr"><is><t>{escape(value)}</t></is></c></row>'
        for place, (name, value) in enumerate(taken.facts.items())
    )
    return xml.replace(b"</sheetData>", added.encode() + b"</sheetData>", 1)
