"""A plan from the shell on a scanned province: signed, masked, repeatable; and its results before anything is judged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.home import Home


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_a_plan_is_a_signed_folder_that_anybody_can_check(province: Home, tmp_path: Path) -> None:
    travel = tmp_path / "路程.csv"
    travel.write_text("区划,往返小时\n140100,0.5\n140200,6\n", encoding="gb18030")
    wanted = [
        "plan",
        "--days",
        "12",
        "--random-share",
        "0.25",
        "--seed",
        "山高 88",
        "--travel",
        str(travel),
        "--visit-hours",
        "3",
    ]
    wanted += ["--home", str(province.root), "--out", str(tmp_path / "plans")]
    code, out, err = run(*wanted, "--json")
    assert code == 0, out + err
    told = json.loads(out)
    folder = Path(told["plan"])
    visits, frame = pl.read_parquet(folder / "plan.parquet"), pl.read_parquet(folder / "frame.parquet")
    targeted, drawn = visits.filter(pl.col("arm") == "targeted"), visits.filter(pl.col("arm") == "random")
    assert told["random_days"] == 3 and told["targeted_days"] <= 9 and targeted.height == told["targeted_visits"] > 0
    assert (
        float(targeted["expected_recovery"].sum())
        == told["expected_recovery"]
        <= told["expected_recovery_without_random_arm"]
    )
    # The draw, by hand: the smallest hashes of everything that was not targeted.
    rest = (
        frame.filter((pl.col("arm") != "targeted") & pl.col("reachable")).select("subject_kind", "subject_key").rows()
    )
    hashes = {unit: hashlib.sha256(f"山高 88|{folder.name}|{unit[0]}|{unit[1]}".encode()).hexdigest() for unit in rest}
    assert drawn.select("subject_kind", "subject_key").rows() == sorted(rest, key=hashes.__getitem__)[: drawn.height]
    assert drawn["probability_of_selection"].to_list() == [drawn.height / len(rest)] * drawn.height
    assert run("verify", str(folder), "--home", str(province.root))[0] == 0
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(*wanted)[0] == 0 and {path.name: path.read_bytes() for path in folder.iterdir()} == kept, (
        "the same plan stands"
    )


def test_results_say_that_nothing_has_been_judged_and_a_wrong_name_lists_the_plans(
    province: Home, tmp_path: Path
) -> None:
    _, out, _ = run(
        "plan",
        "--days",
        "4",
        "--random-share",
        "0.5",
        "--seed",
        "z",
        "--home",
        str(province.root),
        "--out",
        str(tmp_path),
        "--json",
    )
    folder = json.loads(out)["plan"]
    code, out, _ = run("plan-results", folder, "--home", str(province.root), "--json")
    assert code == 0 and json.loads(out)["estimate"] is None
    code, _, err = run("plan-results", "no-such-plan", "--home", str(province.root))
    assert code == 1 and "不是检查计划" in err


def test_without_a_scan_there_is_no_plan(tmp_path: Path) -> None:
    code, _, err = run("plan", "--days", "3", "--seed", "s", "--home", str(tmp_path / "none"))
    assert code == 1 and "skillwatch scan" in err and not (tmp_path / "none").exists()
