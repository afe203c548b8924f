"""What goes by age, what stays, and that nothing goes unasked or untold."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.keys import forget_sealed, home_public_key, load_keys, seal, sealed_pseudonyms, unseal
from assets.named_pseudonyms import named_pseudonyms
from assets.publication import previous_publication, publications, write_publication
from assets.verification import verify_chain
from models.source import load_sources
from pipelines.cli import cli
from pipelines.home import Home
from pipelines.retention import Retention, RetentionProblem, delete, look
from tests.assets.made_up import case, cases, frames
from tests.assets.reading.files import HEADER, ROW, write_csv
from tests.conftest import scanned

TODAY = date(2026, 11, 24)
OLD, BOTH, YOUNG = "P" + "a1" * 6, "T" + "b2" * 6, "A" + "c3" * 6
VALUES = {"140105199001011234": OLD, "13800001111": BOTH, "6222000011112222": YOUNG}


def published(home: Home, folder: Path, as_of: str, *named: str, previous: Path | None = None) -> Path:
    tables = {**frames(1), "cases": cases(*(case("trainer", f"{name}|2021") for name in named))}
    return write_publication(
        folder, f"{as_of}-0123456789ab", tables, {"as_of": as_of}, load_keys(home.root).signing,
        previous=previous, private=folder == home.revealed,
    )  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Home:
    """Two masked publications and two revealed ones, 2019 and 2026; one pseudonym is named in both years."""
    home = Home.at(tmp_path / "home")
    home.prepare()
    for folder in (home.publications, home.revealed):
        first = published(home, folder, "2019-12-31", OLD, BOTH)
        published(home, folder, "2026-02-28", BOTH, YOUNG, previous=first)
    seal(home.root, VALUES)
    logs = home.root / "logs"
    logs.mkdir()
    for month in ("201912", "202102", "202103"):
        (logs / f"scan-{month}.jsonl").write_text("{}\n", encoding="utf-8")
    portal = home.root / "portal"
    portal.mkdir()
    (portal / "audit.jsonl").write_text("{}\n", encoding="utf-8")
    return home


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def applied(home: Home, years: int, today: date = TODAY) -> Retention:
    return delete(home, years, today, wait=0, say=lambda text: None)


def goes(found: Retention) -> list[tuple[str, str, int]]:
    return [(one.kind, one.name, one.count) for one in found.goes if one.kind != "revealed"]


def retain(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["retain", *arguments])
    return result.exit_code, result.output


def test_a_dry_run_names_what_would_go_and_changes_nothing(kept: Home) -> None:
    before = contents(kept.root)
    code, told = retain("--years", "5", "--home", str(kept.root))
    assert code == 0 and "将删除 would go: revealed 2019-12-31-0123456789ab" in told and "--apply" in told
    assert contents(kept.root) == before
    assert not any(value in told for value in [*VALUES, *VALUES.values()])


def test_what_is_older_than_the_limit_goes_and_the_rest_stays_as_it_was(kept: Home) -> None:
    before = contents(kept.root)
    found = applied(kept, 5)
    assert found.limit == date(2021, 2, 28)
    assert goes(found) == [("sealed values", "pseudonyms.parquet", 1), ("scan log", "scan-201912.jsonl", 1)]
    after = contents(kept.root)
    gone = before.keys() - after.keys()
    assert {name.split("/")[1] for name in gone} == {"2019-12-31-0123456789ab", "scan-201912.jsonl"}
    assert {name.split("/")[0] for name in gone} == {"revealed", "logs"}, "masked publications stay"
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed - {"scan.lock"} == {"sealed/pseudonyms.parquet", "logs/retention.jsonl"}
    assert [path.name for path in kept.revealed.iterdir()] == ["2026-02-28-0123456789ab"], "nothing hidden is left"
    assert unseal(kept.root, OLD) is None
    assert unseal(kept.root, BOTH) == "13800001111" and unseal(kept.root, YOUNG) == "6222000011112222"
    assert (kept.sealed / "pseudonyms.parquet").stat().st_mode & 0o077 == 0
    assert verify_chain(kept.publications, home=kept.root).problems == ()
    assert home_public_key(kept.root) is not None


def test_each_deletion_is_a_line_and_a_second_run_adds_none(kept: Home) -> None:
    found = applied(kept, 5)
    log = kept.root / "logs" / "retention.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["kind"], line["name"], line["bytes"]) for line in lines] == [
        (one.kind, one.name, one.bytes) for one in found.goes
    ]
    assert lines[0]["kind"] == "revealed" and len(lines[0]["sha256"]) == 64 and lines[0]["limit"] == "2021-02-28"
    assert not any(value in log.read_text(encoding="utf-8") for value in [*VALUES, *VALUES.values()])
    assert applied(kept, 5).goes == () and len(log.read_text(encoding="utf-8").splitlines()) == len(lines)


def test_the_day_of_the_limit_is_still_kept(kept: Home) -> None:
    end = previous_publication(kept.publications)
    published(kept, kept.publications, "2025-12-31", previous=end)
    last = previous_publication(kept.publications)
    published(kept, kept.publications, "2026-12-31", previous=last)
    assert look(kept, 7, date(2027, 1, 1)).limit == date(2019, 12, 31)
    assert look(kept, 7, date(2027, 1, 1)).goes == ()


def test_age_counts_from_the_newest_publication_and_never_from_the_future(kept: Home) -> None:
    assert look(kept, 7, date(2060, 1, 1)).goes == (), "an installation that rests does not grow old"
    published(kept, kept.publications, "2099-12-31", previous=previous_publication(kept.publications))
    assert look(kept, 7, TODAY).newest == TODAY
    assert all(one.name != "2026-02-28-0123456789ab" for one in look(kept, 7, TODAY).goes)


def test_a_29_february_has_a_day_before_it_in_every_year(kept: Home) -> None:
    assert look(kept, 5, date(2024, 2, 29)).limit == date(2019, 2, 28)


def test_the_publication_that_stands_keeps_its_values_whatever_its_date(kept: Home) -> None:
    """A scan as of an earlier day, made last: nothing seals its values again while it stands."""
    published(kept, kept.publications, "2018-06-30", OLD, previous=previous_publication(kept.publications))
    assert ("sealed values", "pseudonyms.parquet", 1) not in goes(applied(kept, 5))
    assert unseal(kept.root, OLD) == "140105199001011234"


def test_an_old_publication_behind_a_younger_one_waits_for_it(kept: Home) -> None:
    """Without it the line of revealed publications would have two ends, and the next scan could follow neither."""
    middle = published(kept, kept.revealed, "2018-06-30", previous=previous_publication(kept.revealed))
    published(kept, kept.revealed, "2026-03-31", previous=middle)
    found = applied(kept, 5)
    assert [one.name for one in found.goes if one.kind == "revealed"] == ["2019-12-31-0123456789ab"]
    assert [(one.kind, one.count) for one in found.stays if one.kind.startswith("revealed")] == [
        ("revealed publications", 1)
    ]
    assert middle in publications(kept.revealed)
    end = previous_publication(kept.revealed)
    assert end is not None and end.name == "2026-03-31-0123456789ab"


def test_what_a_broken_deletion_left_goes_with_the_next(kept: Home) -> None:
    (kept.revealed / "2019-12-31-0123456789ab").rename(kept.revealed / ".2019-12-31-0123456789ab.7.ab")
    assert ("revealed broken off", ".2019-12-31-0123456789ab.7.ab") in [
        (one.kind, one.name) for one in applied(kept, 5).goes
    ]
    assert [path.name for path in kept.revealed.iterdir()] == ["2026-02-28-0123456789ab"]


def test_a_link_among_the_revealed_is_left_alone(kept: Home, tmp_path: Path) -> None:
    target = (kept.revealed / "2019-12-31-0123456789ab").rename(tmp_path / "2019-12-31-0123456789ab")
    (kept.revealed / "2019-12-31-0123456789ab").symlink_to(target)
    assert all(one.kind != "revealed" for one in applied(kept, 5).goes)
    assert (target / "manifest.json").is_file()


def test_a_damaged_publication_stops_it_before_anything_goes(kept: Home) -> None:
    damaged = kept.publications / "2026-02-28-0123456789ab" / "cases.parquet"
    damaged.chmod(0o600)
    damaged.write_bytes(b"no table")
    with pytest.raises(RetentionProblem, match="verify --chain"):
        applied(kept, 5)
    assert len(publications(kept.revealed)) == 2 and sealed_pseudonyms(kept.root) == set(VALUES.values())


def test_without_a_publication_nothing_has_an_age_and_no_home_is_made(tmp_path: Path) -> None:
    code, told = retain("--years", "5", "--apply", "--home", str(tmp_path / "nowhere"), "--json")
    assert code == 1 and "skillwatch scan" in json.loads(told)["error"]
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("years", ["0", "-1", "five"])
def test_a_limit_below_a_year_is_refused(kept: Home, years: str) -> None:
    assert retain("--years", years, "--apply", "--home", str(kept.root))[0] == 2
    assert len(publications(kept.revealed)) == 2


@pytest.mark.parametrize(
    "told",
    [
        {"subject_key": f"BJ1|{OLD}"},
        {"subject_key": f"T{OLD}"},
        {"explanation_zh": f"与{OLD}同日"},
        {"claim_ids": ["SL1", OLD]},
    ],
)
def test_a_pseudonym_is_found_wherever_it_stands(kept: Home, told: dict[str, Any]) -> None:
    listed = {**frames(1), "cases": cases(case("trainer", "x", **told))}
    manifest = {"as_of": "2026-04-30"}
    folder = write_publication(kept.root / "one", "n", listed, manifest, load_keys(kept.root).signing)
    (folder / "cases.csv").unlink()
    assert OLD in named_pseudonyms(folder)


def test_forgotten_values_are_not_in_the_file(kept: Home) -> None:
    forget_sealed(kept.root, keep={YOUNG})
    assert pl.read_parquet(kept.sealed / "pseudonyms.parquet").rows() == [(YOUNG, "6222000011112222")]


def test_originals_that_are_old_and_wholly_read_are_listed_and_may_go(kept: Home) -> None:
    """Without them the same rows count; what was not read, has changed since, or had a row set aside, is not listed."""
    kept.inbox.mkdir()
    others = {"bad": [*ROW[:-1], "x"], "changed": [*ROW[:-1], "7"], "new": ROW}
    for name, period, row in (
        ("140100", "201907", ROW), ("140200", "201907", others["bad"]), ("140300", "201907", others["changed"]),
        ("140400", "202601", [*ROW[:-1], "8"]),
    ):  # fmt: skip
        write_csv(kept.inbox / f"ledger_{name}_{period}.csv", [HEADER, row])
    sources = load_sources()
    take_in(kept.inbox, kept.deliveries, sources)
    write_csv(kept.inbox / "ledger_140300_201907.csv", [HEADER, others["new"], others["new"]])
    write_csv(kept.inbox / "ledger_140500_201907.csv", [HEADER, others["new"]])
    before = contents(kept.root)
    code, told = retain("--years", "5", "--originals", "--home", str(kept.root))
    assert code == 0 and told.splitlines() == ["ledger_140100_201907.csv"]
    assert contents(kept.root) == before and retain("--years", "5", "--originals", "--apply")[0] == 2

    def counted() -> list[Any]:
        take_in(kept.inbox, kept.deliveries, sources)
        with duckdb.connect() as connection:
            accept(connection, kept.deliveries, sources)
            return connection.execute("FROM delivered.ledger ORDER BY ALL").fetchall()

    with_it = counted()
    (kept.inbox / "ledger_140100_201907.csv").unlink()
    assert counted() == with_it and len(with_it) == 2


def test_a_home_that_was_really_scanned_goes_on_after_it(province: Home, tmp_path: Path) -> None:
    """Nothing in it is a year old but what is no longer named; the next scan finds its publications unchanged."""
    home = Home.at(tmp_path / "home")
    shutil.copytree(province.root, home.root)
    before = sealed_pseudonyms(home.root)
    found = applied(home, 1)
    assert all(one.kind == "sealed values" for one in found.goes)
    (masked,) = publications(home.publications)
    assert before & named_pseudonyms(masked) == sealed_pseudonyms(home.root) != set()
    assert scanned(home, reveal=True).unchanged
