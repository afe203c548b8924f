"""Scores end to end on a small made-up world: who has a row, who comes first, why, and how it is published."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from assets.delivered import empty_delivered
from assets.risk import RISK_SCHEMA, risk_frame
from assets.scores import rank_subjects, write_scores
from assets.tables import build_parameters, build_scan, build_tables
from models.case import case_id
from tests.checks.examples import AS_OF, insert_rows
from tests.models.feature_examples import rows

CLASSES = 30
UNKNOWN = "K99"
"""A class that a claim names and no register of classes."""


def sources() -> dict[str, list[dict[str, object]]]:
    """Thirty classes of five institutions; the attendance of the thirtieth is that of the first, and its phones run in a series."""
    attendance = []
    for k in range(1, CLASSES + 1):
        of = 1 if k == CLASSES else k
        attendance += rows({
            "for": {"p": 8, "d": 5}, "class_id": f"K{k:02}", "id_number": f"P{{p+{10 * k}}}", "day": f"d+{k % 7 + (20 if k == CLASSES else 0)}",
            "came": f"30600+noise(900,p,d,{of})", "stays": f"10800+noise(900,d,p,{of})",
        })  # fmt: skip
    return {
        "classes": [
            {"class_id": f"K{k:02}", "organiser_id": f"O{k % 5}", "trainer_id": f"P{900 + k}"}
            for k in range(1, CLASSES + 1)
        ],
        "institutions": [{"institution_id": f"O{o}"} for o in range(5)]
        + [{"institution_id": "A1", "kind": "assessor"}],
        "enrolments": [
            {
                "class_id": f"K{k:02}",
                "id_number": f"P{p + 10 * k}",
                "phone": f"1390000{k:02}{p:02}" if k == CLASSES else f"13{p}{k:02}{p}{k:02}{p}{p}",
            }
            for k in range(1, CLASSES + 1)
            for p in range(1, 9)
        ],
        "attendance": attendance,
        "certificates": [{"certificate_no": "Z1", "id_number": "P11"}],
        "claims": [
            {
                "claim_id": f"C{k:02}{p}",
                "class_id": f"K{k:02}",
                "id_number": f"P{p + 10 * k}",
                "claimant_id": f"O{k % 5}",
            }
            for k in range(1, CLASSES + 1)
            for p in range(1, 9)
            if k != 2
        ]
        + [
            {"claim_id": "CZ", "certificate_no": "Z1", "id_number": "P11", "amount": 600},
            {"claim_id": "CR", "status": "rejected"},
            {"claim_id": "CU", "class_id": UNKNOWN, "id_number": "P12", "amount": 700},
        ],
    }


def scored(given: dict[str, list[dict[str, object]]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    empty_delivered(connection)
    for source, lines in given.items():
        insert_rows(connection, source, lines)
    build_scan(connection, AS_OF)
    build_parameters(connection)
    build_tables(connection)
    write_scores(connection)
    return connection


@pytest.fixture(scope="module")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    with scored(sources()) as connection:
        yield connection


def test_every_subject_that_live_claims_go_through_has_a_row(world: duckdb.DuckDBPyConnection) -> None:
    risk = risk_frame(world)
    keys = {kind: set(frame["subject_key"]) for (kind,), frame in risk.group_by("subject_kind")}
    assert keys["class"] == {f"K{k:02}" for k in range(1, CLASSES + 1) if k != 2} | {UNKNOWN}
    assert keys["institution"] == {f"O{o}" for o in range(5)}
    assert keys["assessor"] == {"A1"}
    assert keys["claim"] == {f"C{k:02}{p}" for k in range(1, CLASSES + 1) for p in range(1, 9) if k != 2} | {"CZ", "CU"}


def test_ranks_have_no_ties_and_follow_the_scores(world: duckdb.DuckDBPyConnection) -> None:
    for _, frame in risk_frame(world).group_by("subject_kind"):
        ordered = frame.sort("rank")
        assert ordered["rank"].to_list() == list(range(1, frame.height + 1))
        assert ordered["score"].is_sorted(descending=True) and ordered["score"].is_between(0, 1).all()


def test_every_probability_lies_within_its_interval(world: duckdb.DuckDBPyConnection) -> None:
    risk = risk_frame(world)
    assert (risk["score_low"] <= risk["score"]).all() and (risk["score"] <= risk["score_high"]).all()
    first = risk.filter((pl.col("subject_kind") == "class") & (pl.col("rank") == 1))
    assert (first["score_high"] - first["score_low"]).item() > 0.2, "nobody has looked yet"


def test_what_an_institution_says_of_its_classes_does_not_come_back_to_it(world: duckdb.DuckDBPyConnection) -> None:
    def scores() -> dict[str, dict[str, float]]:
        rows = world.execute("SELECT subject_kind, subject_key, score FROM scores").fetchall()
        return {kind: {key: score for k, key, score in rows if k == kind} for kind in ("class", "institution")}

    with_flow = scores()
    world.execute("BEGIN TRANSACTION")
    rank_subjects(world, owners=())
    without = scores()
    world.execute("ROLLBACK")
    assert with_flow["class"] != without["class"], "evidence does flow to classes"
    assert with_flow["institution"] == without["institution"]


def test_the_copied_class_comes_first_and_the_reasons_say_so(world: duckdb.DuckDBPyConnection) -> None:
    first = risk_frame(world).filter((pl.col("subject_kind") == "class") & (pl.col("rank") == 1)).row(0, named=True)
    assert first["subject_key"] == f"K{CLASSES}"
    assert {"sessions_copied", "person_times_copied"} & {reason["feature"] for reason in first["reasons"]}
    told = world.execute(
        "SELECT says FROM score_reasons WHERE subject_key = ? ORDER BY place", [f"K{CLASSES}"]
    ).fetchall()
    assert any("签到成段雷同：100%，同类通常0%" in text for (text,) in told)


def test_a_judged_case_counts_for_the_class_that_it_was_about(world: duckdb.DuckDBPyConnection) -> None:
    key, top = b"of this installation", f"K{CLASSES}"
    its_case, another_rule = case_id(key, "suspicious_class", top), case_id(key, "night_class", top)

    def score(*judgements: tuple[str, str]) -> float:
        world.execute("BEGIN TRANSACTION")
        for day, (case, outcome) in enumerate(judgements, 1):
            world.execute(
                "INSERT INTO feedback BY NAME SELECT ? AS case_id, ? AS outcome, make_date(2022, 1, ?) AS checked_on",
                [case, outcome, day],
            )
        rank_subjects(world, case_key=key)
        found = world.execute("SELECT score FROM scores WHERE subject_kind = 'class' AND subject_key = ?", [top])
        row = found.fetchone()
        world.execute("ROLLBACK")
        assert row is not None
        return row[0]

    before = score()
    assert score((its_case, "dismissed")) < before
    assert score((another_rule, "dismissed")) == before, "trained at night, and yet a class"
    assert score((its_case, "dismissed"), (its_case, "open")) == before, "taken up again: the latest counts"


def test_money_and_schema(world: duckdb.DuckDBPyConnection) -> None:
    risk = risk_frame(world)
    assert risk.schema == RISK_SCHEMA
    row = risk.filter((pl.col("subject_kind") == "class") & (pl.col("subject_key") == "K01")).row(0, named=True)
    assert row["amount"] == 8000 and abs(float(row["expected_loss"]) - 8000 * row["score"]) < 0.01
    assert risk.filter(pl.col("subject_key") == "A1")["amount"].item() == 600


def test_rows_in_another_order_give_the_same_scores(world: duckdb.DuckDBPyConnection) -> None:
    mixed = {source: random.Random(4).sample(lines, len(lines)) for source, lines in sources().items()}
    with scored(mixed) as other:
        for table in ("scores", "score_reasons"):
            assert (
                other.execute(f"FROM {table} ORDER BY ALL")
                .pl()
                .equals(world.execute(f"FROM {table} ORDER BY ALL").pl())
            )


def test_without_any_claim_there_are_no_scores() -> None:
    with scored({}) as connection:
        assert risk_frame(connection).schema == RISK_SCHEMA and risk_frame(connection).is_empty()


def test_with_certificates_alone_there_is_a_ranking_too() -> None:
    """No class, no institution: levels without anybody."""
    person = {"certificate_no": "Z1", "id_number": "P11"}
    with scored(
        {"certificates": [{**person, "assessor_id": "A1"}], "claims": [{"claim_id": "CZ", **person}]}
    ) as connection:
        assert set(risk_frame(connection)["subject_kind"]) <= {"claim", "assessor"}
    with scored({"claims": [{"claim_id": "CZ", "class_id": "K1"}], "classes": [{"class_id": "K1"}]}) as connection:
        assert "CZ" in set(risk_frame(connection)["subject_key"])
