"""Kills scans at random moments, and compares what the next scan publishes with what an undisturbed home publishes.

    python -m tests.survival.kill --kills 40 --seed 1

Every home has the keys of the undisturbed one; its scan is killed once to three times, then left to finish. Half of the scans that are killed are the first of a
home, half come after a finished scan and find new files, a correction and a judgement. The moment is drawn evenly over
the processor time that the undisturbed scan took, so that a busy machine does not shift it; then SIGKILL, which no
program can catch. Prints a table in Markdown; ends with 1 when a byte differs, and names it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.home import Home

APART = {"manifest.json", "SHA256SUMS", "SHA256SUMS.sig"}
"""Only the manifest may know a clock; sums and signature follow it."""
CITIES = ("140100", "140200")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Undisturbed:
    """A home after its first scan and after its second, and the processor seconds of both."""

    first: Home
    second: Home
    seconds: tuple[float, float]


def prepare(root: Path, seed: int, start: Callable[[Home], int]) -> Undisturbed:
    """Two cities of a made-up tiny province; the second scan finds what had been held back, a correction and a judgement."""
    made = Home.at(root / "made")
    # By the command: threads that the simulator starts here would not survive a later fork of this process.
    command = [sys.executable, "-m", "pipelines.cli", "simulate", "--home", str(made.root), "--size", "tiny"]
    subprocess.run([*command, "--seed", str(seed)], check=True, capture_output=True)
    first = Home.at(root / "first")
    first.inbox.mkdir(parents=True)
    files = [path for path in sorted(made.inbox.iterdir()) if any(city in path.name for city in CITIES)]
    held_back = random.Random(seed).sample(files, k=max(1, len(files) // 10))
    for path in files:
        if path not in held_back:
            shutil.copy2(path, first.inbox)
    spent = [finish(start(first))]
    second = copy_of(first, root / "second")
    for path in held_back:
        shutil.copy2(path, second.inbox)
    corrected = next(path for path in files if path.suffix == ".csv" and path not in held_back)
    lines = corrected.read_bytes().splitlines(keepends=True)
    (second.inbox / f"{corrected.stem}_更正9.csv").write_bytes(b"".join(lines[:-1]))
    _judge(publications(first)[-1], second.inbox / "核查反馈_140100_202203.csv")
    spent.append(finish(start(second)))
    return Undisturbed(first, second, (spent[0], spent[1]))


def _judge(publication: Path, file: Path) -> None:
    """A judgement that dismisses the first case of the publication."""
    with (publication / "cases.csv").open(encoding="utf-8-sig", newline="") as cases:
        case = next(csv.DictReader(cases))["case_id"]
    file.write_text(f"线索编号,核查结论,核查日期\n{case},排除,2022-02-01\n", encoding="utf-8")


def copy_of(home: Home, to: Path, *, only: tuple[str, ...] = ()) -> Home:
    """The home, or these of its folders, under another path."""
    to.mkdir(parents=True)
    for path in home.root.iterdir():
        if only and path.name not in only:
            continue
        if path.is_dir():
            shutil.copytree(path, to / path.name)
        else:
            shutil.copy2(path, to)
    return Home.at(to)


def by_command(home: Home) -> int:
    """Start a scan as an operator does; returns its process id."""
    command = [sys.executable, "-m", "pipelines.cli", "scan", "--inbox", str(home.inbox), "--home", str(home.root)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, **quiet).pid  # type: ignore[call-overload,no-any-return]


def by_fork(home: Home) -> int:
    """Start the same scan in a copy of this process, which has loaded everything already; returns its process id."""
    import checks.expectations
    from pipelines.scanning import scan

    assert checks.expectations  # loaded before the fork, not by each scan
    if child := os.fork():
        return child
    try:
        told = os.open(home.root / "told.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(told, 1)
        os.dup2(told, 2)
        scan(home, home.inbox, as_of=None, parameters=None, reveal=False, wait_seconds=5)
    except BaseException as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def finish(process: int) -> float:
    """Wait for the scan's end; returns its processor seconds. Raises RuntimeError when it did not finish."""
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"The scan ended with {os.waitstatus_to_exitcode(status)}.")
    return usage.ru_utime + usage.ru_stime


def kill_after(process: int, seconds: float) -> bool:
    """Kill the scan when it has spent so many processor seconds; False when it had ended before."""
    while _spent(process) < seconds:
        done, _ = os.waitpid(process, os.WNOHANG)
        if done:
            return False
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _spent(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def publications(home: Home) -> list[Path]:
    """In the order in which they were written."""
    found = [path for path in home.publications.iterdir() if not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def differences(home: Home, undisturbed: Home) -> list[str]:
    """Files of the publications that differ, and what a killed scan has left behind."""
    told = [f"left behind: {path.name}" for path in _leftovers(home)]
    one, two = ({path.name: path for path in publications(each)} for each in (home, undisturbed))
    told += [f"publication {name} of one home only" for name in sorted(one.keys() ^ two.keys())]
    for name in sorted(one.keys() & two.keys()):
        files = (
            {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
            for root in (one[name], two[name])
        )
        here, there = files
        told += [f"{name}/{file} of one home only" for file in sorted(here.keys() ^ there.keys())]
        told += [
            f"{name}/{file} differs"
            for file in sorted((here.keys() & there.keys()) - APART)
            if _sha(here[file]) != _sha(there[file])
        ]
    return told


def _leftovers(home: Home) -> Iterator[Path]:
    yield from home.publications.glob(".*")
    yield from home.sealed.glob(".*")


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stage_of(home: Home, known: int) -> str:
    """How far the killed scan had come; ``known``: the publications that were there before."""
    if not home.publications.exists():
        return "建库之前 before the warehouse"
    if any(home.publications.glob(".*")):
        return "发布写到一半 publication half written"
    if len(publications(home)) > known:
        return "发布写完以后 publication written"
    if not home.warehouse.exists():
        return "建库之前 before the warehouse"
    return "建库以后 warehouse under way"


def campaign(
    root: Path, kills: int, seed: int, start: Callable[[Home], int], say: Callable[[str], None] = print
) -> list[str]:
    """Kill ``kills`` scans and have others finish what they began; returns what differed."""
    chance = random.Random(seed)
    undisturbed = prepare(root, seed, start)
    say(f"undisturbed: {undisturbed.seconds[0]:.1f} s and {undisturbed.seconds[1]:.1f} s of processor time")
    wrong: list[str] = []
    counted: Counter[tuple[str, str]] = Counter()
    killed, number = 0, 0
    while killed < kills:
        number += 1
        later = number % 2 == 0
        base = undisturbed.second if later else undisturbed.first
        if later:
            home = copy_of(undisturbed.first, root / f"home_{number}")
            shutil.rmtree(home.inbox)
            shutil.copytree(base.inbox, home.inbox)
        else:
            home = copy_of(base, root / f"home_{number}", only=("inbox", "keys"))
        told = []
        for _ in range(chance.randint(1, 3)):
            moment = chance.uniform(0, undisturbed.seconds[later])
            if killed == kills or not kill_after(start(home), moment):
                break
            killed += 1
            stage = stage_of(home, known=len(publications(undisturbed.first)) if later else 0)
            counted["下一次 next" if later else "首次 first", stage] += 1
            told.append(f"killed at {moment:.1f} s, {stage}")
        finish(start(home))
        found = differences(home, base)
        wrong += [f"home {number} ({'; '.join(told)}): {one}" for one in found]
        say(f"{number}. {'next' if later else 'first'} scan: {'; '.join(told)}: {found if found else 'same bytes'}")
        shutil.rmtree(home.root)
    say("\n| 扫描 scan | 被杀时 when killed | 次数 times |\n| --- | --- | ---: |")
    for (scan, stage), times in sorted(counted.items()):
        say(f"| {scan} | {stage} | {times} |")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", action="store_true", help="start `skillwatch scan` itself: slower by its imports")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = campaign(
            Path(folder), arguments.kills, arguments.seed, by_command if arguments.command else by_fork,
            lambda text: print(text, flush=True),
        )  # fmt: skip
    print(f"\n{len(wrong)} differences")
    for one in wrong:
        print(one)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
