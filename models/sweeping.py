"""Finds and masks, in any text, what still looks like an identity number, a mobile number or a long account.

Here: `sweep`, what an identifier may hold of a person, and what they need to know of the numbers' forms. Not here: masks of values
whose column says what they are (`privacy.py`).

The text is read in a form of equal length in which full-width and other digits are ASCII and invisible or odd white
space is a blank, so that what is not masked stays exactly as it was. Identifiers of the system are no personal numbers:
claim, class, batch, voucher, transaction and credit codes. Where a number could be either, a person's goes first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date

from stdnum.cn import uscc

# What Polars may look for first: eleven digits, however broken up. Everything that `sweep` changes matches it.
CANDIDATE = r"(?:\p{N}[^\p{L}\p{N}]{0,4}){11}|\p{N}{6}[\p{L}\p{N}]{12}"

_PROVINCES = frozenset(
    str(n) for block in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for n in range(*block)
)  # fmt: skip
_WEIGHTS = [pow(2, 17 - i, 11) for i in range(17)]
_RUN = re.compile(r"[0-9A-Za-z]{11,}")
_CHAIN = re.compile(r"(?<![0-9])[0-9]+(?:[ \-]{1,3}[0-9]+)+(?:[ \-]{0,3}[Xx])?(?![0-9])")
_DOTTED = re.compile(r"(?<![0-9./_·:])[0-9]+(?:[ \-./_·:]{1,3}[0-9]+)+(?:[ \-./_·:]{0,3}[Xx])?(?![0-9])")
_WINDOW = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})\Z")
_CLAIM = re.compile(r"SL[0-9]{6}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{7}\Z")
_CREDIT_CODE = re.compile(
    r"(?:1[1-39]|2[19]|3[1-59]|4[19]|5[1-39]|6[129]|7[129]|8[19]|9[1-3]|A[19]|N[1-39]|Y1)[0-9A-Z]{16}\Z"
)
_WORD = re.compile(r"[0-9A-Za-z]+(?:[-._/:·]+[0-9A-Za-z]+)*")
_OLD = re.compile(r"(?<![0-9])[0-9]{15}(?![0-9Xx])")
_YOUNGEST = 2012
"""Nobody who is trained, certified or paid was born later; dates of claims and classes are later."""
_MOBILE_GROUPS = ((3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), (5, 6))
_DASHES = "‐‑‒–—―−﹣－﹘⁃"


class _Plain(dict[int, str]):
    """Character -> its plain form, always one character long; filled as texts come by."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char)
        if char.isdecimal():
            plain = str(unicodedata.decimal(char))
        elif char in _DASHES:
            plain = "-"
        elif unicodedata.category(char) in ("Zs", "Cf") or char == "\t":
            plain = " "
        self[code] = plain if len(plain) == 1 else char
        return self[code]


_PLAIN = _Plain()
_ESCAPE = re.compile(r"\\[nrtbf]")


def _is_date(text: str, first: int = 1900, last: int = 2035) -> bool:
    try:
        return first <= date(int(text[:4]), int(text[4:6]), int(text[6:8])).year <= last
    except ValueError:
        return False


def _check_digit(number: str) -> str:
    """Of the first 17 digits."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def _check_digit_holds(number: str) -> bool:
    return _check_digit(number) == number[17].upper()


def _born(number: str) -> bool:
    """A province that exists, then a day on which somebody can have been born."""
    return number[:2] in _PROVINCES and _is_date(number[6:14])


def _is_old_identity(number: str) -> bool:
    return number[:2] in _PROVINCES and _is_date(f"19{number[6:12]}")


def _is_credit_code(token: str) -> bool:
    """A credit code, also with a wrong check character: authority and kind, then a division."""
    code = token.upper()
    return bool(_CREDIT_CODE.match(code)) and (code[2:4] in _PROVINCES | {"10", "99"} or uscc.is_valid(code))


def holds_identity(token: str) -> tuple[int, int] | None:
    """Where an identity number stands in a certificate number: the bare number, one after a single letter, or one inside a
    longer number."""
    match = re.fullmatch(r"([A-Za-z]?)([0-9]{17}[0-9Xx]|[0-9]{15})", token)
    if match is not None:
        number = match[2]
        found = _is_old_identity(number) if len(number) == 15 else _is_person(number)
        return match.span(2) if found else None
    return next(((start, start + 18) for start in _persons_within(token)), None)


def persons_in(identifier: str) -> frozenset[str]:
    """The identity numbers, in 18 characters, that stand without a break in the number of a claim, a class, a voucher: of
    whoever may have been born on the day that they tell. A claim's number may be built alike (division, day, serial), so
    this alone says nothing of a person: `is_identity`, or somebody who has such a number."""
    plain = identifier if identifier.isascii() else identifier.translate(_PLAIN)
    found = {match[1].upper() for match in _WINDOW.finditer(plain)}
    for match in _OLD.finditer(plain):
        digits = f"{match[0][:6]}19{match[0][6:]}"
        found.add(digits + _check_digit(digits))
    return frozenset(one for one in found if one[:2] in _PROVINCES and _is_date(one[6:14], last=_YOUNGEST))


def is_mobile(identifier: str) -> bool:
    """Whether the whole of it may be a mobile number; 140105 and five digits may be one too, so this alone says nothing."""
    return _MOBILE.match(identifier) is not None


def is_identity(identifier: str) -> bool:
    """Whether the whole of it is an identity number without a fault."""
    return identifier.upper() in persons_in(identifier) and _check_digit_holds(identifier)


def _is_person(number: str) -> bool:
    """18 characters standing alone: a birthday decides; without one the check digit, unless it is a credit code."""
    if _born(number):
        return _check_digit_holds(number) or not uscc.is_valid(number.upper())
    return number[:2] in _PROVINCES and _check_digit_holds(number) and not _is_credit_code(number)


def _is_mistyped(token: str) -> bool:
    """An identity number with a letter or two where digits belong, as clerks type them."""
    digits = sum(char.isdigit() for char in token)
    return digits in (15, 16, 17) and token[:6].isdigit() and token[:2] in _PROVINCES and not _is_credit_code(token)


def sweep(text: str, keep: Collection[str] = frozenset()) -> str:
    """The text with every personal number in it masked, and not a character of the rest changed.

    `keep` are words that stay whatever they look like: identifiers of which the caller knows that they show nobody's number.
    """
    plain = text if text.isascii() and "\t" not in text else text.translate(_PLAIN)
    if "\\" in plain:  # a line break inside a JSON string is a boundary, not the letter n
        plain = _ESCAPE.sub("  ", plain)
    edits = [*_in_runs(plain, keep), *_in_chains(plain), *_in_dotted(plain)]
    if not edits:
        return text
    if kept := [match.span() for match in _WORD.finditer(plain) if match[0] in keep] if keep else []:
        edits = [edit for edit in edits if not any(start <= edit[0] < end for start, end in kept)]
    hidden = bytearray(len(text))  # 1: a star, 2: left out
    for start, end, action in edits:
        for i in range(start, end):
            hidden[i] = max(hidden[i], action)
    return "".join("*" if hidden[i] == 1 else "" if hidden[i] else char for i, char in enumerate(text))


def _in_runs(plain: str, keep: Collection[str]) -> Iterator[tuple[int, int, int]]:
    """Numbers written without a break."""
    for match in _RUN.finditer(plain):
        token, at = match[0], match.start()
        if token in keep:
            continue
        fraction = plain[max(at - 2, 0) : at] == "0."
        size = len(token)
        if size == 18 and token[:17].isdigit() and token[17] in "0123456789Xx":
            if _is_person(token) or (token[17] in "Xx" and not _is_credit_code(token)):
                yield at + 6, at + 14, 1
                continue
            if _is_credit_code(token):
                continue
        if size == 18 and _is_mistyped(token):
            yield at + 6, at + 14, 1
            continue
        if fraction:
            yield from _windows(token, at)
            continue
        if token.isdigit():
            mobile = _MOBILE.match(token)
            if mobile:
                yield at + mobile.start(1) + 3, at + mobile.start(1) + 7, 1
            elif size == 15 and _is_old_identity(token):
                yield at + 6, at + 12, 1
            elif 16 <= size <= 19:
                yield at, at + 4, 1
                yield at + 4, at + size - 4, 2
            elif size >= 20:
                yield from _windows(token, at)
        elif not _CLAIM.match(token):
            if size == 16 and token[0] in "Tt" and token[1:].isdigit() and _is_old_identity(token[1:]):
                yield at + 7, at + 13, 1
            else:
                yield from _windows(token, at)


def _windows(token: str, at: int) -> Iterator[tuple[int, int, int]]:
    """What is hidden of identity numbers inside a longer token."""
    for start in _persons_within(token):
        yield at + start + 6, at + start + 14, 1


def _persons_within(token: str) -> Iterator[int]:
    """Where they begin: those with all three signs anywhere, those with a birthday alone between letters."""
    for match in _WINDOW.finditer(token):
        start, number = match.start(), match[1]
        alone = not token[start - 1 : start].isdigit() and not token[start + 18 : start + 19].isdigit()
        if _born(number) and (alone or _check_digit_holds(number)):
            yield start


def _in_chains(plain: str) -> Iterator[tuple[int, int, int]]:
    """Numbers broken up by blanks or hyphens. Dates and codes stand side by side too, so more is asked of these."""
    for match in _CHAIN.finditer(plain):
        digits = match[0].replace(" ", "").replace("-", "")
        if len(digits) < 11:
            continue
        places = [i for i in range(*match.span()) if plain[i] not in " -"]
        groups = [len(group) for group in re.split(r"[ \-]+", match[0])]
        starts = [sum(groups[:i]) for i in range(len(groups) + 1)]
        for start in range(len(digits) - 17):
            number = digits[start : start + 18]
            if number[:17].isdigit() and _born(number):
                whole = start in starts and start + 18 in starts and _is_date(number[6:14], last=_YOUNGEST)
                if whole or _check_digit_holds(number):
                    yield from ((places[i], places[i] + 1, 1) for i in range(start + 6, start + 14))
        for first, start in enumerate(starts[:-1]):
            for size, shown in _grouped(groups[first:], digits[start:]):
                yield from ((places[i], places[i] + 1, 1) for i in range(start + shown, start + size - 4))


def _in_dotted(plain: str) -> Iterator[tuple[int, int, int]]:
    """Numbers broken up by dots, slashes and the like, as dates and amounts are: only where a whole chain is one number."""
    for match in _DOTTED.finditer(plain):
        places = [i for i in range(*match.span()) if plain[i].isalnum()]
        number = "".join(plain[i] for i in places)
        groups = tuple(len(group) for group in re.findall(r"[0-9]+", match[0]))
        if len(number) == 18 and _born(number) and _check_digit_holds(number):
            yield from ((places[i], places[i] + 1, 1) for i in range(6, 14))
        elif groups in _MOBILE_GROUPS and _MOBILE.match(number):
            yield from ((places[i], places[i] + 1, 1) for i in range(3, 7))


def _grouped(groups: list[int], digits: str) -> Iterator[tuple[int, int]]:
    """Length, and how many digits are shown in front, of a mobile number or an account that begins a chain."""
    for form in _MOBILE_GROUPS:
        if tuple(groups[: len(form)]) == form and re.match(r"1[3-9][0-9]{9}", digits):
            yield 11, 3
    fours = next((i for i, size in enumerate(groups) if size != 4), len(groups))
    last = groups[fours] if fours < len(groups) and groups[fours] < 4 else 0
    size = 4 * fours + last
    if 16 <= size <= 19 and any(digits[i : i + 2] not in ("19", "20") for i in range(0, 4 * fours, 4)):
        yield size, 0
    elif 16 <= sum(groups) <= 19 and digits.startswith("62") and digits.isdigit():
        yield sum(groups), 0
