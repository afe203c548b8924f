"""A plan from the shell on a scanned province: signed, masked, repeatable; and its results before anything is judged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import dagster as dg
import polars as pl
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.definitions import defs
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


def test_a_plan_from_the_ui_is_the_same_job_with_its_figures_as_metadata(province: Home, tmp_path: Path) -> None:
    job = defs.resolve_job_def("inspection_plan")
    settings = {"home": str(province.root), "days": 5, "seed": "山高 99", "out": str(tmp_path)}
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(run_config={"ops": {"visits": {"config": settings}}}, instance=instance)
    (shown,) = [event.step_output_data.metadata for event in result.all_events if event.is_successful_output]
    folder, _ = result.output_for_node("visits")
    assert str(shown["计划 plan"].value) == str(folder) and (folder / "plan.parquet").is_file()
    visits = pl.read_parquet(folder / "plan.parquet")
    assert shown["targeted_visits"].value + shown["random_visits"].value == visits.height


def test_what_the_job_cannot_do_is_told_in_the_shell_and_the_run_is_on_record(province: Home, tmp_path: Path) -> None:
    code, _, err = run("plan", "--days", "3", "--seed", " ", "--home", str(province.root))
    assert code == 1 and "seed" in err
    with dg.DagsterInstance.get() as instance:
        (latest,) = instance.get_runs(dg.RunsFilter(job_name="inspection_plan"), limit=1)
    assert latest.status == dg.DagsterRunStatus.FAILURE


def test_a_travel_file_that_says_nothing_is_a_bad_argument(province: Home, tmp_path: Path) -> None:
    wrong = tmp_path / "路程.csv"
    wrong.write_text("哪里,多久\n1,2\n", encoding="utf-8")
    code, _, err = run("plan", "--days", "3", "--seed", "x", "--travel", str(wrong), "--home", str(province.root))
    assert code == 2 and "division" in err


def test_a_random_arm_that_the_farthest_place_leaves_empty_is_told(province: Home, tmp_path: Path) -> None:
    travel = tmp_path / "路程.csv"
    travel.write_text("区划,往返小时\n140100,7.9\n140200,1\n", encoding="utf-8")
    arguments = ("plan", "--days", "3", "--seed", "x", "--travel", str(travel), "--out", str(tmp_path / "plans"))
    code, out, err = run(*arguments, "--home", str(province.root), "--json")
    assert code == 0 and json.loads(out)["random_days"] == 0 and "随机组是空的" in err
