"""What is true of every class, institution, assessor and claim of a made-up province, for `skillwatch evaluate`. Violations of single rules are truth.py's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from models.province.clean import Province
from models.province.mechanisms import MECHANISMS
from models.province.mechanisms.mechanism import Label
from models.province.plants.workshop import Truth
from models.province.schema import MONEY

SUBJECTS = {"class": "classes", "institution": "institutions", "assessor": "assessors"}
_SUBJECT: dict[str, Any] = {
    "subject_key": pl.String,
    "fake": pl.Boolean,
    "odd": pl.Boolean,
    "planted": pl.Boolean,
    "mechanism": pl.String,
    "held_out": pl.Boolean,
    "yuan": MONEY,
    "claim_ids": pl.List(pl.String),
}
_PAIR = {"claim_a": pl.String, "claim_b": pl.String, "mechanism": pl.String, "held_out": pl.Boolean}


@dataclass
class Verdicts:
    """One frame a kind of subject. `fake`: a scheme of fraud acts there, or null where a real class only bears wrong claims; `odd`: honest, but looks strange; `planted`: made to break single rules, so
    that it says nothing about the models; all others are ordinary."""

    frames: dict[str, pl.DataFrame]
    hits: list[Truth]

    def write(self, folder: Path) -> None:
        for name, table in self.frames.items():
            table.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)


def verdicts(province: Province) -> Verdicts:
    """The truth of a province before anything is planted."""
    assert province.cast is not None
    labels, hits, links = province.cast.tell(province.cast.books(province.tables))
    tables = province.tables
    live = tables["claims"].filter(pl.col("status") != "rejected")
    keys = {
        "class": tables["classes"]["class_id"],
        "institution": tables["institutions"].filter(pl.col("kind") != "third_party")["institution_id"],
        "assessor": tables["certificates"]["assessor_id"],
    }
    frames = {name: _subjects(kind, keys[kind].unique().sort(), labels) for kind, name in SUBJECTS.items()}
    frames["claims"] = _claims(live, labels)
    frames["claim_pairs"] = (
        pl.DataFrame([(a, b, one.name, one.held_out) for a, b, one in links], schema=_PAIR, orient="row")
        .unique()
        .sort("claim_a", "claim_b", "mechanism")
    )
    frames["mechanisms"] = pl.DataFrame(
        [
            (name, one.title, one.fake, one.held_out, list(one.typologies), list(one.trips))
            for name, one in sorted(MECHANISMS.items())
        ],
        schema={
            "mechanism": pl.String,
            "title": pl.String,
            "fake": pl.Boolean,
            "held_out": pl.Boolean,
            "typologies": pl.List(pl.String),
            "trips": pl.List(pl.String),
        },
        orient="row",
    )
    return Verdicts(frames, hits)


def with_planted(known: Verdicts, before: Province, after: Province) -> Verdicts:
    """The same after violations were planted: what is new, and whoever organises, assesses or claims it, is planted."""
    frames = dict(known.frames)
    old, new = before.tables, after.tables
    classes = new["classes"].filter(~pl.col("class_id").is_in(old["classes"]["class_id"].implode()))
    claims = new["claims"].filter(~pl.col("claim_id").is_in(old["claims"]["claim_id"].implode()))
    certificates = new["certificates"].join(
        old["certificates"].select("certificate_no", "id_number", "occupation_code").unique(),
        on=["certificate_no", "id_number", "occupation_code"],
        how="anti",
        nulls_equal=True,
    )
    touched = {
        "class": classes["class_id"],
        "institution": pl.concat([classes["organiser_id"], claims["claimant_id"], certificates["assessor_id"]]),
        "assessor": certificates["assessor_id"],
    }
    for kind, name in SUBJECTS.items():
        table, keys = frames[name], touched[kind].drop_nulls().unique()
        table = table.with_columns(planted=pl.col("subject_key").is_in(keys.implode()))
        fresh = keys.filter(~keys.is_in(table["subject_key"].implode())).sort()
        frames[name] = pl.concat(
            [table, _rows([(key, False, False, True, None, False, 0, []) for key in fresh.to_list()])]
        ).sort("subject_key")
    added = claims.select(
        "claim_id",
        fake=pl.lit(False),
        planted=pl.lit(True),
        mechanism=pl.lit(None, dtype=pl.String),
        held_out=pl.lit(False),
        yuan=pl.lit(0).cast(MONEY),
    ).unique("claim_id", keep="first", maintain_order=True)
    frames["claims"] = pl.concat(
        [frames["claims"], added.filter(~pl.col("claim_id").is_in(frames["claims"]["claim_id"].implode()))]
    ).sort("claim_id")
    return Verdicts(frames, known.hits)


def _rows(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=_SUBJECT, orient="row")


def _subjects(kind: str, keys: pl.Series, labels: list[Label]) -> pl.DataFrame:
    """One row a subject. Where two mechanisms meet in one institution, the fraudulent one decides."""
    found: dict[str, Label] = {}
    for label in labels:
        if label.subject_kind == kind and (
            label.subject_key not in found or bool(label.fake) > bool(found[label.subject_key].fake)
        ):
            found[label.subject_key] = label
    rows: list[tuple[Any, ...]] = []
    for key in keys.to_list():
        if key not in found:
            rows.append((key, False, False, False, None, False, 0, []))
        else:
            label = found[key]
            claim_ids = sorted({claim["claim_id"] for claim in label.claims}) if label.fake else []
            rows.append(
                (key, label.fake, label.fake is False, False, label.mechanism, label.held_out, label.yuan, claim_ids)
            )
    return _rows(rows)


def _claims(live: pl.DataFrame, labels: list[Label]) -> pl.DataFrame:
    fake: dict[str, Label] = {}
    for label in labels:
        if label.fake:
            for claim in label.claims:
                fake.setdefault(claim["claim_id"], label)
    rows = [
        (
            claim_id,
            claim_id in fake,
            False,
            fake[claim_id].mechanism if claim_id in fake else None,
            claim_id in fake and fake[claim_id].held_out,
            amount if claim_id in fake else 0,
        )
        for claim_id, amount in live.select("claim_id", "amount")
        .unique("claim_id", keep="first")
        .sort("claim_id")
        .iter_rows()
    ]
    return pl.DataFrame(
        rows,
        schema={
            "claim_id": pl.String,
            "fake": pl.Boolean,
            "planted": pl.Boolean,
            "mechanism": pl.String,
            "held_out": pl.Boolean,
            "yuan": MONEY,
        },
        orient="row",
    )
