"""What taking in is measured on: every format holds the same rows, and a format that does not is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from benchmarks.ingest import Differs, cases, measured, table
from models.province.clean import make_province


def test_every_format_gives_the_same_rows_and_another_row_is_told(tmp_path: Path) -> None:
    rows = make_province("tiny", 1, ()).tables["payroll"].unique(maintain_order=True).head(200)
    found = {case.name: case for case in cases("payroll", rows, tmp_path)}
    results = [measured(found[name], tmp_path, 1) for name in ("csv GB18030, a clerk's", "Parquet, typed", "xlsx")]
    assert table("payroll", results, 0.1).count("\n") == 7
    with pytest.raises(Differs):
        measured(replace(found["csv UTF-8"], rows=rows.with_columns(pl.col("name") + "某")), tmp_path, 1)
    with pytest.raises(Differs):
        measured(replace(found["csv UTF-8"], quarantined=1), tmp_path, 1)
