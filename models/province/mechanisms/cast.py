"""Which mechanisms act in a province, how often, and in which order they are called. What they do is their own."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from models.province.classes import Class
from models.province.mechanisms.books import Books
from models.province.mechanisms.mechanism import MECHANISMS, Label, Mechanism
from models.province.mechanisms.stage import Stage
from models.province.plants.workshop import Truth

SHARE = 0.03
"""of the classes are fake, and as many honest but odd, where the province is large enough to have one institution of each mechanism"""


class Cast:
    """The mechanisms of one province."""

    def __init__(self, stage: Stage, total: int, names: Iterable[str] | None = None) -> None:
        """`total` is the number of classes that the province is to have."""
        self.stage = stage
        chosen = sorted(MECHANISMS if names is None else names)
        unknown = [name for name in chosen if name not in MECHANISMS]
        if unknown:
            raise ValueError(f"no mechanism {', '.join(unknown)}; there are {', '.join(sorted(MECHANISMS))}")
        each = max(round(total * SHARE * 2 / (len(chosen) * (1 + stage.n) / 2)), 1) if chosen else 0
        self.mechanisms: list[Mechanism] = [MECHANISMS[name](stage, at) for name in chosen for at in range(each)]
        for one in self.mechanisms:
            one.plan()

    @property
    def classes(self) -> list[Class]:
        return self.stage.classes

    def act(self, step: str, source: str, table: pl.DataFrame) -> pl.DataFrame:
        """Calls every mechanism's method for the step; returns the source's table with what they changed."""
        self.stage.open(source, table)
        for one in self.mechanisms:
            getattr(one, step)()
        return self.stage.close(source)

    def books(self, tables: dict[str, pl.DataFrame]) -> Books:
        return Books(tables, [c["class_id"] for c in self.classes])

    def tell(self, books: Books) -> tuple[list[Label], list[Truth], list[tuple[str, str, Mechanism]]]:
        """Labels, hits of deterministic rules, and pairs of claims that are one."""
        labels = [label for one in self.mechanisms for label in one.labels(books)]
        hits = [hit for one in self.mechanisms for hit in one.hits(books)]
        links = [(*sorted(pair), one) for one in self.mechanisms for pair in one.links(books)]
        return labels, hits, links  # type: ignore[return-value]
