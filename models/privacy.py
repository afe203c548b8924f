"""What a published value may show of a person: masks, keyed pseudonyms, and masks for whole frames.

Here: one function per kind of personal value, `Pseudonyms` for keys, `mask_frame` for Polars frames. Not here: how
personal numbers are found in free text (`sweeping.py`), where keys and sealed values are kept (`assets/keys.py`), and
which column of which table is personal (the caller says so).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from models.sweeping import CANDIDATE, holds_identity, is_identity, is_mobile, persons_in, sweep

__all__ = [
    "MASKS", "PSEUDONYM", "Pseudonyms", "mask_account", "mask_certificate_no", "mask_frame", "mask_identity",
    "mask_name", "mask_own_names", "mask_payee", "mask_phone", "normalised", "sweep", "sweep_frame",
]  # fmt: skip

_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_ORGANISATION = re.compile(
    r"公司|企业|集团|学校|学院|大学|中学|中心|协会|学会|商会|联合会|工会|基金会|合作社|委员会|研究|厂|店|铺|院|所|局|厅|处|站|社|行$|部$|馆|"
    r"培训|财政|政府|银行|专户|专账|专帐|事务|经营|农场|矿"
)


def normalised(kind: str, value: str) -> str:
    """The form in which two spellings of one value are equal: what a pseudonym is computed from."""
    text = unicodedata.normalize("NFKC", value)
    if kind == "phone":
        digits = _NOT_DIGIT.sub("", text)
        return re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", digits)
    if kind == "account":
        return re.sub(r"\s", "", text).upper()
    return _NOT_ALNUM.sub("", text).upper()


def mask_identity(value: str) -> str:
    """`140105199001011234` -> `140105********1234`; 15 digits keep six and three, anything shorter keeps less."""
    text = normalised("identity", value)
    size = len(text)
    if size >= 16:
        return f"{text[:6]}{'*' * (size - 10)}{text[-4:]}"
    if size == 15:
        return f"{text[:6]}******{text[-3:]}"
    if size >= 7:
        return f"{text[:2]}{'*' * (size - 4)}{text[-2:]}"
    return "*" * size


def mask_name(value: str) -> str:
    """`张三丰` -> `张*`: one star whatever the length, so that the length tells nothing."""
    text = value.strip()
    return f"{text[0]}*" if text else ""


def mask_payee(value: str) -> str:
    """A payee is mostly an institution, whose name is no secret; a name that is no institution's is a person's."""
    return value if _ORGANISATION.search(value) else mask_name(value)


def mask_phone(value: str) -> str:
    """`+86 138-1234-5678` -> `138****5678`; shorter numbers show less."""
    digits = normalised("phone", value)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else ("****" if value.strip() else "")


def mask_account(value: str) -> str:
    """`6222 0295 5042 4115 880` -> `****5880`."""
    text = normalised("account", value)
    return f"****{text[-4:]}" if len(text) >= 8 else ("****" if text else "")


def mask_certificate_no(value: str) -> str:
    """A certificate number that holds an identity number (alone, after `T`, or among other letters and digits) shows no more than
    the identity number would; every other certificate number stays as it is. In a certificate's key (`number|occupation`)
    each part is looked at by itself."""
    return "|".join(_mask_number(part) for part in value.split("|"))


def _mask_number(value: str) -> str:
    text = normalised("certificate", value)
    held = holds_identity(text)
    if held is None:
        return value
    start, end = held
    return f"{text[:start]}{mask_identity(text[start:end])}{text[end:]}"


MASKS: Mapping[str, Callable[[str], str]] = {
    "identity": mask_identity,
    "name": mask_name,
    "payee": mask_payee,
    "phone": mask_phone,
    "account": mask_account,
    "certificate": mask_certificate_no,
}

_PREFIX = {"identity": "P", "phone": "T", "account": "A"}
PSEUDONYM = r"[PTA][0-9a-f]{12}"
"""How a pseudonym is written, also inside a certificate number."""


def nobody(numbers: Collection[str]) -> Collection[str]:
    """No number is known to be a person's."""
    return frozenset()


@dataclass
class Pseudonyms:
    """Keyed stand-ins for personal values in keys, stable for an installation; `seen` is what is to be sealed.

    ``known``: tells of identity numbers in 18 characters and of mobile numbers which of them are some person's in the data.
    """

    key: bytes = field(repr=False)
    known: Callable[[Collection[str]], Collection[str]] = field(default=nobody, repr=False)
    seen: dict[str, str] = field(default_factory=dict, repr=False)
    _replaced: dict[str, str | None] = field(default_factory=dict, repr=False)

    def of(self, kind: str, value: str) -> str:
        """`P`, `T` or `A` (identity, phone, account) and 12 hex digits. A certificate number gets one only where it
        holds an identity number, and then keeps what stands around it: `T140105...` becomes `TP0c3d...`."""
        if kind == "certificate":
            text = normalised(kind, value)
            held = holds_identity(text)
            if held is None:
                return value
            return f"{text[: held[0]]}{self.of('identity', text[held[0] : held[1]])}{text[held[1] :]}"
        text = normalised(kind, value)
        if not text:
            return ""
        digest = hmac.new(self.key, f"{kind}\x1f{text}".encode(), hashlib.sha256).hexdigest()
        pseudonym = f"{_PREFIX[kind]}{digest[:12]}"
        self.seen[text] = pseudonym
        return pseudonym

    def replacing(self, identifiers: Iterable[str]) -> dict[str, str]:
        """Of these numbers of claims, classes, vouchers, ... those that are an identity number, hold that of somebody in the
        data, or are somebody's mobile number there, each with the pseudonym that stands for it wherever it is published. All
        others are published as they are.
        """
        asked = set(identifiers)
        new = {one: found for one in asked - self._replaced.keys() if (found := _personal_in(one))}
        known = self.known(frozenset[str]().union(*new.values())) if new else ()
        for one, found in new.items():
            personal = is_identity(one) or not found.isdisjoint(known)
            self._replaced[one] = self.of("phone" if is_mobile(one) else "identity", one) if personal else None
        return {one: told for one in asked if (told := self._replaced.get(one))}

    def keys_of(self, subject_keys: Iterable[str], kinds: Sequence[str | None] = ()) -> list[str]:
        """Subject keys with their personal parts replaced. A part of no declared kind is an identifier (`replacing`), so that
        a rule that forgot to say that it is a person gives nobody away."""
        keys = [key.split("|") for key in subject_keys]
        declared = dict(enumerate(kinds))
        replaced = self.replacing(part for parts in keys for i, part in enumerate(parts) if not declared.get(i))
        return [
            "|".join(
                self.of(kind, part) if (kind := declared.get(i)) else replaced.get(part, part)
                for i, part in enumerate(parts)
            )
            for parts in keys
        ]


def _personal_in(identifier: str) -> frozenset[str]:
    return frozenset({normalised("phone", identifier)}) if is_mobile(identifier) else persons_in(identifier)


def mask_frame(
    frame: pl.DataFrame,
    personal: Mapping[str, str],
    *,
    sweep_columns: Collection[str] | None = None,
    keep: Collection[str] = frozenset(),
) -> pl.DataFrame:
    """Mask the personal columns (column -> kind, see MASKS), then sweep every other text column, or `sweep_columns`.

    A personal column that the frame does not have is passed over: one mapping may serve many tables.
    """
    unknown = sorted(set(personal.values()) - set(MASKS))
    if unknown:
        raise ValueError(f"unknown kind of personal value: {', '.join(unknown)}; known: {', '.join(sorted(MASKS))}")
    masked = {
        column: _each(frame[column].cast(pl.String), MASKS[kind])
        for column, kind in personal.items()
        if column in frame.columns
    }
    rest = [c for c in (frame.columns if sweep_columns is None else sweep_columns) if c not in masked]
    return sweep_frame(frame.with_columns(**masked), rest, keep=keep)


def sweep_frame(frame: pl.DataFrame, columns: Collection[str], *, keep: Collection[str] = frozenset()) -> pl.DataFrame:
    """The frame with its text columns (also lists of text) swept; columns of other types are left as they are."""
    kept = frozenset(keep)
    done: dict[str, pl.Series] = {}
    for column in columns:
        series = frame[column]
        if series.dtype == pl.String:
            done[column] = _each(series, lambda text: sweep(text, kept), only=CANDIDATE)
        elif series.dtype == pl.List(pl.String):
            swept = [None if row is None else [x if x is None else sweep(x, kept) for x in row] for row in series]
            done[column] = pl.Series(column, swept, dtype=series.dtype)
    return frame.with_columns(**done) if done else frame


def mask_own_names(frame: pl.DataFrame, names: Collection[str], texts: Collection[str]) -> pl.DataFrame:
    """Free texts in which a person of the same row is named show that name as `张*`; a name of one letter is none."""
    written = {name for name, kind in frame.schema.items() if kind == pl.String}
    for text in (one for one in texts if one in written):
        for name in (one for one in names if one in written):
            named = (pl.col(name).str.len_chars() > 1) & pl.col(text).str.contains(pl.col(name), literal=True)
            pairs = frame.filter(named.fill_null(False)).select(text, name).unique()
            if pairs.is_empty():
                continue
            told = pairs.with_columns(
                pl.Series(
                    "_without_name",
                    [one.replace(who, mask_name(who)) for one, who in pairs.iter_rows()],
                    dtype=pl.String,
                )
            )
            frame = (
                frame.join(told, on=[text, name], how="left", maintain_order="left")
                .with_columns(pl.coalesce("_without_name", text).alias(text))
                .drop("_without_name")
            )
    return frame


def _each(series: pl.Series, change: Callable[[str], str], only: str | None = None) -> pl.Series:
    """`change` on every distinct value once; with `only`, on those alone that match the pattern."""
    distinct = series.drop_nulls().unique()
    if only is not None:
        distinct = distinct.filter(distinct.str.contains(only))
    changed = {value: new for value in distinct if (new := change(value)) != value}
    return series.replace(changed) if changed else series
