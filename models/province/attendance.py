"""Check-ins of the people of classes, to the second, as terminals, paper lists and platforms record them. Who is enrolled is decided elsewhere."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from models.province.classes import STYLES, Class
from models.province.population import days
from models.province.schema import frame

MICRO = 1_000_000


def sessions(classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row per person and slot that the person came to. Who finished missed at most a fifth of the slots."""
    slots = [[(days(lesson), begin, length) for lesson in c["_lessons"] for begin, length in STYLES[c["_style"]][1]] for c in classes]
    count = np.array([len(each) for each in slots])
    offset = np.concatenate([[0], np.cumsum(count)[:-1]])
    day, begin, length = (np.array([slot[i] for each in slots for slot in each], dtype=np.int64) for i in range(3))

    k = enrolments["_k"].to_numpy()
    per_person = count[k]
    person = np.repeat(np.arange(len(k)), per_person)
    within = np.arange(len(person)) - np.repeat(np.cumsum(per_person) - per_person, per_person)
    keep = _came(enrolments, person, within, per_person, rng)
    person, within = person[keep], within[keep]
    n, at_class = len(person), k[person]
    slot = offset[at_class] + within

    starts = begin[slot] * 60 + np.where(rng.random(n) < 0.93, -rng.exponential(420, n).clip(0, 1500), rng.uniform(20, 720, n)).astype(np.int64)
    ends = (begin[slot] + length[slot]) * 60 + np.where(rng.random(n) < 0.97, rng.exponential(240, n).clip(0, 900), -rng.uniform(300, 2100, n)).astype(np.int64)
    online = _flag(classes, "mode", "online")[at_class]
    # on the platform everybody has an hour of the own, some at night
    shift = (rng.integers(-60, 14 * 60, len(k))[person] * 60) * online
    starts, ends = starts + shift, ends + shift
    paper = _flag(classes, "_method", "paper")[at_class]
    coarse = (rng.random(len(classes)) < 0.06)[at_class]
    starts = np.where(paper, begin[slot] * 60, np.where(coarse, starts // 60 * 60, starts))
    ends = np.where(paper, (begin[slot] + length[slot]) * 60, np.where(coarse, ends // 60 * 60, ends))
    forgotten = (within == rng.integers(0, 60, len(k))[person]) | (paper & (rng.random(len(classes)) < 0.3)[at_class])

    face = _flag(classes, "_method", "face")[at_class]
    placed = face & (rng.random(n) < 0.95)
    longitude = np.array([c["longitude"] or 0.0 for c in classes])[at_class] + rng.normal(0, 0.0007, n)
    latitude = np.array([c["latitude"] or 0.0 for c in classes])[at_class] + rng.normal(0, 0.0006, n)
    stamp = day[slot] * 86400
    hashes = np.array([f"{value:016x}" for value in rng.integers(1 << 40, 1 << 63, n).tolist()], dtype=object)
    hashes[rng.random(n) < 0.002] = "0" * 16
    return frame("attendance", {
        "class_id": np.array([c["class_id"] for c in classes])[at_class],
        "id_number": enrolments["id_number"].to_numpy()[person],
        "session_date": day[slot].astype("datetime64[D]"),
        "check_in": ((stamp + starts) * MICRO).astype("datetime64[us]"),
        "check_out": pl.when(pl.Series(~forgotten)).then(pl.Series(((stamp + ends) * MICRO).astype("datetime64[us]"))),
        "method": np.array([c["_method"] for c in classes])[at_class],
        "device_id": pl.Series(_devices(classes, at_class, person, k, rng), dtype=pl.String),
        "ip": pl.when(pl.Series(online)).then(pl.Series(_addresses(person, rng, len(k)))),
        "longitude": pl.when(pl.Series(placed)).then(pl.Series(longitude.round(6))),
        "latitude": pl.when(pl.Series(placed)).then(pl.Series(latitude.round(6))),
        "photo_hash": pl.when(pl.Series((face & (rng.random(n) < 0.9)) | (online & (rng.random(n) < 0.5)))).then(pl.Series(hashes.tolist(), dtype=pl.String)),
    })


def _came(enrolments: pl.DataFrame, person: np.ndarray, within: np.ndarray, per_person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(per_person)
    fit = enrolments["_fit"].to_numpy()
    allowed = np.floor(per_person * np.minimum(rng.beta(1.2, 14, n), 0.2)).astype(np.int64)
    order = np.lexsort((rng.random(len(person)), person))
    rank = np.empty(len(person), dtype=np.int64)
    rank[order] = within
    gave_up = np.floor(per_person * rng.choice([0.0, 0.15, 0.3, 0.4], n)).astype(np.int64)
    return np.where(fit[person], rank >= allowed[person], within < gave_up[person])


def _flag(classes: list[Class], key: str, value: str) -> np.ndarray:
    return np.array([c[key] == value for c in classes])


def _devices(classes: list[Class], at_class: np.ndarray, person: np.ndarray, k: np.ndarray, rng: np.random.Generator) -> list[str | None]:
    own = [f"SJ{value:08d}" for value in rng.integers(0, 10**8, len(k)).tolist()]
    # some families share a phone, never more than three of a class
    for at in range(1, len(own)):
        if at % 9 == 0 and k[at] == k[at - 1]:
            own[at] = own[at - 1]
    terminals = [c["_devices"] if c["_method"] in ("face", "fingerprint") else [] for c in classes]
    online = [c["_style"] == "online" for c in classes]
    pick = rng.integers(0, 2, len(person)).tolist()
    return [own[p] if online[c] else (terminals[c][i] if terminals[c] else None) for c, p, i in zip(at_class.tolist(), person.tolist(), pick, strict=True)]


def _addresses(person: np.ndarray, rng: np.random.Generator, people: int) -> np.ndarray:
    parts = rng.integers(1, 255, (3, people)).astype("U3")
    address = np.char.add(np.char.add(np.char.add("10.", parts[0]), np.char.add(".", parts[1])), np.char.add(".", parts[2]))
    return address[person]


def month_days(attendance: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """Days with a session, per person and month, for some people."""
    return (
        attendance.filter(pl.col("id_number").is_in(people.implode()))
        .with_columns(month=pl.col("session_date").dt.truncate("1mo"))
        .group_by("id_number", "month").agg(class_days=pl.col("session_date").n_unique())
    )
