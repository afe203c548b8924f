"""How probably two persons under two identity numbers are one: against relatives who share a phone, and strangers who look alike.

A family shares a phone, twins have neighbouring identity numbers, brothers and sisters names one character apart or of one sound,
strangers the same name. So each piece of evidence has its probability under every explanation. The tables are what is believed
before the data speak; how common each explanation is among persons with a common contact, and how relatives and strangers are named,
numbered and seen in this very place, is learnt from the data (expectation-maximisation). Where no two persons resemble each other more
than relatives do, nobody becomes a pair.

The tables are judgements about clerks and families, no law and no estimates; a few were corrected after runs on made-up counties
(docs/linkage.md says which), so figures measured there are not those of an unseen province.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from models.linkage.chinese import NAME_LEVELS, name_level, plain_name
from models.linkage.numbers import IDENTITY_LEVELS, birth_year, identity_level, sex_digit

EXPLANATIONS = ("same", "relatives", "strangers")
_COUNTS = (1.0, 15.0, 4.0)
"""What is believed of persons with a common contact before the data speak, as so many pairs."""
_WEIGHT = 20.0
"""As so many pairs of each explanation weighs the belief of a table."""
_BELIEF = {  # evidence: {value: (same person, relatives, strangers)}
    "namesake": {"yes": (0.22, 3e-4, 1e-4), "no": (0.78, 0.9997, 0.9999)},
    "name": {
        "sound": (0.46, 1.2e-2, 3e-4), "shape": (0.13, 3e-3, 3e-4), "near_sound": (0.06, 4e-3, 6e-4), "exchanged": (0.03, 5e-4, 3e-5),
        "left_out": (0.05, 1.2e-2, 1e-3), "one_of_three": (0.22, 0.06, 4e-3), "one_of_two": (0.025, 0.12, 1e-2), "other_surname": (0.012, 2e-3, 2e-3),
        "different": (0.013, 0.79, 0.98),
    },
    "twins": {"alike": (0.68, 0.06, 1e-3), "one_apart": (0.30, 0.50, 1e-2), "different": (0.02, 0.44, 0.99)},
    "identity": {
        "one_digit": (0.15, 1e-4, 1e-6), "transposed": (0.05, 1e-4, 1e-6), "neighbour": (0.05, 0.01, 1e-6),
        "same_birth": (0.20, 0.003, 7e-5), "two_digits": (0.05, 4e-3, 5e-5), "different": (0.50, 0.98, 0.9998),
    },
    "generation": {"near": (0.5, 0.85, 0.4), "far": (0.5, 0.15, 0.6)},
    "sex": {"equal": (0.90, 0.55, 0.5), "differ": (0.10, 0.45, 0.5)},
    "contact": {"phone": (0.6, 0.9, 0.9), "account": (0.4, 0.1, 0.1)},
    "training": {"class": (0.40, 0.45, 0.10), "trade": (0.45, 0.10, 0.10), "apart": (0.15, 0.45, 0.80)},
    "photo": {"photo": (0.2, 1e-3, 1e-3), "none": (0.8, 0.999, 0.999)},
}  # fmt: skip
_FACTS = ("namesake",)
"""No family gives two of its children one name: no data make this likelier."""
_ALIKE = ("sound", "shape", "near_sound", "exchanged")
_ONE_APART = ("left_out", "one_of_three", "one_of_two")
_SIBLINGS = (*_ALIKE, "one_of_three", "one_of_two")
GENERATION = 14
"""Brothers and sisters are seldom more years apart, parents and children hardly ever less; and a child is not named like its parent."""
_ABSENT = (0.4, 10.0)
"""Belief of how many of how many classmates have no attendance, added to what the class itself shows."""
_NAMESAKES = (1e-4, 0.0, 1 - 1e-4)
"""Of two namesakes at one place whom nothing else joins; their equal names are no news."""
_ROUNDS = 50
EVEN = 0.5


def names_agree(left: str, right: str) -> str:
    """`name_level`, with one differing character told apart: of three or more, of two, or the surname."""
    level = name_level(left, right)
    if level != "one_character":
        return level
    one, other = plain_name(left), plain_name(right)
    if one[0] != other[0]:
        return "other_surname"
    return "one_of_three" if len(one) > 2 else "one_of_two"


def person_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` with `name_level`, `identity_level` and `probability` that both are one person.

    Reads id_number_a, id_number_b, name_a, name_b; contact (phone, account, none: what joins them), presence (photo, one_absent,
    together, or null: what their attendance in one class shows), and of the classes in which they met `others` and `others_absent`.
    `training` tells whether they were claimed for in one class, in one trade, or apart (null: not both for training).
    The shares of the explanations and the habits of relatives and strangers are learnt from all pairs that a contact joins.
    """
    names = [names_agree(a, b) for a, b in pairs.select("name_a", "name_b").iter_rows()]
    numbers = [identity_level(a, b) for a, b in pairs.select("id_number_a", "id_number_b").iter_rows()]
    rows = zip(pairs.iter_rows(named=True), names, numbers, strict=True)
    coded = _coded([_told(row, name, number) for row, name, number in rows])
    joined = np.array([contact != "none" for contact in pairs["contact"]], dtype=bool)
    seen = np.array([_seen(row) for row in pairs.iter_rows(named=True)]).reshape(-1, len(EXPLANATIONS))
    tables, shares = _learnt(coded[joined], seen[joined])
    logs = _logs(coded, tables) + seen
    found = _posterior(logs, shares)
    found[~joined] = _posterior(logs[~joined], np.array(_NAMESAKES))
    return pairs.with_columns(
        pl.Series("name_level", names, dtype=pl.String),
        pl.Series("identity_level", numbers, dtype=pl.String),
        pl.Series("probability", found[:, 0] if pairs.height else [], dtype=pl.Float64).round(4),
    )


def consistent(pairs: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` of persons without those that are more likely one than not, and yet contradict a stronger pair.

    Who is another's second self cannot also be that one's brother: from the strongest pair on, two groups become one unless some pair
    across them was looked at and found to be rather two persons. Reads id_number_a, id_number_b, probability.
    """
    ordered = pairs.sort(["probability", "id_number_a", "id_number_b"], descending=[True, False, False])
    apart: dict[str, set[str]] = {}
    for one, other, probability in ordered.select("id_number_a", "id_number_b", "probability").iter_rows():
        if probability < EVEN:
            apart.setdefault(one, set()).add(other)
            apart.setdefault(other, set()).add(one)
    group: dict[str, set[str]] = {}
    kept = []
    for one, other, probability in ordered.select("id_number_a", "id_number_b", "probability").iter_rows():
        mine, theirs = group.setdefault(one, {one}), group.setdefault(other, {other})
        together = mine is theirs or not any(apart.get(member, set()) & theirs for member in mine)
        kept.append(together or probability < EVEN)
        if together and probability >= EVEN and mine is not theirs:
            mine |= theirs
            group.update(dict.fromkeys(theirs, mine))
    return ordered.filter(pl.Series(kept, dtype=pl.Boolean))


def _told(row: Mapping[str, object], name: str, number: str) -> dict[str, str]:
    """The evidence of one pair by name; what says nothing is left out."""
    one, other = str(row["id_number_a"]), str(row["id_number_b"])
    told = {"identity": number} if number in _BELIEF["identity"] else {}
    if row["contact"] != "none":
        told["contact"] = str(row["contact"])
        told["namesake"] = "yes" if name == "equal" else "no"
        if (
            number == "neighbour" and name != "equal"
        ):  # twins: born on one day, registered one after the other and named alike is one observation
            told["twins"] = "alike" if name in _ALIKE else "one_apart" if name in _ONE_APART else "different"
        elif name != "equal":
            told["name"] = name
    sexes, years = (sex_digit(one), sex_digit(other)), (birth_year(one), birth_year(other))
    if None not in sexes:
        told["sex"] = "equal" if sexes[0] == sexes[1] else "differ"
    if number == "different" and name in _SIBLINGS and years[0] is not None and years[1] is not None:
        told["generation"] = "near" if abs(years[0] - years[1]) <= GENERATION else "far"
    if (
        row["contact"] != "none" and row["training"] is not None
    ):  # namesakes are looked for in one class: that they meet is no news
        told["training"] = str(row["training"])
    if row["presence"] is not None:
        told["photo"] = "photo" if row["presence"] == "photo" else "none"
    return told


def _seen(row: Mapping[str, object]) -> tuple[float, float, float]:
    """Log probability of who was seen in a common class: two persons come each for themselves, a second self comes or does not."""
    if row["presence"] not in ("together", "one_absent"):
        return 0.0, 0.0, 0.0
    missing, of = _ABSENT
    absent = (float(str(row["others_absent"] or 0)) + missing) / (float(str(row["others"] or 0)) + of)
    there = 1 - absent
    shown = 1 - absent * absent, 1 - absent * 0.5
    if row["presence"] == "together":
        two, same = there * there / shown[0], 0.5 * there / shown[1]
    else:
        two, same = 2 * absent * there / shown[0], 0.5 / shown[1]
    return float(np.log(same)), float(np.log(two)), float(np.log(two))


def _coded(told: Sequence[Mapping[str, str]]) -> np.ndarray:
    """The evidence as whole numbers (pairs x kinds of evidence), the last number of a kind where nothing is told."""
    places = {name: {value: at for at, value in enumerate(table)} for name, table in _BELIEF.items()}
    rows = [[place.get(one.get(name, ""), len(place)) for name, place in places.items()] for one in told]
    return np.array(rows, dtype=np.int64).reshape(-1, len(places))


def _learnt(coded: np.ndarray, seen: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Log tables and shares of the explanations after expectation-maximisation over pairs that a contact joins, held back by belief."""
    belief = [np.array(list(table.values())) for table in _BELIEF.values()]
    belief = [table / table.sum(axis=0) for table in belief]
    tables = [_known(table) for table in belief]
    shares = np.array(_COUNTS) / np.sum(_COUNTS)
    # like pairs are counted, not repeated: quicker, and the same sums in any order of the rows
    distinct, counts = np.unique(np.hstack([coded, seen]), axis=0, return_counts=True)
    coded, seen = distinct[:, : len(belief)].astype(np.int64), distinct[:, len(belief) :]
    for _ in range(_ROUNDS):
        posterior = _posterior(_logs(coded, tables) + seen, shares) * counts[:, None]
        total = np.array(_COUNTS) + posterior.sum(axis=0)
        shares = total / total.sum()
        for at, name in enumerate(_BELIEF):
            if name not in _FACTS:
                found = np.zeros((len(belief[at]) + 1, len(EXPLANATIONS)))
                np.add.at(found, coded[:, at], posterior)
                found = found[:-1] + _WEIGHT * belief[at]
                tables[at] = _known(found / found.sum(axis=0))
    return tables, shares


def _known(table: np.ndarray) -> np.ndarray:
    """Logarithms, and a last row that says nothing."""
    return np.vstack([np.log(table), np.zeros(table.shape[1])])


def _logs(coded: np.ndarray, tables: Sequence[np.ndarray]) -> np.ndarray:
    logs = np.zeros((len(coded), len(EXPLANATIONS)))
    for at, table in enumerate(tables):
        logs += table[coded[:, at]]
    return logs


def _posterior(logs: np.ndarray, shares: np.ndarray) -> np.ndarray:
    if not len(logs):
        return np.zeros((0, len(EXPLANATIONS)))
    weighted = logs + np.log(np.maximum(shares, 1e-300))
    weighted -= weighted.max(axis=1, keepdims=True)
    odds = np.exp(weighted)
    return odds / odds.sum(axis=1, keepdims=True)


assert set(_BELIEF["identity"]) == set(IDENTITY_LEVELS) - {"equal"}
assert set(_BELIEF["name"]) >= set(NAME_LEVELS) - {"one_character", "equal"}
