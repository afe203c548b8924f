"""What a plan says of itself, in Chinese first: what it expects, what it gives up, how the draw is checked.

Belongs here: words. Does not belong here: any figure that is not in the plan.
"""

from __future__ import annotations

import polars as pl

from assets.inspection_plan import RANDOM, TARGETED, Plan
from models.divisions import division_labels
from models.planning import DAY_HOURS, days_of

_LISTED = 10


def plan_text(plan: Plan) -> str:
    """The plan as a page of Markdown."""
    return "\n".join([*_head(plan), *_expects(plan), *_gives_up(plan), *_random(plan), *_afterwards(plan)]) + "\n"


def _head(plan: Plan) -> list[str]:
    wishes, places = plan.wishes, plan.visits["division"].unique().sort()
    guessed = wishes.travel.guessed(plan.units["division"].unique())
    lines = [
        f"# 检查计划 Inspection plan {plan.plan_id}",
        "",
        "**线索不等于结论。** 计划只说明去哪里看最值得；被列入不表示有问题。 / A lead is not a finding: a visit accuses nobody.",
        "",
        f"- 依据发布 publication：{plan.publication.name}（截至 {plan.as_of}）",
        f"- 检查组工作日 team-days：{wishes.days}，其中随机组 random arm {plan.random_days}；每日 {DAY_HOURS:g} 小时，每次检查 {wishes.visit_hours:g} 小时",
        f"- 同一区划的检查共用路程；涉及 {len(places)} 个区划。 / Visits in one division share the travel.",
    ]
    if guessed:
        lines.append(
            f"- 路程表没有写到的 {len(guessed)} 个区划按往返 {wishes.travel.otherwise:g} 小时计。 / Divisions without travel time are taken at {wishes.travel.otherwise:g} h."
        )
    inspected, unreachable = plan.units["inspected"].sum(), (~plan.units["reachable"]).sum()
    if inspected:
        lines.append(
            f"- {inspected} 个对象已经整体核查过、此后没有新线索，不再列入。 / {inspected} units were inspected before and nothing new came up: they are left out."
        )
    if unreachable:
        lines.append(
            f"- {unreachable} 个对象当日不能往返，既不在重点组也不在随机组。 / {unreachable} units cannot be reached within a day and are in neither arm."
        )
    return lines


def _expects(plan: Plan) -> list[str]:
    targeted = plan.visits.filter(pl.col("arm") == TARGETED)
    days = sum(plan.choice.days.values())
    lines = [
        "",
        "## 预期 What it expects",
        "",
        f"重点组 {targeted.height} 次检查，用 {days} 个工作日，预期追回 {plan.choice.value:,.2f} 元，平均每个工作日 {plan.choice.value / days if days else 0:,.2f} 元。"
        f"求解证明：任何别的选法最多 {plan.choice.bound:,.2f} 元（差距 {plan.choice.gap:.4%}）。",
        "",
        "| 区划 division | 工作日 days | 检查 visits | 预期追回（元） |",
        "| --- | --- | --- | --- |",
    ]
    sums = (
        targeted.group_by("division")
        .agg(pl.len().alias("visits"), pl.col("expected_recovery").sum().alias("yuan"))
        .sort("yuan", "division", descending=[True, False])
    )
    names = division_labels()
    lines += [
        f"| {names.get(place, place)} | {plan.choice.days.get(place, 0)} | {visits} | {yuan:,.2f} |"
        for place, visits, yuan in sums.iter_rows()
    ]
    return lines


def _gives_up(plan: Plan) -> list[str]:
    left = plan.units.filter((pl.col("arm") == "") & ~pl.col("inspected") & (pl.col("expected_recovery") > 0))
    lines = [
        "",
        "## 放弃 What it gives up",
        "",
        f"- 没有排进计划、预期追回大于零的对象 {left.height} 个，合计 {left['expected_recovery'].sum() or 0:,.2f} 元。",
        f"- 随机组占用的 {plan.random_days} 个工作日如果也用于重点，预期多追回 {max(plan.best.value - plan.choice.value, 0):,.2f} 元；"
        "这是知道“没查的地方有多少问题”的代价。 / The price of knowing what is missed.",
        "",
    ]
    if left.height:
        lines += [
            "没有排进的对象中预期最高的：",
            "",
            "| 对象 subject | 区划 division | 预期追回（元） |",
            "| --- | --- | --- |",
        ]
        names = division_labels()
        lines += [
            f"| {kind} {key} | {names.get(place, place)} | {yuan:,.2f} |"
            for kind, key, place, yuan in left.head(_LISTED)
            .select("subject_kind", "subject_key", "division", "expected_recovery")
            .iter_rows()
        ]
    return lines


def _random(plan: Plan) -> list[str]:
    drawn = plan.visits.filter(pl.col("arm") == RANDOM)
    lines = ["", "## 随机组 The random arm", ""]
    if drawn.is_empty():
        return [
            *lines,
            no_random_arm(plan)
            + "没有随机组：检查以后无从知道没有查的地方还有多少问题。 / No random arm: nothing will be known of what was not inspected.",
        ]
    probability = drawn["probability_of_selection"][0]
    needed = plan.random_days_needed
    return [
        *lines,
        f"- 从重点组以外的全部 {plan.population} 个对象中等概率抽取 {drawn.height} 个，每个对象被抽中的概率 {probability:.4%}，合计需要 {needed} 个工作日；抽到最不顺路的也不超过 {plan.random_days} 个。",
        f"- 如果抽查 {drawn.height} 个都没有问题，其余对象的差错率 95% 不超过 {1 - 0.025 ** (1 / drawn.height):.1%}。",
        f"- 种子的承诺 commitment：`{plan.promised['commitment']}`，抽取之前已写入 `commitments.jsonl` 第 {plan.promised['number']} 行。",
        "- 核对：`printf %s 种子 | sha256sum` 应等于承诺；对 frame.parquet 中 arm 不是 targeted、当日可达（reachable）、没有查过（inspected 为假）的每个对象计算 `sha256(种子|计划号|类型|编号)`，最小的若干个就是抽中的。",
    ]


def no_random_arm(plan: Plan) -> str:
    """Why a random arm that was asked for is empty: the draw may fall on the farthest division; empty where there is one, or none
    was wanted."""
    if not plan.wishes.random_share or (plan.visits["arm"] == RANDOM).any():
        return ""
    if not plan.population:
        return "随机组是空的：重点组以外没有可以抽的对象。 / The random arm is empty: outside the targeted arm nothing is left to draw from. "
    far = plan.wishes.travel.to(plan.units.filter("reachable")["division"].unique())
    where = max(far, key=lambda place: (far[place], place))
    name, needed = division_labels().get(where, where), days_of(plan.wishes.visit_hours, far[where])
    return (
        f"随机组是空的：抽到哪里都要去得成，而最远的{name}往返 {far[where]:g} 小时，一次检查要 {needed} 个工作日；"
        "所给的天数不够同时安排两组，全部用于重点组。可以增加天数、提高随机份额，或核对路程表。 / "
        f"The random arm is empty: one visit to {where}, the farthest, takes {needed} team-days. The days are too few for both arms; "
        "give more, or a larger share, or check the travel file. "
    )


def _afterwards(plan: Plan) -> list[str]:
    return [
        "",
        "## 以后 Afterwards",
        "",
        "在 plan.xlsx 的“核查反馈”表里填结论，存为 `核查反馈_市_期间.xlsx` 放进收件箱；扫描后运行 "
        f"`skillwatch plan-results {plan.plan_id}`，得到真实差错率和风险金额的区间，以及停止或扩大的建议。",
        "Fill in the sheet, put it into the inbox, scan, then ask for the results: the true error rate comes from the random arm alone.",
    ]
