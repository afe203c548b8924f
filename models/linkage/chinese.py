"""Chinese personal names: equal, one written for the other by sound or by shape, or one character apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from models.plain_yaml import plain_yaml

LOOKALIKES = Path(__file__).parents[2] / "data" / "reference" / "lookalike_characters.yaml"
NAME_LEVELS = ("equal", "sound", "shape", "near_sound", "exchanged", "left_out", "one_character", "different")
_HAN = re.compile(r"[㐀-鿿]{2,}")
_NOT_NAME = re.compile(r"[^\w]|[\d_]")
# What ears and input methods confuse: n/l, zh/z, ch/c, sh/s, hu/f, and the endings -ng/-n.
_NEAR = ((r"^(z|c|s)h", r"\1"), (r"^l", "n"), (r"^hu(?=.)", "f"), (r"ng$", "n"))


def plain_name(text: str) -> str:
    """A name without blanks, dots and digits."""
    return _NOT_NAME.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=200_000)
def is_chinese(text: str) -> bool:
    """Two Chinese characters or more."""
    return bool(_HAN.match(plain_name(text)))


@lru_cache(maxsize=30_000)
def sounds(character: str) -> frozenset[str]:
    """All readings of a character, without tones."""
    return frozenset(_readings(character, heteronym=True))


def _readings(character: str, heteronym: bool = False) -> list[str]:
    from pypinyin import Style, pinyin  # its dictionaries take seconds to load

    return pinyin(character, style=Style.NORMAL, heteronym=heteronym)[0]


@lru_cache(maxsize=30_000)
def _near_sounds(character: str) -> frozenset[str]:
    return frozenset(_nearly(sound) for sound in sounds(character))


def _nearly(sound: str) -> str:
    for pattern, written in _NEAR:
        sound = re.sub(pattern, written, sound)
    return sound


def sound_key(name: str) -> str:
    """One text for all names that may sound alike, as a blocking key: the first reading of each character, nearly heard."""
    return " ".join(_nearly(_readings(character)[0]) for character in plain_name(name))


@lru_cache(maxsize=1)
def _groups() -> dict[str, set[int]]:
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(plain_yaml(LOOKALIKES.read_text(encoding="utf-8"))["groups"]):
        for character in group:
            groups.setdefault(character, set()).add(number)
    return groups


def look_alike(one: str, other: str) -> bool:
    """Do two characters share a component or differ by a stroke (`data/reference/lookalike_characters.yaml`)?"""
    groups = _groups()
    return bool(groups.get(one, set()) & groups.get(other, set()))


@lru_cache(maxsize=500_000)
def name_level(left: str, right: str) -> str:
    """How two names agree, one of `NAME_LEVELS`.

    sound: every character equal or a homophone; shape: equal or a look-alike; near_sound: equal or nearly heard alike;
    exchanged: two neighbouring characters changed places; left_out: one character more; one_character: all but one equal.
    """
    one, other = plain_name(left), plain_name(right)
    if one == other:
        return "equal"
    if len(one) == len(other):
        differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        if all(sounds(a) & sounds(b) for a, b in differ):
            return "sound"
        if all(look_alike(a, b) for a, b in differ):
            return "shape"
        if all(_near_sounds(a) & _near_sounds(b) for a, b in differ):
            return "near_sound"
        if len(differ) == 2 and any(
            one[: i - 1] + b + a + one[i + 1 :] == other for i, (a, b) in enumerate(pairwise(one), start=1)
        ):
            return "exchanged"
        return "one_character" if len(differ) == 1 and len(one) > 1 else "different"
    short, long = sorted((one, other), key=len)
    if (
        len(short) > 1
        and len(long) == len(short) + 1
        and any(long[:i] + long[i + 1 :] == short for i in range(1, len(long)))
    ):
        return "left_out"
    return "different"
