"""Plants for the rules of clause 四: who is covered, allowances, the order of funds."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene, plus_months
from models.province.plants.workshop import FEW, Workshop, need, reject


@plant(
    "not_graduation_year",
    "ineligible_person",
    lambda n: [need("employment", size=(n + 5, n + 7), organiser_kind="college", category="graduate")],
)
def not_graduation_year(w: Workshop, scene: Scene) -> None:
    wrong = [None, date(2020, 12, 31), date(2022, 1, 1)]
    right = [date(2021, 1, 1), date(2021, 12, 31)]
    for at, (person, claim) in enumerate(scene.claimed()):
        if at < w.n:
            person["graduation_date"] = wrong[at % 3]
            w.hit(claim, "以毕业年度毕业生身份参训，毕业日期不在开班当年")
        elif at < w.n + 2:
            person["graduation_date"] = right[at - w.n]
            w.near(claim, "毕业日期为当年第一天或最后一天")
        else:
            person["graduation_date"] = None
            w.near(reject(claim), "申领已被驳回")
            break


@plant(
    "employer_mismatch",
    "ineligible_person",
    lambda n: [need("upskilling", size=(n + 5, n + 7), organiser_kind="training", category="sole_proprietor_staff")],
)
def employer_mismatch(w: Workshop, scene: Scene) -> None:
    enterprise = w.institution("enterprise", scene.c["division"])
    nonprofit = w.institution("private_nonprofit", scene.c["division"])
    for at, (person, claim) in enumerate(scene.claimed()):
        if at < w.n:
            if at % 3 == 0:
                person["employer_id"] = enterprise["institution_id"]
            elif at % 3 == 1:
                person["employer_id"] = "92149900MA0QQQQQ1X"
            else:
                person.update(category="employee", employer_id=None)
            w.hit(claim, ("所报个体工商户实为企业", "所报用人单位查无登记", "企业职工没有用人单位")[at % 3])
        elif at == w.n:
            person.update(category="nonprofit_staff", employer_id=nonprofit["institution_id"])
            w.near(claim, "民办非企业单位用工，单位类型相符")
        elif at == w.n + 1:
            person.update(category="flexible", employer_id=None)
            w.near(claim, "灵活就业人员没有用人单位")
        elif at == w.n + 2:
            person["employer_id"] = enterprise["institution_id"]
            w.near(reject(claim), "申领已被驳回")


def _allowance(
    w: Workshop, scene: Scene, person: Row, kind: str = "living", month: date | None = None, **changes: object
) -> Row:
    day = changes.pop("claimed_on", scene.c["end_date"] + timedelta(days=9))
    return w.claim(
        scene.organiser,
        person,
        kind,
        300 if kind == "living" else 120,
        day,  # type: ignore[arg-type]
        **({"division": scene.c["division"], "class_id": scene.key, "month": month} | changes),
    )


@plant("allowance_without_training", "fake_training", lambda n: [need("employment", size=(n + 4, n + 6))])
def allowance_without_training(w: Workshop, scene: Scene) -> None:
    month = scene.c["start_date"].replace(day=1)
    for at, (person, _) in enumerate(scene.claimed()[: w.n + 2]):
        scene.strip(person)
        scene.drop_class_claim(person)
        person.update(completed=False, exam_score=None)
        mine = scene.sessions_of(person)
        keep = mine[:1] if at == w.n else []
        scene.sessions = [row for row in scene.sessions if row not in mine or row in keep]
        claim = _allowance(w, scene, person, ("living", "transport")[at % 2], month)
        if at < w.n:
            w.hit(claim, "没有任何签到却申领生活费或交通费补贴")
        elif at == w.n:
            w.near(claim, "到过一次课")
        else:
            w.near(reject(claim), "申领已被驳回")


@plant("allowance_repeated", "duplicate_claim", lambda n: [need("employment", size=(n + 5, n + 7))])
def allowance_repeated(w: Workshop, scene: Scene) -> None:
    month = scene.c["start_date"].replace(day=1)
    for at, (person, _) in enumerate(scene.claimed()[: w.n + 3]):
        when = None if at == 1 else month
        first = _allowance(w, scene, person, "living", when)
        later = scene.c["end_date"] + timedelta(days=30)
        if at < w.n:
            second = _allowance(w, scene, person, "living", when, claimed_on=later)
            w.hit(second, "同一班次同一月份的生活费补贴领了两次", [first, second], amount=300)
        elif at == w.n:
            w.near(_allowance(w, scene, person, "transport", month, claimed_on=later), "同月另领交通费补贴")
        elif at == w.n + 1:
            w.near(
                _allowance(
                    w,
                    scene,
                    person,
                    "living",
                    scene.c["end_date"].replace(day=1) if month != scene.c["end_date"].replace(day=1) else None,
                    claimed_on=later,
                ),
                "同一班次的另一月份",
            )
        else:
            reject(first)
            w.near(_allowance(w, scene, person, "living", month, claimed_on=later), "前一笔被驳回后再次申领")


@plant("allowance_outside_training", "overclaim", lambda n: [need("employment", size=(n + 5, n + 7))])
def allowance_outside_training(w: Workshop, scene: Scene) -> None:
    start, end = scene.c["start_date"].replace(day=1), scene.c["end_date"].replace(day=1)
    for at, (person, _) in enumerate(scene.claimed()[: w.n + 3]):
        if at < w.n:
            claim = _allowance(w, scene, person, "living", plus_months(end, 1) if at % 2 else plus_months(start, -1))
            w.hit(claim, "补贴月份不在培训期内")
        elif at < w.n + 2:
            w.near(_allowance(w, scene, person, "living", start if at == w.n else end), "补贴月份为开班月或结业月")
        else:
            w.near(reject(_allowance(w, scene, person, "living", plus_months(end, 2))), "申领已被驳回")


@plant("fund_order", "wrong_fund", lambda n: [need("employment", size=(n + 4, n + 6)), need("employment", size=FEW)])
def fund_order(w: Workshop, scene: Scene, other: Scene) -> None:
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            claim["fund"] = "employment_fund"
            w.hit(claim, "专账资金余额充足，却先用了就业补助资金")
        elif at == w.n:
            claim["fund"] = "employment_fund"
            w.near(reject(claim), "申领已被驳回")
        else:
            w.near(claim, "使用专账资金")
    poor = next(row for row in w.ground.institutions if row.get("_apart") == "poor")
    other.move(poor, poor["division"])
    for claim in other.claims:
        claim["fund"] = "employment_fund"
    w.near(other.class_claims()[0], "专账余额不足，使用就业补助资金")
