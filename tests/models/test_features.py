"""Every worked example of every feature; what no feature may look at; and what each says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from assets.features import SUBJECTS
from assets.tables import table_queries
from models.feature import FAMILIES, read_features
from models.plain_yaml import plain_yaml
from models.query import needed
from tests.models.feature_examples import computed, written_out
from tests.test_house import UNORDERED

EXAMPLES = Path(__file__).parent / "features"
FEATURES = read_features()
# 通知第七条不许按地域、户籍设限；性别、民族与真假无关。
FORBIDDEN = {"residence_division", "sex", "ethnic_group", "nation"}
# 申领审核以后才写下的，事先看不到；看了就是泄漏答案。
WRITTEN_AFTERWARDS = {"status", "decided_on", "reject_reason", "batch_no"}
TABLES_AFTERWARDS = {"ledger", "bank", "feedback", "reports", "scores", "score_reasons"}


def feature_examples() -> list[tuple[str, dict[str, Any]]]:
    """Every example with the name of its feature."""
    return [
        (path.stem, example)
        for path in sorted(EXAMPLES.glob("*.yaml"))
        for example in plain_yaml(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("name", "example"),
    [pytest.param(name, example, id=f"{name}: {example['name']}") for name, example in feature_examples()],
)
def test_worked_example(name: str, example: dict[str, Any]) -> None:
    values = computed(FEATURES[name], written_out(example)["given"])
    for key, expected in example["values"].items():
        if expected is None:
            assert key not in values, "what cannot be computed has no value"
        else:
            assert values.get(key) == pytest.approx(expected, abs=1e-5, rel=1e-5), key


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_every_feature_has_an_ordinary_and_a_high_example(name: str) -> None:
    path = EXAMPLES / f"{name}.yaml"
    assert path.exists(), f"write {path.name}: an ordinary subject and a high one"
    values = [value for example in plain_yaml(path.read_text(encoding="utf-8")) for value in example["values"].values()]
    assert len({value for value in values if value is not None}) >= 2, "the examples all give one value"


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_no_feature_looks_at_residence_sex_or_what_is_written_later(name: str) -> None:
    query = FEATURES[name].query
    columns = {column.name for column in query.tree.find_all(exp.Column)}
    assert not columns & (FORBIDDEN | WRITTEN_AFTERWARDS)
    assert not any(
        isinstance(star.parent, exp.Select) and star.parent.args["from_"].this.name in table_queries()
        for star in query.tree.find_all(exp.Star)
    ), "name the columns of a table"
    assert not query.reads & TABLES_AFTERWARDS and not any(
        table.startswith(("hits.", "delivered.")) for table in query.reads
    )
    assert query.reads <= table_queries().keys() | {"scan"}, f"no such table: {query.reads - table_queries().keys()}"
    assert not needed(set(query.reads), table_queries()) & TABLES_AFTERWARDS


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_a_feature_says_in_chinese_what_it_is_and_accuses_nobody(name: str) -> None:
    feature = FEATURES[name]
    for text in (feature.title["zh"], feature.says, feature.high, feature.innocent):
        assert re.search("[一-鿿]", text)
        assert not re.search(r"诈骗|欺诈|骗取|骗补|造假者", text)
    assert all(re.fullmatch(r"T\d\d", typology) for typology in feature.query.header["typologies"])
    assert len(feature.query.path.read_text(encoding="utf-8").splitlines()) <= 80
    assert not UNORDERED.search(feature.query.sql) and " ~ " not in feature.query.sql


def test_every_level_and_family_has_features() -> None:
    assert {feature.level for feature in FEATURES.values()} == set(SUBJECTS)
    assert {feature.family for feature in FEATURES.values()} == set(FAMILIES)


def test_the_typologies_of_which_there_are_data_are_covered() -> None:
    covered = {typology for feature in FEATURES.values() for typology in feature.query.header["typologies"]}
    # 没有数据的：T05（登记失业又参保另有规则）、T17、T19 至 T22（证书规则）、T27（课表变更）、T34 至 T35、T42、T44 至 T46（名单、台账、目录规则）
    assert covered >= {
        f"T{number:02}"
        for number in (
            1,
            2,
            3,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
            18,
            23,
            24,
            25,
            26,
            28,
            29,
            30,
            31,
            32,
            33,
            36,
            37,
            38,
            39,
            40,
            41,
            43,
            47,
        )
    }
