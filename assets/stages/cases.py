"""Dagster asset of the cases stage: one list, unmasked, inside the warehouse only."""

import dagster as dg

from assets.cases import all_cases
from assets.history import read_history
from assets.keys import load_keys
from assets.pictures import cases_per_rule
from assets.stages.context import RESOURCE, picture, scan_of, table_metadata
from assets.stages.rules import RULE_KEYS
from assets.stages.tables import asset_key
from checks.rule import read_rules
from models.privacy import Pseudonyms

GROUP = "s5_cases"


@dg.asset(
    group_name=GROUP,
    deps=[*RULE_KEYS, asset_key("feedback"), asset_key("scan")],
    kinds={"duckdb", "polars"},
    required_resource_keys={RESOURCE},
    description="线索：每条规则、每个对象一条，编号稳定，带说明、级别和历史。线索不等于结论。 / One case per rule and subject; a lead is not a finding.",
)
def cases(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    settings = scan_of(context)
    settings.report("cases", "")
    connection = settings.connection
    history = read_history(connection, settings.publications_folder)
    pseudonyms = Pseudonyms(load_keys(settings.home_folder).pseudonym)
    frame = all_cases(connection, read_rules().values(), pseudonyms, history, masked=False)
    connection.register("found_cases", frame.to_arrow())
    connection.execute("CREATE OR REPLACE TABLE cases AS SELECT * FROM found_cases")
    connection.unregister("found_cases")
    counts: dict[str, int] = {}
    for column, label in (("severity", "性质"), ("rating", "级别")):
        counts |= {f"{label} {value}": count for value, count in frame.group_by(column).len().sort(column).iter_rows()}
    return dg.MaterializeResult(
        metadata={
            **table_metadata(connection, "cases", frame.height),
            **counts,
            "线索最多的规则 by rule": picture(cases_per_rule(frame)),
        }
    )


CASE_ASSETS = [cases]
