"""What the finished province holds, as a mechanism asks for it when it says what is true: live claims, sessions, hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from models.province.classes import Class

Row = dict[str, Any]


class Books:
    """Read-only views of the finished tables, cut down to the classes and employers that mechanisms use."""

    def __init__(self, tables: dict[str, pl.DataFrame], class_ids: list[str]) -> None:
        self.tables = tables
        live = tables["claims"].filter(pl.col("status") != "rejected")
        self._live = live
        self._by_class = _grouped(
            live.filter(
                pl.col("class_id").is_in(class_ids) & pl.col("subsidy_kind").is_in(["training", "living", "transport"])
            )
        )
        self._sessions = _grouped(tables["attendance"].filter(pl.col("class_id").is_in(class_ids)))

    def class_claims(self, c: Class, people: set[str] | None = None) -> list[Row]:
        """Live claims of kind training on the class, of some people or of all."""
        return [row for row in self.money_of(c, people) if row["subsidy_kind"] == "training"]

    def money_of(self, c: Class, people: set[str] | None = None) -> list[Row]:
        """The same with the allowances paid for coming."""
        return [row for row in self._by_class.get(c["class_id"], []) if people is None or row["id_number"] in people]

    def claims_where(self, *conditions: Any) -> list[Row]:
        """Live claims that fulfil the conditions."""
        return self._live.filter(*conditions).to_dicts()

    def sessions(self, c: Class) -> list[Row]:
        return self._sessions.get(c["class_id"], [])

    def attended_seconds(self, c: Class) -> dict[str, tuple[int, int, int]]:
        """Per person: seconds of the union of the timed sessions, how many are timed, how many there are."""
        people: dict[str, list[Row]] = {}
        for row in self.sessions(c):
            people.setdefault(row["id_number"], []).append(row)
        found = {}
        for number, rows in people.items():
            timed = sorted(
                (row["check_in"], row["check_out"])
                for row in rows
                if row["check_out"] and row["check_out"] >= row["check_in"]
            )
            total, until = 0, datetime.min
            for start, end in timed:
                total += max(int((end - max(start, until)).total_seconds()), 0)
                until = max(until, end)
            found[number] = (total, len(timed), len(rows))
        return found


def _grouped(rows: pl.DataFrame) -> dict[str, list[Row]]:
    return {
        str(key[0]): part.to_dicts()
        for key, part in rows.partition_by("class_id", as_dict=True, maintain_order=True).items()
    }
