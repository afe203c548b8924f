"""A plan on a world of five units, worked by hand: what is expected, chosen, drawn, promised, signed and learned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.chain import MANIFEST
from assets.commitments import REGISTER
from assets.inspection_plan import PLAN_SCHEMA, PlanProblem, Wishes, make_plan, sample_size
from assets.inspection_units import units_of
from assets.judged_visits import judged_visits
from assets.keys import load_keys
from assets.plan_folder import write_plan
from assets.plan_results import NoSuchPlan, plan_results, results_text
from assets.plan_text import no_random_arm, plan_text
from assets.travel import Travel
from assets.verification import verify, verify_chain
from models.case import CASE_SCHEMA
from tests.assets.made_up import case as made_up_case

# Classes K1 (Taiyuan), K2 and K3 (Datong); beside them U1 claims without a class, and U2 too.
CLAIMS = [
    ("C1", "K1", "X", 1000, "140100"), ("C2", "K1", "X", 1000, "140100"), ("C3", "K2", "Y", 4000, "140200"), ("C4", "K3", "Y", 500, "140200"),
    ("C5", None, "U1", 300, "140100"), ("C6", None, "U2", 800, "140900"),
]  # fmt: skip
FIRST_SEEN = date(2022, 2, 28)
WISHES = Wishes(
    days=2,
    random_share=0.5,
    seed="秘密 42",
    travel=Travel({"140100": 0.0, "140200": 2.0, "140900": 9.0}),
    visit_hours=4.0,
)


def case(
    rule: str, kind: str, key: str, claims: list[str], yuan: str, score: float = 1.0, **more: Any
) -> dict[str, Any]:
    values = {
        "subject_kind": kind,
        "claim_ids": claims,
        "amount_at_risk": Decimal(yuan),
        "score": score,
        "status": "open",
        "institution_id": None,
    }
    return made_up_case(rule, key, **{**values, "case_id": f"{rule}-{key}", **more})


CASES = [
    case("directed_over_cap", "claim", "C1", ["C1"], "400"),
    case("night_class", "class", "K1", ["C1", "C2"], "2000", 0.3, severity="lead"),
    case("hours_short", "claim", "C4", ["C4"], "500", 0.5, severity="lead", status="dismissed"),
    case("suspicious_institution", "institution", "U1", ["C5"], "300", 0.9, severity="lead"),
    case("pass_rate_perfect", "assessor", "A", [], "0", 0.2, severity="lead", institution_id="U1"),
    case("standards_told", "claim", "C6", ["C6"], "800", severity="notice"),
]
RISK = [("class", "K1", 0.4), ("class", "K2", 0.25), ("claim", "C5", 0.5), ("claim", "C1", 1.0)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose latest publication holds CASES and RISK."""
    folder = tmp_path / "publications" / "2022-02-28-000000000000"
    folder.mkdir(parents=True)
    pl.DataFrame(CASES, schema=CASE_SCHEMA, orient="row").write_parquet(folder / "cases.parquet")
    pl.DataFrame(RISK, schema=["subject_kind", "subject_key", "score"], orient="row").write_parquet(
        folder / "risk.parquet"
    )
    evidence = [
        (
            "directed_over_cap-C1",
            "claims",
            "申领.csv",
            "",
            7,
            json.dumps({"class_id": "K1", "name": "张*", "id_number": "1401**1234"}, ensure_ascii=False),
        )
    ]
    pl.DataFrame(evidence, schema=["case_id", "source", "file", "sheet", "line", "row"], orient="row").write_parquet(
        folder / "evidence.parquet"
    )
    (folder / MANIFEST).write_text(
        json.dumps({"as_of": "2022-02-28", "inputs": [], "parameters": [], "previous": None}), encoding="utf-8"
    )
    (folder / "SHA256SUMS").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(
        "CREATE TABLE live_claims (claim_id VARCHAR, class_id VARCHAR, claimant_id VARCHAR, amount DECIMAL(14, 2), division VARCHAR, claimed_on DATE)"
    )
    connection.executemany("INSERT INTO live_claims VALUES (?, ?, ?, ?, ?, DATE '2021-09-01')", CLAIMS)
    connection.execute(
        "CREATE TABLE classes AS SELECT * FROM (VALUES ('K1', 'X', '140100'), ('K2', 'Y', '140200'), ('K3', 'Y', '140200')) AS t(class_id, organiser_id, division)"
    )
    connection.execute("ALTER TABLE classes ADD COLUMN start_date DATE; ALTER TABLE classes ADD COLUMN end_date DATE")
    connection.execute(
        "CREATE TABLE organisations AS SELECT * FROM (VALUES ('X', '太原新程职业培训学校', '140100'), ('U1', '王小二', '140100')) AS t(institution_id, name, division)"
    )
    connection.execute(
        "CREATE TABLE feedback (inspection_id VARCHAR, case_id VARCHAR, subject_kind VARCHAR, subject_key VARCHAR, outcome VARCHAR, recovered_amount DECIMAL(14, 2), checked_on DATE, source_file VARCHAR DEFAULT '1.csv', source_line INTEGER DEFAULT 1)"
    )
    connection.execute("CREATE TABLE scan AS SELECT DATE '2022-02-28' AS as_of")
    connection.execute("CREATE SCHEMA delivered; CREATE TABLE delivered.files (sha256 VARCHAR)")
    connection.execute(
        "CREATE TABLE parameter (id VARCHAR, city VARCHAR, value VARCHAR, number DECIMAL(18, 6), day DATE, born_from DATE, born_until DATE, valid_from DATE, valid_until DATE, division VARCHAR, notice VARCHAR, clause VARCHAR)"
    )
    return connection


def promised(wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**wanted, "number": 1}


def test_expected_recovery_counts_each_claim_once_with_the_most_that_speaks_for_it(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    units = {
        row["subject_key"]: row
        for row in units_of(warehouse, home / "publications" / "2022-02-28-000000000000").frame.iter_rows(named=True)
    }
    # C1: 400 for certain against 0.4 x 1000; C2: 0.3 x 1000 against 0.4 x 1000. A claim's own score is for claims without a class.
    assert units["K1"]["expected_recovery"] == Decimal("800.00")
    assert units["K2"]["expected_recovery"] == Decimal("1000.00")
    assert units["K3"]["expected_recovery"] == Decimal("0.00"), "a dismissed case is worth nothing"
    assert units["U1"]["expected_recovery"] == Decimal("150.00"), "the whole institution's lead adds no yuan to a claim"
    assert units["U2"]["expected_recovery"] == Decimal("0.00"), "a notice accuses nobody"
    assert units["K1"]["case_ids"] == ["directed_over_cap-C1", "night_class-K1"]
    assert units["U1"]["case_ids"] == ["pass_rate_perfect-A", "suspicious_institution-U1"]
    assert units["U1"]["institution"] == "王*" and units["K1"]["institution"] == "太原新程职业培训学校"


def test_the_best_is_chosen_and_the_draw_is_from_all_the_rest(home: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    plan = make_plan(warehouse, home, WISHES, home / "plans", promised)
    assert plan.visits.schema == PLAN_SCHEMA
    arms = plan.visits.partition_by("arm", as_dict=True)
    # One day: K2 alone in Datong (6 hours are left, one visit) is worth 1000, K1 and U1 together in Taiyuan 950.
    assert arms["targeted",]["subject_key"].to_list() == ["K2"] and plan.choice.value == 1000.0
    rest = [("class", "K1"), ("class", "K3"), ("institution", "U1")]
    assert plan.population == 3 and plan.units.filter(~pl.col("reachable"))["subject_key"].to_list() == ["U2"]
    first = min(
        rest, key=lambda unit: hashlib.sha256(f"{WISHES.seed}|{plan.plan_id}|{unit[0]}|{unit[1]}".encode()).hexdigest()
    )
    assert arms["random",].select("subject_kind", "subject_key").rows()[0] == first
    assert (
        arms["random",]["probability_of_selection"].to_list()
        == [pytest.approx(arms["random",].height / 3)] * arms["random",].height
    )
    assert arms["targeted",]["probability_of_selection"].to_list() == [1.0]
    assert plan.best.value == 1950.0 and plan.visits["inspection_id"].is_unique().all()


@pytest.mark.parametrize(
    ("near", "far", "days", "size"),
    [
        (1, 1, 1, 1),  # either takes a day, both together two
        (1, 1, 2, 2),
        (9, 0, 5, 9),  # five days hold ten, but there are nine
        (9, 9, 5, 7),  # at worst two near ones on one day and five far ones on four
        (9, 9, 0, 0),
    ],
)
def test_the_sample_fits_into_its_days_wherever_the_draw_falls(near: int, far: int, days: int, size: int) -> None:
    divisions = pl.Series(["140100"] * near + ["140200"] * far, dtype=pl.String)
    assert sample_size(divisions, days, WISHES, {"140100": 0.0, "140200": 2.0}) == size


def test_what_has_no_division_is_as_far_as_any_place_that_nobody_named(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute("INSERT INTO live_claims VALUES ('C9', NULL, 'U9', 5000, NULL, NULL)")
    units = make_plan(warehouse, home, WISHES, home / "plans", promised).units
    assert units.filter(pl.col("subject_key") == "U9").select("division", "reachable").rows() == [("", True)]


def test_with_one_day_there_is_no_random_arm_unless_everything_is_drawn(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    plan = make_plan(warehouse, home, replace(WISHES, days=1), home / "plans", promised)
    assert plan.random_days == 0 and plan.visits["arm"].unique().to_list() == ["targeted"]
    assert "天数不够" in plan_text(plan)
    drawn = make_plan(warehouse, home, replace(WISHES, days=1, random_share=1.0), home / "plans", promised)
    assert drawn.random_days == 1 and drawn.visits["arm"].unique().to_list() == ["random"]


def test_days_too_few_for_the_farthest_visit_go_to_the_targeted_arm(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    far = Travel(
        {"140100": 0.0, "140200": 6.0, "140900": 9.0}
    )  # two hours of a day are left in Datong: a visit takes two days
    plan = make_plan(warehouse, home, replace(WISHES, travel=far), home / "plans", promised)
    assert plan.random_days == 0 and plan.choice.value == plan.best.value and "天数不够" in plan_text(plan)
    assert "往返 6 小时，一次检查要 2 个工作日" in no_random_arm(plan) and "140200" in no_random_arm(plan)
    assert no_random_arm(make_plan(warehouse, home, replace(WISHES, random_share=0), home / "plans", promised)) == ""
    assert no_random_arm(make_plan(warehouse, home, WISHES, home / "plans", promised)) == ""


def test_what_was_inspected_comes_again_only_when_a_new_case_has_come_up(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    _, plan = write_plan(warehouse, home, WISHES, load_keys(home), home / "plans", "")
    (visit,) = plan.visits.filter(pl.col("subject_key") == "K2").iter_rows(named=True)
    insert = "INSERT INTO feedback (inspection_id, case_id, subject_kind, subject_key, outcome, checked_on) VALUES (?, ?, ?, ?, ?, ?)"
    # K2 through the inspection_id of its plan alone, K1 by its own name, the day before and the day on which its cases came up.
    warehouse.execute(insert, [visit["inspection_id"], "x", None, None, "dismissed", date(2022, 2, 1)])
    warehouse.execute(insert, ["T9", None, "class", "K1", "confirmed", FIRST_SEEN - timedelta(days=1)])
    warehouse.execute(insert, ["T8", None, "class", "K3", "open", FIRST_SEEN])

    def left_out() -> list[str]:
        again = make_plan(warehouse, home, WISHES, home / "plans", promised)
        out = again.units.filter("inspected")["subject_key"].to_list()
        assert not set(out) & set(again.visits["subject_key"]) and again.population + len(again.choice.rows) == 4 - len(
            out
        )
        return out

    assert left_out() == ["K2"]
    warehouse.execute(insert, ["T9", None, "class", "K1", "confirmed", FIRST_SEEN])
    assert sorted(left_out()) == ["K1", "K2"]


def test_cases_judged_under_a_visit_judge_the_visit_unless_it_was_judged_as_a_whole(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    warehouse.executemany(
        "INSERT INTO feedback (inspection_id, case_id, outcome, recovered_amount, checked_on) VALUES (?, ?, ?, ?, ?)",
        [
            ("T1", "a", "dismissed", None, date(2022, 2, 1)), ("T1", "b", "confirmed", 200, date(2022, 2, 3)), ("T1", "c", "confirmed", 50, date(2022, 2, 2)),
            ("T2", "a", "confirmed", 200, date(2022, 2, 1)), ("T2", "a", "dismissed", None, date(2022, 2, 2)),
            ("T3", "a", "confirmed", 200, date(2022, 2, 1)), ("T3", None, "dismissed", None, date(2022, 1, 2)),
            ("T4", "a", "open", None, date(2022, 2, 1)),
            ("T5", "a", "dismissed", None, date(2022, 2, 1)), ("T5", "b", "open", None, date(2022, 2, 1)),
            ("T6", "a", "confirmed", 10, date(2022, 2, 1)), ("T6", "b", "open", None, date(2022, 2, 1)),
        ],
    )  # fmt: skip
    found = judged_visits(warehouse).select("inspection_id", "outcome", "recovered", "checked_on").rows()
    assert found == [
        ("T1", "confirmed", Decimal(250), date(2022, 2, 3)),
        ("T2", "dismissed", None, date(2022, 2, 2)),
        ("T3", "dismissed", None, date(2022, 1, 2)),
        ("T6", "confirmed", Decimal(10), date(2022, 2, 1)),
    ]


def test_the_folder_is_signed_and_the_promise_stands_before_it(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    folder, plan = write_plan(warehouse, home, WISHES, load_keys(home), home / "plans", "2022-03-01T08:00:00+00:00")
    assert verify(folder, home=home).exit_code == 0
    line = json.loads((home / "plans" / REGISTER).read_text(encoding="utf-8"))
    assert (
        line["commitment"] == hashlib.sha256(WISHES.seed.encode()).hexdigest()
        and line["plan_id"] == folder.name == plan.plan_id
    )
    text = (folder / "plan.md").read_text(encoding="utf-8")
    assert "1,000.00 元" in text and "放弃" in text and "950.00" in text and line["commitment"] in text
    again, _ = write_plan(warehouse, home, WISHES, load_keys(home), home / "plans", "later")
    assert again == folder and len((home / "plans" / REGISTER).read_text(encoding="utf-8").splitlines()) == 1


def test_who_takes_a_promise_back_is_told_by_verify(home: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    root = home / "plans"
    folders = [
        write_plan(warehouse, home, replace(WISHES, seed=seed), load_keys(home), root, "")[0] for seed in ("a", "b")
    ]
    assert verify_chain(root, home=home).exit_code == verify(folders[1], home=home).exit_code == 0
    register = root / REGISTER
    kept = register.read_text(encoding="utf-8")
    register.write_text(kept.splitlines()[1] + "\n", encoding="utf-8")
    for result in (verify_chain(root, home=home), verify(folders[0], home=home)):
        assert result.exit_code == 1 and [problem.where for problem in result.problems] == [REGISTER, REGISTER]
        assert "line 1 does not follow" in str(result) and f"commitment of {folders[0].name}" in str(result)
    register.unlink()
    assert "promised before the draws" in str(verify_chain(root, home=home))
    assert verify(folders[0], home=home).exit_code == 0, "a plan that was handed on is proved by its signature alone"


def test_no_plan_is_put_among_publications(home: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    for manifest in (None, "{"):  # one that cannot be read is no plan either
        if manifest is not None:
            (home / "publications" / "2022-02-28-000000000000" / MANIFEST).write_text(manifest, encoding="utf-8")
        with pytest.raises(PlanProblem, match="--out"):
            write_plan(warehouse, home, WISHES, load_keys(home), home / "publications", "")
    assert not (home / "publications" / REGISTER).exists()


def test_a_field_pack_says_whom_to_ask_what_and_for_which_documents(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    everything = Wishes(days=9, random_share=0.0, seed="s", travel=Travel({"140900": 9.0}, 1.0), visit_hours=4.0)
    folder, _ = write_plan(warehouse, home, everything, load_keys(home), home / "plans", "")
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames == ["检查安排", "核查反馈", "T001", "T002", "T003"]
    packs = {
        sheet.title: {str(row[0].value): str(row[1].value) for row in sheet.iter_rows(min_row=3)}
        for sheet in book.worksheets[2:]
    }
    (pack,) = [pack for pack in packs.values() if "K1" in pack["对象"]]
    assert "太原新程职业培训学校" in pack["单位"] and pack["找谁"] and pack["问什么 1"] and pack["看什么材料 1"]
    assert (
        "night_class-K1" in pack["线索 1"]
        and "directed_over_cap-C1" in pack["线索 2"]
        and pack["线索涉及的人"] == "张* 1401**1234"
        and "第 7 行" in pack["原始行：补贴申领"]
    )
    header = [cell.value for cell in book["核查反馈"][2]]
    assert header[:5] == ["检查编号", "抽查方式", "对象类型", "对象编号", "核查结论"] and "class" in [
        cell.value for cell in book["核查反馈"]["C"]
    ]


def test_after_the_judgements_the_random_arm_alone_speaks_for_the_rest(
    home: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    folder, plan = write_plan(warehouse, home, WISHES, load_keys(home), home / "plans", "")
    assert plan_results(warehouse, folder).estimate is None and "还没有结论" in results_text(
        plan_results(warehouse, folder)
    )
    ids = plan.visits["inspection_id"].to_list()
    drawn = plan.visits.filter(pl.col("arm") == "random").height
    judged = [
        (ids[0], "confirmed", 3500, date(2022, 2, 1)),
        *((one, "dismissed", None, date(2022, 2, 1)) for one in ids[1:]),
    ]
    warehouse.executemany(
        "INSERT INTO feedback (inspection_id, case_id, outcome, recovered_amount, checked_on) VALUES (?, NULL, ?, ?, ?)",
        judged,
    )
    results = plan_results(warehouse, folder)
    assert (results.targeted.confirmed, results.targeted.recovered, results.targeted.expected) == (1, 3500.0, 1000.0)
    assert results.estimate is not None and results.advice is not None
    assert (results.estimate.population, results.estimate.judged, results.estimate.rate) == (3, drawn, 0.0)
    assert results.advice.what == "extend" and "建议" in results_text(results)
    # A later judgement of a drawn visit counts instead, and one without an amount counts with everything.
    warehouse.execute(
        "INSERT INTO feedback (inspection_id, case_id, outcome, recovered_amount, checked_on) VALUES (?, NULL, 'confirmed', NULL, DATE '2022-02-20')",
        [ids[1]],
    )
    later = plan_results(warehouse, folder).estimate
    assert later is not None and later.confirmed == 1 and later.yuan_low > 0
    # Of one day the later file counts, whatever it says.
    warehouse.execute(
        "INSERT INTO feedback (inspection_id, case_id, outcome, checked_on, source_file) VALUES (?, NULL, 'dismissed', DATE '2022-02-20', '2.csv')",
        [ids[1]],
    )
    corrected = plan_results(warehouse, folder).estimate
    assert corrected is not None and corrected.confirmed == 0
    with pytest.raises(NoSuchPlan, match=folder.name):
        plan_results(warehouse, home / "plans" / "no-such")


@pytest.mark.parametrize("wrong", [{"days": 0}, {"random_share": 1.5}, {"visit_hours": 0.0}, {"seed": " "}])
def test_wishes_that_cannot_be_met_are_named(
    home: Path, warehouse: duckdb.DuckDBPyConnection, wrong: dict[str, Any]
) -> None:
    with pytest.raises(PlanProblem):
        make_plan(
            warehouse,
            home,
            Wishes(
                **{**{"days": 2, "random_share": 0.1, "seed": "s", "travel": Travel(), "visit_hours": 4.0}, **wrong}
            ),
            home / "plans",
            promised,
        )
