"""Other ways to put subjects in order, beside which a ranking has to earn its place: money, rules alone, single features, an isolation forest.

Belongs here: one order a function, as lists of keys. Does not belong here: comparing them (`evaluation.py`).
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest

from assets.features import feature_frame
from assets.model_tables import MODEL_TABLES
from checks.rule import read_rules


def simple_orders(connection: duckdb.DuckDBPyConnection, level: str, judged: pl.DataFrame) -> dict[str, list[str]]:
    orders = {"按金额": judged.sort("amount", "subject_key", descending=[True, False])["subject_key"].to_list()}
    hits = _rule_hits(connection, level)
    counted = judged.join(hits, on="subject_key", how="left").with_columns(
        pl.col("rules").fill_null(0), pl.col("share").fill_null(0.0)
    )
    orders["只用规则"] = counted.sort("rules", "share", "subject_key", descending=[True, True, False])[
        "subject_key"
    ].to_list()
    features = _numbers(connection, level, judged)
    if features.shape[1]:
        forest = IsolationForest(n_estimators=200, random_state=0, n_jobs=1).fit(features)
        odd = np.argsort(forest.score_samples(features), kind="stable")
        orders["孤立森林（全部特征）"] = [judged.sort("subject_key")["subject_key"][int(at)] for at in odd]
    return orders


def _rule_hits(connection: duckdb.DuckDBPyConnection, level: str) -> pl.DataFrame:
    """Per subject: how many rules hit claims through it, and what share of its claims is hit."""
    columns = {"class": "class_id", "institution": "claimant_id", "assessor": "assessor_id"}
    claims = "certificate_claims" if level == "assessor" else "live_claims"
    tables = connection.execute(
        "SELECT table_name FROM duckdb_columns() WHERE schema_name = 'hits' AND column_name = 'claim_ids' ORDER BY 1"
    ).fetchall()
    over_scores = {name for name, rule in read_rules().items() if rule.query.reads & MODEL_TABLES.keys()}
    names = [name for (name,) in tables if name not in over_scores]
    if not names:
        return pl.DataFrame(schema={"subject_key": pl.String, "rules": pl.Int64, "share": pl.Float64})
    union = " UNION ALL ".join(
        f"SELECT '{name}' AS rule_id, unnest(claim_ids) AS claim_id FROM hits.{name}" for name in names
    )
    return connection.execute(f"""
        WITH hit AS (SELECT DISTINCT rule_id, claim_id FROM ({union}) AS every_hit)
        SELECT c.{columns[level]} AS subject_key, count(DISTINCT h.rule_id) AS rules, count(DISTINCT h.claim_id) / count(DISTINCT c.claim_id) AS share
        FROM {claims} AS c LEFT JOIN hit AS h ON h.claim_id = c.claim_id
        WHERE c.{columns[level]} IS NOT NULL GROUP BY c.{columns[level]} ORDER BY 1""").pl()


def _values(connection: duckdb.DuckDBPyConnection, level: str) -> pl.DataFrame:
    """The features as the scan computed them, else computed now."""
    written = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [f"features_{level}"]
    ).fetchone()
    return (
        connection.execute(f"FROM features_{level} ORDER BY key").pl()
        if written and written[0]
        else feature_frame(connection, level)
    )


def _numbers(connection: duckdb.DuckDBPyConnection, level: str, judged: pl.DataFrame) -> np.ndarray:
    """The features of the judged subjects by key, missing ones at the median."""
    wide = (
        judged.sort("subject_key")
        .select(key="subject_key")
        .join(_values(connection, level), on="key", how="left", maintain_order="left")
        .drop("key")
    )
    filled = wide.select(pl.col(name).fill_null(pl.col(name).median()).fill_null(0.0) for name in wide.columns)
    return filled.to_numpy()


def single_detectors(connection: duckdb.DuckDBPyConnection, level: str, judged: pl.DataFrame) -> dict[str, list[str]]:
    """Every feature alone: the high values first, what has none last."""
    values = _values(connection, level).rename({"key": "subject_key"})
    wide = judged.select("subject_key").join(values, on="subject_key", how="left")
    return {
        f"单项：{name}": wide.sort(name, "subject_key", descending=[True, False], nulls_last=True)["subject_key"].to_list()
        for name in wide.columns if name != "subject_key"
    }  # fmt: skip
