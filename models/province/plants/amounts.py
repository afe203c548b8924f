"""Plants for the rules of clause 九: directed training and the amounts for certificates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from models.province.plants.registry import plant
from models.province.plants.scene import Scene, plus_months
from models.province.plants.workshop import FEW, Workshop, need, reject

DAY = timedelta(days=1)
FEN = Decimal("0.01")
TRADE = "6-18-01-01"


def _first_start(end: date, months: int, longer: bool) -> date:
    """The last start at which the class lasts longer than so many months, or the first at which it lasts less."""
    start = plus_months(end, -months) + 5 * DAY
    if longer:
        while not end + DAY > plus_months(start, months):
            start -= DAY
    else:
        start -= 12 * DAY
        while end + DAY >= plus_months(start, months):
            start += DAY
    return start


@plant("directed_duration", "shortened_training", lambda n: [need("directed", size=FEW) for _ in range(n + 2)])
def directed_duration(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        end = scene.c["end_date"]
        longer = at % 2 == 1
        first = _first_start(end, 6 if longer else 3, longer)
        if at < w.n:
            scene.restart(first)
            w.hit(scene.key, "定向培训超过6个月" if longer else "定向培训不足3个月", scene.class_claims())
        else:
            scene.restart(first + DAY if longer else first - DAY)
            w.near(scene.key, "定向培训恰满3个月或6个月")


@plant("directed_without_certificate", "missing_certificate", lambda n: [need("directed", size=(n + 6, n + 9))])
def directed_without_certificate(w: Workshop, scene: Scene) -> None:
    start = scene.c["start_date"]
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 4]):
        scene.drop_certificate_claims(person)
        certificate = scene.certificate_of(person)
        assert certificate is not None
        if at < w.n or at == w.n + 3:
            if at % 4 == 0:
                scene.certificates.remove(certificate)
            elif at % 4 == 1:
                number = str(certificate["certificate_no"])
                certificate.update(level="4", certificate_no=f"{number[:15]}4{number[16:]}")
            elif at % 4 == 2:
                certificate["occupation_code"] = "4-03-02-01"
            else:
                certificate.update(assessed_on=start - 9 * DAY, issued_on=start - DAY)
            if at < w.n:
                w.hit(
                    claim,
                    ("结业后没有取得证书", "取得的只是中级工证书", "证书不是本项目的职业", "证书在开班前一天就已取得")[
                        at % 4
                    ],
                )
            else:
                w.near(reject(claim), "申领已被驳回")
        elif at == w.n:
            number = str(certificate["certificate_no"])
            certificate.update(level="2", certificate_no=f"{number[:15]}2{number[16:]}")
            w.near(claim, "取得的是技师证书")
        elif at == w.n + 1:
            certificate.update(kind="qualification", certificate_no=f"2114{w.serial:06d}003{990_000 + w.serial}")
            w.near(claim, "取得的是高级工职业资格证书")
        else:
            certificate.update(assessed_on=start, issued_on=start)
            w.near(claim, "证书在开班当天取得")


@plant(
    "directed_over_cap",
    "overclaim",
    lambda n: [
        need("directed", size=(n + 4, n + 6)),
        need("directed", size=FEW, window=(date(2021, 7, 7), date(2021, 7, 7))),
        need("directed", size=FEW, window=(date(2021, 7, 8), date(2021, 7, 8))),
    ],
)
def directed_over_cap(w: Workshop, scene: Scene, day_before: Scene, first_day: Scene) -> None:
    for each in (scene, day_before, first_day):
        each.own_project(subsidy_standard=Decimal(9000), subsidy_cap=Decimal(9000))
        for claim in each.class_claims():
            claim["standard"] = Decimal(9000)
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            excess = [FEN, Decimal(500), Decimal(1000)][at % 3]
            claim["amount"] = Decimal(8000) + excess
            w.hit(claim, f"定向培训每人补贴超过8000元，超出{excess}元", amount=excess)
        elif at == w.n:
            claim["amount"] = Decimal(8000)
            w.near(claim, "恰为8000元")
        elif at == w.n + 1:
            claim["amount"] = Decimal(8600)
            w.near(reject(claim), "申领已被驳回")
    claim = day_before.class_claims()[0]
    claim["amount"] = Decimal(8500)
    w.near(claim, "通知施行前一天开班")
    claim = first_day.class_claims()[0]
    claim["amount"] = Decimal("8000.01")
    w.hit(claim, "通知施行当天开班，超出一分", amount=FEN)


@plant(
    "directed_not_payee",
    "diverted_payment",
    lambda n: [
        need("directed", size=(n + 3, n + 5)),
        need("directed", size=FEW, organiser_kind="enterprise", category="employee"),
    ],
)
def directed_not_payee(w: Workshop, scene: Scene, enterprise: Scene) -> None:
    agent = w.institution("training", scene.c["division"])
    for at, (_, claim) in enumerate(scene.claimed()):
        if at <= w.n:
            claim.update(payee_id=agent["institution_id"], payee_account=agent["bank_account"])
        if at < w.n:
            w.hit(claim, "定向培训补贴没有付给培训主体")
        else:
            w.near(reject(claim) if at == w.n else claim, "付给培训主体，或申领已被驳回")
    w.near(enterprise.class_claims()[0], "企业自办定向培训，付给企业")


@plant("certificate_amount", "overclaim")
def certificate_amount(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    plans = [("4", Decimal(800), 200), ("5", Decimal(300), 0), ("4", Decimal("600.01"), FEN), ("3", Decimal(1000), 200)]
    for at in range(w.n):
        level, amount, excess = plans[at % 4]
        w.hit(
            w.certificate_claim(w.certificate(assessor, level=level), assessor, amount=amount),
            "取证补贴与证书等级的标准不符",
            amount=excess,
        )
    special = w.institution("assessor", listed_from=None)
    w.hit(
        w.certificate_claim(w.certificate(special, kind="special_operation", level=None), special, amount=600),
        "特种作业证按中级工申领",
        amount=200,
    )
    old = w.certificate(assessor, assessed=date(2021, 6, 25), issued=date(2021, 7, 7))
    w.near(w.certificate_claim(old, assessor, amount=550), "通知施行前一天发证")
    w.near(
        w.certificate_claim(w.certificate(assessor, assessed=date(2021, 6, 25), issued=date(2021, 7, 8)), assessor),
        "通知施行当天发证，金额相符",
    )
    w.near(w.certificate_claim(w.certificate(assessor, level="3"), assessor), "高级工八百元")
    w.near(reject(w.certificate_claim(w.certificate(assessor), assessor, amount=900)), "申领已被驳回")


@plant("certificate_no_standard", "overclaim")
def certificate_no_standard(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    for at in range(w.n):
        w.hit(
            w.certificate_claim(w.certificate(assessor, level=str(2 - at % 2)), assessor, amount=1500),
            "通知没有规定技师、高级技师证书的金额",
        )
    old = w.certificate(assessor, level="2", assessed=date(2021, 6, 25), issued=date(2021, 7, 7))
    w.near(w.certificate_claim(old, assessor, amount=1500), "通知施行前一天发证")
    w.near(reject(w.certificate_claim(w.certificate(assessor, level="1"), assessor, amount=1500)), "申领已被驳回")


@plant("certificate_not_first", "overclaim")
def certificate_not_first(w: Workshop) -> None:
    special = w.institution("assessor", listed_from=None)
    for at in range(w.n):
        kind = ("special_operation", "special_equipment")[at % 2]
        w.hit(
            w.certificate_claim(w.certificate(special, kind=kind, level=None, first_issue=False), special),
            "复审换证不是初次取证",
        )
    w.near(
        w.certificate_claim(w.certificate(special, kind="special_operation", level=None, first_issue=None), special),
        "是否初次取证没有填",
    )
    w.near(
        reject(
            w.certificate_claim(
                w.certificate(special, kind="special_operation", level=None, first_issue=False), special
            )
        ),
        "申领已被驳回",
    )
    assessor = w.assessor(TRADE)
    w.near(w.certificate_claim(w.certificate(assessor, first_issue=False), assessor), "职业技能等级证书不论初次")
