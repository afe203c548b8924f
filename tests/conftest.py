"""Made-up provinces, scanned once for all workers through the same door as an operator's; and which tests begin."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from assets import portions
from models.province.simulate import simulate
from pipelines.home import Home
from pipelines.scanning import Summary, scan

SEED = 1
# On a machine that others use too, an example takes any time.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
# A worker that takes up one of these last keeps everybody waiting: they come first, in this order. While one worker makes
# the province, the other does what needs none.
LONGEST = (
    "whole_line/test_incremental.py", "checks/test_examples_on_spark.py", "whole_line/test_spark.py", "assets/test_deltas.py", "whole_line/test_line.py",
    "assets/test_acceptance.py", "survival", "benchmarks", "pipelines", "checks/test_rules.py", "models/test_features.py", "mutation", "models/province",
)  # fmt: skip
ON_SPARK = ("tests/whole_line/test_spark.py", "tests/checks/test_examples_on_spark.py")


class OneJava(LoadScopeScheduling):
    """Module by module, but what computes on Spark on one worker: Java starts once, and is warm when the second module comes."""

    def _split_scope(self, nodeid: str) -> str:
        return "spark" if nodeid.startswith(ON_SPARK) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneJava:
    return OneJava(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; within these, and among all others, the order stays."""
    root = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(root).as_posix()
        return next((at for at, long in enumerate(LONGEST) if path.startswith(long)), len(LONGEST))

    items.sort(key=place)


def scanned(home: Home, *, reveal: bool = False) -> Summary:
    """One scan of the home's own inbox."""
    return scan(home, home.inbox, as_of=None, parameters=None, reveal=reveal, wait_seconds=5)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Home], object]) -> Home:
    """A home that the first worker who asks makes, and of which every worker has a copy of its own."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        home = Home.at(factory.mktemp(name))
        make(home)
        return home
    made = factory.getbasetemp().parent / f"made_{name}"
    with FileLock(f"{made}.lock"):
        if not made.exists():
            part = made.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(Home.at(part))
            part.rename(made)
    return Home.at(shutil.copytree(made, factory.mktemp(name) / name))


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A tiny province with planted violations, scanned with --reveal: HOME/publications and HOME/revealed hold it."""

    def make(home: Home) -> None:
        simulate(home.root, "tiny", SEED)
        scanned(home, reveal=True)

    return made_once(tmp_path_factory, "province", make)


@pytest.fixture(scope="session")
def twin(province: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Another installation with the same keys and the same inbox, whose tables are computed in portions."""

    def make(home: Home) -> None:
        shutil.copytree(province.inbox, home.inbox)
        shutil.copytree(province.keys, home.keys)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(portions, "ROWS", 3000)
            patch.setattr(portions, "ROWS_A_KEY", 0)
            scanned(home)

    return made_once(tmp_path_factory, "twin", make)


def publication_of(home: Home, folder: str = "publications") -> Path:
    """The only publication there."""
    (found,) = [path for path in (home.root / folder).iterdir() if path.is_dir() and not path.name.startswith(".")]
    return found
