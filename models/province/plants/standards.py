"""Plants for the rules of clauses 一 (standards) and 三 (direct subsidy)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from models.province.plants.registry import plant
from models.province.plants.scene import Scene, plus_months
from models.province.plants.workshop import FEW, Workshop, need, reject

FEN = Decimal("0.01")
DAY = timedelta(days=1)


@plant("standard_exceeded", "overclaim", lambda n: [need("employment", size=(n + 5, n + 8))])
def standard_exceeded(w: Workshop, scene: Scene) -> None:
    standard = Decimal(scene.project["subsidy_standard"])
    excesses = [FEN, Decimal(1), Decimal(100), Decimal("260.5")]
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            excess = excesses[at % 4]
            claim["amount"] = standard + excess
            w.hit(claim, f"申领金额高于项目补贴标准{excess}元", amount=excess)
        elif at == w.n:
            claim["amount"] = standard - FEN
            w.near(claim, "申领金额比标准少一分")
        elif at == w.n + 1:
            claim["amount"] = standard + 500
            w.near(reject(claim), "超标准的申领已被驳回")
        else:
            w.near(claim, "申领金额等于标准")


def _county_classes(n: int) -> list[object]:
    return [need("employment", size=(3, 4)) for _ in range(10 * n + 19)]


@plant("all_at_cap", "standard_setting", _county_classes)  # type: ignore[arg-type]
def all_at_cap(w: Workshop, *scenes: Scene) -> None:
    spare = [
        (city, code)
        for city, codes in w.ground.territory.counties.items()
        for code in codes
        if code not in w.ground.bureaus[city]
    ]
    if not spare:
        # without the reference data every county has a bureau: the counties of the sparsest cities have no class that starts in 2021 but these
        raise ValueError(
            "no county is free for the plant of all_at_cap; install data/reference/divisions_areas.parquet"
        )
    groups = [list(scenes[i * 10 : i * 10 + 10]) for i in range(w.n)] + [list(scenes[-19:-10]), list(scenes[-10:])]
    for at, group in enumerate(groups):
        _, county = spare[at * 7 % len(spare)]
        organiser = w.institution("training", county)
        for i, scene in enumerate(group):
            scene.move(organiser, county)
            lower = at == w.n + 1 and i == 4
            scene.own_project(subsidy_cap=scene.project["subsidy_standard"] + (FEN if lower else 0))
        key = f"{county}|2021"
        if at < w.n:
            w.hit(key, "十个普惠制班次全部按顶额标准确定", [c for s in group for c in s.class_claims()], amount=0)
        else:
            w.near(key, "只有九个班次按顶额标准" if at == w.n else "十个班次中有一个低于顶额一分")


@plant(
    "hours_below_standard",
    "shortened_training",
    lambda n: [need("employment", size=(n + 4, n + 6)), need("employment", size=FEW)],
)
def hours_below_standard(w: Workshop, scene: Scene, full: Scene) -> None:
    scene.own_project(standard_hours=scene.c["planned_hours"] + 1)
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            w.hit(claim, "计划课时少于标准课时一课时，仍按全额申领")
        else:
            claim["amount"] -= FEN
            w.near(claim, "课时不足但申领金额低于标准一分")
    full.own_project(standard_hours=full.c["planned_hours"])
    w.near(full.class_claims()[0], "计划课时等于标准课时")


@plant("claim_standard_differs", "overclaim", lambda n: [need("employment", size=(n + 4, n + 6))])
def claim_standard_differs(w: Workshop, scene: Scene) -> None:
    standard = Decimal(scene.project["subsidy_standard"])
    for at, (_, claim) in enumerate(scene.claimed()):
        if at == 0:
            claim.update(standard=standard + 200, amount=standard + 200)
            w.hit(claim, "申领单上的标准比项目标准高200元，并按此申领", amount=200)
            w.hit(claim, "按抬高的标准申领，金额也超标准", amount=200, rule="standard_exceeded")
        elif at < w.n:
            claim["standard"] = standard + (FEN if at % 2 else -50)
            w.hit(claim, "申领单上的标准与项目目录不一致", amount=0)
        elif at == w.n:
            claim["standard"] = standard + 300
            w.near(reject(claim), "标准填错的申领已被驳回")
        else:
            w.near(claim, "标准与目录一致")


@plant("standard_stale", "standard_setting", lambda n: [need("employment", size=FEW) for _ in range(n + 2)])
def standard_stale(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        start = scene.c["start_date"]
        limit = plus_months(start, -24)
        while plus_months(limit + DAY, 24) <= start:
            limit += DAY
        if at < w.n:
            row = scene.own_project(valid_from=limit - DAY * (1 if at % 2 == 0 else 200))
            w.hit(row["project_code"], "普惠制项目标准超过24个月未重新评估", scene.class_claims(), amount=0)
        else:
            row = (
                scene.own_project(valid_from=limit)
                if at == w.n
                else scene.own_project(valid_from=date(2017, 1, 1), inclusive=False)
            )
            w.near(row["project_code"], "恰满24个月" if at == w.n else "不是普惠制项目")


@plant(
    "enterprise_not_payee",
    "diverted_payment",
    lambda n: [need("upskilling", size=(n + 3, n + 5)), need("employment", size=FEW)],
)
def enterprise_not_payee(w: Workshop, scene: Scene, other: Scene) -> None:
    agent = w.institution("training")
    paid = {"payee_id": agent["institution_id"], "payee_account": agent["bank_account"]}
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            claim.update(paid)
            w.hit(claim, "企业自办培训，补贴却付给了培训机构")
        else:
            w.near(claim, "补贴直补企业")
    claim = other.class_claims()[0]
    claim.update(paid)
    w.near(claim, "培训机构办班，付给另一培训机构")


@plant(
    "claimed_before_completion",
    "premature_claim",
    lambda n: [
        need("employment", size=(n + 4, n + 6)),
        need("apprenticeship", size=FEW, window=(date(2020, 11, 1), date(2020, 12, 31))),
    ],
)
def claimed_before_completion(w: Workshop, scene: Scene, apprentices: Scene) -> None:
    end = scene.c["end_date"]
    for at, (person, claim) in enumerate(scene.claimed()):
        if at < w.n and at % 2:
            claim["claimed_on"] = end - DAY
            w.hit(claim, "结业前一天就申领")
        elif at < w.n:
            person.update(completed=False, exam_score=None)
            w.hit(claim, "学员未结业即申领")
        elif at == w.n:
            claim["claimed_on"] = end
            w.near(claim, "结业当天申领")
        elif at == w.n + 1:
            person.update(completed=False)
            w.near(reject(claim), "未结业的申领已被驳回")
    for claim in apprentices.class_claims()[:2]:
        w.near(claim, "学徒制按规定部分预拨")
