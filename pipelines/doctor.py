"""`skillwatch doctor`: proves an installation by scanning a made-up province with planted cases, and looks at the home.

Belongs here: what is examined and in which words it is told. Nothing of the home's data is read, nothing personal is told,
and the shadow home is deleted whatever happens.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from pipelines.home import Home, read_warehouse

PACKAGES = (
    "skillwatch",
    "dagster",
    "duckdb",
    "polars",
    "pyarrow",
    "sqlglot",
    "scikit-learn",
    "scipy",
    "great-expectations",
    "cryptography",
    "xlsxwriter",
)
LEAST_BYTES = 1 << 30
SIZE, SEED = "tiny", 1
OUT_OF_REACH = {"directed_over_quota": ("directed_quota", "1")}
"""Rules for which no tiny province is large enough, and the parameter value under which it is."""
GOOD, WARNING, BAD = "ok", "warning", "bad"
_MARKS = {GOOD: "✓", WARNING: "!", BAD: "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was examined: `state` is `ok`, `warning` or `bad`; `told` in Chinese first."""

    name: str
    state: str
    told: str


@dataclass(frozen=True)
class Diagnosis:
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return all(finding.state != BAD for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.sound, "findings": [asdict(finding) for finding in self.findings]}

    def as_text(self) -> str:
        lines = [f"{_MARKS[finding.state]} {finding.name}：{finding.told}" for finding in self.findings]
        end = (
            "安装完好。 / The installation works."
            if self.sound
            else "安装有问题，见标 ✗ 的各项。 / Not in order: see the lines marked ✗."
        )
        return "\n".join([*lines, end])


def examine(home: Home, scan_too: bool = True) -> Diagnosis:
    """Look at the machine and the home, then scan a shadow (`scan_too`)."""
    parts: list[Callable[[], Iterator[Finding]]] = [
        _versions,
        lambda: _home(home),
        lambda: _disk(home),
        lambda: _lock(home),
        lambda: _keys(home),
    ]
    findings = [finding for part in parts for finding in part()]
    return Diagnosis((*findings, *(_planted() if scan_too else ())))


def _versions() -> Iterator[Finding]:
    told, missing = [f"Python {platform.python_version()}"], []
    for name in PACKAGES:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("系统 system", GOOD, f"{platform.system()} {platform.machine()}，处理器 {os.cpu_count()} 个")
    if missing:
        yield Finding("版本 versions", BAD, f"缺少 missing：{'、'.join(missing)}；重新运行 make install。")
    else:
        yield Finding("版本 versions", GOOD, "，".join(told))


def _home(home: Home) -> Iterator[Finding]:
    there = _nearest(home.root)
    name = "工作目录 home"
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield Finding(
            name, BAD, f"{there} 不能写入（{error.strerror}）；换一个 --home，或改权限。 / cannot be written."
        )
        return
    if there != home.root:
        yield Finding(
            name, GOOD, f"{home.root} 还没有，首次扫描时建立；上级目录可以写入。 / will be made by the first scan."
        )
        return
    yield Finding(name, GOOD, f"{home.root} 可以写入 writable")
    if home.warehouse.exists():
        try:
            with read_warehouse(home) as connection:
                connection.execute("SELECT count(*) FROM duckdb_tables()")
            yield Finding("数据仓库 warehouse", GOOD, f"可以打开，{home.warehouse.stat().st_size / 1e6:,.1f} MB")
        except (RuntimeError, duckdb.Error) as error:
            yield Finding("数据仓库 warehouse", WARNING, str(error).splitlines()[0])


def _disk(home: Home) -> Iterator[Finding]:
    for name, folder in (
        ("磁盘 disk", _nearest(home.root)),
        ("临时目录 temporary folder", Path(tempfile.gettempdir())),
    ):
        free = shutil.disk_usage(folder).free
        used = home.warehouse.stat().st_size if home.warehouse.exists() else 0
        state = BAD if free < LEAST_BYTES else WARNING if free < 2 * used else GOOD
        advice = "" if state == GOOD else "；请先腾出空间。 / Make room first."
        yield Finding(name, state, f"{folder} 剩余 {free / 1e9:,.1f} GB{advice}")


def _lock(home: Home) -> Iterator[Finding]:
    if not home.lock.exists():
        yield Finding("锁 lock", GOOD, "没有人占用 free")
        return
    try:
        with FileLock(home.lock, timeout=0):
            pass
    except Timeout:
        yield Finding(
            "锁 lock", WARNING, f"{home.holder()} 正在使用；新的扫描会等待。 / A scan is running; another one waits."
        )
    except OSError as error:
        yield Finding("锁 lock", BAD, f"{home.lock.name}：{error.strerror}")
    else:
        yield Finding("锁 lock", GOOD, "没有人占用 free")


def _keys(home: Home) -> Iterator[Finding]:
    private = [
        path
        for folder in (home.keys, home.sealed, home.revealed)
        if folder.is_dir()
        for path in (folder, *folder.glob("*"))
    ]
    if not home.keys.is_dir():
        yield Finding("密钥 keys", GOOD, "还没有，首次扫描时生成。 / made by the first scan.")
    open_to_others = [path for path in private if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        named = "、".join(str(path.relative_to(home.root)) for path in open_to_others)
        yield Finding("权限 modes", BAD, f"别人也能读：{named}；运行 chmod -R go-rwx。 / Others may read these.")
    elif private:
        yield Finding(
            "权限 modes", GOOD, "密钥和未遮盖的数据只有本用户能读。 / Only this user can read keys and unmasked data."
        )


def _planted() -> Iterator[Finding]:
    """Scan a made-up province through the same job as every scan; every planted case must be in its case list."""
    from models.province.simulate import simulate
    from pipelines.scanning import ScanFailed, scan

    with _shadow() as shadow:
        made = simulate(shadow.root, SIZE, SEED)
        try:
            summary = scan(shadow, shadow.inbox, as_of=None, parameters=None, reveal=False, wait_seconds=5)
        except (ScanFailed, RuntimeError) as error:
            yield Finding("试扫描 trial scan", BAD, str(error))
            return
        yield Finding(
            "试扫描 trial scan",
            GOOD,
            f"虚构的一个省，{made['files']} 个文件、{made['claims']:,} 笔申领，{summary.seconds:.1f} 秒",
        )
        yield from _found(shadow, summary.publication)


def _found(shadow: Home, publication: Path) -> Iterator[Finding]:
    from assets.keys import load_keys
    from assets.verification import verify
    from checks.rule import read_rules
    from models.case import case_ids

    truth = pl.read_parquet(shadow.truth / "truth.parquet")
    expected = truth.select("rule_id").with_columns(case_ids(load_keys(shadow.root).pseudonym, truth))
    found = set(pl.read_parquet(publication / "cases.parquet", columns=["case_id"])["case_id"])
    missed = expected.filter(~pl.col("case_id").is_in(list(found)))
    hit = dict(pl.read_parquet(publication / "rules.parquet").select("rule_id", "hits").iter_rows())
    planted = set(expected["rule_id"])
    if missed.height:
        by_rule = "、".join(
            f"{rule} {count}" for rule, count in missed.group_by("rule_id").len().sort("rule_id").iter_rows()
        )
        yield Finding(
            "埋设的线索 planted cases", BAD, f"{expected.height} 条中有 {missed.height} 条没有找到：{by_rule}"
        )
    else:
        yield Finding(
            "埋设的线索 planted cases",
            GOOD,
            f"{len(planted)} 条规则的 {expected.height} 条全部找到。 / All were found.",
        )
    for rule_id in sorted(OUT_OF_REACH.keys() - planted):
        works = _fires(shadow, rule_id)
        yield Finding(
            f"规则 {rule_id}",
            GOOD if works else BAD,
            "试算时把参数调低，规则能够命中。 / Fires under a lower value." if works else "把参数调低也没有命中。",
        )
    rest = sorted(read_rules().keys() - planted - OUT_OF_REACH.keys())
    if rest:
        told = "、".join(f"{name}（命中 {hit.get(name, 0)}）" for name in rest)
        yield Finding(
            "不逐条埋设的规则 rules without planted cases", GOOD, f"{told}；模型的规则，由 skillwatch evaluate 检验。"
        )
    result = verify(publication, home=shadow.root)
    yield Finding(
        "签名 signature",
        GOOD if result.exit_code == 0 else BAD,
        f"{result.files} 个文件与签名相符" if result.exit_code == 0 else str(result),
    )


def _fires(shadow: Home, rule_id: str) -> bool:
    """Whether the rule hits anything in the shadow under its value of OUT_OF_REACH."""
    from assets.hits import run_rule
    from assets.shadow import shadow_of
    from assets.tables import build_parameters
    from checks.rule import read_rules
    from models.law import load_overrides

    parameter, value = OUT_OF_REACH[rule_id]
    file = shadow.root / "other_values.yaml"
    file.write_text(
        f'- {{id: {parameter}, value: {value}, division: "140000", valid_from: 2020-01-01}}\n', encoding="utf-8"
    )
    with shadow_of(shadow.warehouse) as connection:
        build_parameters(connection, load_overrides(file))
        return run_rule(connection, read_rules()[rule_id]).hits.height > 0


@contextmanager
def _shadow() -> Iterator[Home]:
    """A private home that is gone afterwards; Dagster's own folder is put back to where it was."""
    before = os.environ.get("DAGSTER_HOME")
    try:
        with tempfile.TemporaryDirectory(prefix="skillwatch-doctor-") as folder:
            yield Home.at(Path(folder) / "home")
    finally:
        if before is None:
            os.environ.pop("DAGSTER_HOME", None)
        else:
            os.environ["DAGSTER_HOME"] = before


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
