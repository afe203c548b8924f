"""A back-test says what two full scans would differ in, and touches nothing that stands."""

from __future__ import annotations

import hashlib
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from checks.rule import RULES
from models.case import money_shares
from pipelines.cli import cli
from pipelines.definitions import defs
from pipelines.home import Home
from pipelines.scanning import scan
from tests.conftest import publication_of

# A cap (money moves in cases that stay), a share (hundreds of new cases), a sign that the models learn from, a table that
# reads a parameter, a threshold that loses cases, and where leads start (no hit changes, every lead's rating may).
OTHER_VALUES = """
- {id: directed_cap, value: 7000, division: "140000", valid_from: 2021-07-08}
- {id: hours_share, value: 0.9, division: "140000", valid_from: 2020-01-01}
- {id: night_until, value: "01:00:00", division: "140000", valid_from: 2020-01-01}
- {id: transfer_days, value: 3, division: "140000", valid_from: 2020-01-01}
- {id: phone_persons, value: 50, division: "140000", valid_from: 2020-01-01}
- {id: lead_probability, value: 0.6, division: "140000", valid_from: 2020-01-01}
"""


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("values") / "values.yaml"
    path.write_text(OTHER_VALUES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told(province: Home, values: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON of the back-test; what it must not touch is compared here, for every test of this module."""
    kept = _bytes(province)
    out = tmp_path_factory.mktemp("out")
    told = _backtest("--home", str(province.root), "--parameters", str(values), "--out", str(out))
    assert _bytes(province) == kept, "warehouse, deliveries and publications are as they were"
    assert (out / "backtest.xlsx").stat().st_size > 5000 and json.loads(
        (out / "backtest.json").read_text(encoding="utf-8")
    ) == told
    return told


@pytest.fixture(scope="module")
def scans(
    province: Home, values: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The masked cases of two full scans of the same inbox, with the law's values and with the others; and the live claims."""
    home = Home.at(tmp_path_factory.mktemp("again") / "home")
    shutil.copytree(province.root, home.root, ignore=shutil.ignore_patterns("dagster", "revealed", "scan.*"))
    before = publication_of(home)
    summary = scan(home, home.inbox, as_of=None, parameters=values, reveal=False, wait_seconds=5)
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        claims = warehouse.execute("SELECT claim_id, amount, claimed_on FROM live_claims").pl()
    return pl.read_parquet(before / "cases.parquet"), summary.cases, claims


def _backtest(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["backtest", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _bytes(home: Home) -> dict[str, str]:
    paths = [home.warehouse, *home.deliveries.rglob("*"), *home.publications.rglob("*"), *home.sealed.rglob("*")]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}


def test_cases_gained_and_lost_are_those_of_two_full_scans(
    told: dict[str, Any], scans: tuple[pl.DataFrame, ...]
) -> None:
    before, after, _ = scans
    listed = {
        kind: {case["case_id"] for case in told["cases"] if case["change"] == kind}
        for kind in ("new", "gone", "changed")
    }
    was, now = (
        frame.select("case_id", "severity", "rating", "amount_at_risk", "observed", "allowed", "claim_ids")
        for frame in (before, after)
    )
    assert listed["new"] == set(now["case_id"]) - set(was["case_id"])
    assert listed["gone"] == set(was["case_id"]) - set(now["case_id"])
    rows = {row["case_id"]: row for row in now.iter_rows(named=True)}
    changed = {
        row["case_id"]: (row, rows[row["case_id"]])
        for row in was.iter_rows(named=True)
        if rows.get(row["case_id"], row) != row
    }
    assert [changed[one] for one in sorted(changed.keys() - listed["changed"])] == [], (
        "changed between the scans, not listed"
    )
    assert sorted(listed["changed"] - changed.keys()) == [], "listed, not changed between the scans"
    assert all(listed.values()), "the other values move something of each kind"
    assert (told["cases_before"], told["cases_after"]) == (before.height, after.height)


def test_yuan_gained_and_lost_are_those_of_two_full_scans(
    told: dict[str, Any], scans: tuple[pl.DataFrame, ...]
) -> None:
    before, after, claims = scans
    for dimension, column in (("rules", "rule_id"), ("cities", "city"), ("institutions", "institution_id")):
        expected = _yuan(before, after, claims, column)
        found = {row["key"]: (row["yuan_gained"], row["yuan_lost"]) for row in told[dimension]}
        assert {key: yuan for key, yuan in found.items() if yuan != (0, 0)} == expected, dimension


def test_totals_are_those_of_the_manifests(
    told: dict[str, Any], province: Home, scans: tuple[pl.DataFrame, ...]
) -> None:
    manifest = json.loads((publication_of(province) / "manifest.json").read_text(encoding="utf-8"))
    assert told["baseline"] == manifest["scan_id"]
    assert told["amount_at_risk_before"] == float(manifest["counts"]["amount_at_risk"])
    _, after, claims = scans
    shares = money_shares(after.filter(pl.col("severity") == "violation"), claims)
    assert told["amount_at_risk_after"] == float(shares.filter(pl.col("unit_kind") == "claim")["share"].sum())


def _yuan(
    before: pl.DataFrame, after: pl.DataFrame, claims: pl.DataFrame, column: str
) -> dict[str, tuple[float, float]]:
    """By hand: per key and claim (or division) what is at risk, before and after."""
    keys: dict[tuple[str, str, str], list[Decimal]] = {}
    for place, frame in enumerate((before, after)):
        placed = frame.with_columns(
            city=pl.concat_str(pl.col("division").str.slice(0, 4), pl.lit("00")),
            institution_id=pl.col("institution_id").fill_null(""),
        )
        for key in placed[column].unique():
            for kind, unit, share in money_shares(placed.filter(pl.col(column) == key), claims).iter_rows():
                keys.setdefault((key, kind, unit), [Decimal(0), Decimal(0)])[place] = share
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for (key, _, _), (was, now) in keys.items():
        more, less = found.get(key, (Decimal(0), Decimal(0)))
        found[key] = (more + max(now - was, Decimal(0)), less + max(was - now, Decimal(0)))
    return {key: (float(more), float(less)) for key, (more, less) in found.items() if more or less}


def test_a_changed_rule_file_is_tried_and_every_other_rule_stays(province: Home, tmp_path: Path) -> None:
    narrowed = (RULES / "standard_exceeded.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    (tmp_path / "standard_exceeded.sql").write_text(f"{narrowed} AND false\n", encoding="utf-8")
    told = _backtest("--home", str(province.root), "--rules", str(tmp_path))
    assert [row["key"] for row in told["rules"]] == ["standard_exceeded"]
    assert told["rules_evaluated"] == ["standard_exceeded"] and told["cases_gained"] == 0
    assert told["cases_lost"] == len(told["cases"]) == told["rules"][0]["cases_before"] > 0


def test_what_it_cannot_do_it_says(province: Home, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text(
        "- {id: directed_capp, value: 1, division: '140000', valid_from: 2021-07-08}\n", encoding="utf-8"
    )
    run = CliRunner().invoke
    assert run(cli, ["backtest", "--home", str(province.root)]).exit_code == 2
    unknown = run(
        cli, ["backtest", "--home", str(province.root), "--parameters", str(tmp_path / "empty.yaml"), "--json"]
    )
    assert unknown.exit_code == 2 and "directed_cap" in json.loads(unknown.stdout)["error"]
    (tmp_path / "rules").mkdir()
    empty = run(cli, ["backtest", "--home", str(province.root), "--rules", str(tmp_path / "rules")])
    assert empty.exit_code == 1 and "*.sql" in empty.stderr, "a wrong folder is no 'nothing would change'"
    nothing = run(cli, ["backtest", "--home", str(tmp_path / "none"), "--rules", str(tmp_path / "rules")])
    assert nothing.exit_code == 1 and "skillwatch scan" in nothing.stderr and not (tmp_path / "none").exists()


def test_the_dagster_job_shows_its_report_as_metadata(province: Home, tmp_path: Path) -> None:
    (tmp_path / "standard_exceeded.sql").write_text(
        (RULES / "standard_exceeded.sql").read_text(encoding="utf-8") + "\n", encoding="utf-8"
    )
    config = {"ops": {"other_values": {"config": {"home": str(province.root), "rules": str(tmp_path)}}}}
    result = defs.resolve_job_def("backtest").execute_in_process(run_config=config)
    (shown,) = [event.step_output_data.metadata for event in result.all_events if event.is_successful_output]
    assert result.success and shown["新增 gained"].value == 0 and str(shown["按规则"].value).startswith("| 代码")
