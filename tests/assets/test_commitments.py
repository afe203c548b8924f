"""A commitment stands before the draw and stays: the register is append-only and chained."""

from __future__ import annotations

import json
from pathlib import Path

from assets.commitments import REGISTER, broken, commit, written_down

PROMISE = {"plan_id": "p", "commitment": "abc", "written_at": "2022-03-01T08:00:00+00:00"}


def test_every_seed_that_was_tried_leaves_its_line(tmp_path: Path) -> None:
    first = commit(tmp_path, PROMISE)
    second = commit(tmp_path, {**PROMISE, "commitment": "def"})
    assert (first["number"], second["number"], first["previous"]) == (1, 2, None)
    assert second["previous"] is not None and broken(tmp_path) == []


def test_the_same_promise_is_one_line_whatever_the_clock_says(tmp_path: Path) -> None:
    first = commit(tmp_path, PROMISE)
    assert commit(tmp_path, {**PROMISE, "written_at": "later"}) == first
    assert len((tmp_path / REGISTER).read_text(encoding="utf-8").splitlines()) == 1


def test_a_line_that_was_changed_or_taken_away_shows(tmp_path: Path) -> None:
    for seed in "abc":
        commit(tmp_path, {**PROMISE, "commitment": seed})
    path = tmp_path / REGISTER
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0].replace('"a"', '"x"'), *lines[1:]]) + "\n", encoding="utf-8")
    assert broken(tmp_path) == [2]
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    assert broken(tmp_path) == [2] and json.loads(lines[2])["number"] == 3
    path.write_text("\n".join(["{", lines[1], "[]"]) + "\n", encoding="utf-8")
    assert broken(tmp_path) == [1, 2, 3], "what cannot be read is named, not fallen over"
    assert written_down(tmp_path, json.loads(lines[1])) and not written_down(tmp_path, json.loads(lines[0]))
