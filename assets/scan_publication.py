"""What one scan publishes: the frames, the manifest, and whether anything changed at all.

Belongs here: reading the warehouse into the frames of a publication. Does not belong here: how a publication is
written and signed (`publication.py`), or how cases are told (`cases.py`).
"""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.cases import all_cases, clause_of, scan_date, with_own_keys
from assets.delivery_matrix import SHEETS as DELIVERY_SHEETS
from assets.delivery_matrix import delivery_matrix, delivery_volumes
from assets.evidence import evidence_of
from assets.history import History, read_dismissals, read_history
from assets.kept_promises import kept_promise
from assets.keys import Keys, seal
from assets.known_persons import known_persons
from assets.management import management_sheets, management_tables
from assets.memory import GATHERING, holding, memory_limit
from assets.missing_deliveries import missing_deliveries
from assets.pictures import case_pictures
from assets.publication import (
    changes,
    fingerprint,
    previous_publication,
    scan_id,
    standing,
    sums_hash,
    write_publication,
)
from assets.reopening import reopened, statuses_of
from assets.risk import risk_frame
from assets.workbook import Sheet
from checks.expectations_page import TITLES as EXPECTATION_TITLES
from checks.expectations_page import page as expectations_page
from checks.promises import promises_frame
from checks.rule import Rule
from models.case import amount_at_risk_total
from models.law import ParameterRow, as_rows_for_manifest, load_parameters, looser
from models.privacy import Pseudonyms, sweep_frame
from models.source import load_sources

ROOT = Path(__file__).parent.parent
_CODE = ("pipelines", "assets", "checks", "models", "data/law")
_RULES = pl.Schema({
    "rule_id": pl.String(), "title_zh": pl.String(), "clause": pl.String(), "severity": pl.String(), "examined": pl.Int64(), "hits": pl.Int64(),
    "claims": pl.Int64(), "amount": pl.Decimal(14, 2), "precision": pl.Float64(), "precision_low": pl.Float64(), "precision_high": pl.Float64(),
    "judged": pl.Int64(), "rule_sha": pl.String(),
})  # fmt: skip
_EXPECTATIONS = Sheet(
    "期望核对",
    "来源的承诺和规则，由 Great Expectations 逐项核对；检查数为 0 不等于通过。线索不等于结论。",
    EXPECTATION_TITLES,
)
_VERSIONS = ("skillwatch", "dagster", "duckdb", "polars", "sqlglot", "cryptography", "xlsxwriter")


@dataclass(frozen=True)
class Published:
    """Where a publication lies, and whether it stood already because nothing had changed."""

    folder: Path
    unchanged: bool


@lru_cache(maxsize=1)
def code_version() -> str:
    """SHA-256 over every file that can change a result."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml"}:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def publish(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    keys: Keys,
    home: Path,
    overrides: Sequence[ParameterRow],
    *,
    reveal: bool,
    without: Path | None = None,
    engine: str = "duckdb",
) -> Published:
    """Publish the scan that is in the warehouse: masked under HOME/publications, or unmasked under HOME/revealed.

    `without` is the masked publication of this very scan: for the revealed one beside it, it is no history.
    ``engine`` is only named in the manifest.
    """
    root = home / ("revealed" if reveal else "publications")
    as_of = scan_date(connection)
    rests_on = _rests_on(connection, as_of, reveal=reveal)
    if stands := standing(root, as_of=as_of, **rests_on):
        return Published(stands, unchanged=True)
    for left in root.glob(".*.*"):  # what a scan that was broken off has left; this one holds the home
        shutil.rmtree(left)
    previous = previous_publication(root)
    identity = scan_id(as_of, fingerprint(**rests_on, previous=sums_hash(previous) if previous else None))
    pseudonyms = Pseudonyms(keys.pseudonym, known_persons(connection))
    history = read_history(connection, home / "publications", without)
    with holding(connection, GATHERING, memory_limit(connection)):
        frames = _frames(
            connection, rules, pseudonyms, history, previous, root, overrides, masked=not reveal, without=without
        )
    if not reveal:
        seal(home, pseudonyms.seen)
    expected = connection.execute("FROM expectations ORDER BY suite, expectation").pl()
    written = write_publication(
        root, identity, frames, _manifest(connection, frames["cases"], rests_on, as_of, engine), keys.signing,
        previous=previous, private=reveal, missing=missing_deliveries(frames["files"], as_of),
        institutions=_institutions(connection, masked=not reveal),
        reports={**management_tables(connection), **_deliveries(frames["files"], as_of), "expectations": expected},
        sheets={**management_sheets(), **DELIVERY_SHEETS, "expectations": _EXPECTATIONS},
        pages={
            "reports/expectations.html": expectations_page(expected, f"期望核对 {identity}"),
            **case_pictures(connection, frames["cases"]),
        },
    )  # fmt: skip
    return Published(written, unchanged=False)


def _institutions(connection: duckdb.DuckDBPyConnection, *, masked: bool) -> pl.DataFrame:
    """What the catalogue calls each institution."""
    names = connection.execute("SELECT institution_id, name AS institution FROM organisations ORDER BY ALL").pl()
    return sweep_frame(names, ["institution"]) if masked else names


def _deliveries(files: pl.DataFrame, as_of: date) -> dict[str, pl.DataFrame]:
    return {"delivery_matrix": delivery_matrix(files, as_of), "delivery_volumes": delivery_volumes(files)}


def standing_publication_of(connection: duckdb.DuckDBPyConnection, root: Path, *, reveal: bool) -> Path | None:
    """The publication in ``root`` that this very scan would only repeat; None where there is none yet."""
    as_of = scan_date(connection)
    return standing(root, as_of=as_of, **_rests_on(connection, as_of, reveal=reveal))


def _rests_on(connection: duckdb.DuckDBPyConnection, as_of: date, *, reveal: bool) -> dict[str, Any]:
    inputs = connection.execute(
        "SELECT file, sha256, CASE WHEN status = 'quarantined' THEN note ELSE '' END FROM delivered.files"
    ).fetchall()
    return {
        # With its reason a file that is read at last under the same name brings something new.
        "inputs": [f"{name}\0{sha}\0{unread}" for name, sha, unread in inputs],
        "parameters": _parameters(connection, as_of),
        "code": code_version(),
        "reveal": reveal,
    }


def _frames(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    pseudonyms: Pseudonyms,
    history: History,
    previous: Path | None,
    root: Path,
    overrides: Sequence[ParameterRow],
    *,
    masked: bool,
    without: Path | None,
) -> dict[str, pl.DataFrame]:
    cases = all_cases(connection, rules.values(), pseudonyms, history, masked=masked)
    files = connection.execute("FROM delivered.files ORDER BY file").pl()
    row = "row_masked" if masked else '"row"'
    quarantine = connection.execute(
        f'SELECT * EXCLUDE ("row", row_masked) RENAME (column_name AS "column"), {row} AS "row" FROM delivered.quarantine ORDER BY ALL'
    ).pl()
    evidence = evidence_of(connection, rules.values(), load_sources(), pseudonyms, masked=masked)
    reasons: dict[str, str] = {}
    if without is not None:
        cases = statuses_of(cases, without)
    elif masked:
        cases, reasons = reopened(cases, evidence, read_dismissals(connection), root, rules)
    risk = risk_frame(connection)
    if masked:
        replaced = pseudonyms.replacing(risk["subject_key"])
        risk = risk.with_columns(pl.col("subject_key").replace(replaced))
        files = sweep_frame(files, ["file", "note"])
        quarantine = sweep_frame(quarantine, ["file", "sheet", "row", "reason"])
    before = pl.read_parquet(previous / "cases.parquet") if previous else None
    return {
        "cases": cases,
        "evidence": evidence.rows,
        "evidence_digests": evidence.digests,
        "rules": _rules_frame(connection, rules, cases, history),
        "files": files,
        "promises": promises_frame(connection, looser(load_parameters(), overrides), ask=kept_promise),
        "quarantine": quarantine,
        "changes": changes(before, cases, reasons),
        "risk": risk,
    }


def _rules_frame(
    connection: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], cases: pl.DataFrame, history: History
) -> pl.DataFrame:
    """One row per rule: what it examined and hit, the claims it names, and its yuan with none counted twice."""
    examined = dict(connection.execute("SELECT rule_id, examined FROM rule_counts").fetchall())
    own_keys = _with_own_keys(connection, cases)
    money = _named_claims(connection, own_keys)
    rows = []
    for rule_id, rule in sorted(rules.items()):
        own = own_keys.filter(pl.col("rule_id") == rule_id)
        judged = history.precision_of(rule_id)
        totals = amount_at_risk_total(own.with_columns(pl.lit("violation").alias("severity")), money)
        rows.append({
            "rule_id": rule_id,
            "title_zh": rule.title["zh"],
            "clause": clause_of(rule),
            "severity": rule.severity,
            "examined": examined.get(rule_id, 0),
            "hits": own.height,
            "claims": own["claim_ids"].explode().drop_nulls().n_unique(),
            "amount": totals.amount_at_risk + totals.amount_unreconciled,
            "precision": judged.share,
            "precision_low": judged.low,
            "precision_high": judged.high,
            "judged": judged.judged,
            "rule_sha": rule.sha,
        })  # fmt: skip
    return pl.DataFrame(rows, schema=_RULES)


def _manifest(
    connection: duckdb.DuckDBPyConnection, cases: pl.DataFrame, rests_on: Mapping[str, Any], as_of: date, engine: str
) -> dict[str, Any]:
    own_keys = _with_own_keys(connection, cases)
    totals = amount_at_risk_total(own_keys, _named_claims(connection, own_keys))
    counted = connection.execute(
        """SELECT count(*), coalesce(sum(rows_read), 0), coalesce(sum(rows_accepted), 0), coalesce(sum(rows_quarantined), 0),
                  coalesce(sum(rows_superseded), 0) FROM delivered.files"""
    ).fetchone()
    assert counted is not None
    names = ("files", "rows_read", "rows_accepted", "rows_quarantined", "rows_superseded")
    return {
        "as_of": as_of.isoformat(),
        "counts": {
            "cases": cases.height,
            "amount_at_risk": str(totals.amount_at_risk),
            "amount_unreconciled": str(totals.amount_unreconciled),
            **{name: int(value) for name, value in zip(names, counted, strict=True)},
        },
        "inputs": sorted({line.split("\0")[1] for line in rests_on["inputs"]}),
        "parameters": rests_on["parameters"],
        "code": rests_on["code"],
        "reveal": rests_on["reveal"],
        "engine": engine,
        "versions": {name: version(name) for name in _VERSIONS} | {"python": platform.python_version()},
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _parameters(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[dict[str, str]]:
    return as_rows_for_manifest(connection.execute("FROM parameter ORDER BY ALL").pl(), as_of)


def _with_own_keys(connection: duckdb.DuckDBPyConnection, cases: pl.DataFrame) -> pl.DataFrame:
    return with_own_keys(cases, connection.execute("SELECT case_id, subject_key, claim_ids FROM cases").pl())


def _named_claims(connection: duckdb.DuckDBPyConnection, cases: pl.DataFrame) -> pl.DataFrame:
    """The live claims that some case names: a few of millions."""
    named = pl.concat([cases["claim_ids"].explode(), cases["subject_key"]]).unique().to_frame("claim_id")
    connection.register("named_claims", named.to_arrow())
    claims = connection.execute(
        """SELECT claim_id, amount, claimed_on FROM live_claims WHERE claim_id IN (SELECT claim_id FROM named_claims)
           ORDER BY ALL"""
    ).pl()
    connection.unregister("named_claims")
    return claims
