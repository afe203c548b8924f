"""The shell's face: exit codes, one JSON object on stdout, and messages that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.home import Home, HomeError
from tests.assets.reading.files import HEADER, ROW, write_csv


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("scan",), "--inbox"),
        (("scan", "--inbox", "no-such-folder"), "no-such-folder"),
        (("scan", "--inbox", ".", "--as-of", "2021年"), "2022-02-28"),
        (("scan", "--inbox", ".", "--parameters", "nowhere.yaml"), "nowhere.yaml"),
        (("scan", "--inbox", ".", "--spark-conf", "spark.master"), "KEY=VALUE"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_bad_arguments_end_with_2_and_say_what_is_allowed(arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2 and told in err and out == ""


def test_a_scan_that_finds_nothing_to_scan_ends_with_1_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "食堂采购清单.csv").write_text("品名,数量\n白菜,3\n", encoding="utf-8")
    code, out, _ = run("scan", "--inbox", str(tmp_path / "inbox"), "--home", str(tmp_path / "home"), "--json")
    assert code == 1 and "无法确定扫描日" in json.loads(out)["error"]


def test_a_source_without_a_required_column_in_any_file_stops_the_line(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_csv(inbox / "专账资金台账_太原市_202107.csv", [HEADER, ROW])
    write_csv(
        inbox / "银行流水_太原市_202107.csv",
        [["流水号", "开户区划", "交易日期", "方向", "状态"], ["T1", "140100", "20210708", "支出", "成功"]],
    )
    code, out, _ = run("scan", "--inbox", str(inbox), "--home", str(tmp_path / "home"), "--json")
    assert code == 1 and "bank" in json.loads(out)["error"] and "amount" in json.loads(out)["error"]


def test_an_override_that_nobody_knows_is_refused_with_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    values = tmp_path / "values.yaml"
    values.write_text(
        '- {id: directed_capp, value: 7000, division: "140000", valid_from: 2021-07-08}\n', encoding="utf-8"
    )
    code, out, _ = run(
        "scan",
        "--inbox",
        str(tmp_path / "inbox"),
        "--home",
        str(tmp_path / "home"),
        "--parameters",
        str(values),
        "--json",
    )
    told = json.loads(out)["error"]
    assert code == 2 and "directed_cap" in told and "LawError" not in told


def test_json_is_one_object_with_the_figures_of_the_publication(province: Home) -> None:
    code, out, _ = run("scan", "--inbox", str(province.inbox), "--home", str(province.root), "--json")
    told = json.loads(out)
    assert code == 0 and out.count("\n") == 1
    wanted = {
        "publication",
        "scan_id",
        "as_of",
        "cases",
        "amount_at_risk",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "seconds",
    }
    assert wanted <= told.keys() and Path(told["publication"]).is_dir()
    assert told["rows_read"] == told["rows_accepted"] + told["rows_quarantined"] + told["rows_superseded"]


def test_explain_says_why_a_claim_was_and_was_not_pointed_out(province: Home) -> None:
    case = (
        pl.read_parquet(Path(run_scan(province)) / "cases.parquet")
        .filter(pl.col("rule_id") == "standard_exceeded")
        .row(0, named=True)
    )
    code, out, _ = run("explain", case["subject_key"], "--home", str(province.root), "--json")
    lines = {line["rule_id"]: line for line in json.loads(out)}
    assert code == 0 and lines["standard_exceeded"]["hit"] and lines["standard_exceeded"]["examined"]
    assert (lines["standard_exceeded"]["observed"], lines["standard_exceeded"]["allowed"]) != ("", "")
    assert not lines["directed_over_quota"]["examined"] and lines["directed_over_quota"]["reason"]
    code, out, _ = run("explain", case["subject_key"], "--home", str(province.root))
    assert code == 0 and "被提示" in out and "线索不等于结论" in out


def test_explain_of_what_nobody_knows_says_what_may_be_asked(province: Home) -> None:
    code, _, err = run("explain", "NO-SUCH", "--home", str(province.root))
    assert code == 1 and "申领编号" in err


def test_what_a_broken_off_scan_left_is_not_explained(tmp_path: Path) -> None:
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    inbox.mkdir()
    write_csv(inbox / "专账资金台账_太原市_202107.csv", [HEADER])
    assert run("scan", "--inbox", str(inbox), "--home", str(home))[0] == 1
    for command in (("explain", "C1"), ("evaluate",)):
        code, _, err = run(*command, "--home", str(home))
        assert code == 1 and "上次扫描没有完成" in err, command


def test_asking_a_home_that_was_never_scanned_makes_nothing(tmp_path: Path) -> None:
    for command in (("explain", "C1"), ("evaluate",)):
        for folder in (tmp_path, tmp_path / "nowhere"):
            code, _, err = run(*command, "--home", str(folder))
            assert code == 1 and "还没有扫描过" in err, command
    assert not any(tmp_path.iterdir())


def test_a_damaged_warehouse_is_told_from_one_in_use(tmp_path: Path) -> None:
    inbox, home = tmp_path / "inbox", Home.at(tmp_path / "home")
    inbox.mkdir()
    write_csv(inbox / "专账资金台账_太原市_202107.csv", [HEADER, ROW])
    home.prepare()
    home.warehouse.write_bytes(b"no warehouse")
    for command in (("explain", "C1"), ("scan", "--inbox", str(inbox))):
        code, _, err = run(*command, "--home", str(home.root))
        assert code == 1 and "可能已损坏" in err and "由 deliveries 重建" in err, command


def test_a_home_that_cannot_be_written_ends_the_scan_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.scanning.dg.DagsterInstance.get", full)
    (tmp_path / "inbox").mkdir()
    code, out, _ = run("scan", "--inbox", str(tmp_path / "inbox"), "--home", str(tmp_path / "home"), "--json")
    assert code == 1 and "腾出空间" in json.loads(out)["error"]


def test_a_second_scan_waits_and_then_says_who_holds_the_home(province: Home) -> None:
    said: list[str] = []
    with (
        province.held("a test", 0, said.append),
        pytest.raises(HomeError, match="a test"),
        province.held("scan", 0.1, said.append),
    ):
        pass
    assert said and "a test" in said[0]


def run_scan(home: Home) -> str:
    """The folder of the publication that stands."""
    return str(
        json.loads(run("scan", "--inbox", str(home.inbox), "--home", str(home.root), "--json")[1])["publication"]
    )
