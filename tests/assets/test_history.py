"""What publications and judgements say of a case and of a rule, and how cases follow from it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.cases import cases_of
from assets.delivered import empty_delivered
from assets.history import History, read_history
from assets.hits import run_rule
from assets.probabilities import Probabilities, read_probabilities
from assets.tables import build_parameters, build_scan, build_tables
from checks.rule import read_rules
from models.precision import Precision
from models.privacy import Pseudonyms
from tests.assets.made_up import case, cases
from tests.checks.examples import insert_rows, person

KEY = b"k" * 32
AS_OF = dt.date(2022, 3, 31)


def publish(folder: Path, name: str, *rows: dict[str, object]) -> Path:
    (folder / name).mkdir(parents=True)
    cases(*rows).write_parquet(folder / name / "cases.parquet")
    return folder / name


def judged(*feedback: tuple[str, str, str, str | None]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE feedback (case_id VARCHAR, checked_on DATE, outcome VARCHAR, recovered_amount DECIMAL(14,2), source_file VARCHAR, source_line INTEGER)"
    )
    for line, row in enumerate(feedback, start=2):
        connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, 'feedback_2022.csv', ?)", [*row, line])
    return connection


def test_first_sight_status_and_precision(tmp_path: Path) -> None:
    one, two, three = (
        case("night_class", key, first_seen=dt.date(2022, 1, day)) for day, key in enumerate(("A", "B", "C"), start=1)
    )
    publish(tmp_path, "2022-01-31-x", one, two)
    publish(tmp_path, "2022-02-28-x", {**one, "first_seen": dt.date(2022, 1, 20)}, three)
    connection = judged(
        (one["case_id"], "2022-03-01", "dismissed", None),
        (one["case_id"], "2022-03-02", "confirmed", "50.00"),
        (two["case_id"], "2022-03-02", "dismissed", None),
        (three["case_id"], "2022-03-02", "open", None),
        ("never-published", "2022-03-02", "confirmed", None),
    )
    history = read_history(connection, tmp_path)
    assert history.first_seen[one["case_id"]] == dt.date(2022, 1, 1)
    assert [history.status(each["case_id"]) for each in (one, two, three)] == ["recovered", "dismissed", "open"]
    assert history.status("unknown") == "new"
    assert history.precision_of("night_class") == Precision(1, 1) and history.precision_of("hours_short") == Precision(
        0, 0
    )


def test_of_two_judgements_of_one_day_the_later_counts(tmp_path: Path) -> None:
    history = read_history(
        judged(("a", "2022-03-01", "confirmed", None), ("a", "2022-03-01", "dismissed", None)), tmp_path
    )
    assert history.status("a") == "dismissed"


def test_the_publication_of_this_very_scan_is_no_history(tmp_path: Path) -> None:
    here = publish(tmp_path, "2022-02-28-x", case("night_class", "A"))
    assert read_history(judged(), tmp_path, without=here) == History()


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    empty_delivered(connection)
    insert_rows(connection, "classes", [{"class_id": "K1"}])
    insert_rows(connection, "projects", [{}])
    insert_rows(connection, "claims", [{"claim_id": "C1", "class_id": "K1", "id_number": "P2", "amount": "900"}])
    build_scan(connection, AS_OF)
    build_parameters(connection)
    build_tables(connection)
    return connection


def test_a_lead_starts_at_its_own_parameter_else_at_the_common_one_and_judgements_move_it(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    history = History(precision={"night_class": Precision(10, 0)})
    probabilities = read_probabilities(warehouse, AS_OF, history)
    assert probabilities.of("hours_short", "140105") == probabilities.of("hours_short", None) == 0.3
    assert probabilities.of("phone_shared", "140105") == 0.15
    assert probabilities.of("night_class", "140105") == pytest.approx(0.65)


def test_a_models_own_probability_is_moved_by_judgements_unless_the_model_has_heard_them() -> None:
    heard = {rule: Precision(0, 30) for rule in ("possible_duplicate_claim", "suspicious_class")}
    judged, unjudged = Probabilities(history=History(precision=heard)), Probabilities()
    assert unjudged.of("possible_duplicate_claim", "140105", 0.912345) == 0.912345
    assert judged.of("possible_duplicate_claim", "140105", 0.8) == pytest.approx(0.2)
    assert judged.of("suspicious_class", "140105", 0.8) == 0.8, "the ranking has learned from them already"


def test_a_case_without_its_counterpart_says_so_is_rated_c_and_scores_below_one_half(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rule = read_rules()["not_in_roster"]
    missing = cases_of(rule, run_rule(warehouse, rule).hits, Pseudonyms(KEY), AS_OF, Probabilities(), masked=False).row(
        0, named=True
    )
    assert missing["rating"] == "C" and missing["score"] < 0.5 and missing["amount_at_risk"] == 900
    assert (
        "对照数据不全：培训学员名册没有送达" in missing["explanation_zh"]
        and "Counterpart data incomplete: Rosters of trainees not delivered" in missing["explanation_en"]
    )
    insert_rows(warehouse, "enrolments", [{"class_id": "K1", "id_number": "P1"}])
    build_tables(warehouse)
    whole = cases_of(rule, run_rule(warehouse, rule).hits, Pseudonyms(KEY), AS_OF, Probabilities(), masked=False).row(
        0, named=True
    )
    assert whole["rating"] == "A" and whole["score"] == 1 and "对照数据不全" not in whole["explanation_zh"]
    assert whole["case_id"] == missing["case_id"]


def test_masked_and_unmasked_cases_have_one_id_and_the_masked_one_names_nobody(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    insert_rows(warehouse, "status_registers", [{"id_number": "P2", "status_kind": "deceased"}])
    insert_rows(warehouse, "enrolments", [{"class_id": "K1", "id_number": "P2", "phone": "13812345678"}])
    build_tables(warehouse)
    rule = read_rules()["person_not_eligible"]
    hits = run_rule(warehouse, rule).hits
    shown, masked = (cases_of(rule, hits, Pseudonyms(KEY), AS_OF, Probabilities(), masked=how) for how in (False, True))
    assert shown["case_id"].to_list() == masked["case_id"].to_list() != []
    assert person(2) not in masked.write_json()
    assert isinstance(masked["claim_ids"].dtype, pl.List)
