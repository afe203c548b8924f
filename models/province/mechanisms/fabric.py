"""Check-ins made by hand: slots of a class's timetable, a punch as the class's own terminals would record it. No scheme is known here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from models.province.classes import STYLES, Class
from models.province.mechanisms.stage import Row


@dataclass(frozen=True)
class Slot:
    """One stretch of teaching; `lesson` counts the days from 0, `part` the stretches of a day."""

    lesson: int
    part: int
    day: date
    begin: datetime
    end: datetime


def slots_of(c: Class) -> list[Slot]:
    found = []
    for lesson, day in enumerate(c["_lessons"]):
        for part, (begin, length) in enumerate(STYLES[c["_style"]][1]):
            start = datetime.combine(day, datetime.min.time()) + timedelta(minutes=begin)
            found.append(Slot(lesson, part, day, start, start + timedelta(minutes=length)))
    return found


def by_slot(c: Class, rows: Iterable[Row]) -> dict[tuple[int, int], dict[str, Row]]:
    """(lesson, part) to the rows of that stretch by person."""
    slots = slots_of(c)
    on_day: dict[date, list[Slot]] = {}
    for slot in slots:
        on_day.setdefault(slot.day, []).append(slot)
    table: dict[tuple[int, int], dict[str, Row]] = {(slot.lesson, slot.part): {} for slot in slots}
    for row in rows:
        near = min(on_day[row["session_date"]], key=lambda slot: abs((row["check_in"] - slot.begin).total_seconds()))
        table[near.lesson, near.part][row["id_number"]] = row
    return table


def photo(rng: np.random.Generator, near: str | None = None, bits: int | None = None) -> str:
    """A perceptual hash; of another picture of the same face when `near` is given, with about so many bits changed."""
    if near is None or not near.strip("0"):
        return f"{int(rng.integers(1 << 40, 1 << 62)):016x}"
    value = int(near, 16)
    for bit in rng.choice(62, bits or int(rng.integers(6, 13)), replace=False).tolist():
        value ^= 1 << bit
    return f"{value or 1:016x}"


def punch(
    c: Class,
    number: str,
    slot: Slot,
    check_in: datetime,
    check_out: datetime | None,
    rng: np.random.Generator,
    like: Row | None = None,
) -> Row:
    """A row as the class's terminals, lists or platform write it; `like` is an earlier row of the person, whose device and face it has."""
    face, online = c["_method"] == "face", c["mode"] == "online"
    placed = face and rng.random() < 0.95
    device = (
        like["device_id"]
        if like and online
        else (str(rng.choice(c["_devices"])) if c["_method"] in ("face", "fingerprint") else None)
    )
    return {
        "class_id": c["class_id"],
        "id_number": number,
        "session_date": slot.day,
        "check_in": check_in.replace(microsecond=0),
        "check_out": check_out and check_out.replace(microsecond=0),
        "method": c["_method"],
        "device_id": device,
        "ip": like["ip"] if like and online else None,
        "longitude": round(c["longitude"] + float(rng.normal(0, 0.0007)), 6) if placed else None,
        "latitude": round(c["latitude"] + float(rng.normal(0, 0.0006)), 6) if placed else None,
        "photo_hash": photo(rng, like["photo_hash"] if like else None) if face and rng.random() < 0.9 else None,
    }


def faces(rows: Iterable[Row]) -> dict[str, Row]:
    """A row of each person, with a photo where there is one."""
    found: dict[str, Row] = {}
    for row in rows:
        if row["id_number"] not in found or (row["photo_hash"] and not found[row["id_number"]]["photo_hash"]):
            found[row["id_number"]] = row
    return found


def seconds(value: float) -> timedelta:
    return timedelta(seconds=int(value))


def everyone_comes(
    people: list[Row], score: tuple[float, float] | None = None, rng: np.random.Generator | None = None
) -> None:
    """On paper all finish, or nearly all where somebody thought of leaving a few out; `score` (mean, spread) are their marks."""
    left_out = (
        float(rng.choice([0.0, 0.04, 0.1], p=[0.4, 0.35, 0.25]))
        if rng is not None and score is None and len(people) > 8
        else 0.0
    )
    for person in people:
        if left_out and rng is not None and rng.random() < left_out:
            continue
        person.update(_fit=True, completed=True)
        if score and rng is not None:
            person["exam_score"] = float(np.clip(np.round(rng.normal(*score)), 60, 100))
        elif person["exam_score"] is None and rng is not None:
            person["exam_score"] = float(np.clip(np.round(rng.normal(77, 7.5)), 60, 99))


def enough(c: Class, rows: list[Row], people: Iterable[Row], rng: np.random.Generator, share: float = 0.65) -> None:
    """Whoever is to finish is given some more sessions, at the hours of the own other ones, until so large a share of the planned hours is there."""
    mine: dict[str, list[Row]] = {}
    for row in rows:
        mine.setdefault(row["id_number"], []).append(row)
    slots, needed = slots_of(c), c["planned_hours"] * 45 * 60 * share
    for person in people:
        listed = mine.get(person["id_number"])
        if not listed or not person["completed"]:
            continue
        had = {(row["session_date"], row["check_in"].hour >= 12) for row in listed}
        total = sum((row["check_out"] - row["check_in"]).total_seconds() for row in listed if row["check_out"])
        for slot in slots:
            if total >= needed:
                break
            if (slot.day, slot.begin.hour >= 12) not in had:
                like = listed[int(rng.integers(len(listed)))]
                offset = min(
                    abs((like["check_in"] - like["check_in"].replace(hour=8, minute=30, second=0)).total_seconds()), 600
                )
                row = punch(
                    c,
                    person["id_number"],
                    slot,
                    slot.begin - seconds(offset),
                    slot.end + seconds(rng.uniform(20, 240)),
                    rng,
                    like,
                )
                rows.append(row)
                total += (row["check_out"] - row["check_in"]).total_seconds()
