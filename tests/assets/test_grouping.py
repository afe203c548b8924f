"""Cases in the order of an inspector's way: institution, class, person."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from assets.evidence import SCHEMA
from assets.grouping import grouped
from tests.assets.made_up import case, cases


def evidence(*rows: tuple[str, str, dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(one, source, "f", "", 1, json.dumps(row)) for one, source, row in rows], schema=SCHEMA, orient="row"
    )


def test_class_person_and_name_are_read_from_the_evidence() -> None:
    of_claim, of_class, of_two, bare = (
        case("a", "C1"), case("b", "K9", subject_kind="class"), case("c", "P1|K1|K2", subject_kind="trainer"), case("d", "140200|2021", subject_kind="division", institution_id=None),
    )  # fmt: skip
    rows = evidence(
        (of_claim["case_id"], "claims", {"class_id": "K1", "id_number": "1401********1", "name": "张*"}),
        (of_claim["case_id"], "attendance", {"class_id": "K1", "id_number": "1401********1"}),
        (of_claim["case_id"], "institutions", {"institution_id": of_claim["institution_id"], "name": "某培训学校"}),
        (of_class["case_id"], "enrolments", {"class_id": "K9", "id_number": "1", "name": "甲"}),
        (of_class["case_id"], "enrolments", {"class_id": "K9", "id_number": "2", "name": "乙"}),
        (of_two["case_id"], "classes", {"class_id": "K1"}), (of_two["case_id"], "classes", {"class_id": "K2"}),
    )  # fmt: skip
    found = {row["case_id"]: row for row in grouped(cases(of_claim, of_class, of_two, bare), rows).to_dicts()}
    assert (found[of_claim["case_id"]]["class_id"], found[of_claim["case_id"]]["person"]) == ("K1", "张* 1401********1")
    assert found[of_claim["case_id"]]["institution"] == "某培训学校"
    assert (found[of_class["case_id"]]["class_id"], found[of_class["case_id"]]["person"]) == ("K9", None), (
        "of several people none"
    )
    assert found[of_two["case_id"]]["class_id"] is None, "of two classes none"
    assert grouped(cases(of_claim, bare), rows)["institution_id"].to_list()[-1] is None, "of no institution comes last"


def test_without_evidence_every_case_is_still_there() -> None:
    assert grouped(cases(case("a", "C1")), evidence()).height == 1


def test_the_catalogue_names_an_institution_whose_row_is_no_evidence() -> None:
    one, other = case("a", "C1"), case("b", "C2", institution_id="O9")
    rows = evidence((other["case_id"], "institutions", {"institution_id": "O9", "name": "证据里的名称"}))
    catalogue = pl.DataFrame({"institution_id": [one["institution_id"]], "institution": ["目录里的名称"]})
    found = grouped(cases(one, other), rows, catalogue)
    assert set(found.select("case_id", "institution").rows()) == {
        (one["case_id"], "目录里的名称"),
        (other["case_id"], "证据里的名称"),
    }
