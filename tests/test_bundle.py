"""The bundle for machines without internet: what is damaged, added or missing is named, and a wrong Python is refused before anything is written."""

import json
from pathlib import Path

import pytest

from deploy.bundle.build import WINDOWS, for_target
from deploy.bundle.install import SUMS, altered, digest, install, this_python, unfit

LOCK = """\
anyio==4.16.0 \\
    --hash=sha256:aa
pywin32==312 ; sys_platform == 'win32' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
uvloop==0.23.0 ; sys_platform != 'win32' \\
    --hash=sha256:dd
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    made = tmp_path / "bundle"
    (made / "wheels").mkdir(parents=True)
    (made / "wheels" / "a-1-py3-none-any.whl").write_bytes(b"a")
    (made / "bundle.json").write_text(json.dumps(this_python() | {"python": "2.7"}), encoding="utf-8")
    names = ["bundle.json", "wheels/a-1-py3-none-any.whl"]
    (made / SUMS).write_text("".join(f"{digest(made / name)}  {name}\n" for name in names), encoding="utf-8")
    return made


def test_a_bundle_as_it_was_made_is_whole(bundle: Path) -> None:
    assert altered(bundle) == []


def test_what_is_damaged_added_or_missing_is_named_and_nothing_is_installed(bundle: Path) -> None:
    (bundle / "wheels" / "a-1-py3-none-any.whl").write_bytes(b"b")
    (bundle / "wheels" / "b-1-py3-none-any.whl").write_bytes(b"b")
    (bundle / "bundle.json").unlink()
    assert [told.partition(": ")[2] for told in altered(bundle)] == [
        "bundle.json",
        "wheels/b-1-py3-none-any.whl",
        "wheels/a-1-py3-none-any.whl",
    ]
    target = bundle.parent / "target"
    with pytest.raises(SystemExit, match="not whole"):
        install(bundle, target)
    assert not target.exists()


def test_a_python_that_the_wheels_do_not_fit_is_refused_before_anything_is_written(bundle: Path) -> None:
    target = bundle.parent / "target"
    with pytest.raises(SystemExit, match=r"needs 2\.7"):
        install(bundle, target)
    assert not target.exists()
    assert unfit(this_python() | {"version": "1", "commit": "c"}, this_python()) == ""


def test_a_folder_with_something_in_it_is_left_alone(bundle: Path) -> None:
    (bundle / "bundle.json").write_text(json.dumps(this_python()), encoding="utf-8")
    names = ["bundle.json", "wheels/a-1-py3-none-any.whl"]
    (bundle / SUMS).write_text("".join(f"{digest(bundle / name)}  {name}\n" for name in names), encoding="utf-8")
    target = bundle.parent / "target"
    target.mkdir()
    (target / "kept").write_text("kept", encoding="utf-8")
    with pytest.raises(SystemExit, match="not empty"):
        install(bundle, target)
    assert [path.name for path in target.iterdir()] == ["kept"]


def test_the_lock_is_read_for_the_machine_that_will_install() -> None:
    windows = for_target(LOCK, WINDOWS)
    assert "pywin32==312 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n" in windows and "uvloop" not in windows
    linux = for_target(LOCK, {"sys_platform": "linux"})
    assert "uvloop==0.23.0 \\\n    --hash=sha256:dd\n" in linux and "pywin32" not in linux and "anyio" in linux
