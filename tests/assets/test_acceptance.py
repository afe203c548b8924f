"""Which rows count: versions, copies, equal rows, the life of a claim; and that no row is ever lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.acceptance import accept
from assets.deliveries import take_in
from assets.delivery_store import arrivals, meta_of
from assets.reading.limits import Limits
from assets.reading.worker import answered
from models.source import load_sources
from tests.assets.reading.files import HEADER, write_csv

# Those of which files are dropped here: each source more costs every one of some hundred acceptances.
SOURCES = {name: source for name, source in load_sources().items() if name in ("claims", "ledger")}
CLAIM = [
    "申领编号", "补贴类别", "审核区划", "申领单位代码", "收款单位代码", "收款账号", "身份证号", "姓名", "补贴标准", "补贴金额",
    "申领日期", "状态", "审核日期", "拨付批次", "资金来源",
]  # fmt: skip


class ReadHere:
    """Reads in this process, as the process of its own does: what is told here is what becomes of what was read."""

    def __init__(self, deliveries: Path, limits: Limits) -> None:
        self._deliveries = deliveries

    def __enter__(self) -> ReadHere:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read(self, file: str, path: Path, sha: str) -> None:
        assert answered(self._deliveries, {"file": file, "path": str(path), "sha": sha}, SOURCES) == {"kept": True}


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.deliveries.ReadingProcess", ReadHere)


class Home:
    """An inbox, its store, and what a scan accepts of it."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.store = root / "inbox", root / "deliveries"
        self.inbox.mkdir(parents=True)

    def drop(self, name: str, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> None:
        write_csv(self.inbox / name, [header, *rows])

    def accepted(self) -> tuple[dict[str, tuple[str, int, int, int, int]], duckdb.DuckDBPyConnection]:
        """File -> status and rows read, accepted, quarantined, superseded; and the warehouse."""
        take_in(self.inbox, self.store, SOURCES)
        connection = duckdb.connect()
        accept(connection, self.store, SOURCES)
        files = connection.execute(
            "SELECT file, status, rows_read, rows_accepted, rows_quarantined, rows_superseded FROM delivered.files"
        )
        return {file: tuple(rest) for file, *rest in files.fetchall()}, connection


def voucher(number: int, amount: str = "100", division: str = "140100") -> list[str]:
    return [f"V{number}", division, "2021-07-08", "支出", "B1", "培训补贴", "", amount]


def claim(status: str = "已申报", decided: str = "", batch: str = "", amount: str = "500") -> list[str]:
    return [
        "C1",
        "培训补贴",
        "140100",
        "A",
        "A",
        "6222",
        "x",
        "甲",
        "500",
        amount,
        "2021-07-08",
        status,
        decided,
        batch,
        "专账资金",
    ]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_same_bytes_under_another_name_change_nothing(home: Home) -> None:
    home.drop("专账资金台账_太原市_202107.csv", [voucher(1)])
    home.drop("专账资金台账_大同市_202107.csv", [voucher(1)])
    files, connection = home.accepted()
    assert files["专账资金台账_大同市_202107.csv"] == ("accepted", 1, 1, 0, 0)
    assert files["专账资金台账_太原市_202107.csv"] == ("duplicate", 0, 0, 0, 0)
    assert connection.execute("SELECT count(*) FROM delivered.ledger").fetchone() == (1,)


def test_a_correction_supersedes_whatever_the_order_of_arrival(home: Home) -> None:
    home.drop("专账资金台账_140100_202107_更正2.csv", [voucher(1, "300")])
    home.accepted()
    home.drop("专账资金台账_太原市_202107_更正.csv", [voucher(1, "200"), voucher(2)])
    home.drop("专账资金台账_太原市_202107.csv", [voucher(1, "100")])
    home.drop("专账资金台账_太原市_202107_2.csv", [voucher(9)])
    files, connection = home.accepted()
    assert files["专账资金台账_140100_202107_更正2.csv"] == ("accepted", 1, 1, 0, 0)
    assert files["专账资金台账_太原市_202107_更正.csv"] == ("superseded", 2, 0, 0, 2)
    assert files["专账资金台账_太原市_202107.csv"] == ("superseded", 1, 0, 0, 1)
    assert files["专账资金台账_太原市_202107_2.csv"] == ("accepted", 1, 1, 0, 0), "another part is another delivery"
    assert connection.execute("SELECT amount FROM delivered.ledger WHERE voucher_no = 'V1'").fetchall()[0][0] == 300


def test_of_two_versions_without_a_mark_the_one_first_read_later_counts(home: Home) -> None:
    home.drop("专账资金台账_140100_202107.csv", [voucher(1, "1")])
    home.accepted()
    home.drop("ledger_太原市_202107.csv", [voucher(1, "2")])
    files, _ = home.accepted()
    assert (
        files["专账资金台账_140100_202107.csv"][0] == "superseded"
        and files["ledger_太原市_202107.csv"][0] == "accepted"
    )


def test_a_file_with_neither_city_nor_period_supersedes_nothing(home: Home) -> None:
    home.drop("ledger_a.csv", [voucher(1)])
    home.drop("ledger_b.csv", [voucher(2)])
    files, _ = home.accepted()
    assert {status for status, *_ in files.values()} == {"accepted"}


def test_equal_rows_are_one_and_rows_of_one_key_that_differ_are_both_kept(home: Home) -> None:
    home.drop("ledger_140100_202107.csv", [voucher(1), voucher(1), voucher(2)])
    home.drop("ledger_140100_202108.csv", [voucher(1), voucher(2, "101")])
    files, connection = home.accepted()
    assert files["ledger_140100_202107.csv"] == ("accepted", 3, 2, 0, 1)
    assert files["ledger_140100_202108.csv"] == ("accepted", 2, 1, 0, 1)
    assert connection.execute("SELECT voucher_no, amount::INT FROM delivered.ledger ORDER BY ALL").fetchall() == [
        ("V1", 100),
        ("V2", 100),
        ("V2", 101),
    ]


def test_the_life_of_a_claim_is_one_claim_and_a_change_of_amount_is_not(home: Home) -> None:
    home.drop("补贴申领_太原市_202107.csv", [claim()], CLAIM)
    home.drop("补贴申领_太原市_202108.csv", [claim("已拨付", "2021-08-01", "B1")], CLAIM)
    files, connection = home.accepted()
    assert files["补贴申领_太原市_202107.csv"] == ("superseded", 1, 0, 0, 1)
    assert connection.execute("SELECT status FROM delivered.claims").fetchall() == [("paid",)]
    home.drop("补贴申领_太原市_202109.csv", [claim("已拨付", "2021-08-01", "B1", amount="600")], CLAIM)
    _, connection = home.accepted()
    assert connection.execute("SELECT count(*) FROM delivered.claims").fetchone() == (2,)


def test_a_second_look_reads_no_file_and_the_store_alone_rebuilds_everything(home: Home) -> None:
    home.drop("ledger_140100_202107.csv", [voucher(1), ["", *voucher(2)[1:]]])
    first, one = home.accepted()
    assert take_in(home.inbox, home.store, SOURCES).read == ()
    for path in home.inbox.iterdir():
        path.unlink()
    again, two = home.accepted()
    assert first == again == {"ledger_140100_202107.csv": ("partly", 2, 1, 1, 0)}
    for table in ("ledger", "quarantine", "files"):
        assert (
            one.execute(f"FROM delivered.{table} ORDER BY ALL").fetchall()
            == two.execute(f"FROM delivered.{table} ORDER BY ALL").fetchall()
        )


_ROWS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["100", "200", "坏", ""])), max_size=6)
_NAMES = st.sampled_from(
    [
        f"ledger_{city}_{period}{mark}.csv"
        for city in ("140100", "140200")
        for period in ("202107", "2021Q3")
        for mark in ("", "_更正", "_2")
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_NAMES, _ROWS), min_size=1, max_size=6), st.integers(0, 10))
def test_nothing_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, drops: list[tuple[str, list[tuple[int, str]]]], seed: int
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    order = random.Random(seed)
    for name, rows in drops:
        home.drop(name, [voucher(number, amount) for number, amount in rows])
        if order.random() < 0.5:
            home.accepted()
    _, connection = home.accepted()
    # A name may come again with other contents: then it stands twice, once per content.
    files = connection.execute(
        "SELECT status, rows_read, rows_accepted, rows_quarantined, rows_superseded FROM delivered.files"
    ).fetchall()
    for status, read, accepted, quarantined, superseded in files:
        assert read == accepted + quarantined + superseded and min(read, accepted, quarantined, superseded) >= 0
        assert status in {"accepted", "partly", "duplicate", "superseded", "quarantined"}
    (in_tables,) = connection.execute("SELECT count(*) FROM delivered.ledger").fetchone() or (0,)
    (in_quarantine,) = connection.execute(
        "SELECT count(*) FROM delivered.quarantine WHERE line IS NOT NULL"
    ).fetchone() or (0,)
    assert in_tables == sum(row[2] for row in files)
    assert in_quarantine == sum(row[3] for row in files)


_STEPS = st.lists(st.lists(st.tuples(_NAMES, _ROWS), min_size=1, max_size=3), min_size=2, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS, seed=st.integers(0, 3))
def test_what_is_kept_of_earlier_scans_is_what_a_new_warehouse_gets(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, list[tuple[int, str]]]]], seed: int
) -> None:
    """New files, corrections, copies, changed contents, in any order: the warehouse that saw them come holds the same rows."""
    home = Home(tmp_path_factory.mktemp("home"))
    kept = duckdb.connect()
    chance = random.Random(seed)
    for step in steps:
        for name, rows in step:
            home.drop(name, [voucher(number, amount) for number, amount in rows])
            if chance.random() < 0.3:
                home.drop(
                    f"claims_140100_20210{chance.randint(1, 3)}.csv",
                    [claim(chance.choice(["已申报", "已拨付"]))],
                    CLAIM,
                )
        take_in(home.inbox, home.store, SOURCES)
        accept(kept, home.store, SOURCES)
        new = duckdb.connect()
        accept(new, home.store, SOURCES)
        for table in (*SOURCES, "quarantine", "missing_columns", "files", "live"):
            rows_of = f"FROM delivered.{table} ORDER BY ALL"
            assert kept.execute(rows_of).fetchall() == new.execute(rows_of).fetchall(), table


def test_rows_of_a_new_file_are_added_and_the_others_are_not_read_again(home: Home) -> None:
    home.drop("ledger_140100_202107.csv", [voucher(1), voucher(2)])
    take_in(home.inbox, home.store, SOURCES)
    connection = duckdb.connect()
    assert accept(connection, home.store, SOURCES)["ledger"].computed
    assert not accept(connection, home.store, SOURCES)["ledger"].computed
    (first,) = [path for path in home.store.glob("*.parquet") if "quarantine" not in path.name]
    first.unlink()  # whoever opened it again would fail
    home.drop("ledger_140100_202108.csv", [voucher(2), voucher(3)])
    take_in(home.inbox, home.store, SOURCES)
    outcomes = accept(connection, home.store, SOURCES)
    assert [name for name, outcome in outcomes.items() if outcome.computed] == ["ledger"]
    files = connection.execute("SELECT file, rows_accepted, rows_superseded FROM delivered.files ORDER BY file")
    assert files.fetchall() == [("ledger_140100_202107.csv", 2, 0), ("ledger_140100_202108.csv", 1, 1)]


def test_a_header_that_became_another_word_is_told_with_the_column_that_is_not_there(home: Home) -> None:
    """The rows count, without the column; a file that only lacks it, or only has one more, is no matter."""
    renamed = [{"对方区划": "对放区划"}.get(title, title) for title in HEADER]
    home.drop("ledger_140100_202107.csv", [voucher(1)], renamed)
    home.drop("ledger_140200_202107.csv", [[*voucher(2)[:6], "100"]], HEADER[:6] + HEADER[7:])
    home.drop("ledger_140300_202107.csv", [[*voucher(3), "x"]], [*HEADER, "经办人"])
    files, connection = home.accepted()
    assert {status for status, *_ in files.values()} == {"accepted"}
    notes = dict(connection.execute("SELECT file, note FROM delivered.files WHERE note <> ''").fetchall())
    assert list(notes) == ["ledger_140100_202107.csv"]
    assert "没有这些列：对方区划；表头里不认识：对放区划" in notes["ledger_140100_202107.csv"]
    metas = [meta_of(home.store, one.sha256) for one in arrivals(home.store)]
    assert [meta["columns_absent"] for meta in metas] == [["counterparty_division"], ["counterparty_division"], []]
    assert [meta["columns_unknown"] for meta in metas] == [["对放区划"], [], ["经办人"]]


def test_deliveries_with_different_words_never_supersede_each_other(home: Home) -> None:
    for n, name in enumerate(
        (
            "孝义市_202107",
            "汾阳市_202107",
            "孝义市_202107更正",
            "140100_2021-07",
            "140100_2021-08",
            "140100_202107_第1部分",
        )
    ):
        home.drop(f"专账资金台账_{name}.csv", [voucher(n)])
    files, _ = home.accepted()
    assert {file.removeprefix("专账资金台账_").removesuffix(".csv"): status for file, (status, *_) in files.items()} == {
        "孝义市_202107": "superseded", "孝义市_202107更正": "accepted", "汾阳市_202107": "accepted", "140100_2021-07": "accepted",
        "140100_2021-08": "accepted", "140100_202107_第1部分": "accepted",
    }  # fmt: skip


def test_of_one_content_that_nobody_can_read_the_first_name_keeps_its_standing(home: Home) -> None:
    for name in ("ledger_140500_202001.csv", "ledger_140500_202006.parquet", "ledger_140500_202005.zip"):
        (home.inbox / name).write_bytes(b"PAR1 cut")
    files, _ = home.accepted()
    assert [(file, status) for file, (status, *_) in sorted(files.items())] == [
        ("ledger_140500_202001.csv", "quarantined"), ("ledger_140500_202005.zip", "duplicate"), ("ledger_140500_202006.parquet", "duplicate"),
    ]  # fmt: skip


def test_files_without_a_title_are_versions_of_each_other_too(home: Home) -> None:
    home.drop("太原市_202107.csv", [voucher(1), voucher(2)])
    home.drop("太原市_202107_更正.csv", [voucher(1, "200")])
    files, connection = home.accepted()
    assert files["太原市_202107.csv"] == ("superseded", 2, 0, 0, 2)
    assert connection.execute("SELECT amount::INT FROM delivered.ledger").fetchall() == [(200,)]
