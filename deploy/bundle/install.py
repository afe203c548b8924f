"""Installs skillwatch from the folder that this file lies in, without internet: checks every file, then pip with hashes and no index.

In: the folder to install into, new or empty. Out: that folder with the project and its `.venv`. Started by install.sh and install.ps1.
Needs nothing but the standard library of the Python it is started with, which becomes the installation's.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

SUMS = "SHA256SUMS"
WINDOWS = os.name == "nt"


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def altered(bundle: Path) -> list[str]:
    """What in the bundle is not as SHA256SUMS has it: one sentence a file; nothing when all is well."""
    lines = (bundle / SUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: sha for sha, _, name in (line.partition("  ") for line in lines)}
    found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()} - {SUMS}
    return [
        *(f"缺少 missing: {name}" for name in sorted(wanted.keys() - found)),
        *(f"多出 not in {SUMS}: {name}" for name in sorted(found - wanted.keys())),
        *(f"被改动 changed: {name}" for name in sorted(wanted.keys() & found) if digest(bundle / name) != wanted[name]),
    ]


def unfit(made_for: dict[str, str], here: dict[str, str]) -> str:
    """Why the wheels of the bundle do not fit this Python, or an empty string."""
    wrong = [f"{name} {here[name]}，需要 needs {made_for[name]}" for name in here if here[name] != made_for[name]]
    return "；".join(wrong)


def this_python() -> dict[str, str]:
    """What wheels depend on: system, machine, Python."""
    return {
        "system": platform.system(),
        "machine": platform.machine().lower(),
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
    }


def install(bundle: Path, target: Path) -> Path:
    """Installs into `target`; returns the program. Errors: SystemExit with what is wrong and what to do."""
    if wrong := altered(bundle):
        raise SystemExit("\n".join(["安装包不完整，重新复制 the bundle is not whole, copy it again:", *wrong]))
    print(f"✓ {SUMS} {digest(bundle / SUMS)}", flush=True)
    if wrong_here := unfit(json.loads((bundle / "bundle.json").read_text(encoding="utf-8")), this_python()):
        raise SystemExit(f"安装包不适合这台机器的 Python the bundle does not fit this Python: {wrong_here}")
    if target.exists() and any(target.iterdir()):
        raise SystemExit(f"{target} 不是空的，换一个或先移走 is not empty: name another folder, or move it away")
    with zipfile.ZipFile(bundle / "source.zip") as source:
        source.extractall(target)
    subprocess.run([sys.executable, "-m", "venv", target / ".venv"], check=True)
    programs = target / ".venv" / ("Scripts" if WINDOWS else "bin")
    python = programs / ("python.exe" if WINDOWS else "python")
    pip = [str(python), *["-m", "pip", "--isolated", "install", "-qq", "--disable-pip-version-check", "--no-index"]]
    lock = bundle / "requirements.lock"
    subprocess.run(
        [*pip, "--find-links", bundle / "wheels", "--only-binary", ":all:", "--require-hashes", "-r", lock], check=True
    )
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", target], check=True)
    return programs / ("skillwatch.exe" if WINDOWS else "skillwatch")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("用法 usage: install.sh FOLDER | install.ps1 FOLDER")
    program = install(Path(__file__).resolve().parent, Path(sys.argv[1]).resolve())
    print(f"✓ {program}\n  自检 check it: {program} doctor")
