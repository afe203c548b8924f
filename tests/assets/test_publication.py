"""A publication: whole, signed, the same bytes for the same rows, one after the other."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets import chain, publication
from assets.chain import PublicationProblem
from assets.changes import changes
from models.case import CASE_SCHEMA
from tests.assets.made_up import SCAN, case, cases, frames, publish, shuffled


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_it_holds_the_promised_files(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    assert folder == tmp_path / SCAN
    assert sorted(contents(folder)) == sorted([
        "SHA256SUMS", "SHA256SUMS.sig", "cases.csv", "cases.parquet", "cases.xlsx", "changes.parquet", "evidence.parquet",
        "files.parquet", "manifest.json", "promises.parquet", "public_key.pem", "quarantine.parquet",
        "reports/reports.xlsx", "reports/school_load.parquet", "risk.parquet", "rules.parquet",
    ])  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == [SCAN], "nothing half written is left"
    assert pl.read_parquet(folder / "cases.parquet").schema == CASE_SCHEMA


def test_the_same_rows_in_any_order_are_the_same_bytes(tmp_path: Path) -> None:
    first = contents(publish(tmp_path / "a"))
    second = contents(publish(tmp_path / "b", tables=shuffled(frames())))
    assert [name for name in first if first[name] != second[name]] == []


def test_the_clock_its_zone_and_the_machine_leave_no_trace(tmp_path: Path) -> None:
    first = contents(publish(tmp_path / "a"))
    program = "import sys,pathlib; from tests.assets.made_up import publish; publish(pathlib.Path(sys.argv[1]))"
    elsewhere = {
        **os.environ,
        "TZ": "Asia/Shanghai",
        "POLARS_MAX_THREADS": "1",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C.UTF-8",
    }
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "b")], env=elsewhere, cwd=root, check=True)
    second = contents(tmp_path / "b" / SCAN)
    assert [name for name in first if first[name] != second[name]] == []


def test_files_cannot_be_written_and_revealed_ones_not_read_by_others(tmp_path: Path) -> None:
    def modes(folder: Path) -> set[int]:
        return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}

    assert modes(publish(tmp_path / "publications")) == {0o444}
    revealed = publish(tmp_path / "revealed", private=True)
    assert modes(revealed) == {0o400}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (revealed, revealed / "reports", revealed.parent)} == {0o700}


def test_it_is_never_written_twice_and_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = publish(tmp_path)
    before = contents(folder)
    with pytest.raises(PublicationProblem, match="never changed"):
        publish(tmp_path)
    assert contents(folder) == before

    monkeypatch.setattr(publication, "sums_text", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(tmp_path, "2022-03-31-0123456789ab")
    assert [path.name for path in tmp_path.iterdir()] == [SCAN]


def test_a_table_that_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    tables = frames()
    del tables["promises"]
    with pytest.raises(PublicationProblem, match="wrong: promises"):
        publish(tmp_path, tables=tables)
    with pytest.raises(PublicationProblem, match="wrong: secrets"):
        publish(tmp_path, tables={**frames(), "secrets": frames()["rules"]})
    assert not tmp_path.joinpath(SCAN).exists()


def test_the_csv_is_for_spreadsheets(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    raw = (folder / "cases.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    read = pl.read_csv(folder / "cases.csv", infer_schema=False)
    assert read.columns == CASE_SCHEMA.names() and read.height == 31
    night = read.filter(pl.col("rule_id") == "night_class").row(0, named=True)
    assert len(night["claim_ids"].split(";")) == 35
    assert night["observed"] == '\'=HYPERLINK("x")' and night["allowed"] == "'@SUM(A1)"
    assert night["explanation_zh"] == "'-1+1 即夜间\n两行"
    assert night["margin"] == "+1" and read["margin"].to_list().count("-400.00") == 30, "a plain number is no formula"
    assert night["amount_at_risk"] == "13920.00" and night["first_seen"] == "2022-02-28"


def test_cases_stand_in_the_order_in_which_they_are_worked(tmp_path: Path) -> None:
    read = pl.read_parquet(publish(tmp_path) / "cases.parquet")
    assert read["rating"].to_list() == ["A"] * 30 + ["C"]
    assert read["amount_at_risk"].to_list()[:3] == [Decimal(29), Decimal(28), Decimal(27)]


def test_the_manifest_names_the_scan_its_rows_and_the_one_before(tmp_path: Path) -> None:
    first = publish(tmp_path)
    second = publish(tmp_path, "2022-03-31-0123456789ab", previous=first)
    told = json.loads((second / "manifest.json").read_text(encoding="utf-8"))
    assert told["scan_id"] == second.name and told["as_of"] == "2022-02-28" and told["rows"]["cases"] == 31
    assert told["previous"] == {"scan_id": first.name, "sha256sums": chain.file_hash(first / "SHA256SUMS")}
    assert chain.read_manifest(first)["previous"] is None


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_sha256sum_alone_checks_it(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    checked = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(": OK") == len(contents(folder)) - 2
    (folder / "cases.csv").chmod(0o644)
    (folder / "cases.csv").write_bytes(b"x")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True).returncode == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_openssl_alone_checks_its_signature(tmp_path: Path) -> None:
    folder = publish(tmp_path)
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        "public_key.pem",
        "-in",
        "SHA256SUMS",
        "-sigfile",
        "SHA256SUMS.sig",
    ]
    good = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert good.returncode == 0 and "Verified Successfully" in good.stdout, good.stderr
    (folder / "SHA256SUMS").chmod(0o644)
    (folder / "SHA256SUMS").write_bytes((folder / "SHA256SUMS").read_bytes() + b"\n")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode != 0


BASIS = {"inputs": ["a", "b"], "parameters": {"x": Decimal("1.5")}, "code": "1", "reveal": False, "previous": None}


def test_a_scan_is_named_by_what_it_rests_on() -> None:
    one = chain.fingerprint(**BASIS)
    assert one == chain.fingerprint(**{**BASIS, "inputs": ["b", "a"]})
    others = [
        {"inputs": ["a"]},
        {"parameters": {"x": Decimal("1.6")}},
        {"code": "2"},
        {"reveal": True},
        {"previous": "p"},
    ]
    assert len({one, *(chain.fingerprint(**{**BASIS, **other}) for other in others)}) == 6
    assert chain.scan_id(dt.date(2022, 2, 28), one) == f"2022-02-28-{one[:12]}"


def test_a_scan_in_which_nothing_changed_is_the_one_that_stands(tmp_path: Path) -> None:
    basis = {"as_of": dt.date(2022, 2, 28), "inputs": ["a"], "parameters": {}, "code": "1", "reveal": False}

    def name(previous: str | None) -> str:
        rest = {key: value for key, value in basis.items() if key != "as_of"}
        return chain.scan_id(basis["as_of"], chain.fingerprint(**rest, previous=previous))

    assert chain.standing(tmp_path, **basis) is None
    first = publish(tmp_path, name(None))
    assert chain.standing(tmp_path, **basis) == first
    assert chain.standing(tmp_path, **{**basis, "inputs": ["a", "b"]}) is None
    assert chain.standing(tmp_path, **{**basis, "as_of": dt.date(2022, 3, 1)}) is None
    publish(tmp_path, "2022-02-28-ffffffffffff", previous=first)
    assert chain.standing(tmp_path, **basis) is None, "another scan came between"
    third = publish(
        tmp_path,
        name(chain.sums_hash(tmp_path / "2022-02-28-ffffffffffff")),
        previous=tmp_path / "2022-02-28-ffffffffffff",
    )
    assert chain.standing(tmp_path, **basis) == third == chain.previous_publication(tmp_path)


def test_the_newest_is_the_end_of_the_chain_not_the_last_name(tmp_path: Path) -> None:
    assert chain.previous_publication(tmp_path / "none") is None
    first = publish(tmp_path, "2022-06-30-0123456789ab")
    second = publish(tmp_path, "2022-01-31-0123456789ab", previous=first)
    (tmp_path / ".2022-07-31-0123456789ab.1").mkdir()
    assert chain.previous_publication(tmp_path) == second
    publish(tmp_path, "2022-02-28-0123456789ab", previous=first)
    with pytest.raises(PublicationProblem, match="2 ends"):
        chain.previous_publication(tmp_path)


def test_what_is_left_of_a_crash_does_not_hinder(tmp_path: Path) -> None:
    (tmp_path / f".{SCAN}.99").mkdir(parents=True)
    publish(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [SCAN]


def test_changes_are_told_in_words() -> None:
    before = cases(
        case("certificate_amount", "SL1"), case("certificate_amount", "SL2"), case("certificate_amount", "SL3")
    )
    after = cases(
        case("certificate_amount", "SL2", status="open", last_seen=dt.date(2022, 3, 31)),
        case(
            "certificate_amount", "SL3", amount_at_risk=Decimal("200.00"), claim_ids=["SL3", "SL9"], status="confirmed"
        ),
        case("certificate_amount", "SL4"),
    )
    found = {row["subject_key"]: row for row in changes(before, after).to_dicts()}
    assert {key: row["change"] for key, row in found.items()} == {"SL1": "gone", "SL3": "changed", "SL4": "new"}
    assert found["SL3"]["what_zh"] == "涉及申领由 1 笔变为 2 笔；涉及金额由“400.00”变为“200.00”；状态由“新增”变为“属实”"
    assert changes(None, before)["change"].to_list() == ["new"] * 3
    assert changes(before, before).is_empty()
