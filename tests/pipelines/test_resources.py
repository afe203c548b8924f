"""The resource of a scan: what a broken-off one has left of unmasked rows, and whose folder that is; how much memory it may use."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.resources import ScanResource


def leave_rows(home: Path) -> Path:
    """What a Spark scan that was killed leaves behind."""
    left = ScanResource(home=str(home))._exchange / "claims.given" / "rows.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"140105199001011234")
    return left


def opened(home: Path, memory: str = "") -> str:
    """Open the warehouse as a scan does, and close it again; returns the memory that DuckDB was allowed."""
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_init_resource_context(instance=instance)
        with ScanResource(home=str(home), memory=memory).yield_for_execution(context) as scan:
            return scan.connection.execute("SELECT current_setting('memory_limit')").fetchone()[0]


@pytest.mark.parametrize("shared", [False, True], ids=["in the home", "shared"])
def test_the_next_scan_clears_what_a_broken_off_one_has_left_whatever_computes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    if shared:
        monkeypatch.setenv("SKILLWATCH_SPARK_EXCHANGE", str(tmp_path / "exchange"))
    own, other = (leave_rows(tmp_path / city / "home") for city in ("taiyuan", "datong"))
    opened(tmp_path / "taiyuan" / "home")
    assert not own.exists()
    assert other.exists(), "another home's scan may be under way"


def test_the_memory_is_the_wish_of_this_scan_else_the_home_s_setting(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert opened(home) == "3.7 GiB"
    (home / "settings.yaml").write_text("memory: 1GB\n", encoding="utf-8")
    assert opened(home) == "953.6 MiB"
    assert opened(home, memory="800MB") == "762.9 MiB"
