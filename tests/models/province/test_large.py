"""A province made in parts: nothing in one part touches another, the rows told are the rows written, the truth lies beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from models.province.large import Order, write_large


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    root = tmp_path_factory.mktemp("large")
    (root / "inbox").mkdir()
    (root / "truth").mkdir()
    order = Order(root / "scratch", 1_600, 5, False, None, True, part=800)
    assert order.parts == 2
    return root, write_large(order, root / "inbox", root / "truth", lambda told: None)


def rows(root: Path, source: str) -> pl.DataFrame:
    """All rows of a source; a file that a bureau sent twice stands once."""
    paths = [path for path in sorted((root / "inbox").glob("*.parquet")) if not path.stem.endswith("_8")]
    known = {path: set(pl.read_parquet_schema(path)) for path in paths}
    marks = {"claims": {"claim_id", "subsidy_kind"}, "classes": {"class_id", "organiser_id", "start_date"}}
    return pl.concat([pl.read_parquet(path) for path in paths if marks[source] <= known[path]], how="diagonal_relaxed")


def test_every_file_is_parquet_and_none_is_left_on_the_scratch_disk(made: tuple[Path, dict[str, Any]]) -> None:
    root, told = made
    files = list((root / "inbox").iterdir())
    assert len(files) == told["files"] and {path.suffix for path in files} == {".parquet"}
    assert not (root / "scratch").exists()


def test_parts_share_no_claim_no_class_and_no_organiser(made: tuple[Path, dict[str, Any]]) -> None:
    root, told = made
    assert rows(root, "claims")["claim_id"].n_unique() > 0.9 * told["claims"] > 1_000
    classes = rows(root, "classes")
    # Ids name the bureau that gave them; one bureau's classes come from one part.
    assert classes["class_id"].n_unique() == classes.unique(["class_id", "organiser_id"]).height


def test_the_truth_names_every_rule_of_the_plants_and_the_schemes(made: tuple[Path, dict[str, Any]]) -> None:
    root, told = made
    truth = pl.read_parquet(root / "truth" / "truth.parquet")
    assert truth.height == told["violations"] > 0 and truth["rule_id"].n_unique() == told["rules"] > 50
    assert not truth.select("rule_id", "subject_key").is_duplicated().any(), "running numbers of the parts meet"
