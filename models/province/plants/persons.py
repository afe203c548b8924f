"""Plants for the persons' rules of clause 七: identity, eligibility, claims listed or filed twice, refusal, delay, payee."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene
from models.province.plants.workshop import FEW, Workshop, need, reject
from models.province.population import id_for, id_numbers

DAY = timedelta(days=1)


@plant("identity_invalid", "false_identity")
def identity_invalid(w: Workshop) -> None:
    crew = w.crew(w.n + 3, months=1)
    share = w.ground.territory.share
    for at, worker in enumerate(crew.workers):
        number, own = worker["id_number"], 100 + at + w.n * share.at
        if at < w.n:
            new = [
                number[:17] + "0123456789X"[("0123456789X".index(number[17]) + 3) % 11],
                str(id_numbers(np.array([int(number[:6] + "19900230" + f"{own}")]))[0]),
                str(id_numbers(np.array([int("99" + number[2:17])]))[0]),
                id_for(number[:6], date(2023, 5, 1), own),
            ][at % 4]
            if new.endswith("000"):
                new = new[:17] + "1"
        else:
            new = [
                str(id_numbers(np.array([int("81" + number[2:17])]))[0]),
                f"H{10_000_000 + share.number(w.serial)}",
                number,
            ][at - w.n]
        for row in [*crew.of(crew.claims, worker), *crew.of(crew.payroll, worker), *crew.of(crew.insurance, worker)]:
            row["id_number"] = new
        claim = next(row for row in crew.claims if row["id_number"] == new)
        if at < w.n:
            w.hit(
                claim,
                (
                    "身份证号校验码错误",
                    "身份证号中的出生日期不存在",
                    "身份证号的省级代码不存在",
                    "出生日期晚于申领日期",
                )[at % 4],
            )
        else:
            w.near(claim, ("港澳台居民居住证号码有效", "其他证件号码以字母开头，不作判断", "号码有效")[at - w.n])


def _moments(w: Workshop, scene: Scene, online: Scene, kinds: list[str], what: str) -> None:
    """Register rows that touch a class by a single day, and such as miss it by one."""
    start, end = scene.c["start_date"], scene.c["end_date"]
    spans = [(date(2015, 1, 1), start), (end, None), (start + DAY, start + DAY)]
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 3]):
        scene.strip(person)
        kind = kinds[at % len(kinds)]
        if at < w.n:
            if kind == "abroad":
                # two rows that together cover every day
                w.status(person, kind, start - DAY, start + DAY)
                w.status(person, kind, start + 2 * DAY, end)
            else:
                w.status(person, kind, *spans[at % 3])
            w.hit(claim, what)
        elif at == w.n:
            w.status(person, kind, date(2015, 1, 1), start - DAY)
            w.near(claim, "名单状态在开班前一天截止")
        elif at == w.n + 1:
            w.status(person, kinds[0], end + DAY)
            w.near(claim, "名单状态在结业后一天开始")
        else:
            w.status(person, kinds[0], start, end)
            w.near(reject(claim), "申领已被驳回")


@plant(
    "person_not_eligible",
    "ineligible_person",
    lambda n: [
        need("employment", size=(n + 6, n + 9)),
        need("employment", size=FEW, style="online"),
        need("employment", size=FEW, organiser_kind="college", category="graduate"),
    ],
)
def person_not_eligible(w: Workshop, scene: Scene, online: Scene, graduates: Scene) -> None:
    _moments(
        w,
        scene,
        online,
        ["deceased", "public_payroll", "abroad", "pensioner", "fulltime_student"],
        "培训期间本人在比对名单中，不属于补贴对象",
    )
    assessor = w.assessor()
    certificate = w.certificate(assessor)
    w.status(certificate, "pensioner", certificate["assessed_on"])
    w.hit(w.certificate_claim(certificate, assessor), "评价日本人已领取养老金")
    later = w.certificate(assessor)
    w.status(later, "pensioner", later["assessed_on"] + DAY)
    w.near(w.certificate_claim(later, assessor), "评价次日才领取养老金")
    crew = w.crew(2, months=1)
    w.status(crew.workers[0], "public_payroll", date(2021, 4, 1), date(2021, 4, 30))
    w.hit(crew.of(crew.claims, crew.workers[0])[0], "补贴月份全月为财政供养在编人员")
    w.status(crew.workers[1], "public_payroll", date(2021, 4, 2), date(2021, 4, 30))
    w.near(crew.of(crew.claims, crew.workers[1])[0], "名单状态差一天满月")
    person, claim = online.claimed()[0]
    w.status(person, "abroad", date(2021, 1, 1))
    w.near(claim, "人在境外参加线上班")
    person, claim = graduates.claimed()[0]
    w.status(person, "fulltime_student", date(2018, 9, 1), date(2022, 6, 30))
    w.near(claim, "毕业年度毕业生仍是全日制在校学生")
    person, claim = scene.claimed()[-1]
    w.status(person, "abroad", scene.c["start_date"], scene.c["end_date"] - DAY)
    w.near(claim, "出境期间差一天覆盖全班")


@plant(
    "person_imprisoned",
    "ineligible_person",
    lambda n: [need("employment", size=(n + 5, n + 7)), need("employment", size=FEW)],
)
def person_imprisoned(w: Workshop, scene: Scene, other: Scene) -> None:
    _moments(w, scene, other, ["imprisoned"], "培训期间本人在服刑名单中")


@plant(
    "class_claimed_twice",
    "duplicate_claim",
    lambda n: [
        need("employment", size=(n + 4, n + 6)),
        need("apprenticeship", size=FEW, window=(date(2020, 10, 15), date(2020, 12, 31))),
    ],
)
def class_claimed_twice(w: Workshop, scene: Scene, apprentices: Scene) -> None:
    for at, (_, claim) in enumerate(scene.claimed()[: w.n + 1]):
        again = w.again(claim)
        if at < w.n:
            w.hit(again, "同一学员同一班级的培训补贴申领了两次", [claim, again], amount=again["amount"])
        else:
            reject(claim)
            w.near(again, "前一笔被驳回后再次申领")
    w.near(apprentices.class_claims()[-1], "学徒制分期拨付")


@plant("claim_listed_twice", "bookkeeping", lambda n: [need("employment", size=(n + 2, n + 4))])
def claim_listed_twice(w: Workshop, scene: Scene) -> None:
    for at, (_, claim) in enumerate(scene.claimed()):
        if at < w.n:
            twin = claim | {
                "_twin": claim,
                "amount": claim["amount"] + 10 * (at % 2) - 5,
                "status": "rejected",
                "reject_reason": "材料不全",
                "decided_on": claim["decided_on"] or claim["claimed_on"],
            }
            w.claims.append(twin)
            w.hit(claim, "同一申领编号有两条不一致的记录", amount=max(claim["amount"], twin["amount"]))
        else:
            w.near(claim, "申领编号只有一条记录")


REFUSALS = ("户籍不在本市，不予补贴", "外地户口", "非本市户籍人员", "外省人员不享受")
LAWFUL_REFUSALS = ("户籍信息与系统不一致", "户口簿照片缺页", "本地户信息填写有误", "材料不全")


@plant("residence_refusal", "unlawful_refusal", lambda n: [need("employment", size=(n + 6, n + 8))])
def residence_refusal(w: Workshop, scene: Scene) -> None:
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 4]):
        person["residence_division"] = "410526"
        reason = REFUSALS[at % 4] if at < w.n else LAWFUL_REFUSALS[at - w.n]
        reject(claim)["reject_reason"] = reason
        if at < w.n:
            w.hit(claim, "以户籍或地域为由不予补贴", amount=0)
        else:
            w.near(claim, "因材料问题驳回，不是因为户籍")


@plant(
    "payment_overdue",
    "delay",
    lambda n: [need("employment", size=(n + 3, n + 5), window=(date(2021, 7, 10), date(2021, 8, 10)))],
)
def payment_overdue(w: Workshop, scene: Scene) -> None:
    for at, (_, claim) in enumerate(scene.claimed()[: w.n + 2]):
        claim.update(status="approved", batch_no=None, decided_on=date(2021, 12, 29) - at * DAY)
        if at < w.n:
            w.hit(claim, "审核通过超过60天仍未拨付")
        elif at == w.n:
            claim["decided_on"] = date(2021, 12, 30)
            w.near(claim, "审核通过恰满60天")
        else:
            w.near(reject(claim), "申领未通过审核")


@plant("payee_account_differs", "diverted_payment", lambda n: [need("employment", size=(n + 4, n + 6))])
def payee_account_differs(w: Workshop, scene: Scene) -> None:
    people: list[tuple[Row, Row]] = scene.claimed()
    for at, (_, claim) in enumerate(people):
        account = str(claim["payee_account"])
        if at < w.n:
            claim["payee_account"] = f"6225{w.serial:05d}{at:02d}88120043"[:19]
            w.hit(claim, "收款账号与机构登记的账号不一致")
        elif at == w.n:
            claim["payee_account"] = f"{account[:4]} {account[4:8]} {account[8:]}"
            w.near(claim, "账号只是多了空格")
        elif at == w.n + 1:
            claim["payee_account"] = f"62260{w.serial:05d}7788120043"[:19]
            w.near(reject(claim), "申领已被驳回")
    nameless = w.institution("training", scene.c["division"], bank_account=None)
    people[-1][1].update(payee_id=nameless["institution_id"], payee_account="6226009988776655443")
    w.near(people[-1][1], "收款单位没有登记账号")
