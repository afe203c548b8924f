"""The promises of one source asked by skillwatch, and the obvious way by Great Expectations on pandas, pandera and Pointblank.

usage: python -m benchmarks.promises_beside [--size small]

Everybody starts from the same claims of a made-up province, into which breaks of every promise are planted, and must count the
same broken rows before a time is written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from assets.acceptance import accept
from assets.deliveries import take_in
from checks.promises import keep, promises_of
from models.province.simulate import simulate
from models.source import load_sources

Counts = dict[str, int]
SOURCE = "claims"


def planted(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims with breaks: negative amounts, decisions before the claim, claims without class or certificate, ids that come twice."""
    at = pl.int_range(pl.len())
    training, certificate = (pl.col("subsidy_kind") == kind for kind in ("training", "certificate"))
    broken = claims.with_columns(
        amount=pl.when(at % 97 == 0).then(-pl.col("amount")).otherwise(pl.col("amount")),
        decided_on=pl.when(at % 89 == 0).then(pl.col("claimed_on").dt.offset_by("-1d")).otherwise(pl.col("decided_on")),
        class_id=pl.when(training & (at % 83 == 0)).then(None).otherwise(pl.col("class_id")),
        certificate_no=pl.when(certificate & (at % 79 == 0)).then(None).otherwise(pl.col("certificate_no")),
    )
    return pl.concat([broken, broken.gather_every(101)])


def ours(claims: pl.DataFrame) -> tuple[Counts, float]:
    """The promises of `assets/sources/claims.yaml`, but for the columns of files, on DuckDB's own table."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA delivered")
    connection.execute("CREATE TABLE delivered.claims AS SELECT * FROM claims")
    promises = [one for one in promises_of(load_sources()[SOURCE]) if not one.blocking]
    started = time.perf_counter()
    found = {one.name: keep(connection, one).rows for one in promises}
    return found, time.perf_counter() - started


def of_great_expectations(claims: pl.DataFrame) -> tuple[Counts, float]:
    """Great Expectations alone, on a pandas frame; conditions between columns as columns made beforehand."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    frame = claims.to_pandas()
    started = time.perf_counter()
    for name, kept in _conditions(frame).items():
        frame[name] = kept
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset("claims")
        .add_batch_definition_whole_dataframe("all")
    )
    suite = gx.ExpectationSuite(
        name="claims",
        expectations=[
            gxe.ExpectColumnValuesToBeUnique(column="claim_id", meta={"promise": "unique_key"}),
            *(
                gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[True], meta={"promise": name})
                for name in _conditions(frame)
            ),
        ],
    )
    results = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite)
    found = {one.expectation_config.meta["promise"]: int(one.result["unexpected_count"]) for one in results.results}
    return found, time.perf_counter() - started


def of_pandera(claims: pl.DataFrame) -> tuple[Counts, float]:
    """A pandera schema on a pandas frame, validated lazily so that every broken row is told."""
    import pandera.pandas as pa

    frame = claims.to_pandas()
    started = time.perf_counter()
    schema = pa.DataFrameSchema(
        {"claim_id": pa.Column(unique=True)},
        checks=[pa.Check(lambda rows, name=name: _conditions(rows)[name], name=name) for name in _conditions(frame)],
    )
    found = dict.fromkeys(("unique_key", *_conditions(frame)), 0)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        found["unique_key"] = int((cases["check"] == "field_uniqueness").sum())
        for name in _conditions(frame):
            found[name] = int(cases[cases["check"] == name]["index"].nunique())
    return found, time.perf_counter() - started


def of_pointblank(claims: pl.DataFrame) -> tuple[Counts, float]:
    """Pointblank on the Polars frame itself."""
    import pointblank as pb

    kind = pl.col("subsidy_kind")
    started = time.perf_counter()
    steps = {
        "unique_key": lambda plan: plan.rows_distinct(columns_subset="claim_id"),
        "amount_not_negative": lambda plan: plan.col_vals_expr(pl.col("amount") >= 0),  # col_vals_ge knows no decimals
        "decided_after_claimed": lambda plan: plan.col_vals_expr(pl.col("decided_on").is_null() | (pl.col("decided_on") >= pl.col("claimed_on"))),
        "training_has_class": lambda plan: plan.col_vals_expr((kind != "training") | pl.col("class_id").is_not_null()),
        "certificate_has_number": lambda plan: plan.col_vals_expr((kind != "certificate") | pl.col("certificate_no").is_not_null()),
    }  # fmt: skip
    plan = pb.Validate(claims)
    for step in steps.values():
        plan = step(plan)
    failed = plan.interrogate(collect_extracts=False).n_failed()
    return {name: int(failed[at]) for at, name in enumerate(steps, start=1)}, time.perf_counter() - started


def _conditions(frame):  # a pandas frame, where pandas is installed
    """Per promise a column that is true where a row keeps it."""
    kind = frame["subsidy_kind"]
    return {
        "amount_not_negative": frame["amount"] >= 0,
        "decided_after_claimed": frame["decided_on"].isna() | (frame["decided_on"] >= frame["claimed_on"]),
        "training_has_class": (kind != "training") | frame["class_id"].notna(),
        "certificate_has_number": (kind != "certificate") | frame["certificate_no"].notna(),
    }


PEERS: dict[str, Callable[[pl.DataFrame], tuple[Counts, float]]] = {
    "Great Expectations on pandas": of_great_expectations,
    "pandera on pandas": of_pandera,
    "Pointblank on Polars": of_pointblank,
}


def measured(claims: pl.DataFrame) -> list[dict[str, object]]:
    """One row per way: broken rows found, whether they are the same per promise, seconds; or why it was left out."""
    own, took = ours(claims)
    rows: list[dict[str, object]] = [
        {"way": "skillwatch (DuckDB)", "broken": sum(own.values()), "same": True, "ratio": 1.0}
    ]
    for name, peer in PEERS.items():
        print(f"promises in {name}", file=sys.stderr)
        try:
            found, seconds = peer(claims)
        except ImportError as reason:
            rows.append({"way": name, "skipped": str(reason)})
            continue
        rows.append({"way": name, "broken": sum(found.values()), "same": found == own, "ratio": seconds / took})
    return rows


def made(size: str, seed: int) -> list[dict[str, object]]:
    """`measured` on the claims of a made-up province."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        simulate(home, size, seed)
        sources = load_sources()
        take_in(home / "inbox", home / "deliveries", sources)
        connection = duckdb.connect()
        accept(connection, home / "deliveries", sources)
        columns = ", ".join(column.name for column in sources[SOURCE].columns)
        return measured(planted(connection.execute(f"SELECT {columns} FROM delivered.claims ORDER BY ALL").pl()))


def table(rows: list[dict[str, object]]) -> str:
    """A Markdown table of `measured`."""
    lines = ["| way | broken rows | the same per promise | time ÷ skillwatch's |", "| --- | ---: | --- | ---: |"]
    for row in rows:
        if "skipped" in row:
            lines.append(f"| {row['way']} | left out: {row['skipped']} | | |")
        else:
            lines.append(
                f"| {row['way']} | {row['broken']:,} | {'yes' if row['same'] else 'no'} | {row['ratio']:.1f} |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="small")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(table(made(given.size, given.seed)))


if __name__ == "__main__":
    main()
