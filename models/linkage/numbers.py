"""Numbers that clerks and scanners spoil: certificate numbers and identity numbers, compared by how the one becomes the other."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA, Levenshtein

from models.identity import check_character

NUMBER_LEVELS = (
    "equal",
    "confused",
    "old_number",
    "transposed",
    "dropped",
    "substituted",
    "one_batch",
    "two_edits",
    "different",
)
IDENTITY_LEVELS = ("equal", "one_digit", "transposed", "neighbour", "same_birth", "two_digits", "different")
_CONFUSED = str.maketrans({"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
_IDENTITY = re.compile(r"(T?)(\d{17}[\dX]|\d{15})")
NEIGHBOURING_SERIALS = 12
SHORTEST = 6


def _widened(number: str) -> str:
    """A number that is an identity number, perhaps after a T: the one of 15 digits widened to 18."""
    found = _IDENTITY.fullmatch(number)
    if not found or len(found[2]) == 18:
        return number
    body = found[2][:6] + "19" + found[2][6:]
    return found[1] + body + check_character(body)


def _one_batch(left: str, right: str) -> bool:
    """The same but for the last two digits, as numbers given out on one day are."""
    ends = left[-2:], right[-2:]
    return (
        len(left) == len(right)
        and left[:-2] == right[:-2]
        and all(end.isdecimal() for end in ends)
        and ends[0] != ends[1][::-1]
    )


def number_level(left: str, right: str) -> str:
    """How one normalised number becomes the other, one of `NUMBER_LEVELS`.

    confused: equal once letters that look like digits are read as digits; old_number: an identity number of 15 and of 18 digits;
    transposed: neighbours changed places; dropped: one character more or less; substituted: one character differs; one_batch: only the last two digits
    differ, and are not exchanged.
    """
    if left == right:
        return "equal"
    if min(len(left), len(right)) < SHORTEST or {left, right} == {left.removeprefix("T"), "T" + left.removeprefix("T")}:
        return "different"
    if left.translate(_CONFUSED) == right.translate(_CONFUSED):
        return "confused"
    if _widened(left) == _widened(right):
        return "old_number"
    if _one_batch(left, right):
        return "one_batch"
    edits = OSA.distance(left, right, score_cutoff=2)
    if edits > 2:
        return "different"
    if edits == 2:
        return "two_edits"
    if len(left) != len(right):
        return "dropped"
    return "transposed" if Levenshtein.distance(left, right) == 2 else "substituted"


def identity_level(left: str, right: str) -> str:
    """How two identity numbers agree, one of `IDENTITY_LEVELS`; the check digit follows from the rest and does not count.

    neighbour: same county and birth date and close serials, as twins have; same_birth: same birth date, else apart.
    """
    if left == right:
        return "equal"
    if len(left) != 18 or len(right) != 18:
        edits = OSA.distance(left, right, score_cutoff=2)
        return "one_digit" if edits == 1 else "two_digits" if edits == 2 else "different"
    one, other = left[:17], right[:17]
    if (
        one[:14] == other[:14]
        and one.isdigit()
        and other.isdigit()
        and abs(int(one[14:]) - int(other[14:])) <= NEIGHBOURING_SERIALS
    ):
        return "neighbour"
    edits = OSA.distance(one, other, score_cutoff=2)
    if edits <= 1:
        return "transposed" if sum(a != b for a, b in zip(one, other, strict=True)) == 2 else "one_digit"
    if one[6:14] == other[6:14]:
        return "same_birth"
    return "two_digits" if edits == 2 else "different"


def sex_digit(number: str) -> int | None:
    """1 or 0 by the 17th digit; None where there is none."""
    return int(number[16]) % 2 if len(number) == 18 and number[16].isdigit() else None


def birth_year(number: str) -> int | None:
    """The year of birth in an 18-digit number; None where there is none."""
    return int(number[6:10]) if len(number) == 18 and number[6:10].isdecimal() else None
