"""The report of an evaluation as text, Markdown and JSON. What is measured is decided in `assets/evaluation.py`, how in `evaluation.py`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from models.evaluation import Figures, PairFigures

CAVEAT = (
    "以下数字只说明模型在虚构数据上的表现：造假手法是我们自己编的，真实的手法和比例并不知道。线索不等于结论。",
    "Measured on made-up provinces only: the schemes are ours, the real ones and their frequency are unknown. A lead is not a finding.",
)
LEVELS = {"class": "班级", "institution": "机构", "assessor": "评价机构", "claim": "申领"}
DIMENSIONS = {"city": "市", "residence": "户籍", "sex": "性别", "age": "年龄"}
Rows = list[dict[str, Any]]


@dataclass
class LevelReport:
    """One kind of subject. `sets` names the mechanisms that count: all, those used in tuning, those held out."""

    level: str
    sets: dict[str, list[Figures]]
    mechanisms: pl.DataFrame
    brier: float
    base_brier: float
    """of always saying the base rate"""
    calibration: pl.DataFrame


@dataclass
class Report:
    """Everything that `skillwatch evaluate` says."""

    province: dict[str, Any]
    levels: list[LevelReport]
    leads: pl.DataFrame
    """per rule over scores: cases, right ones, subjects that it could have found, found ones"""
    pairs: PairFigures | None
    flag_rates: pl.DataFrame
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps(_plain(self.as_dict()), ensure_ascii=False, indent=1)

    def as_dict(self) -> dict[str, Any]:
        return {
            "province": self.province, "notes": self.notes,
            "levels": [
                {"level": one.level, "brier": one.brier, "base_brier": one.base_brier, "calibration": one.calibration.to_dicts(),
                 "mechanisms": one.mechanisms.to_dicts(), "rankings": {name: [asdict(figures) for figures in listed] for name, listed in one.sets.items()}}
                for one in self.levels
            ],
            "leads": self.leads.to_dicts(),
            "pairs": self.pairs and asdict(self.pairs) | {"precision": self.pairs.precision, "recall": self.pairs.recall, "f1": self.pairs.f1},
            "flag_rates": self.flag_rates.to_dicts(),
        }  # fmt: skip

    def as_markdown(self) -> str:
        parts = ["# 模型评估", *CAVEAT, _facts(self.province)]
        for one in self.levels:
            parts.append(f"## {LEVELS.get(one.level, one.level)}")
            for name, listed in one.sets.items():
                parts += [
                    f"### {name}（{listed[0].fakes} 个造假，共 {listed[0].subjects} 个）",
                    _table(_rankings(listed)),
                ]
            parts += ["### 各手法", _table(_mechanisms(one.mechanisms)), "### 概率是否可信", _calibration(one)]
        parts += [
            "## 模型线索",
            _table(_leads(self.leads)) if len(self.leads) else "（没有运行规则）",
            "## 疑似重复申领",
        ]
        parts.append("（没有运行）" if self.pairs is None else _facts({
            "找到": self.pairs.found, "应有": self.pairs.true, "正确": self.pairs.right, "精确率": _number(self.pairs.precision),
            "召回率": _number(self.pairs.recall), "F1": _number(self.pairs.f1),
        }))  # fmt: skip
        parts += [
            "## 各人群被列入的比例",
            "仅在评估时计算；模型的特征不含户籍、性别、民族。",
            _table(_groups(self.flag_rates)),
        ]
        parts += [f"- {note}" for note in self.notes]
        return "\n\n".join(part for part in parts if part) + "\n"

    def as_text(self) -> str:
        """For a terminal: the Markdown, whose tables are aligned already."""
        return self.as_markdown()


def _rankings(listed: list[Figures]) -> Rows:
    rows = []
    for one in listed:
        depths = {f"前{k}精确率": _number(value) for k, value in one.precision.items()}
        found = {f"查{share:.0%}金额查出": _percent(value) for share, value in one.found.items()}
        rows.append({"排序依据": one.name, "平均精确率": _number(one.average_precision), "前R召回": _percent(one.recall_at_fakes)} | depths | found
                    | {"特殊但诚实者排在造假者前": "" if one.odd_above is None else _percent(one.odd_above)})  # fmt: skip
    return rows


def _mechanisms(table: pl.DataFrame) -> Rows:
    return [
        {"手法": row["mechanism"], "性质": ("造假" if row["fake"] else "诚实") + ("（留出）" if row["held_out"] else ""), "个数": row["subjects"],
         "在前R": _percent(row["in_first_fakes"]), "在前5%": _percent(row["in_first_twentieth"]), "最前名次": row["best_rank"],
         "名次中位数": f"{row['median_rank']:g}", "金额": f"{row['yuan']:,.0f}"}
        for row in table.iter_rows(named=True)
    ]  # fmt: skip


def _calibration(one: LevelReport) -> str:
    rows = [
        {
            "概率": row["band"],
            "个数": row["subjects"],
            "平均概率": _number(row["expected"]),
            "实际比例": _number(row["observed"]),
        }
        for row in one.calibration.iter_rows(named=True)
    ]
    return (
        _facts({"Brier": f"{one.brier:.4f}", "只报基础比例的 Brier": f"{one.base_brier:.4f}"}) + "\n\n" + _table(rows)
    )


def _leads(table: pl.DataFrame) -> Rows:
    return [
        {
            "规则": row["rule_id"],
            "线索": row["cases"],
            "其中属实": row["right"],
            "应有": row["true"],
            "查出": row["reached"],
        }
        for row in table.iter_rows(named=True)
    ]


def _groups(table: pl.DataFrame) -> Rows:
    return [
        {"维度": DIMENSIONS.get(row["dimension"], row["dimension"]), "人群": row["value"], "人次": row["persons"], "被列入": _percent(row["flagged"]),
         "列入者中属实": "" if row["hit_rate"] is None else _percent(row["hit_rate"]), "实际造假": _percent(row["fake"])}
        for row in table.iter_rows(named=True)
    ]  # fmt: skip


def _facts(values: dict[str, Any]) -> str:
    return "，".join(f"{name} {value}" for name, value in values.items())


def _table(rows: Rows) -> str:
    """A Markdown table whose columns are as wide as their widest cell."""
    if not rows:
        return ""
    names = list(rows[0])
    cells = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(names))]

    def line(values: list[str]) -> str:
        return (
            "| "
            + " | ".join(value + " " * (width - _width(value)) for value, width in zip(values, widths, strict=True))
            + " |"
        )

    return "\n".join(
        [line(cells[0]), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, cells[1:])]
    )


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _number(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f}%"


def _plain(value: Any) -> Any:
    """Values that JSON has: no NaN, no numbers as keys, six digits."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
