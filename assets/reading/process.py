"""A process of its own in which files that come from outside are read: a file can end it, and never the scan.

Belongs here: starting it, asking it, and noticing that it is gone. Does not belong here: how a file is read, or what the
process does when it is asked (`worker.py`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from assets.reading.grid import Unreadable
from assets.reading.limits import Limits, told

_ROOT = Path(__file__).parents[2]


class FileChanged(Exception):
    """A file is gone, or another one than it was when its hash was taken: nothing of it was kept."""


class ReadingStopped(RuntimeError):
    """Nothing can be read or kept at all, whatever the file; the message says what to do."""

    @classmethod
    def by_store(cls, deliveries: Path, why: str) -> ReadingStopped:
        """The store cannot be written, for the system's reason ``why``."""
        return cls(
            f"读入的数据写不进 {deliveries}（{why}）。请腾出空间或检查权限后重新扫描，已读的文件不会丢。 / "
            f"What was read cannot be kept in {deliveries} ({why}). Make room or check the modes, then scan again."
        )


class ReadingProcess:
    """Reads files into a folder of deliveries, one at a time; a new process takes the place of one that a file ended."""

    def __init__(self, deliveries: Path, limits: Limits) -> None:
        self._deliveries = deliveries
        self._limits = limits
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, file: str, path: Path, sha: str) -> None:
        """Keep what can be read of a file in the store. Raises Unreadable when the file ended the process, FileChanged
        when its bytes are not those of ``sha`` any more, ReadingStopped when the fault is not the file's."""
        process = self._process or self._start()
        self._process = process
        answer, in_time = self._asked(process, {"file": file, "path": str(path), "sha": sha})
        if answer is None or "failed" in answer:
            self._end()
            raise self._unreadable(answer, in_time)
        if "changed" in answer:
            raise FileChanged
        if "stopped" in answer:
            raise ReadingStopped.by_store(self._deliveries, answer["stopped"])

    def _start(self) -> subprocess.Popen[str]:
        limits = self._limits
        process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "assets.reading.worker", str(self._deliveries), str(limits.memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])), "RUST_BACKTRACE": "0"},
        )  # fmt: skip
        if _answer(process) != {"ready": True}:
            process.kill()
            process.wait()
            raise ReadingStopped(
                f"读文件的进程启动不了（退出码 {process.returncode}）：先用 skillwatch doctor 检查安装；内存上限 {told(limits.memory)} 也可能太小。 / "
                f"The process that reads files does not start: run skillwatch doctor; SKILLWATCH_READ_MEMORY may be too small."
            )
        return process

    def _asked(self, process: subprocess.Popen[str], question: dict[str, str]) -> tuple[dict[str, Any] | None, bool]:
        """The answer, None where the process is gone; and whether it had the time that a file may take."""
        over = threading.Event()

        def end() -> None:
            over.set()
            process.kill()

        clock = threading.Timer(self._limits.seconds, end)
        clock.daemon = True
        clock.start()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return _answer(process), not over.is_set()
        except OSError:
            return None, not over.is_set()
        finally:
            clock.cancel()

    def _unreadable(self, answer: dict[str, Any] | None, in_time: bool) -> Unreadable:
        if not in_time:
            return Unreadable(
                "reader_too_slow",
                f"读这个文件超过了 {self._limits.seconds} 秒，已停止。请拆成几个文件再交；确需更久时调大 SKILLWATCH_READ_SECONDS 后重新扫描。 / "
                f"Reading took longer than {self._limits.seconds} s; split the file, or raise SKILLWATCH_READ_SECONDS.",
            )
        if answer is not None and answer["failed"] != "MemoryError":
            return Unreadable(
                "reader_failed",
                f"读这个文件时程序出错（{answer['failed']}），文件可能已损坏。请重新导出后再交；仍不行请报告这一错误名。 / "
                f"The reader failed on this file ({answer['failed']}), perhaps it is damaged: export it again, else report this.",
            )
        return Unreadable(
            "reader_stopped",
            f"读这个文件时进程中断：文件可能已损坏，或展开后超过内存上限 {told(self._limits.memory)}（例如表格外很远处还有一个单元格）。"
            "请删去表格外的行列、拆成几个文件或改用 UTF-8 的 CSV 再交；确需更多内存时调大 SKILLWATCH_READ_MEMORY 后重新扫描。 / "
            f"The reader was ended by this file: damaged, or beyond the memory limit of {told(self._limits.memory)}. Clear what lies outside the table, "
            "split it or send CSV in UTF-8; or raise SKILLWATCH_READ_MEMORY.",
        )

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _answer(process: subprocess.Popen[str]) -> dict[str, Any] | None:
    assert process.stdout is not None
    line = process.stdout.readline()
    return json.loads(line) if line.endswith("\n") else None
