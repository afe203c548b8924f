"""Plants for the rules of clause 十: who claims for a certificate, when, and how often."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Scene
from models.province.plants.workshop import Workshop, need, reject

DAY = timedelta(days=1)
TRADE = "6-18-01-01"


@plant("certificate_claimed_twice", "duplicate_claim")
def certificate_claimed_twice(w: Workshop) -> None:
    assessor, special = w.assessor(TRADE), w.institution("assessor", listed_from=None)
    for at in range(w.n):
        if at % 3 == 1:
            certificate = w.certificate(special, kind="special_operation", level=None, occupation_code="6-31-01-03")
            first = w.certificate_claim(certificate, special)
            key = f"{certificate['certificate_no']}|6-31-01-03"
        else:
            certificate = w.certificate(assessor)
            first = w.certificate_claim(certificate, assessor)
            key = str(certificate["certificate_no"])
        number = str(first["certificate_no"])
        second = w.again(first, certificate_no=number.lower() if at % 2 else f"{number[:5]} {number[5:]}")
        w.hit(key, "同一证书领了两次取证补贴", [first, second], amount=first["amount"])
    number = f"S000014999001214{500_000 + w.serial:06d}"
    ghost = {
        "level": "4",
        "kind": "skill_level",
        "issued_on": date(2021, 9, 6),
        "occupation_code": TRADE,
        "certificate_no": number,
        **w.person(assessor["division"][:4]),
    }
    pair = [w.certificate_claim(ghost, assessor), w.certificate_claim(ghost, assessor, claimed_on=date(2021, 11, 20))]
    w.hit(number, "查无登记的编号领了两次", pair, amount=600)
    for claim in pair:
        w.hit(claim, "证书编号在两个登记平台都查不到", rule="certificate_not_registered")
    once = w.certificate_claim(w.certificate(assessor), assessor)
    again = w.again(once)
    reject(once)
    w.near(again["certificate_no"], "第一次申领被驳回")
    two = w.certificate(special, kind="special_operation", level=None, occupation_code="6-31-01-03")
    w.certificate_claim(two, special)
    other = w.add("certificates", **(two | {"occupation_code": "6-18-02-04"}))
    w.certificate_claim(other, special)
    w.near(f"{two['certificate_no']}|6-18-02-04", "同一特种作业号码的两个职业")


@plant("certificate_claimant", "wrong_claimant", lambda n: [need("employment", size=(n + 4, n + 6))])
def certificate_claimant(w: Workshop, scene: Scene) -> None:
    assessor, stranger = w.assessor(TRADE), w.institution("training")
    for at in range(w.n):
        kind = {"agreement_no": "XY2021-0001"} if at % 2 else {}
        w.hit(
            w.certificate_claim(w.certificate(assessor), stranger, **kind), "申领单位既不是评价机构，也没有培训过持证人"
        )
    person, _ = scene.claimed()[0]
    scene.strip(person)
    certificate = w.certificate(assessor, person)
    w.near(
        w.certificate_claim(certificate, scene.organiser, agreement_no="XY2021-0002"),
        "办过持证人所在班级的培训主体按协议申领",
    )
    w.near(w.certificate_claim(w.certificate(assessor), assessor), "评价机构自己申领")
    w.near(reject(w.certificate_claim(w.certificate(assessor), stranger)), "申领已被驳回")


@plant("agreement_missing", "wrong_claimant", lambda n: [need("employment", size=(n + 5, n + 7))])
def agreement_missing(w: Workshop, scene: Scene) -> None:
    assessor = w.assessor(TRADE)
    for at, (person, _) in enumerate(scene.claimed()[: w.n + 3]):
        scene.strip(person)
        certificate = w.certificate(assessor, person)
        claim = w.certificate_claim(
            certificate,
            assessor if at == w.n + 1 else scene.organiser,
            agreement_no="XY2021-0003" if at == w.n else None,
        )
        if at < w.n:
            w.hit(claim, "培训主体申领取证补贴没有协议编号")
        else:
            w.near(reject(claim) if at == w.n + 2 else claim, "有协议、评价机构自己申领，或已被驳回")


@plant("certificate_too_early", "premature_claim")
def certificate_too_early(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    issued = date(2021, 9, 6)
    for at in range(w.n):
        if at % 2 == 0:
            w.hit(w.certificate_claim(w.certificate(assessor), assessor, claimed_on=issued - DAY), "发证前一天就申领")
        else:
            w.hit(w.certificate_claim(w.certificate(assessor, assessed=issued + DAY), assessor), "发证日期早于评价日期")
    w.near(w.certificate_claim(w.certificate(assessor), assessor, claimed_on=issued), "发证当天申领")
    w.near(w.certificate_claim(w.certificate(assessor, assessed=issued), assessor), "评价当天发证")
    w.near(reject(w.certificate_claim(w.certificate(assessor), assessor, claimed_on=issued - DAY)), "申领已被驳回")


@plant("assessed_before_end", "premature_assessment", lambda n: [need("employment", size=(n + 4, n + 6))])
def assessed_before_end(w: Workshop, scene: Scene) -> None:
    assessor, end = w.assessor(TRADE), scene.c["end_date"]
    for at, (person, _) in enumerate(scene.claimed()[: w.n + 3]):
        scene.strip(person)
        certificate = w.certificate(
            assessor, person, assessed=end - (7 if at == w.n else 8) * DAY, issued=end + 3 * DAY
        )
        claim = w.certificate_claim(certificate, assessor, class_id=None if at == w.n + 1 else scene.key)
        if at < w.n:
            w.hit(claim, "评价比结业早8天")
        else:
            w.near(reject(claim) if at == w.n + 2 else claim, "评价比结业早7天、未写班级，或已被驳回")
