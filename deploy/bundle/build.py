"""One folder, and the same as a zip, from which skillwatch installs without internet: `make bundle [PLATFORM=win_amd64]`.

In: the last commit, requirements.lock, an index that pip reaches. Out: dist/skillwatch-VERSION-bundle[-PLATFORM]/ and .zip.
Belongs here: what goes into a bundle. Does not belong here: how it is installed (install.py, which is part of the bundle).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from pathlib import Path

from packaging.markers import Marker

from deploy.bundle.install import SUMS, digest, this_python

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
INSTALLERS = ("install.py", "install.sh", "install.ps1")
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64", "os_name": "nt"}


def for_target(lock: str, environment: dict[str, str]) -> str:
    """The lock's requirements that hold here, but for what `environment` says otherwise, without markers: pip asks the markers of the machine it runs on."""
    kept, keep = [], True
    for line in lock.splitlines():
        if not line[:1].isspace():
            requirement, _, marker = line.removesuffix(" \\").partition(" ; ")
            keep = not marker or Marker(marker).evaluate(environment)
            line = f"{requirement} \\"
        if keep:
            kept.append(line)
    return "\n".join(kept) + "\n"


def download(wheels: Path, platform: str | None) -> None:
    """Every wheel of requirements.lock for this machine or `platform`, each checked against the lock's hashes."""
    environment = WINDOWS if platform else {}
    asked = ["--platform", platform] if platform else []
    with tempfile.TemporaryDirectory() as scratch:
        lock = Path(scratch) / "requirements.lock"
        lock.write_text(
            for_target((ROOT / "requirements.lock").read_text(encoding="utf-8"), environment), encoding="utf-8"
        )
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-qq",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        subprocess.run([*pip, *asked, "--require-hashes", "-r", lock, "-d", wheels], check=True)


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def pack(bundle: Path) -> Path:
    """The bundle as a zip beside it, dated as the commit; wheels are compressed already."""
    archive = bundle.with_name(f"{bundle.name}.zip")
    when = time.gmtime(int(git("log", "-1", "--format=%ct")))[:6]
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(path for path in bundle.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(bundle.parent).as_posix(), when)
            entry.external_attr = 0o100644 << 16
            with path.open("rb") as read, packed.open(entry, "w") as written:
                shutil.copyfileobj(read, written)
    return archive


def build(dist: Path, platform: str | None) -> Path:
    """The bundle's zip; the folder of the same name lies beside it. An earlier one of that name is replaced."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    bundle = dist / "-".join(["skillwatch", version, "bundle", *([platform] if platform else [])])
    shutil.rmtree(bundle, ignore_errors=True)
    (bundle / "wheels").mkdir(parents=True)
    download(bundle / "wheels", platform)
    git("archive", "--format=zip", "-o", str(bundle / "source.zip"), "HEAD")
    for path in (ROOT / "requirements.lock", *(HERE / name for name in INSTALLERS)):
        shutil.copyfile(path, bundle / path.name)
    made_for = this_python() | ({"system": "Windows", "machine": "amd64"} if platform else {})
    about = {"version": version, "commit": git("rev-parse", "HEAD"), **made_for}
    (bundle / "bundle.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    sums = "".join(f"{digest(path)}  {path.relative_to(bundle).as_posix()}\n" for path in files)
    (bundle / SUMS).write_text(sums, encoding="utf-8", newline="\n")
    return pack(bundle)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m deploy.bundle.build")
    parser.add_argument("--platform", choices=["win_amd64"], help="for Windows, instead of for this machine")
    if git("status", "--porcelain", "--untracked-files=no"):
        raise SystemExit(
            "有未提交的改动，先提交 there are changes that are not committed: a bundle is made of a commit"
        )
    made = build(ROOT / "dist", parser.parse_args().platform)
    print(f"{made.relative_to(ROOT)}  {made.stat().st_size / 1e6:.0f} MB")
    print(f"{SUMS}  {digest(made.with_suffix('') / SUMS)}")
