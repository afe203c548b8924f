"""The benchmark's rules as somebody would write them in pandas: merges, groupbys, one function a rule, each giving the keys of its hits."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Tables = dict[str, pd.DataFrame]


def helpers(t: Tables) -> None:
    """Adds class_claims and certificate_claims, which several rules read."""
    claims = t["live_claims"]
    training = claims[(claims.subsidy_kind == "training") & claims.class_id.notna()]
    columns = ["claim_id", "id_number", "class_id", "amount", "claim_year", "claim_order"]
    classes = t["classes"][["class_id", "division", "start_date"]].assign(class_known=True)
    merged = training[columns].merge(classes, on="class_id", how="left")
    merged = merged.merge(t["class_projects"][["class_id", "training_kind", "occupation_code", "level"]], on="class_id", how="left")  # fmt: skip
    merged = merged.merge(t["enrolments"][["class_id", "id_number"]].assign(enrolled=True), on=["class_id", "id_number"], how="left")  # fmt: skip
    merged["class_city"] = merged.division.str[:4] + "00"
    merged["class_year"] = merged.start_date.dt.year
    t["class_claims"] = merged
    wanted = ["claim_id", "certificate_number", "id_number", "occupation_code"]
    certificates = claims.loc[claims.subsidy_kind == "certificate", wanted].reset_index(drop=True)
    registry = t["certificate_registry"][["certificate_number", "certificate_key", "shared_number", "id_number", "occupation_code", "registry", "issued_on", "status"]]  # fmt: skip
    both = certificates.merge(registry[registry.certificate_number.notna()], on="certificate_number", how="inner", suffixes=("", "_r"))  # fmt: skip
    fits = ~both.shared_number.astype(bool) | both.occupation_code.isna() | (both.occupation_code == both.occupation_code_r)  # fmt: skip
    both = both[fits].assign(own=lambda frame: frame.id_number_r != frame.id_number)
    both = both.sort_values(["own", "registry", "id_number_r", "occupation_code_r", "issued_on"]).drop_duplicates(
        wanted
    )
    found = certificates.merge(both[[*wanted, "certificate_key", "status"]], on=wanted, how="left")
    found["registered"] = found.certificate_key.notna()
    found["certificate_key"] = found.certificate_key.fillna(found.certificate_number)
    t["certificate_claims"] = found


def limited(t: Tables, rows: pd.DataFrame, name: str, city: str, day: str) -> pd.DataFrame:
    """Rows with the value `number` in force in their city on their day; rows without one are dropped."""
    values = t["parameter"][t["parameter"].id == name][["city", "number", "valid_from", "valid_until"]]
    both = rows.merge(values, left_on=city, right_on="city", suffixes=("", "_p"))
    return both[(both[day] >= both.valid_from) & (both[day] < both.valid_until)]


def _earlier(rows: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Every claim beside each claim that agrees with it, itself and earlier ones."""
    both = rows.merge(rows, on=on, suffixes=("", "_e"))
    return both[both.claim_order_e <= both.claim_order]


def _regular(t: Tables) -> pd.DataFrame:
    rows = t["class_claims"]
    return rows[rows.training_kind.notna() & (rows.training_kind != "apprenticeship")]


def claim_listed_twice(t: Tables) -> pd.DataFrame:
    counts = t["claims"].groupby("claim_id").size()
    return counts[counts > 1].reset_index()[["claim_id"]]


def not_in_roster(t: Tables) -> pd.DataFrame:
    rows = t["class_claims"]
    return rows[rows.class_known.isna() | rows.enrolled.isna()][["claim_id"]]


def class_claimed_twice(t: Tables) -> pd.DataFrame:
    both = t["class_claims"].merge(t["class_claims"], on=["class_id", "id_number"], suffixes=("", "_e"))
    regular = both.training_kind.notna() & (both.training_kind != "apprenticeship")
    return both[regular & (both.claim_order_e < both.claim_order)][["claim_id"]]


def same_level_repeated(t: Tables) -> pd.DataFrame:
    both = _earlier(_regular(t).dropna(subset=["occupation_code", "level"]), ["id_number", "occupation_code", "level"])
    return both[both.class_id_e != both.class_id][["claim_id"]]


def over_yearly_limit(t: Tables) -> pd.DataFrame:
    rows = _regular(t)
    both = _earlier(rows, ["id_number", "claim_year"])
    counts = both.groupby(["claim_id", "class_id", "id_number"]).claim_id_e.nunique().reset_index(name="count")
    known = limited(t, rows.merge(counts, on=["claim_id", "class_id", "id_number"]), "trainings_per_year", "class_city", "start_date")  # fmt: skip
    return known[known["count"] > known.number][["claim_id"]]


def directed_over_cap(t: Tables) -> pd.DataFrame:
    rows = t["class_claims"]
    known = limited(t, rows[rows.training_kind == "directed"], "directed_cap", "class_city", "start_date")
    return known[known.amount > known.number][["claim_id"]]


def upskilling_repeated(t: Tables) -> pd.DataFrame:
    rows = t["class_claims"]
    rows = rows[rows.training_kind == "upskilling"]
    both = _earlier(rows, ["id_number", "class_year"])
    both = both[(both.claim_id_e == both.claim_id) == (both.class_id_e == both.class_id)]
    counts = both.groupby(["claim_id", "class_id", "id_number"]).class_id_e.nunique().reset_index(name="count")
    known = limited(t, rows.merge(counts, on=["claim_id", "class_id", "id_number"]), "upskilling_per_year", "class_city", "start_date")  # fmt: skip
    return known[known["count"] > known.number][["claim_id"]]


def payment_overdue(t: Tables) -> pd.DataFrame:
    rows = t["live_claims"]
    known = limited(t, rows[rows.status == "approved"], "payment_days", "city", "claimed_on")
    waited = (t["scan"].as_of.iloc[0] - known.decided_on).dt.days
    return known[waited > known.number][["claim_id"]]


def certificate_claimed_twice(t: Tables) -> pd.DataFrame:
    counts = t["certificate_claims"].groupby("certificate_key").claim_id.nunique()
    return counts[counts > 1].reset_index()[["certificate_key"]]


def certificate_revoked(t: Tables) -> pd.DataFrame:
    rows = t["certificate_claims"]
    return rows[rows.registered & (rows.status == "revoked")][["claim_id"]]


def certificate_not_registered(t: Tables) -> pd.DataFrame:
    rows = t["certificate_claims"]
    return rows[~rows.registered][["claim_id"]]


def phone_shared(t: Tables) -> pd.DataFrame:
    rows = t["enrolments"]
    rows = rows[rows.phone.astype("string").str.fullmatch(r"[0-9]{7,}", na=False)]
    rows = rows[["phone", "id_number", "class_id"]].merge(t["classes"][["class_id", "division", "start_date"]], on="class_id", how="left")  # fmt: skip
    shared = rows.groupby("phone").agg(persons=("id_number", "nunique"), division=("division", "min"), latest=("start_date", "max")).reset_index()  # fmt: skip
    shared["own_city"] = shared.division.str[:4] + "00"
    known = limited(t, shared, "phone_persons", "own_city", "latest")
    return known[known.persons >= known.number][["phone"]]


def photo_reused(t: Tables) -> pd.DataFrame:
    rows = t["attendance"]
    rows = rows[rows.photo_hash.notna() & ~rows.photo_hash.astype("string").str.fullmatch(r"0+|[fF]+", na=False)]
    counts = rows.groupby("photo_hash")[["id_number", "session_date"]].nunique()
    return counts[(counts > 1).any(axis=1)].reset_index()[["photo_hash"]]


def sessions_overlap(t: Tables) -> pd.DataFrame:
    classes = t["classes"][t["classes"]["mode"] == "offline"][["class_id", "division", "start_date"]]
    rows = t["attendance"][["id_number", "class_id", "check_in", "check_out"]].merge(classes, on="class_id")
    rows = rows[rows.check_out >= rows.check_in]
    several = rows.groupby("id_number").class_id.nunique()
    rows = rows[rows.id_number.isin(several[several > 1].index)]
    both = rows.merge(rows, on="id_number", suffixes=("", "_b"))
    both = both[(both.class_id < both.class_id_b) & (both.check_in < both.check_out_b) & (both.check_in_b < both.check_out)]  # fmt: skip
    if both.empty:
        return both[["id_number", "class_id", "class_id_b"]]
    shorter, later = both[["check_out", "check_out_b"]].min(axis=1), both[["check_in", "check_in_b"]].max(axis=1)
    both = both.assign(seconds=(shorter - later).dt.total_seconds(), own_city=both.division.str[:4] + "00", latest=both[["start_date", "start_date_b"]].max(axis=1))  # fmt: skip
    most = both.groupby(["id_number", "class_id", "class_id_b", "own_city", "latest"]).seconds.max().reset_index()
    known = limited(t, most, "overlap_minutes", "own_city", "latest")
    return known[known.seconds > 60 * known.number.astype(float)][["id_number", "class_id", "class_id_b"]]


RULES: dict[str, Callable[[Tables], pd.DataFrame]] = {
    rule.__name__: rule
    for rule in (
        claim_listed_twice, not_in_roster, class_claimed_twice, same_level_repeated, over_yearly_limit, directed_over_cap, upskilling_repeated,
        payment_overdue, certificate_claimed_twice, certificate_revoked, certificate_not_registered, phone_shared, photo_reused, sessions_overlap,
    )
}  # fmt: skip
