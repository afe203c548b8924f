"""Cases in the order in which an inspector works: institution, class, person.

Belongs here: which class and which person a case is about, read from its evidence rows. Does not belong here: how that is
shown (`workbook.py`, the portal). Works on published, masked frames as well as on unmasked ones.
"""

from __future__ import annotations

import polars as pl

SCHEMA = pl.Schema({
    "institution_id": pl.String, "institution": pl.String, "class_id": pl.String, "person": pl.String, "case_id": pl.String,
})  # fmt: skip


def grouped(cases: pl.DataFrame, evidence: pl.DataFrame, catalogue: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per case (SCHEMA), sorted: nulls where a case is about no institution, class or person.

    The class is the subject's own, else the first that the evidence names; the person likewise, by name and number as the
    evidence shows them. The institution's name is that of `catalogue` (institution_id, institution), where that is at hand, else the one
    that any evidence row of the catalogue gives.
    """
    said = evidence.select(
        "case_id",
        "source",
        *(
            pl.col("row").str.json_path_match(f"$.{name}").alias(name)
            for name in ("class_id", "id_number", "name", "person_name", "institution_id")
        ),
    )
    names = (
        said.filter((pl.col("source") == "institutions") & pl.col("institution_id").is_not_null())
        .group_by("institution_id")
        .agg(pl.col("name").drop_nulls().min().alias("institution"))
    )
    if catalogue is not None:
        names = pl.concat([catalogue.select(names.columns), names]).unique("institution_id", keep="first")
    people = pl.when(pl.col("source") != "institutions").then(
        pl.concat_str([pl.col("name"), pl.col("id_number")], separator=" ", ignore_nulls=True)
    )
    found = (
        said.with_columns(person=pl.when(pl.col("id_number").is_not_null()).then(people))
        .group_by("case_id")
        .agg(
            pl.col("class_id").drop_nulls().min(),
            pl.col("person").drop_nulls().max(),  # a name sorts after a bare number
            pl.col("person").drop_nulls().n_unique().alias("people"),
            pl.col("class_id").drop_nulls().n_unique().alias("classes"),
        )
    )
    about_one = pl.col("subject_kind").is_in(["claim", "person", "certificate"])
    own_class = pl.when(pl.col("subject_kind") == "class").then(pl.col("subject_key").str.split("|").list.first())
    return (
        cases.select("case_id", "institution_id", "subject_kind", "subject_key", "amount_at_risk")
        .join(found, on="case_id", how="left")
        .join(names, on="institution_id", how="left")
        .with_columns(
            class_id=pl.coalesce(own_class, pl.when(about_one | (pl.col("classes") == 1)).then("class_id")),
            person=pl.when(about_one | (pl.col("people") == 1)).then("person"),
        )
        .sort("institution_id", "class_id", "person", "case_id", nulls_last=True)
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )
