"""Whether the warehouse still holds what a publication rests on.

A scan that broke off leaves tables behind that are newer than the latest publication; nothing may be compared then.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.cases import scan_date
from assets.chain import previous_publication, read_manifest
from models.law import as_rows_for_manifest


class NoStandingScan(RuntimeError):
    """There is no publication, or the warehouse is not its own; the message says what to do."""


def standing_publication(connection: duckdb.DuckDBPyConnection, home: Path) -> Path:
    """The latest masked publication of ``home``, which the warehouse of ``connection`` must be that of."""
    publication = previous_publication(home / "publications")
    if publication is None:
        raise NoStandingScan(
            f"{home} 里还没有发布；先运行 skillwatch scan。 / No publication in {home}: run skillwatch scan first."
        )
    manifest = read_manifest(publication)
    as_of = scan_date(connection)
    holds = {
        "as_of": as_of.isoformat(),
        "inputs": [
            sha for (sha,) in connection.execute("SELECT DISTINCT sha256 FROM delivered.files ORDER BY 1").fetchall()
        ],
        "parameters": as_rows_for_manifest(connection.execute("FROM parameter ORDER BY ALL").pl(), as_of),
    }
    if any(manifest[name] != value for name, value in holds.items()):
        raise NoStandingScan(
            f"数据仓库与最新发布 {publication.name} 不是同一次扫描（上次扫描可能中断了）；先重新运行 skillwatch scan。 / "
            f"The warehouse is not that of the latest publication {publication.name}, perhaps because a scan broke off: run skillwatch scan again."
        )
    return publication
