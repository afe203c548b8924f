"""Check-ins of the people of classes, to the second, as terminals, paper lists and platforms record them. Who is enrolled is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from models.province.classes import STYLES, Class
from models.province.population import days
from models.province.schema import frame

MICRO = 1_000_000
TERMINAL_SECONDS = 3
"""a terminal needs so long for one person: they queue"""


@dataclass
class Seats:
    """One entry a possible session: which class, slot and person (a row of the roster) it is, as positions."""

    at_class: np.ndarray
    slot: np.ndarray
    person: np.ndarray
    within: np.ndarray
    """the slot's place in the class's timetable"""
    per_person: np.ndarray
    day: np.ndarray
    begin: np.ndarray
    length: np.ndarray
    rain: np.ndarray

    def keep(self, chosen: np.ndarray) -> Seats:
        alike = {
            name: getattr(self, name)[chosen]
            for name in ("at_class", "slot", "person", "within", "day", "begin", "length", "rain")
        }
        return replace(self, **alike)


def sessions(classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row per person and slot that the person came to. Who finished missed at most a fifth of the slots."""
    seats = _seats(classes, enrolments, rng)
    seats = seats.keep(_came(enrolments, seats, rng))
    n, at_class, person = len(seats.person), seats.at_class, seats.person
    online, paper, face = (
        _flag(classes, "mode", "online")[at_class],
        _flag(classes, "_method", "paper")[at_class],
        _flag(classes, "_method", "face")[at_class],
    )
    terminal = rng.integers(0, 2, n)
    starts, ends = _offline(classes, seats, terminal, len(enrolments), rng)
    alone = np.flatnonzero(online)
    starts[alone], ends[alone] = _at_home(seats.keep(alone), len(enrolments), rng)
    starts, ends = _on_paper(classes, seats, paper, starts, ends, rng)
    coarse = (rng.random(len(classes)) < 0.05)[at_class] & ~paper
    starts, ends = np.where(coarse, starts // 60 * 60, starts), np.where(coarse, ends // 60 * 60, ends)

    placed = face & (rng.random(n) < 0.95)
    scatter = rng.lognormal(-0.25, 0.35, len(classes))[at_class]
    longitude = np.array([c["longitude"] or 0.0 for c in classes])[at_class] + rng.normal(0, 0.0007, n) * scatter
    latitude = np.array([c["latitude"] or 0.0 for c in classes])[at_class] + rng.normal(0, 0.0006, n) * scatter
    stamp = seats.day * 86400
    pictured = (face & (rng.random(n) < 0.9)) | (online & (rng.random(n) < 0.5))
    return frame(
        "attendance",
        {
            "class_id": np.array([c["class_id"] for c in classes])[at_class],
            "id_number": enrolments["id_number"].to_numpy()[person],
            "session_date": seats.day.astype("datetime64[D]"),
            "check_in": ((stamp + starts) * MICRO).astype("datetime64[us]"),
            "check_out": pl.when(pl.Series(~_forgotten(classes, seats, paper, len(enrolments), rng))).then(
                pl.Series(((stamp + ends) * MICRO).astype("datetime64[us]"))
            ),
            "method": np.array([c["_method"] for c in classes])[at_class],
            "device_id": pl.Series(
                _devices(classes, seats, terminal, enrolments["_k"].to_numpy(), rng), dtype=pl.String
            ),
            "ip": pl.when(pl.Series(online)).then(pl.Series(_addresses(seats, rng, len(enrolments)))),
            "longitude": pl.when(pl.Series(placed)).then(pl.Series(longitude.round(6))),
            "latitude": pl.when(pl.Series(placed)).then(pl.Series(latitude.round(6))),
            "photo_hash": pl.when(pl.Series(pictured)).then(pl.Series(_photos(person, len(enrolments), rng))),
        },
    )


def _seats(classes: list[Class], enrolments: pl.DataFrame, rng: np.random.Generator) -> Seats:
    slots = [
        [(days(lesson), begin, length) for lesson in c["_lessons"] for begin, length in STYLES[c["_style"]][1]]
        for c in classes
    ]
    count = np.array([len(each) for each in slots])
    offset = np.concatenate([[0], np.cumsum(count)[:-1]])
    day, begin, length = (np.array([slot[i] for each in slots for slot in each], dtype=np.int64) for i in range(3))
    k = enrolments["_k"].to_numpy()
    per_person = count[k]
    person = np.repeat(np.arange(len(k)), per_person)
    within = np.arange(len(person)) - np.repeat(np.cumsum(per_person) - per_person, per_person)
    slot = offset[k[person]] + within
    return Seats(
        k[person],
        slot,
        person,
        within,
        per_person,
        day[slot],
        begin[slot],
        length[slot],
        _rain(classes, k, person, day[slot], rng),
    )


def _rain(
    classes: list[Class], k: np.ndarray, person: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Whether it rained that day in that city; more often in summer."""
    first, last = int(day.min()), int(day.max())
    month = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1
    wet = rng.random((12, last - first + 1)) < np.where((month >= 6) & (month <= 9), 0.24, 0.09)
    city = np.array([int(c["_city"][2:]) % 12 for c in classes])[k[person]]
    return wet[city, day - first]


def _came(enrolments: pl.DataFrame, seats: Seats, rng: np.random.Generator) -> np.ndarray:
    """Who finishes misses up to a fifth: some days in a row when ill, single ones otherwise, rather in the rain. Who gives up stops coming."""
    n = len(seats.per_person)
    fit = enrolments["_fit"].to_numpy()
    person, within, length = seats.person, seats.within, seats.per_person[seats.person]
    allowed = np.floor(seats.per_person * np.minimum(rng.beta(1.2, 13, n), 0.2)).astype(np.int64)
    order = np.lexsort((rng.random(len(person)) * np.where(seats.rain, 0.45, 1.0), person))
    rank = np.empty(len(person), dtype=np.int64)
    rank[order] = within
    begin = np.floor(rng.random(n) * (seats.per_person - allowed + 1)).astype(np.int64)
    spell = (within < begin[person]) | (within >= (begin + allowed)[person])
    single = rank >= allowed[person]
    ill = (rng.random(n) < 0.4)[person]
    gave_up = np.floor(length * rng.choice([0.0, 0.15, 0.3, 0.4], n)[person])
    irregular = rng.random(len(person)) < 0.85
    return np.where(fit[person], np.where(ill, spell, single), (within < gave_up) & irregular)


def _offline(
    classes: list[Class], seats: Seats, terminal: np.ndarray, people: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the day of coming and leaving: everybody has a habit, every day something of its own, and at the terminal they queue."""
    n, person, at_class = len(seats.person), seats.person, seats.at_class
    early = np.where(rng.random(people) < 0.12, rng.normal(40, 60, people), rng.gamma(3.2, 130, people))[person]
    spread = rng.lognormal(5.0, 0.5, people).clip(40, 700)[person]
    after_lunch = (seats.begin >= 12 * 60) & (seats.begin < 18 * 60)
    shared = rng.normal(0, 70, int(seats.slot.max()) + 1 if n else 1)[seats.slot]
    arrive = (
        -early * np.where(after_lunch, 0.7, 1.0)
        + spread * rng.standard_normal(n)
        + shared
        + seats.rain * rng.exponential(150, n)
    )
    arrive -= (seats.within == 0) * rng.exponential(240, n)
    late = rng.random(n) < np.where(seats.rain, 0.06, 0.025)
    arrive = np.where(late, rng.exponential(540, n).clip(30, 2400), arrive).clip(-2700, 2400)
    # the teacher ends a little before or after time, and they leave together
    bell = rng.normal(40, 90, int(seats.slot.max()) + 1 if n else 1).clip(-200, 420)[seats.slot]
    slow = rng.lognormal(4.0, 0.6, people)[person]
    leave = bell + rng.exponential(1.0, n) * slow
    leave = np.where(rng.random(n) < 0.022, -rng.uniform(240, 2400, n), leave).clip(-2400, 1500)
    drift = rng.normal(0, 45, 2 * len(classes))[2 * at_class + terminal]
    starts = seats.begin * 60 + arrive + drift
    ends = (seats.begin + seats.length) * 60 + leave + drift
    group = seats.slot * 2 + terminal
    return _queue(group, starts), _queue(group, ends)


def _queue(group: np.ndarray, wished: np.ndarray) -> np.ndarray:
    """The earliest whole second at which each comes to the turn, in the order of their coming to the group's terminal."""
    line = pl.DataFrame({"group": group, "wished": wished, "at": np.arange(len(group))}).sort("group", "wished", "at")
    place = pl.int_range(pl.len()).over("group") * TERMINAL_SECONDS
    turn = line.with_columns(turn=(pl.col("wished") - place).cum_max().over("group") + place)
    out = np.empty(len(group))
    out[turn["at"].to_numpy()] = turn["turn"].to_numpy()
    return np.floor(out).astype(np.int64)


def _at_home(seats: Seats, people: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Online everybody has an hour of the own, kept more or less, and pauses of one's own."""
    n, person = len(seats.person), seats.person
    hour = rng.choice(
        [8.5, 12.6, 15.0, 19.4, 20.6, 21.8], people, p=[0.14, 0.1, 0.14, 0.32, 0.22, 0.08]
    ) * 3600 + rng.normal(0, 1800, people)
    wobble = rng.lognormal(7.0, 0.5, people)[person]
    starts = (hour[person] + wobble * rng.standard_normal(n)).clip(5.2 * 3600, 23.4 * 3600)
    pauses = rng.gamma(1.3, 500, n)
    return starts.astype(np.int64), (starts + seats.length * 60 + pauses + rng.normal(0, 60, n)).astype(np.int64)


def _on_paper(
    classes: list[Class],
    seats: Seats,
    paper: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """A list bears the timetable's hours, or what people write down themselves: full five minutes."""
    own = (rng.random(len(classes)) < 0.4)[seats.at_class]
    written = np.where(own, np.round(starts / 300) * 300, seats.begin * 60).astype(np.int64)
    left = np.where(own, np.round(ends / 300) * 300, (seats.begin + seats.length) * 60).astype(np.int64)
    return np.where(paper, written, starts), np.where(paper, left, ends)


def _forgotten(
    classes: list[Class], seats: Seats, paper: np.ndarray, people: int, rng: np.random.Generator
) -> np.ndarray:
    """Some often forget to check out, but never a quarter of the time, most hardly ever; some lists have no column for it."""
    habit = np.where(rng.random(people) < 0.07, 0.12, 0.009)[seats.person]
    drawn = rng.random(len(seats.person)) < habit
    so_far = (
        pl.DataFrame({"person": seats.person, "drawn": drawn})
        .select(pl.col("drawn").cast(pl.Int64).cum_sum().over("person"))
        .to_series()
        .to_numpy()
    )
    return (drawn & (so_far * 4 <= np.bincount(seats.person, minlength=people)[seats.person])) | (
        paper & (rng.random(len(classes)) < 0.3)[seats.at_class]
    )


def _photos(person: np.ndarray, people: int, rng: np.random.Generator) -> pl.Series:
    """Perceptual hashes: pictures of one face differ in about an eighth of the bits; a few cameras saw nothing."""
    face = rng.integers(1 << 40, 1 << 62, people, dtype=np.int64)[person]
    noise = rng.integers(0, 1 << 62, (3, len(person)), dtype=np.int64)
    hashes = np.where(rng.random(len(person)) < 0.002, 0, face ^ (noise[0] & noise[1] & noise[2]) ^ (noise[0] & 0xF))
    text = np.frombuffer(hashes.astype(">u8").tobytes().hex().encode(), dtype="S16")
    return pl.Series(text.astype("U16"))


def _flag(classes: list[Class], key: str, value: str) -> np.ndarray:
    return np.array([c[key] == value for c in classes])


def _devices(
    classes: list[Class], seats: Seats, terminal: np.ndarray, k: np.ndarray, rng: np.random.Generator
) -> list[str | None]:
    own = [f"SJ{value:08d}" for value in rng.integers(0, 10**8, len(k)).tolist()]
    # some families share a phone, never more than three of a class
    for at in range(1, len(own)):
        if at % 9 == 0 and k[at] == k[at - 1]:
            own[at] = own[at - 1]
    terminals = [c["_devices"] if c["_method"] in ("face", "fingerprint") else [] for c in classes]
    online = [c["_style"] == "online" for c in classes]
    return [
        own[p] if online[c] else (terminals[c][i] if terminals[c] else None)
        for c, p, i in zip(seats.at_class.tolist(), seats.person.tolist(), terminal.tolist(), strict=True)
    ]


def _addresses(seats: Seats, rng: np.random.Generator, people: int) -> np.ndarray:
    """At home mostly; now and then on the road."""
    home, road = (_ips(rng, people), _ips(rng, people))
    return np.where(rng.random(len(seats.person)) < 0.85, home[seats.person], road[seats.person])


def _ips(rng: np.random.Generator, n: int) -> np.ndarray:
    parts = rng.integers(1, 255, (3, n)).astype("U3")
    return np.char.add(
        np.char.add(np.char.add("10.", parts[0]), np.char.add(".", parts[1])), np.char.add(".", parts[2])
    )


def month_days(attendance: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """Days with a session, per person and month, for some people."""
    return (
        attendance.filter(pl.col("id_number").is_in(people.implode()))
        .with_columns(month=pl.col("session_date").dt.truncate("1mo"))
        .group_by("id_number", "month")
        .agg(class_days=pl.col("session_date").n_unique())
    )
