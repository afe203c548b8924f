"""Identity numbers (GB 11643) and credit codes (GB 32100): repair, and what a spreadsheet has destroyed.

Belongs here: single values, as text. Does not belong here: whole columns (`values.py`), or judging who may claim (rules).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from operator import mul

from stdnum.cn import uscc

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")
_ODD = re.compile(r"[\s'‘’`​﻿-]+")


@dataclass(frozen=True)
class Repaired:
    """An identity number after repair: ``note`` says what was mended, ``destroyed`` what a spreadsheet has lost."""

    value: str | None
    note: str = ""
    destroyed: str = ""


def check_character(body: str) -> str:
    """The 18th character of an identity number whose first 17 digits are ``body`` (ISO 7064, MOD 11-2)."""
    return _CHECK[sum(map(mul, map(int, body), _WEIGHTS)) % 11]


def repair_identity(text: str) -> Repaired:
    """Mend spaces, case, width and 15 digits; keep everything else as it is.

    A number in scientific notation, or 18 digits that end in 000 with a wrong check digit, was destroyed by a
    spreadsheet: its last digits are lost, and nobody can say whose it was.
    """
    plain = _ODD.sub("", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d{15}\.0+", plain):  # a number to a program
        plain = plain[:15]
    if not plain:
        return Repaired(None)
    if _SCIENTIFIC.fullmatch(plain):
        return Repaired(plain, destroyed="scientific notation")
    if len(plain) == 15 and plain.isascii() and plain.isdigit():
        body = plain[:6] + "19" + plain[6:]
        return Repaired(body + check_character(body), note="15 digits")
    if re.fullmatch(r"\d{15}000", plain) and plain[-1] != check_character(plain[:17]):
        return Repaired(plain, destroyed="last digits 000")
    return Repaired(plain, note="" if plain == text else "form")


def credit_code_holds(text: str) -> bool:
    """Does the check character of a credit code hold? A wrong one is a warning, never a reason to refuse a row."""
    return bool(uscc.is_valid(text))
