"""A pack: what somebody takes along for one city or one institution, as a signed zip.

Belongs here: choosing the rows, writing the folder, signing it. Does not belong here: the documents themselves
(`documents.py`). The folder is signed like a publication, with the installation's key, so that `sha256sum -c`, `openssl` and
`skillwatch verify` prove it; its manifest names the publication from which it was taken, and who took it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.chain import MANIFEST, PUBLIC_KEY, SIGNATURE, SUMS, json_text, sums_hash
from assets.grouping import grouped
from assets.keys import Keys, public_pem
from assets.publication import for_spreadsheets, sums_text, write_parquet
from assets.workbook import About, write_cases_workbook
from portal.access import Scope
from portal.documents import clauses, letter, notice, report
from portal.dossier import dossier
from portal.publications import Publication
from portal.watermark import Taken
from portal.words import Words

REPORTS = 50
"""Of so many cases, those with the greatest expected loss, a pack holds the printable report; the portal prints any."""
_README = """{title}

{line}

cases.xlsx        线索清单，可以填写核查结论，再从门户“交回工作簿”上传 / the list; fill in the outcomes and return it through the portal
cases.csv, cases.parquet, evidence.parquet   同样的数据 / the same data
reports/          每条线索的核查报告（预计损失最大的 {reports} 条） / printable reports
clauses.html      条款原文 / the clauses
letter.html       核查函草稿 / draft letter
notice.html       公示稿：只含经核查属实的事项，不含个人信息 / public notice: confirmed matters only, no person

验证 to verify:
  sha256sum -c SHA256SUMS
  openssl pkeyutl -verify -rawin -pubin -inkey public_key.pem -in SHA256SUMS -sigfile SHA256SUMS.sig
"""


@dataclass(frozen=True)
class Subject:
    """Whom a pack is about: `kind` is city or institution, `code` its code, `title` its name."""

    kind: str
    code: str
    title: str


class EmptyPack(Exception):
    """Nothing in the scope is about it."""


def pack(folder: Path, publication: Publication, scope: Scope, about: Subject, keys: Keys, taken: Taken) -> Path:
    """Write the pack's zip into `folder` and return it. Raises EmptyPack."""
    frame = _chosen(publication, scope, about)
    if frame.is_empty():
        raise EmptyPack
    name = f"{publication.scan_id}-{about.kind}-{about.code}"
    inside = folder / name
    inside.mkdir()
    evidence = publication.evidence(frame["case_id"].to_list())
    _tables(inside, publication, scope, about, keys, taken, frame, evidence)
    _documents(inside, publication, scope, about, taken, frame)
    manifest = {
        "scan_id": name, "kind": f"pack of {about.kind}", "code": about.code, "as_of": publication.as_of,
        "publication": {"scan_id": publication.scan_id, "sha256sums": sums_hash(publication.folder)},
        "rows": {"cases": frame.height, "evidence": evidence.height},
        "taken": {"account": taken.account, "at": taken.at, "audit_line": taken.number},
    }  # fmt: skip
    (inside / MANIFEST).write_text(json_text(manifest, indent=2) + "\n", encoding="utf-8")
    (inside / PUBLIC_KEY).write_bytes(public_pem(keys.signing.public_key()))
    sums = sums_text(inside).encode()
    (inside / SUMS).write_bytes(sums)
    (inside / SIGNATURE).write_bytes(keys.signing.sign(sums))
    return zipped(inside, folder / f"{name}.zip", taken)


def zipped(folder: Path, target: Path, taken: Taken) -> Path:
    """A folder as a zip; who took it stands beside the signed folder and in the zip's comment, never inside what was signed."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.comment = taken.short.encode()
        out.writestr("DOWNLOAD.txt", taken.line + "\n")
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                stored = path.suffix in {".parquet", ".xlsx"}
                out.write(
                    path, f"{folder.name}/{path.relative_to(folder).as_posix()}", zipfile.ZIP_STORED if stored else None
                )
    return target


def _chosen(publication: Publication, scope: Scope, about: Subject) -> pl.DataFrame:
    wanted = Scope((about.code,)).where() if about.kind == "city" else pl.col("institution_id") == about.code
    return publication.whole_cases(scope).filter(wanted).collect()


def _tables(
    inside: Path, publication: Publication, scope: Scope, about: Subject, keys: Keys, taken: Taken,
    frame: pl.DataFrame, evidence: pl.DataFrame,
) -> None:  # fmt: skip
    write_parquet(frame, inside / "cases.parquet")
    write_parquet(evidence, inside / "evidence.parquet")
    for_spreadsheets(frame).write_csv(inside / "cases.csv", include_bom=True)
    ids = frame["case_id"].implode()
    files = publication.files(scope)
    if about.kind == "city":
        files = files.filter((pl.col("city") == "") | pl.col("city").str.starts_with(about.code[:4]))
    else:
        files = files.clear()
    write_scoped_workbook(
        inside / "cases.xlsx", publication, about.title, keys, taken, frame, evidence, files,
        publication.changes(scope).filter(pl.col("case_id").is_in(ids)),
    )  # fmt: skip


def write_scoped_workbook(
    path: Path, publication: Publication, title: str, keys: Keys, taken: Taken,
    frame: pl.DataFrame, evidence: pl.DataFrame, files: pl.DataFrame, changes: pl.DataFrame,
) -> None:  # fmt: skip
    """The publication's workbook over some of its cases. Its summary counts these cases alone: what a rule examined elsewhere is
    not theirs to see."""
    rules = (
        frame.group_by("rule_id", "title_zh", "clause", "severity")
        .agg(pl.len().cast(pl.Int64).alias("hits"), pl.col("claim_ids").list.len().sum().cast(pl.Int64).alias("claims"))
        .sort("rule_id")
    )
    about = About(publication.scan_id, publication.as_of, title, keys.fingerprint, taken.facts)
    write_cases_workbook(
        path,
        about,
        cases=frame,
        rules=rules,
        evidence=evidence,
        files=files,
        changes=changes,
        groups=grouped(frame, evidence),
    )


def _documents(
    inside: Path, publication: Publication, scope: Scope, about: Subject, taken: Taken, frame: pl.DataFrame
) -> None:
    words, rows = Words("zh"), frame.to_dicts()
    rows.sort(key=lambda case: (-float(case["amount_at_risk"] or 0) * case["score"], case["case_id"]))
    (inside / "reports").mkdir()
    for case in rows[:REPORTS]:
        text = report(dossier(publication, scope, case, words), publication, taken, words)
        (inside / "reports" / f"{case['case_id']}.html").write_text(text, encoding="utf-8")
    (inside / "clauses.html").write_text(clauses(frame["rule_id"], taken), encoding="utf-8")
    (inside / "notice.html").write_text(notice(publication, about.title, rows, taken), encoding="utf-8")
    addressee = about.code if about.kind == "institution" else None
    (inside / "letter.html").write_text(letter(publication, addressee, rows, taken), encoding="utf-8")
    readme = _README.format(title=about.title, line=taken.line, reports=min(REPORTS, frame.height))
    (inside / "README.txt").write_text(readme, encoding="utf-8")
