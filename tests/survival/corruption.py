"""Ways in which a file is damaged on its way, by accident or on purpose: bytes in, bytes out, by the given random numbers.

Belongs here: the damage. Does not belong here: what must still hold afterwards (`campaign.py`).
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from random import Random

Damage = Callable[[Random, bytes], bytes]

_SIZES = (1, 2, 7, 64, 512, 4096)


def _place(random: Random, content: bytes) -> int:
    return random.randrange(len(content)) if content else 0


def _piece(random: Random, content: bytes) -> tuple[int, int]:
    start = _place(random, content)
    return start, min(len(content), start + random.choice(_SIZES))


def flip(random: Random, content: bytes) -> bytes:
    """Some bytes become others."""
    made = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8, 64))):
        if made:
            made[_place(random, content)] = random.randrange(256)
    return bytes(made)


def truncate(random: Random, content: bytes) -> bytes:
    return content[: _place(random, content)]


def behead(random: Random, content: bytes) -> bytes:
    return content[_place(random, content) :]


def insert(random: Random, content: bytes) -> bytes:
    start = _place(random, content)
    return content[:start] + random.randbytes(random.choice(_SIZES)) + content[start:]


def cut_out(random: Random, content: bytes) -> bytes:
    start, end = _piece(random, content)
    return content[:start] + content[end:]


def double(random: Random, content: bytes) -> bytes:
    start, end = _piece(random, content)
    return content[:end] + content[start:end] * random.choice((1, 1, 3, 50)) + content[end:]


def swap(random: Random, content: bytes) -> bytes:
    """Two pieces change places."""
    (a, b), (c, d) = sorted((_piece(random, content), _piece(random, content)))
    return content if b > c else content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def zero(random: Random, content: bytes) -> bytes:
    """A piece that a bad disk gives back as zeros."""
    start, end = _piece(random, content)
    return content[:start] + bytes(end - start) + content[end:]


def nothing(random: Random, content: bytes) -> bytes:
    """The bytes stay: another ending or name is damage enough."""
    return content


def bom(random: Random, content: bytes) -> bytes:
    marks = (codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)
    return random.choice(marks) + content


def encode(random: Random, content: bytes) -> bytes:
    """The text in another encoding, announced or not."""
    names = (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "gb18030",
        "gbk",
        "big5",
        "cp437",
        "latin-1",
        "utf-7",
        "utf-8",
    )
    return _text(content).encode(random.choice(names), random.choice(("replace", "ignore", "xmlcharrefreplace")))


def mix_encodings(random: Random, content: bytes) -> bytes:
    """The first lines in one encoding, the others in another, as when files are appended to one another."""
    lines = _text(content).splitlines(keepends=True)
    at = random.randrange(len(lines) + 1)
    one, other = random.sample(("utf-8", "gb18030", "utf-16-le", "big5"), 2)
    return "".join(lines[:at]).encode(one, "replace") + "".join(lines[at:]).encode(other, "replace")


def quote(random: Random, content: bytes) -> bytes:
    """Quotes that do not close, close twice, or stand by the thousand."""
    made = content
    for _ in range(random.choice((1, 1, 2, 3))):
        start = _place(random, made)
        made = made[:start] + b'"' * random.choice((1, 1, 1, 2, 3, 5000)) + made[start:]
    return made


def separate(random: Random, content: bytes) -> bytes:
    """Another separator, or one more of it, in all lines or in a piece."""
    start, end = random.choice(((0, len(content)), _piece(random, content)))
    new = random.choice((b";", b"\t", b"|", b",,", b"", b"\xef\xbc\x8c", b"," * 300))
    return content[:start] + content[start:end].replace(b",", new) + content[end:]


def end_lines(random: Random, content: bytes) -> bytes:
    """Line ends of other systems, mixed, or none."""
    ends = (b"\r", b"\n\r", b"\r\r\n", b"\x0b", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8", b"\n\n\n", b" ")
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    return b"".join(line + (random.choice(ends) if random.random() < 0.3 else b"\n") for line in lines)


def control(random: Random, content: bytes) -> bytes:
    """Control characters and text that turns round or joins: NUL, ESC, Ctrl-Z, right-to-left, zero width, surrogates."""
    made = content
    for _ in range(random.choice((1, 5, 30))):
        start = _place(random, made)
        odd = (b"\0", b"\x1b[2J", b"\x1a", b"\xe2\x80\xae", b"\xe2\x80\x8d", b"\xed\xa0\x80", b"\xef\xbf\xbd", b"\x7f")
        made = made[:start] + random.choice(odd) + made[start:]
    return made


def long_line(random: Random, content: bytes) -> bytes:
    start = _place(random, content)
    return content[:start] + random.choice((b"x", b"9", b",", b"\xe5\xbc\xa0", b" ")) * 300_000 + content[start:]


def grow_number(random: Random, content: bytes) -> bytes:
    """A number of the file becomes one that no type can hold."""
    numbers = list(re.finditer(rb"(?<![\w.])\d+(?:\.\d+)?", content))
    if not numbers:
        return content
    at = random.choice(numbers)
    odd = (
        b"9" * 400,
        b"1e309",
        b"-0",
        b"NaN",
        b"inf",
        b"0x7f",
        b"99999-99-99",
        b"2147483648",
        b"1e-400",
        "٣".encode(),
        b"=1+1",
    )
    return content[: at.start()] + random.choice(odd) + content[at.end() :]


def part(random: Random, content: bytes) -> bytes:
    """A workbook whose parts are damaged inside and packed again in good order."""
    parts = _unpacked(content)
    if not parts:
        return flip(random, content)
    name = random.choice([name for name in parts if name.endswith((".xml", ".rels"))] or list(parts))
    act = random.randrange(9)
    if act == 0:
        del parts[name]
    elif act == 1:
        parts[name] = b""
    elif act == 2:
        parts[name] = parts[random.choice(list(parts))]
    else:
        parts[name] = random.choice((flip, truncate, insert, cut_out, double, swap, grow_number, cells))(
            random, parts[name]
        )
    return _packed(parts)


def cells(random: Random, content: bytes) -> bytes:
    """Places, types and values of cells that contradict one another."""
    wanted, odd = random.choice((
        (rb'r="[A-Z]+\d+"', (b'r="XFD1048576"', b'r="A0"', b'r="ZZZZZZ99999999999"', b'r=""', b'r="1A"', b"")),
        (rb't="\w+"', (b't="s"', b't="e"', b't="b"', b't="inlineStr"', b't="d"', b't="zz"')),
        (rb"<v>[^<]*</v>", (b"<v>999999999</v>", b"<v>-1</v>", b"<v></v>", b"<v>1e400</v>", b"<v>&x;</v>", b"<v><![CDATA[1]]></v>")),
        (rb'<dimension ref="[^"]*"', (b'<dimension ref="A1:XFD1048576"', b'<dimension ref="B9:A1"', b'<dimension ref="x"')),
        (rb'<row r="\d+"', (b'<row r="1048577"', b'<row r="0"', b'<row r="-5"', b"<row")),
        (rb'encoding="[^"]*"', (b'encoding="gb18030"', b'encoding="utf-16"', b'encoding="nonsense"')),
    ))  # fmt: skip
    found = list(re.finditer(wanted, content))
    if not found:
        return content
    at = random.choice(found)
    return content[: at.start()] + random.choice(odd) + content[at.end() :]


def directory(random: Random, content: bytes) -> bytes:
    """What an archive says of itself: sizes, checksums, methods, flags."""
    heads = [at.start() for at in re.finditer(rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", content)]
    if not heads:
        return flip(random, content)
    made = bytearray(content)
    for _ in range(random.choice((1, 1, 4))):
        at = random.choice(heads) + 4 + random.randrange(26)
        if at + 4 <= len(made):
            made[at : at + 4] = struct.pack("<I", random.choice((0, 1, 0xFFFFFFFF, 0x7FFFFFFF, random.getrandbits(32))))
    return bytes(made)


def footer(random: Random, content: bytes) -> bytes:
    """The end of a file, where Parquet and archives say what is in them."""
    start = max(0, len(content) - random.choice((4, 8, 64, 1024, 4096)))
    return content[:start] + random.choice((flip, flip, zero, insert, cut_out, double))(random, content[start:])


EVERYWHERE: Mapping[str, Damage] = {
    one.__name__: one for one in (flip, truncate, behead, insert, cut_out, double, swap, zero, nothing)
}  # fmt: skip
BY_ENDING: Mapping[str, Mapping[str, Damage]] = {
    ".csv": {
        one.__name__: one
        for one in (bom, encode, mix_encodings, quote, separate, end_lines, control, long_line, grow_number)
    },
    ".xlsx": {one.__name__: one for one in (part, part, cells, directory, footer)},
    ".parquet": {one.__name__: one for one in (footer, flip, grow_number)},
}


def damaged(random: Random, content: bytes, ending: str) -> tuple[str, bytes, str]:
    """The name of the damage, the damaged bytes, and the ending under which they come: sometimes another one."""
    own = BY_ENDING.get(ending, {})
    ways = [*EVERYWHERE.items(), *own.items(), *own.items()]
    name, damage = random.choice(ways)
    if name == "cells":
        damage = _inside_a_sheet
    made = damage(random, content)
    if random.random() < 0.2:
        second, damage = random.choice(list(EVERYWHERE.items()))
        name, made = f"{name}+{second}", damage(random, made)
    other = name.startswith("nothing") or random.random() < 0.03
    return name, made, random.choice((".csv", ".xlsx", ".parquet", ".txt", ".XLSX", ".et")) if other else ending


def _inside_a_sheet(random: Random, content: bytes) -> bytes:
    parts = _unpacked(content)
    for name in parts:
        if name.startswith("xl/worksheets/"):
            parts[name] = cells(random, parts[name])
    return _packed(parts)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError):
        return {}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
