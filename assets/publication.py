"""A publication: a folder that appears whole, is signed, names the one before it, and is never changed.

Here: writing the folder. Not here: computing or masking what is published (frames come as they are to be read), names
and order of publications (`chain.py`), what changed (`changes.py`), and checking a folder (`verification.py`).

Bytes: rows in one order whatever order they came in, Parquet with fixed settings, workbooks with fixed dates; only
`manifest.json` may hold what its caller took from a clock or a machine. In `cases.csv` lists are joined by `;`, and a
text that begins with `=`, `+`, `-` or `@` (also full-width), a tab or a line break is preceded by an apostrophe unless
it is a plain number: spreadsheets would otherwise compute it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assets.chain import (
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    SUMS,
    PublicationProblem,
    file_hash,
    fingerprint,
    json_text,
    previous_publication,
    publications,
    scan_id,
    standing,
    sums_hash,
)
from assets.changes import changes
from assets.grouping import grouped
from assets.keys import fingerprint as key_fingerprint
from assets.keys import public_pem
from assets.workbook import About, Sheet, write_cases_workbook, write_tables_workbook

__all__ = [
    "REQUIRED", "PublicationProblem", "changes", "fingerprint", "for_spreadsheets", "ordered", "previous_publication",
    "publications", "scan_id", "standing", "sums_hash", "sums_text", "write_parquet", "write_publication", "write_signed",
]  # fmt: skip

REQUIRED = ("cases", "evidence", "rules", "files", "promises", "quarantine", "changes")
OPTIONAL = ("risk", "evidence_digests")
ORDER = {
    "cases": (
        pl.col("rating"), -(pl.col("amount_at_risk").cast(pl.Float64) * pl.col("score")), pl.col("rule_id"),
        pl.col("subject_key"),
    ),
    "risk": (pl.col("subject_kind"), pl.col("rank")),
}  # fmt: skip
"""The orders in which people read; every other table is sorted by its columns."""


def write_publication(
    root: Path,
    name: str,
    frames: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, Any],
    signing_key: Ed25519PrivateKey,
    *,
    previous: Path | None = None,
    reports: Mapping[str, pl.DataFrame] | None = None,
    sheets: Mapping[str, Sheet] | None = None,
    pages: Mapping[str, str] | None = None,
    missing: pl.DataFrame | None = None,
    institutions: pl.DataFrame | None = None,
    facts: Mapping[str, str] | None = None,
    scope: str = "山西省",
    private: bool = False,
) -> Path:
    """Write `root/name` (a `scan_id`), whole or not at all, and return it.

    `frames`: every name of REQUIRED, and those of OPTIONAL where there are some. `manifest` must hold `as_of`; scan_id, previous
    and the rows of each table are added. `sheets` says how the workbook shows each of `reports`, `pages` are
    texts by their path, `facts` are further lines of the workbook's first sheet, `missing` the
    deliveries that never came, `institutions` the names of the catalogue (institution_id, institution). `private` is for revealed data: only the owner may enter the folder.
    """
    wrong = sorted(set(REQUIRED) - set(frames)) + sorted(set(frames) - {*REQUIRED, *OPTIONAL})
    if wrong:
        raise PublicationProblem(
            f"a publication has {', '.join(REQUIRED)} and may have {', '.join(OPTIONAL)}; wrong: {', '.join(wrong)}"
        )
    public = signing_key.public_key()
    tables = {table: ordered(frame, ORDER.get(table)) for table, frame in frames.items()}
    about = About(name, str(manifest["as_of"]), scope, key_fingerprint(public), facts or {}, masked=not private)
    whole = {
        **manifest,
        "scan_id": name,
        "previous": {"scan_id": previous.name, "sha256sums": sums_hash(previous)} if previous else None,
        "rows": {table: frame.height for table, frame in tables.items()},
    }

    def fill(folder: Path) -> None:
        groups = grouped(tables["cases"], tables["evidence"], institutions)
        _write_tables(folder, tables, reports or {}, sheets or {}, about, missing, groups)
        for page, text in sorted((pages or {}).items()):
            (folder / page).parent.mkdir(exist_ok=True)
            (folder / page).write_text(text, encoding="utf-8")
        (folder / MANIFEST).write_text(json_text(whole, indent=2) + "\n", encoding="utf-8")

    return write_signed(root, name, fill, signing_key, private=private)


def write_signed(
    root: Path, name: str, fill: Callable[[Path], None], signing_key: Ed25519PrivateKey, *, private: bool = False
) -> Path:
    """Write the folder `root/name`, whole or not at all: what `fill` puts into it, the public key, SHA256SUMS and its
    signature; read-only from then on. `private`: only the owner may enter it."""
    target = root / name
    if target.exists():
        raise PublicationProblem(f"{target} exists, and a publication is never changed; name the one that stands")
    root.mkdir(mode=0o700 if private else 0o755, parents=True, exist_ok=True)
    for left in root.glob(f".{name}.*"):
        shutil.rmtree(left)
    under_way = root / f".{name}.{os.getpid()}"
    under_way.mkdir(mode=0o700)
    try:
        fill(under_way)
        (under_way / PUBLIC_KEY).write_bytes(public_pem(signing_key.public_key()))
        sums = sums_text(under_way).encode()
        (under_way / SUMS).write_bytes(sums)
        (under_way / SIGNATURE).write_bytes(signing_key.sign(sums))
        _close(under_way, private)
        under_way.rename(target)
    except BaseException:
        shutil.rmtree(under_way, ignore_errors=True)
        raise
    _sync(root)
    return target


def _write_tables(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    reports: Mapping[str, pl.DataFrame],
    sheets: Mapping[str, Sheet],
    about: About,
    missing: pl.DataFrame | None,
    groups: pl.DataFrame,
) -> None:
    for name, frame in tables.items():
        write_parquet(frame, folder / f"{name}.parquet")
    for_spreadsheets(tables["cases"]).write_csv(folder / "cases.csv", include_bom=True)
    write_cases_workbook(
        folder / "cases.xlsx", about, missing=missing, groups=groups,
        **{name: tables[name] for name in ("cases", "rules", "evidence", "files", "changes")},
    )  # fmt: skip
    if reports:
        (folder / "reports").mkdir()
        told = {name: ordered(frame) for name, frame in reports.items()}
        for name, frame in told.items():
            write_parquet(frame, folder / "reports" / f"{name}.parquet")
        write_tables_workbook(folder / "reports" / "reports.xlsx", f"{about.scan_id}　{about.scope}", told, sheets)


def ordered(frame: pl.DataFrame, first: Sequence[pl.Expr] | None = None) -> pl.DataFrame:
    """Rows sorted by `first` and then by every column from left to right, so that their order says nothing of how they
    were computed."""
    if first and not frame.select(*first).is_duplicated().any():  # millions of rows are told apart without their lists
        return frame.sort(first, nulls_last=True)
    by = [
        pl.struct(name).struct.json_encode() if dtype.is_nested() else pl.col(name)
        for name, dtype in frame.schema.items()
    ]
    return frame if frame.is_empty() else frame.sort([*(first or ()), *by], nulls_last=True)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.rechunk().write_parquet(
        path, compression="zstd", compression_level=3, statistics=True, row_group_size=131_072, data_page_size=1_048_576
    )


def for_spreadsheets(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a CSV can hold it: lists joined, and no text that a spreadsheet would compute."""
    number = r"^[+\-]?[0-9][0-9,]*(\.[0-9]+)?%?$"
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if isinstance(dtype, pl.List):
            column = column.cast(pl.List(pl.String)).list.join(";")
        elif dtype != pl.String:
            continue
        computed = column.str.contains(r"^[=+\-@＝＋－＠\t\r\n]") & ~column.str.contains(number)
        columns.append(pl.when(computed).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name))
    return frame.with_columns(columns)


def sums_text(folder: Path) -> str:
    """SHA256SUMS as `sha256sum -c` reads it: every file but itself and its signature, sorted by path."""
    files = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() and path.relative_to(folder).as_posix() not in (SUMS, SIGNATURE)
    )
    return "".join(f"{file_hash(folder / name)}  {name}\n" for name in files)


def _close(folder: Path, private: bool) -> None:
    """Files on the disk and read-only, folders as open as they may be."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.chmod(0o700 if private else 0o755)
        else:
            path.chmod(0o400 if private else 0o444)
            with path.open("rb") as file:
                os.fsync(file.fileno())
    folder.chmod(0o700 if private else 0o755)
    _sync(folder)


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
