"""From the bytes of a text file to UTF-8: encodings that nobody announces, and what is left where some bytes are broken."""

from __future__ import annotations

import codecs
import re

import polars as pl

from assets.reading.grid import Unreadable

BROKEN = "\ufffd"
_HEAD = 65_536
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# In 16 or 32 bits a character no such run comes about; where one is, files in two encodings were joined.
_PLAIN_RUN = re.compile(rb"[\x20-\x7e]{32}")
# A text in another encoding breaks at nearly every character; a damaged one at a few.
_SOUND_PER_BROKEN = 3


def decoded(raw: bytes) -> tuple[bytes, str, bool]:
    """The text in UTF-8, its encoding, and whether some of its bytes were broken: they stand in it as U+FFFD.

    Raises Unreadable for what is no text, or is in none of UTF-8, GB18030, UTF-16 and UTF-32.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "") or _sixteen_bits(raw[:_HEAD])
    if encoding:
        return _read(raw, encoding).encode(), encoding, False
    if _is_utf8(raw):
        return raw.removeprefix(codecs.BOM_UTF8), "utf-8-sig", False
    try:
        return raw.decode("utf-8-sig").encode(), "utf-8-sig", False
    except UnicodeDecodeError as error:
        window = raw[error.start : error.start + _HEAD].decode("utf-8", "replace")
        candidates = ("utf-8-sig",) if _mostly_sound(window) else ("gb18030", "utf-8-sig")
    for name in candidates:
        try:
            return raw.decode(name).encode(), name, False
        except UnicodeDecodeError:
            text = raw.decode(name, "replace")
            if _mostly_sound(text):
                return text.encode(), name, True
    raise Unreadable(
        "unknown_encoding",
        "文字编码不是 UTF-8 也不是 GB18030，或文件已损坏，请另存为“CSV UTF-8”后再交。 / "
        "Neither UTF-8 nor GB18030, or damaged; save it as CSV UTF-8 and send it again.",
    )


def _is_utf8(raw: bytes) -> bool:
    """Polars proves it several times as quickly as Python decodes it."""
    try:
        return pl.Series([raw], dtype=pl.Binary).cast(pl.String, strict=False).null_count() == 0
    except pl.exceptions.PolarsError:
        return False


def _read(raw: bytes, encoding: str) -> str:
    try:
        if _PLAIN_RUN.search(raw):
            raise UnicodeDecodeError(encoding, raw, 0, 1, "other text behind")
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "unknown_encoding",
            f"文件像是 {encoding.upper()} 编码，但已损坏，请另存为“CSV UTF-8”后再交。 / Looks like {encoding}, but damaged; save it as CSV UTF-8.",
        ) from error


def _sixteen_bits(head: bytes) -> str:
    """UTF-16 without a mark shows in its zero bytes, all on one side. Zeros on both sides are no text at all."""
    zeros = head.count(0)
    if zeros * 20 < len(head):
        return ""
    second = head[1::2].count(0)
    if zeros - second <= zeros // 20:
        return "utf-16-le"
    if second <= zeros // 20:
        return "utf-16-be"
    raise Unreadable(
        "not_text",
        "内容不是文本（可能是改了扩展名的工作簿，或没有传完的文件），请重新导出后再交。 / "
        "This is no text, perhaps a workbook under another name, or a file that did not arrive whole; export it again.",
    )


def _mostly_sound(text: str) -> bool:
    broken = text.count(BROKEN)
    others = len(text) - broken - len(text.encode("ascii", "ignore"))
    return others > _SOUND_PER_BROKEN * broken
