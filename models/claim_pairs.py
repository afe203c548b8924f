"""How probably two claims are one: the same certificate under another number, or the same person under another identity number.

Both questions are put against what is lawful and common. A person holds several certificates; a family shares a phone, twins have
neighbouring identity numbers, brothers and sisters names one character apart, strangers the same name. So each piece of evidence has
its probability under every explanation, and the shares of the explanations among persons with a common contact come from the data:
where no two persons resemble each other more than relatives do, nobody becomes a pair.

The tables are judgements about clerks and families, no law and no estimates; a few were corrected after runs on made-up counties
(`tests/models/duplicate_world.py`) and a made-up sample province, so figures measured there are not those of an unseen province.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.linkage.chinese import NAME_LEVELS, name_level, plain_name
from models.linkage.numbers import IDENTITY_LEVELS, NUMBER_LEVELS, identity_level, number_level, sex_digit

# The same certificate, or another certificate of the same person -----------------------------------------------------

_PRIOR_CERTIFICATE = 0.01
_CERTIFICATE = {  # evidence: {value: (same certificate, another certificate)}
    "number": {
        "confused": (0.30, 1e-5), "old_number": (0.05, 1e-6), "transposed": (0.25, 2e-3), "dropped": (0.25, 2e-4),
        "substituted": (0.10, 2e-2), "two_edits": (0.05, 0.15), "equal": (1e-3, 1e-3), "different": (1e-3, 0.82),
    },
    "registered": {"one": (0.85, 0.05), "none": (0.10, 0.02), "both": (0.05, 0.93)},
    "facts": {"equal": (0.90, 0.002), "differ": (0.10, 0.998)},
    "occupation": {"equal": (0.98, 0.15), "differ": (0.02, 0.85)},
    "amount": {"equal": (0.95, 0.5), "differ": (0.05, 0.5)},
}  # fmt: skip


def _odds(table: dict[str, dict[str, tuple[float, float]]], evidence: Sequence[tuple[str, str | None]]) -> float:
    found = 0.0
    for name, value in evidence:
        if value is not None:
            same, other = table[name][value]
            found += float(np.log(same) - np.log(other))
    return found


def certificate_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` with `number_level` and `probability` that both claims mean one certificate of one person.

    Reads, with suffixes _a and _b: number (normalised), registered (to this person), occupation, level, kind, issued_on, amount; and
    `others`, the normalised numbers of the person's further registered certificates: an unregistered number that is nearer to one of
    these is that certificate, wrongly typed.
    """
    levels, probabilities = [], []
    for row in pairs.iter_rows(named=True):
        level = number_level(row["number_a"], row["number_b"])
        levels.append(level)
        probabilities.append(
            0.0 if level in ("equal", "different") or _another(row, level) else _certificate(row, level)
        )
    return pairs.with_columns(
        pl.Series("number_level", levels, dtype=pl.String),
        pl.Series("probability", probabilities, dtype=pl.Float64).round(4),
    )


def _certificate(row: dict, level: str) -> float:
    known = row["registered_a"] + row["registered_b"]
    facts = [row[f"{name}_a"] == row[f"{name}_b"] for name in ("occupation", "level", "issued_on")]
    occupations = {row["occupation_a"], row["occupation_b"]} - {None}
    evidence = [
        ("number", level),
        ("registered", ("none", "one", "both")[known]),
        ("facts", ("equal" if all(facts) else "differ") if known == 2 else None),
        (
            "occupation",
            None
            if known == 2 or None in (row["occupation_a"], row["occupation_b"])
            else "equal"
            if len(occupations) == 1
            else "differ",
        ),
        ("amount", "equal" if row["amount_a"] == row["amount_b"] else "differ"),
    ]
    odds = np.log(_PRIOR_CERTIFICATE) - np.log1p(-_PRIOR_CERTIFICATE) + _odds(_CERTIFICATE, evidence)
    return float(1 / (1 + np.exp(-odds)))


def _another(row: dict, level: str) -> bool:
    """Lawful by what is written: one number shared by two occupations, or an unregistered number that is a third certificate's."""
    shared = "special_operation" in (row["kind_a"], row["kind_b"]) or "special_equipment" in (
        row["kind_a"],
        row["kind_b"],
    )
    if shared and None not in (row["occupation_a"], row["occupation_b"]) and row["occupation_a"] != row["occupation_b"]:
        return True
    for side, other in (("a", "b"), ("b", "a")):
        if not row[f"registered_{side}"]:
            rest = [number for number in row["others"] or () if number != row[f"number_{other}"]]
            nearest = min(
                (NUMBER_LEVELS.index(number_level(row[f"number_{side}"], number)) for number in rest),
                default=len(NUMBER_LEVELS),
            )
            if nearest <= NUMBER_LEVELS.index(level):
                return True
    return False


# The same person, relatives, or strangers -----------------------------------------------------------------------------

EXPLANATIONS = ("same", "relatives", "strangers")
_COUNTS = (1.0, 15.0, 4.0)  # what is believed of persons with a common contact before the data speak, as so many pairs
_PERSON = {  # evidence: {value: (same person, relatives, strangers)}
    "name": {
        "equal": (0.22, 3e-4, 1e-4), "sound": (0.36, 1.5e-3, 3e-4), "shape": (0.10, 1.5e-3, 3e-4), "near_sound": (0.05, 3e-3, 6e-4),
        "exchanged": (0.02, 5e-4, 3e-5), "left_out": (0.04, 1.2e-2, 1e-3), "one_of_three": (0.17, 0.06, 4e-3),
        "one_of_two": (0.02, 0.12, 1e-2), "of_twins": (0.19, 0.50, 1e-2), "other_surname": (0.01, 2e-3, 2e-3), "different": (0.01, 0.80, 0.98),
    },
    "identity": {
        "one_digit": (0.15, 1e-4, 1e-6), "transposed": (0.05, 1e-4, 1e-6), "neighbour": (0.05, 0.01, 1e-6),
        "same_birth": (0.20, 0.003, 7e-5), "two_digits": (0.05, 4e-3, 5e-5), "different": (0.50, 0.98, 0.9998), "equal": (1.0, 1.0, 1.0),
    },
    "sex": {"equal": (0.90, 0.55, 0.5), "differ": (0.10, 0.45, 0.5)},
    "contact": {"phone": (0.6, 0.9, 0.9), "account": (0.4, 0.1, 0.1), "none": (1.0, 1.0, 1.0)},
    "presence": {"photo": (0.2, 1e-3, 1e-3), "one_absent": (0.3, 0.08, 0.08), "together": (0.3, 0.8, 0.8)},
}  # fmt: skip
_NAMESAKES = (
    1e-4,
    0.0,
    1 - 1e-4,
)  # of two namesakes at one place whom nothing else joins; their equal names are no news
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
    together, or null: what their attendance in one class shows). The shares of the three explanations are learnt from all pairs that a
    phone or account joins.
    """
    names = [names_agree(a, b) for a, b in pairs.select("name_a", "name_b").iter_rows()]
    numbers = [identity_level(a, b) for a, b in pairs.select("id_number_a", "id_number_b").iter_rows()]
    # Twins are born on one day, registered one after the other, and named alike: seen together these are one observation, not three.
    twins = ("one_of_three", "one_of_two", "left_out")
    told = [
        "of_twins" if number == "neighbour" and name in twins else name
        for name, number in zip(names, numbers, strict=True)
    ]
    sexes = [_sexes(a, b) for a, b in pairs.select("id_number_a", "id_number_b").iter_rows()]
    columns: dict[str, list[str | None]] = {
        "name": list(told),
        "identity": list(numbers),
        "sex": sexes,
        "contact": pairs["contact"].to_list(),
        "presence": pairs["presence"].to_list(),
    }
    logs = np.zeros((pairs.height, len(EXPLANATIONS)))
    joined = np.array([contact != "none" for contact in columns["contact"]], dtype=bool)
    for evidence, values in columns.items():
        table = {value: np.log(shares) for value, shares in _PERSON[evidence].items()}
        for at, value in enumerate(values):
            if value is not None and (joined[at] or evidence != "name"):
                logs[at] += table[value]
    posterior = _shares(logs, joined)
    return pairs.with_columns(
        pl.Series("name_level", names, dtype=pl.String),
        pl.Series("identity_level", numbers, dtype=pl.String),
        pl.Series("probability", posterior[:, 0] if pairs.height else [], dtype=pl.Float64).round(4),
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


def _sexes(left: str, right: str) -> str | None:
    one, other = sex_digit(left), sex_digit(right)
    return None if one is None or other is None else "equal" if one == other else "differ"


def _shares(logs: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Posterior of each explanation per pair; the shares by expectation-maximisation over the joined pairs, held back by `_COUNTS`."""
    belief = np.array(_COUNTS)
    shares = belief / belief.sum()
    for _ in range(_ROUNDS):
        posterior = _posterior(logs, shares)
        total = np.sort(posterior[joined], axis=0).sum(axis=0) + belief  # sorted: the same sum in any order of the rows
        shares = total / total.sum()
    found = _posterior(logs, shares)
    found[~joined] = _posterior(logs[~joined], np.array(_NAMESAKES))
    return found


def _posterior(logs: np.ndarray, shares: np.ndarray) -> np.ndarray:
    if not len(logs):
        return np.zeros((0, len(EXPLANATIONS)))
    weighted = logs + np.log(np.maximum(shares, 1e-300))
    weighted -= weighted.max(axis=1, keepdims=True)
    odds = np.exp(weighted)
    return odds / odds.sum(axis=1, keepdims=True)


assert set(_PERSON["identity"]) == set(IDENTITY_LEVELS) and set(_CERTIFICATE["number"]) == set(NUMBER_LEVELS)
assert set(_PERSON["name"]) >= set(NAME_LEVELS) - {"one_character"}
