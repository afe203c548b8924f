"""What a field holds, and its values in one form: the first step of linking records. Nothing here compares two values."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

KINDS = ("name", "text", "number", "date", "category")
_NOTHING = ("", "null", "none", "nan", "n/a", "na", "-")


def plain(column: pl.Expr) -> pl.Expr:
    """Text in one form: NFKC, lower case, single blanks; what says nothing is null."""
    text = (
        column.cast(pl.String).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    )
    return pl.when(~text.is_in(_NOTHING)).then(text)


def tell_kinds(records: pl.DataFrame) -> dict[str, str]:
    """The kind of each column, told from its values: dates and numbers by their digits, categories by how few they are."""
    return {name: _kind(records[name]) for name in records.columns}


def _kind(values: pl.Series) -> str:
    known = values.drop_nulls()
    if known.is_empty():
        return "category"
    digits = known.str.replace_all(r"[^0-9]", "")
    bare = known.str.replace_all(r"[-/. ]", "")
    if (bare.str.contains(r"^(1[5-9]|20)\d\d(0\d|1[0-2])[0-3]\d$")).mean() > 0.8:  # type: ignore[operator]
        return "date"
    if known.n_unique() <= max(20, 0.02 * len(known)):
        return "category"
    if (digits.str.len_chars() >= 0.5 * known.str.len_chars()).mean() > 0.8:  # type: ignore[operator]
        return "number"
    return "text"


def prepare(records: pl.DataFrame, fields: Mapping[str, str] | None) -> tuple[pl.DataFrame, dict[str, str]]:
    """``records`` without its first column (the key), each field in one form, and the kind of each field.

    Raises ValueError for a field that is not there or a kind that is not known.
    """
    columns = list(fields) if fields else records.columns[1:]
    if missing := [name for name in columns if name not in records.columns]:
        raise ValueError(f"The records have no column {', '.join(missing)}; they have {', '.join(records.columns)}.")
    if unknown := sorted(set((fields or {}).values()) - set(KINDS)):
        raise ValueError(f"Unknown kinds of fields: {', '.join(unknown)}; known: {', '.join(KINDS)}.")
    table = records.select(plain(pl.col(name)).alias(name) for name in columns)
    kinds = dict(fields) if fields else tell_kinds(table)
    dates = [name for name, kind in kinds.items() if kind == "date"]
    table = table.with_columns(pl.col(name).str.replace_all(r"[-/. ]", "") for name in dates)
    return table, kinds
