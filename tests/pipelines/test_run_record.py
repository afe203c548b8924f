"""What a scan leaves for the operator: a line a step, figures for a collector, and nobody's name in either, nor in Dagster's record."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets import tables
from models.province.simulate import simulate
from pipelines.event_log import without_values
from pipelines.home import Home
from pipelines.run_record import KEPT_MONTHS, _append, _write
from pipelines.scanning import ScanFailed
from tests.conftest import publication_of, scanned


def lines(home: Home) -> list[dict]:
    (path,) = (home.root / "logs").glob("scan-*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def metrics(home: Home) -> dict[str, float]:
    text = (home.root / "metrics" / "skillwatch.prom").read_text(encoding="utf-8")
    return {
        name: float(value)
        for name, value in re.findall(r"^(\S+?(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)
        if name != "#"
    }


def test_a_scan_leaves_a_line_a_step_and_one_for_the_whole(province: Home) -> None:
    first = [line for line in lines(province) if line["run_id"] == lines(province)[0]["run_id"]]
    steps = {line["step"]: line for line in first}
    assert (
        len(steps) == len(first)
        and {"deliveries", "accepted_rows", "claims", "cases", "publication", "scan", "run"} <= steps.keys()
    )
    manifest = json.loads((publication_of(province) / "manifest.json").read_text(encoding="utf-8"))
    assert steps["run"]["cases"] == manifest["counts"]["cases"] and steps["run"]["status"] == "ok"
    assert steps["cases"]["rows"] == manifest["counts"]["cases"] and steps["claims"]["rows"] > 0
    assert all(line["status"] == "ok" and line["seconds"] >= 0 and line["error"] == "" for line in first)


def test_the_figures_for_a_collector_are_those_of_the_publication(province: Home) -> None:
    told, counts = metrics(province), json.loads((publication_of(province) / "manifest.json").read_text())["counts"]
    assert told["skillwatch_scan_success"] == 1 and told["skillwatch_rows_quarantined"] == counts["rows_quarantined"]
    assert told["skillwatch_cases"] == counts["cases"] and told['skillwatch_step_duration_seconds{step="cases"}'] >= 0


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A scan that dies on a row: the library's message holds the row's values, as DuckDB's do."""
    home = Home.at(tmp_path_factory.mktemp("failed"))
    simulate(home.root, "tiny", 3)
    real = tables.build_table

    def build(connection: duckdb.DuckDBPyConnection, query: Any, *rest: Any) -> int:
        if query.name == "persons":
            connection.execute(
                "SELECT CAST(concat(id_number, ' ', name, ' ', phone) AS INTEGER) FROM enrolments WHERE length(phone) = 11"
            )
        return real(connection, query, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "build_table", build)
        with pytest.raises(ScanFailed):
            scanned(home)
    return home


def test_an_error_is_told_without_what_it_quotes_of_a_row() -> None:
    told = without_values(
        "Could not convert string '140110197310068547 王小明 18625038143' to INT32 in column 'amount', row 12345"
    )
    assert told == "Could not convert string '…' to INT32 in column 'amount', row 12345"
    assert "18625038143" not in without_values("phone 18625038143")


def test_a_failed_scan_says_where_and_what_kind_and_the_figures_say_it_failed(failed: Home) -> None:
    told = {line["step"]: line for line in lines(failed)}
    assert (told["persons"]["status"], told["persons"]["error"]) == ("failed", "ConversionException")
    assert told["run"]["status"] == "failed" and metrics(failed)["skillwatch_scan_success"] == 0
    assert metrics(failed)["skillwatch_scan_failed"] == 1 and "skillwatch_cases" not in metrics(failed)


def test_a_failed_scan_leaves_the_counts_of_the_last_that_finished(province: Home, tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    shutil.copytree(province.root / "metrics", home.root / "metrics")
    before = metrics(home)
    steps = [{"step": "persons", "status": "failed", "started": "", "seconds": None, "rows": None, "error": "OSError"}]
    _write(home, steps, "a-run", time.time(), "")
    after = metrics(home)
    assert (after["skillwatch_scan_success"], after["skillwatch_scan_failed"]) == (0, 1)
    kept = ["cases", "rows_quarantined", "rows_read", "amount_at_risk", "scan_finished_timestamp_seconds"]
    assert [after[f"skillwatch_{name}"] for name in kept] == [before[f"skillwatch_{name}"] for name in kept]
    assert after["skillwatch_scan_end_timestamp_seconds"] > before["skillwatch_scan_finished_timestamp_seconds"]
    (home.root / "metrics" / "skillwatch.prom").write_text("skillwatch_cases {", encoding="utf-8")
    _write(home, steps, "a-run", time.time(), "")
    assert "skillwatch_cases" not in metrics(home), "a torn file tells nothing"


def test_no_person_is_named_in_any_log(failed: Home, province: Home) -> None:
    """Every byte of logs, metrics, alerts and Dagster's own storage, of a scan that went well and of one that died on a row."""
    for home in (failed, province):
        with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
            people = warehouse.execute("SELECT DISTINCT id_number, phone FROM delivered.enrolments").fetchall()
        named = {value for row in people for value in row if value and len(value) >= 11}
        assert len(named) > 100
        for folder in ("logs", "metrics", "dagster"):
            paths = [path for path in (home.root / folder).rglob("*") if path.is_file()]
            assert paths, folder
            for path in paths:
                found = set(re.findall(r"(?<![0-9A-Za-z])\d{11,17}[\dX]?(?![0-9A-Za-z])", _readable(path))) & named
                assert found == set(), f"{path.relative_to(home.root)} names {len(found)} persons"


def test_old_months_make_room(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    for month in range(KEPT_MONTHS + 3):
        (folder / f"scan-{2000 + month // 12}{month % 12 + 1:02d}.jsonl").touch()
    _append(folder, [{"step": "x"}])
    assert len(list(folder.iterdir())) == KEPT_MONTHS and not (folder / "scan-200001.jsonl").exists()


def _readable(path: Path) -> str:
    if path.suffix == ".db":
        with sqlite3.connect(path) as database:
            return "\n".join(database.iterdump())
    return path.read_bytes().decode("utf-8", "replace")
