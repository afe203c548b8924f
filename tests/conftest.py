"""Made-up provinces, scanned once a session through the same door as an operator's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.province.simulate import simulate
from pipelines.home import Home
from pipelines.scanning import Summary, scan

SEED = 1


def scanned(home: Home, *, reveal: bool = False) -> Summary:
    """One scan of the home's own inbox."""
    return scan(home, home.inbox, as_of=None, parameters=None, reveal=reveal, wait_seconds=5)


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A tiny province with planted violations, scanned with --reveal: HOME/publications and HOME/revealed hold it."""
    home = Home.at(tmp_path_factory.mktemp("province"))
    simulate(home.root, "tiny", SEED)
    scanned(home, reveal=True)
    return home


@pytest.fixture(scope="session")
def twin(province: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Another installation with the same keys and the same inbox."""
    home = Home.at(tmp_path_factory.mktemp("twin"))
    shutil.copytree(province.inbox, home.inbox)
    shutil.copytree(province.keys, home.keys)
    scanned(home)
    return home


def publication_of(home: Home, folder: str = "publications") -> Path:
    """The only publication there."""
    (found,) = [path for path in (home.root / folder).iterdir() if path.is_dir() and not path.name.startswith(".")]
    return found
