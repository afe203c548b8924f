"""Dagster asset of the cases stage: one list, unmasked, inside the warehouse only."""

import dagster as dg

from assets.cases import all_cases
from assets.chain import publications, sums_hash
from assets.history import read_history
from assets.keys import load_keys
from assets.scan_pictures import cases_per_rule
from assets.scan_publication import code_version, standing_publication_of
from assets.stages.context import RESOURCE, count_rows, data_version, picture, scan_of, table_metadata, told
from assets.stages.expectations import expectations
from assets.stages.rules import RULE_KEYS
from assets.stages.tables import asset_key
from checks.rule import read_rules
from models.privacy import Pseudonyms

GROUP = "s5_cases"


@dg.asset(
    group_name=GROUP,
    deps=[
        *RULE_KEYS,
        expectations,
        asset_key("feedback"),
        asset_key("scan"),
    ],  # last: its table says that the scan is finished
    kinds={"duckdb", "polars"},
    required_resource_keys={RESOURCE},
    description="线索：每条规则、每个对象一条，编号稳定，带说明、级别和历史。线索不等于结论。 / One case per rule and subject; a lead is not a finding.",
)
def cases(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    settings.report("cases", "")
    connection = settings.connection
    keys = load_keys(settings.home_folder)
    # A publication that stands for this very scan is no history of it.
    stands = standing_publication_of(connection, settings.publications_folder, reveal=False)
    rules = read_rules()

    def build() -> None:
        history = read_history(connection, settings.publications_folder, without=stands)
        frame = all_cases(connection, rules.values(), Pseudonyms(keys.pseudonym), history, masked=False)
        connection.register("found_cases", frame.to_arrow())
        connection.execute("CREATE OR REPLACE TABLE cases AS SELECT * FROM found_cases")
        connection.unregister("found_cases")

    before = [sums_hash(one) for one in publications(settings.publications_folder) if one != stands]
    outcome = settings.freshness.refresh(
        "cases",
        [code_version(), keys.fingerprint, before],
        [*(f"hits.{rule}" for rule in rules), "feedback", "scan", "parameter"],
        build,
        in_place=True,
    )
    counts: dict[str, int] = {}
    for column, label in (("severity", "性质"), ("rating", "级别")):
        counted = connection.execute(
            f"SELECT {column}, count(*) FROM cases GROUP BY {column} ORDER BY {column}"
        ).fetchall()
        counts |= {f"{label} {value}": count for value, count in counted}
    return dg.MaterializeResult(
        data_version=data_version(outcome),
        metadata={
            **table_metadata(connection, "cases", count_rows(connection, "cases")),
            **counts,
            **told(outcome),
            "线索最多的规则 by rule": picture(cases_per_rule(connection)),
        },
    )


CASE_ASSETS = [cases]
