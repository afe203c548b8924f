"""From the bytes of a text file to UTF-8: encodings that nobody announces, and what is left where some bytes are broken.

A file of any size is decoded in blocks of whole lines: no byte of a character in UTF-8 or GB18030 is a line's end. In UTF-16 and
UTF-32 one may be; these are held whole.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from assets.reading.grid import Unreadable

BLOCK = 64 * 1024**2
"""So many bytes of a text are held at once, and the rest of the line in which they end."""
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


@dataclass(frozen=True)
class Text:
    """A text in UTF-8, in blocks of whole lines (to be gone through once); its encoding in the file, and whether some of its
    bytes were broken: they stand in it as U+FFFD."""

    encoding: str
    lossy: bool
    blocks: Iterator[bytes]


class _Blocks:
    """The bytes of a file in blocks of whole lines, as often as one asks."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._bounds = _line_ends(path, size)

    def raw(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            for start, end in pairwise(self._bounds):
                yield file.read(end - start)

    def decoded(self, encoding: str, errors: str = "strict") -> Iterator[bytes]:
        """The blocks in UTF-8; a mark is one at the beginning of the file alone. Raises UnicodeDecodeError where they break."""
        for number, raw in enumerate(self.raw()):
            name = encoding.removesuffix("-sig") if number else encoding
            if name.startswith("utf-8") and _is_utf8(raw):
                yield raw if number else raw.removeprefix(codecs.BOM_UTF8)
            else:
                yield raw.decode(name, errors).encode()

    def sound(self, encoding: str) -> Iterator[bytes] | None:
        """The blocks in UTF-8, or None where one of them breaks. What is one block is decoded once."""
        try:
            last = deque(self.decoded(encoding), maxlen=1)
        except UnicodeDecodeError:
            return None
        return iter(last) if len(self._bounds) == 2 else self.decoded(encoding)


def decoded(path: Path, size: int = BLOCK) -> Text:
    """The text of a file. Raises Unreadable for what is no text, or is in none of UTF-8, GB18030, UTF-16 and UTF-32."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _sixteen_bits(head)
    if encoding:
        return Text(encoding, False, iter([_read(path.read_bytes(), encoding).encode()]))
    blocks = _Blocks(path, size)
    if (sound := blocks.sound("utf-8-sig")) is not None:
        return Text("utf-8-sig", False, sound)
    for name in ("utf-8-sig",) if _mostly_sound([_first_break(blocks)]) else ("gb18030", "utf-8-sig"):
        if (sound := blocks.sound(name)) is not None:
            return Text(name, False, sound)
        if _mostly_sound(text.decode() for text in blocks.decoded(name, "replace")):
            return Text(name, True, blocks.decoded(name, "replace"))
    raise Unreadable(
        "unknown_encoding",
        "文字编码不是 UTF-8 也不是 GB18030，或文件已损坏，请另存为“CSV UTF-8”后再交。 / "
        "Neither UTF-8 nor GB18030, or damaged; save it as CSV UTF-8 and send it again.",
    )


def _line_ends(path: Path, size: int) -> list[int]:
    """Where blocks of at least ``size`` bytes begin and end: at 0, behind lines, and at the end of the file."""
    bounds, whole = [0], path.stat().st_size
    with path.open("rb") as file:
        while whole - bounds[-1] > size:
            file.seek(bounds[-1] + size)
            file.readline()
            bounds.append(file.tell())
    return bounds if bounds[-1] == whole and whole else [*bounds, whole]


def _first_break(blocks: _Blocks) -> str:
    """The text from where it first is no UTF-8."""
    for raw in blocks.raw():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            return raw[error.start : error.start + _HEAD].decode("utf-8", "replace")
    return ""


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


def _mostly_sound(texts: Iterable[str]) -> bool:
    broken = others = 0
    for text in texts:
        here = text.count(BROKEN)
        broken += here
        others += len(text) - here - len(text.encode("ascii", "ignore"))
    return others > _SOUND_PER_BROKEN * broken
