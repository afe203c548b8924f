"""Dagster assets of the models stage: features, pairs, groups, and the scores; what rules over scores read.

Belongs here: the Dagster dress. Does not belong here: what a feature or a model is (`models/`), or running them (`assets/`).
"""

from collections.abc import Iterator

import dagster as dg

from assets.features import refresh_features
from assets.keys import load_keys
from assets.model_tables import MODEL_TABLES
from assets.scan_pictures import ranking as ranked
from assets.scores import RANKING_READS, SCORES_READS, rank_subjects
from assets.stages.context import RESOURCE, count_rows, data_version, picture, scan_of, table_metadata, told
from assets.stages.rules import MODEL_RULES, RULE_KEYS
from assets.stages.tables import asset_key
from models.feature import LEVELS, read_features

GROUP = "s4_models"
_DESCRIBED = {
    "claim_pairs": "疑似同一件事的申领对，带概率和理由。 / Pairs of claims that are probably one.",
    "roster_pairs": "名册重合超过偶然的班级对。 / Pairs of classes whose rosters overlap beyond chance.",
    "institution_groups": "共有的人和物超过偶然的机构组。 / Groups of institutions tied beyond chance.",
}
_SCORES = ("scores", "score_reasons")


@dg.asset(
    group_name=GROUP,
    deps=[asset_key(table) for table in SCORES_READS],
    kinds={"duckdb", "sql"},
    required_resource_keys={RESOURCE},
    description="特征：每个班级、机构、评价机构和申领的各项数字，一个特征一个 SQL 文件。 / One number per subject and feature.\n\n"
    + "\n".join(f"- `{feature.name}` {feature.title['zh']}：{feature.says}" for feature in read_features().values()),
)
def features(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """One wide table per level, `features_<level>`."""
    settings = scan_of(context)
    settings.report("models", "features")
    refreshed = {
        level: refresh_features(settings.connection, settings.freshness, level, settings.engine) for level in LEVELS
    }
    return dg.MaterializeResult(
        data_version=data_version(*(outcome for outcome, _ in refreshed.values())),
        metadata={f"{level} 行 rows": count_rows(settings.connection, f"features_{level}") for level in LEVELS}
        | {"本次计算的特征 computed now": sum(computed for _, computed in refreshed.values())},
    )


def _pairs_asset(name: str) -> dg.AssetsDefinition:
    table = MODEL_TABLES[name]

    @dg.asset(
        key=asset_key(name),
        group_name=GROUP,
        deps=[asset_key(read) for read in table.reads],
        kinds={"duckdb", "scikitlearn"},
        required_resource_keys={RESOURCE},
        description=_DESCRIBED[name],
    )
    def pairs(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = scan_of(context)
        settings.report("models", name)
        connection = settings.connection
        outcome = settings.freshness.refresh(
            (name, *table.beside), table.code(), table.reads, lambda: table.write(connection)
        )
        return dg.MaterializeResult(
            data_version=data_version(outcome),
            metadata={**table_metadata(connection, name, count_rows(connection, name)), **told(outcome)},
        )

    return pairs


@dg.multi_asset(
    name="ranking",
    specs=[
        dg.AssetSpec(
            asset_key(name),
            deps=[
                features,
                asset_key("claim_pairs"),
                asset_key("feedback"),
                *(key for key in RULE_KEYS if key not in MODEL_RULES),
            ],
            group_name=GROUP,
            kinds={"duckdb", "scikitlearn"},
            description=told,
        )
        for name, told in zip(
            _SCORES,
            (
                "排序：每个班级、机构、评价机构和有效申领的分数和名次。只有规则才能把分数变成线索。 / Scores and ranks; only a rule makes a lead of them.",
                "依据：分数来自哪些特征，本值与同类常见值。 / Why: the strongest features of each subject.",
            ),
            strict=True,
        )
    ],
    required_resource_keys={RESOURCE},
)
def ranking(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Evidence, its flow, judgements and rule hits become scores."""
    settings = scan_of(context)
    settings.report("models", "scores")
    connection, freshness = settings.connection, settings.freshness
    told_of = {feature.name: feature.query.header for feature in read_features().values()}
    keys = load_keys(settings.home_folder)
    outcome = freshness.refresh(
        _SCORES,
        [told_of, keys.fingerprint],
        RANKING_READS,
        lambda: rank_subjects(connection, case_key=keys.pseudonym),
    )
    for name in _SCORES:
        drawn = {"班级排序 ranking": picture(ranked(connection))} if name == "scores" else {}
        yield dg.MaterializeResult(
            asset_key=asset_key(name),
            data_version=dg.DataVersion(freshness.version(name)),
            metadata={**table_metadata(connection, name, count_rows(connection, name)), **told(outcome), **drawn},
        )


MODEL_ASSETS = [features, *(_pairs_asset(name) for name in MODEL_TABLES if name not in _SCORES), ranking]
