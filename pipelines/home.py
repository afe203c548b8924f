"""The home folder: everything that the system writes, by name. Knows paths and the lock, and nothing of what is in the files."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from assets.chain import publications
from pipelines.migrations import FormatProblem, bring_forward

DEFAULT_HOME = ".skillwatch"
DAGSTER_YAML = Path(__file__).parent / "dagster.yaml"
SETTINGS_YAML = Path(__file__).parent / "settings.yaml"
MEMORY = r"^\d+(\.\d+)?(MB|GB)$"
"""How an amount of memory is written: 800MB, 4GB."""
STORAGE = "v1.3.0"
"""The oldest DuckDB that can open a new warehouse; its way of keeping texts is written and read in a quarter less time."""


_HELD = (
    "Conflicting lock",
    "Could not set lock",
    "different configuration",
    "already attached",
    "used by another process",
)
"""What DuckDB says of a file that another process has open, or this one in another way: nothing is damaged then."""
_FULL = re.compile(r"No space left|disk is full|disk quota|File too large|not enough space", re.IGNORECASE)


class HomeError(RuntimeError):
    """The home cannot be used; the message says why, who holds it and what to do."""


@dataclass(frozen=True)
class Home:
    """Paths under one home folder."""

    root: Path

    @classmethod
    def at(cls, root: str | os.PathLike[str] | None = None) -> Home:
        """The home given, else SKILLWATCH_HOME, else `.skillwatch` in the current folder; absolute."""
        return cls(Path(root or os.environ.get("SKILLWATCH_HOME") or DEFAULT_HOME).expanduser().absolute())

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def truth(self) -> Path:
        return self.root / "truth"

    @property
    def deliveries(self) -> Path:
        return self.root / "deliveries"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    @property
    def revealed(self) -> Path:
        return self.root / "revealed"

    @property
    def sealed(self) -> Path:
        return self.root / "sealed"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def settings(self) -> Path:
        return self.root / "settings.yaml"

    @property
    def lock(self) -> Path:
        return self.root / "scan.lock"

    def must_exist(self) -> None:
        """Raises HomeError where there is no home: whoever only asks makes none of a mistyped name."""
        if not self.deliveries.is_dir():
            raise HomeError(
                f"{self.root} 不是工作目录：检查 --home 写对了没有；新的工作目录由 skillwatch scan 建。 / "
                f"{self.root} is no home: check --home; skillwatch scan makes a new one."
            )

    def prepare(self) -> None:
        """Make the folders and Dagster's settings; raises HomeError when the home cannot be written."""
        try:
            # for the owner alone: deliveries and warehouse hold what is masked elsewhere
            for folder in (self.root, self.deliveries, self.publications, self.dagster):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for settings, template in ((self.dagster / "dagster.yaml", DAGSTER_YAML), (self.settings, SETTINGS_YAML)):
                if not settings.exists():
                    settings.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
            bring_forward(self.root)
        except FormatProblem as error:
            raise HomeError(str(error)) from error
        except OSError as error:
            raise HomeError(
                f"工作目录 {self.root} 写不进去（{error.strerror}）：腾出空间、检查权限，或用 --home 换一个。 / "
                f"The home {self.root} cannot be written ({error.strerror}). Make room, make it writable, or give another with --home."
            ) from error

    @contextmanager
    def held(self, purpose: str, wait: float, say: Callable[[str], None]) -> Iterator[None]:
        """Hold the home alone; waits up to ``wait`` seconds for another scan, then raises HomeError naming who holds it."""
        self.prepare()
        lock, holder = FileLock(self.lock), self.lock.with_suffix(".json")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(
                f"{self.root} 正被占用，最多等 {wait:.0f} 秒。 / {self._holder(holder)} holds {self.root}; waiting up to {wait:.0f} s."
            )
            try:
                lock.acquire(timeout=wait)
            except Timeout as error:
                raise HomeError(
                    f"{self.root} 等了 {wait:.0f} 秒仍被占用：等那个进程结束，或结束它，再重新开始。 / "
                    f"{self._holder(holder)} still holds {self.root} after {wait:.0f} s. "
                    "Wait for it to end, or end that process, and start again."
                ) from error
        try:
            started = time.strftime("%Y-%m-%d %H:%M:%S")
            holder.write_text(json.dumps({"pid": os.getpid(), "purpose": purpose, "since": started}), encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    @property
    def busy(self) -> bool:
        """Does a scan hold the home just now?"""
        try:
            with FileLock(self.lock, timeout=0):
                return False
        except Timeout:
            return True

    def no_room(self, told: str) -> str:
        """What to do, where an error tells that nothing could be written for want of room; else empty."""
        if not _FULL.search(told):
            return ""
        free = shutil.disk_usage(self.root).free // 2**20
        return (
            f"工作目录 {self.root} 写不进去，磁盘满了（剩余 {free:,} MB）。请腾出空间后重新扫描，已读的文件不会丢，原有的发布继续有效。 / "
            f"{self.root} cannot be written, the disk is full ({free:,} MB free). Make room, then scan again: nothing that was read is lost."
        )

    def holder(self) -> str:
        """Who holds the home, as far as it has said so."""
        return self._holder(self.lock.with_suffix(".json"))

    @staticmethod
    def _holder(path: Path) -> str:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return f"Process {told['pid']} ({told['purpose']}, since {told['since']})"
        except (OSError, ValueError, KeyError):
            return "Another process"


def open_warehouse(home: Home, memory: str = "4GB", threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing with bounded memory; made where there is none. Raises HomeError when it cannot be opened."""
    connection = _connect(home, read_only=False)
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = ?", [str(home.root / "spill")])
    if threads:
        connection.execute("SET threads = ?", [threads])
    return connection


@contextmanager
def read_warehouse(home: Home, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a scan that was finished; raises HomeError where there is none, or while a scan writes it.

    `read_only` is false for one who tries something in a transaction and rolls it back.
    """
    must_be_scanned(home)
    connection = _connect(home, read_only=read_only)
    try:
        finished = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'cases'").fetchone()
        if not finished or not finished[0]:
            raise HomeError(
                f"{home.root} 里的上次扫描没有完成：先重新运行 skillwatch scan。 / "
                f"The last scan in {home.root} was not finished: run skillwatch scan again."
            )
        yield connection
    finally:
        connection.close()


def must_be_scanned(home: Home) -> None:
    """Raises HomeError where there is no warehouse; nothing is made."""
    if not home.warehouse.exists() and publications(home.publications):
        raise HomeError(
            f"{home.root} 里没有数据仓库（备份不含它，它由扫描重建）：先运行 skillwatch scan。 / "
            f"No warehouse in {home.root}: a backup leaves it out, and a scan builds it anew. Run skillwatch scan first."
        )
    if not home.warehouse.exists():
        raise HomeError(
            f"{home.root} 里还没有扫描过：先运行 skillwatch scan。 / No scan yet in {home.root}: run skillwatch scan first."
        )


def _connect(home: Home, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(
            str(home.warehouse), read_only=read_only, config={"storage_compatibility_version": STORAGE}
        )
    except duckdb.Error as error:
        if any(words in str(error) for words in _HELD):
            raise HomeError(
                f"数据仓库 {home.warehouse} 正被另一个程序占用（可能正在扫描，或在别处打开），请关闭它或稍后再试。 / "
                f"The warehouse is open in another program, perhaps a scan: close that, or try again later. ({error})"
            ) from error
        if told := home.no_room(str(error)):
            raise HomeError(told) from error
        raise HomeError(
            f"数据仓库 {home.warehouse} 打不开，可能已损坏。删除这个文件后重新扫描即可：它由 deliveries 重建，不会丢失数据。 / "
            f"The warehouse cannot be opened, perhaps it is damaged. Delete this file and scan again: it is rebuilt from the deliveries. ({error})"
        ) from error
