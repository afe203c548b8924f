"""The process that reads files: `python -m assets.reading.worker DELIVERIES MEMORY`, asked and answering by lines of JSON.

It says nothing of what is in a file, neither in an answer nor in a log: an error is told by its name alone. When the
scan that started it is gone, it goes too.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.delivery_store import NotKept, content_hash, stage
from assets.reading.file import read
from models.source import Source, load_sources


def main(deliveries: Path, memory: int) -> None:
    """Answer every question on stdin until there is none any more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    _bound(memory)
    sources = load_sources()
    questions: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    answer: dict[str, Any] = {"ready": True}
    while True:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        answer = answered(deliveries, questions.get(), sources)


def answered(deliveries: Path, asked: Mapping[str, str], sources: Mapping[str, Source]) -> dict[str, Any]:
    """Read one file (``file``: its name, ``path``, ``sha``: of the bytes that are meant) and keep what was read.

    kept: true; or changed: the bytes are no longer those; or failed: the error by which reading ended; or stopped: why the
    store cannot be written.
    """
    path, staged = Path(asked["path"]), None
    told: dict[str, Any] = {"kept": True}
    try:
        staged = stage(deliveries, asked["sha"], read(asked["file"], path, sources))
    except NotKept as error:
        told = {"stopped": str(error)}
    except BaseException as error:  # a panic of a native reader is no Exception
        told = {"failed": type(error).__name__}
    if not _stands(path, asked["sha"]):  # what was read, or failed, says nothing of these bytes
        if staged is not None:
            staged.discard()
        return {"changed": True}
    if staged is not None:
        try:
            staged.appear()
        except NotKept as error:
            staged.discard()
            return {"stopped": str(error)}
    return told


def _stands(path: Path, sha: str) -> bool:
    """Can the file still be read, and are its bytes those of ``sha``?"""
    try:
        return content_hash(path) == sha
    except OSError:
        return False


def _listen(questions: queue.SimpleQueue[dict[str, str]]) -> None:
    """Questions as they come; at the end of the input everything ends, whatever is being read."""
    for line in sys.stdin:
        questions.put(json.loads(line))
    os._exit(0)


def _bound(memory: int) -> None:
    """No more private memory than this, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    if hasattr(resource, "RLIMIT_DATA"):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
