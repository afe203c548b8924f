"""What would other values, or changed rules, find on the data of the latest scan? Nothing that stands is touched.

Belongs here: computing anew, in a shadow of the warehouse, what rests on the parameters or on a changed rule file, and
comparing the cases with those of the latest publication. Does not belong here: how the answer is shown
(`backtest_report.py`), and the arithmetic of the difference (`models/case_difference.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.cases import all_cases, scan_date, with_own_keys
from assets.chain import read_manifest
from assets.changes import changes
from assets.history import History, read_history
from assets.hits import RuleError, run_rule
from assets.keys import load_keys
from assets.known_persons import known_persons
from assets.model_tables import MODEL_TABLES
from assets.probabilities import read_probabilities
from assets.scan_publication import code_version
from assets.shadow import LATEST, differs, look_through, shadow_of
from assets.standing import NoStandingScan, standing_publication
from assets.subjects import SIGNS
from assets.tables import build_parameters, build_table, table_queries
from checks.rule import Rule, read_rules
from models.case import CASE_SCHEMA, Totals, amount_at_risk_total
from models.case_difference import difference
from models.law import ParameterRow, load_parameters, looser
from models.privacy import Pseudonyms
from models.query import build_order

_COLUMNS: dict[str, Any] = {
    "change": pl.String, "case_id": pl.String, "rule_id": pl.String, "severity": pl.String, "title_zh": pl.String, "subject_kind": pl.String,
    "subject_key": pl.String, "institution_id": pl.String, "division": pl.String, "amount_before": pl.Decimal(14, 2),
    "amount_after": pl.Decimal(14, 2), "explanation_zh": pl.String, "what_zh": pl.String,
}  # fmt: skip
CHANGED_SCHEMA = pl.Schema(_COLUMNS)
_SCORES_READ = {"claim_pairs", *(f"hits.{sign}" for sign in SIGNS)}


@dataclass(frozen=True)
class Backtest:
    """The answer. ``groups``: DIFFERENCE_SCHEMA; ``cases``: CHANGED_SCHEMA, masked; ``parameters``: the rows of the table
    `parameter` that are new or gone; ``notes``: what the reader must know of the comparison."""

    baseline: str
    as_of: str
    before: Totals
    after: Totals
    groups: pl.DataFrame
    cases: pl.DataFrame
    parameters: pl.DataFrame
    rules: tuple[str, ...]
    notes: tuple[str, ...]


def rules_with(folder: Path | None) -> dict[str, Rule]:
    """All rules, those of ``folder`` in place of the ones of the same name; a rule that only the folder has is one more.

    Raises RuleError where the folder holds no rule: the answer would be "no difference", and nothing had been tried.
    """
    if folder is None:
        return read_rules()
    changed = read_rules(folder)
    if not changed:
        raise RuleError(f"{folder} 里没有规则文件（*.sql）。 / {folder} holds no rule file (*.sql).")
    return {**read_rules(), **changed}


def backtest(
    home: Path,
    warehouse: Path,
    overrides: Sequence[ParameterRow] = (),
    rules: Mapping[str, Rule] | None = None,
    report: Callable[[str, str], None] = lambda stage, detail: None,
) -> Backtest:
    """Evaluate ``overrides`` (on the law, not on those of the latest scan) and ``rules`` on the warehouse's data.

    Raises NoStandingScan where the warehouse is not that of the latest publication in ``home``.
    """
    rules = rules_with(None) if rules is None else rules
    with shadow_of(warehouse) as shadow:
        baseline = standing_publication(shadow, home)
        notes = _notes(baseline)
        try:
            return _answer(shadow, home, baseline, overrides, rules, notes, report)
        except (duckdb.Error, RuleError) as error:
            if not notes:
                raise
            raise NoStandingScan(
                "上次扫描以后软件有改动，数据表与现在的规则对不上；先重新运行 skillwatch scan。 / "
                "The software changed since the latest scan, and its tables do not fit: run skillwatch scan first."
            ) from error


def _answer(
    shadow: duckdb.DuckDBPyConnection,
    home: Path,
    baseline: Path,
    overrides: Sequence[ParameterRow],
    rules: Mapping[str, Rule],
    notes: Sequence[str],
    report: Callable[[str, str], None],
) -> Backtest:
    before = pl.read_parquet(baseline / "cases.parquet").select(CASE_SCHEMA.names())
    known = dict(pl.read_parquet(baseline / "rules.parquet").select("rule_id", "rule_sha").iter_rows())
    build_parameters(shadow, overrides)
    history = read_history(shadow, home / "publications", without=baseline)
    affected = _compute_anew(
        shadow, rules, {name for name, rule in rules.items() if known.get(name) != rule.sha}, report
    )
    if _starts_differ(shadow, history):
        affected |= {name for name, rule in rules.items() if rule.severity == "lead"}
    report("cases", "")
    look_through(shadow, "hits")
    pseudonyms = Pseudonyms(load_keys(home).pseudonym, known_persons(shadow))
    anew, own_anew = (
        all_cases(shadow, [rules[name] for name in sorted(affected)], pseudonyms, history, masked=masked)
        for masked in (True, False)
    )
    kept = before.filter(~pl.col("rule_id").is_in(sorted(affected)) & pl.col("rule_id").is_in(sorted(rules)))
    after = pl.concat([kept, anew])
    differing = changes(before, after)
    own_before = with_own_keys(before, shadow.execute(f"FROM {LATEST}.main.cases").pl())
    own_after = pl.concat([with_own_keys(kept, own_before), with_own_keys(anew, own_anew)])
    claims, claims_before = (_live_claims(shadow, table) for table in ("live_claims", f"{LATEST}.main.live_claims"))
    return Backtest(
        baseline=baseline.name,
        as_of=scan_date(shadow).isoformat(),
        before=amount_at_risk_total(own_before, claims_before),
        after=amount_at_risk_total(own_after, claims),
        groups=difference(own_before, own_after, differing, claims_before, claims),
        cases=_listed(before, after, differing),
        parameters=_parameters(shadow),
        rules=tuple(sorted(affected)),
        notes=(*notes, *(f"未采用 not used: {one}" for one in looser(load_parameters(), overrides))),
    )


def _notes(baseline: Path) -> list[str]:
    if read_manifest(baseline)["code"] != code_version():
        return [
            "上次扫描以后软件有改动，差异里可能有改动的影响；先扫描一次再比较更准。 / The software changed since the latest scan: scan once more, then compare."
        ]
    return []


def _compute_anew(
    shadow: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    changed_rules: set[str],
    report: Callable[[str, str], None],
) -> set[str]:
    """Compute what reads something that differs, and nothing else, in the order of the line; returns the rules run."""
    different = {"parameter"} if differs(shadow, "parameter") else set()
    queries = table_queries()
    for name in build_order(queries):
        if queries[name].reads & different:
            report("tables", name)
            build_table(shadow, queries[name])
            different |= {name} if differs(shadow, name) else set()
    over_models = {name for name, rule in rules.items() if rule.query.reads & MODEL_TABLES.keys()}

    def run(names: Iterable[str]) -> set[str]:
        chosen = {name for name in names if name in changed_rules or rules[name].query.reads & different}
        for name in sorted(chosen):
            report("rules", name)
            run_rule(shadow, rules[name])
        return chosen

    done = run(rules.keys() - over_models)
    different |= {f"hits.{name}" for name in done if differs(shadow, f"hits.{name}")}
    look_through(shadow, "hits", only=SIGNS)
    written = set()
    for name, table in MODEL_TABLES.items():
        reads = {*table.reads, *(_SCORES_READ if name in ("scores", "score_reasons") else ())}
        if reads & different and table.write not in written:
            report("models", name)
            table.write(shadow)
            written.add(table.write)
    different |= {name for name, table in MODEL_TABLES.items() if table.write in written and differs(shadow, name)}
    return done | run(over_models)


def _starts_differ(shadow: duckdb.DuckDBPyConnection, history: History) -> bool:
    """Whether leads start with another probability than in the latest scan."""
    as_of = scan_date(shadow)
    own = read_probabilities(shadow, as_of, history).starts
    shadow.execute(f"SET search_path = '{LATEST}.main'")
    latest = read_probabilities(shadow, as_of, history).starts
    shadow.execute(f"SET search_path = 'memory.main,{LATEST}.main'")
    return own != latest


def _live_claims(shadow: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    return shadow.execute(f"SELECT claim_id, amount, claimed_on FROM {table} ORDER BY ALL").pl()


def _listed(before: pl.DataFrame, after: pl.DataFrame, differing: pl.DataFrame) -> pl.DataFrame:
    """Every differing case with its figures before and after: new ones first, then gone, then changed, the most yuan first."""
    told = pl.concat([after, before.join(after, on="case_id", how="anti")]).drop("rule_id", "subject_key", "division")
    amounts = (
        frame.select("case_id", pl.col("amount_at_risk").alias(name))
        for frame, name in ((before, "amount_before"), (after, "amount_after"))
    )
    rows = differing.join(told, on="case_id", how="left")
    for frame in amounts:
        rows = rows.join(frame, on="case_id", how="left")
    moved = (pl.col("amount_after").fill_null(0) - pl.col("amount_before").fill_null(0)).abs()
    order = pl.col("change").replace_strict({"new": 0, "gone": 1, "changed": 2}, return_dtype=pl.Int8)
    return (
        rows.sort(order, moved, "case_id", descending=[False, True, False])
        .select(CHANGED_SCHEMA.names())
        .cast(CHANGED_SCHEMA)
    )


def _parameters(shadow: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows of `parameter` that only one of both has: change (`new`, `gone`), id, city, value, valid_from, valid_until, division."""
    columns = "id, city, value, valid_from, valid_until, division"
    own, latest = "memory.main.parameter", f"{LATEST}.main.parameter"
    return shadow.execute(
        f"""SELECT * FROM (
            SELECT 'new' AS change, {columns} FROM (SELECT {columns} FROM {own} EXCEPT SELECT {columns} FROM {latest})
            UNION ALL SELECT 'gone', {columns} FROM (SELECT {columns} FROM {latest} EXCEPT SELECT {columns} FROM {own}))
        ORDER BY id, city, valid_from, change"""
    ).pl()
