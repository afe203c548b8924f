"""Progress of a scan for the one who started it: a bar where stderr is a terminal, else one line per stage."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

STAGES = {
    "deliveries": "读取文件 reading files",
    "accept": "接收与更正 accepting rows",
    "tables": "建表 building tables",
    "rules": "核对规则 checking rules",
    "models": "排序与比对 models",
    "expectations": "核对期望 checking expectations",
    "cases": "汇成线索 making cases",
    "publication": "发布 publishing",
}


class _Reporter:
    def __init__(self, totals: dict[str, int]) -> None:
        self._console = Console(file=sys.stderr)
        self._bar = self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
            console=self._console,
            disable=not self._bar,
        )
        self._totals = totals
        self._tasks: dict[str, TaskID] = {}
        self._seen: set[str] = set()

    def __enter__(self) -> _Reporter:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, stage: str, detail: str) -> None:
        if stage not in self._seen:
            self._seen.add(stage)
            if self._bar:
                self._tasks[stage] = self._progress.add_task(
                    STAGES.get(stage, stage), total=self._totals.get(stage), detail=""
                )
            else:
                print(STAGES.get(stage, stage), file=sys.stderr, flush=True)
        if self._bar:
            self._progress.update(self._tasks[stage], advance=1, detail=detail)


_reporter: ContextVar[_Reporter | None] = ContextVar("reporter", default=None)


@contextmanager
def showing(totals: dict[str, int]) -> Iterator[None]:
    """Show what `report` tells while the block runs."""
    with _Reporter(totals) as reporter:
        token = _reporter.set(reporter)
        try:
            yield
        finally:
            _reporter.reset(token)


def report(stage: str, detail: str) -> None:
    """One step of a stage was begun; silent where nobody watches (a run from the UI has Dagster's own events)."""
    if reporter := _reporter.get():
        reporter.step(stage, detail)
