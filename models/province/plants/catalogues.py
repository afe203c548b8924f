"""Plants for the rules of clause 五: catalogues, the real-name system, the certificate registries."""

from __future__ import annotations

from datetime import date, timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Row, Scene
from models.province.plants.workshop import FEW, Workshop, need, reject

DAY = timedelta(days=1)
TRADE = "6-18-01-01"


@plant("project_not_listed", "outside_catalogue", lambda n: [need("employment", size=FEW) for _ in range(n + 3)])
def project_not_listed(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes):
        start = scene.c["start_date"]
        if at < w.n:
            if at % 3 == 0:
                scene.own_project(valid_to=start - DAY)
            elif at % 3 == 1:
                scene.own_project(valid_from=start + DAY)
            else:
                scene.c["project_code"] = f"XM9999{scene.key[-5:]}"
            for claim in scene.class_claims():
                w.hit(claim, ("项目在开班前一天已退出目录", "项目在开班后一天才入目录", "项目编码不在目录中")[at % 3])
        elif at == w.n:
            scene.own_project(valid_to=start)
            w.near(scene.class_claims()[0], "项目在开班当天仍有效")
        elif at == w.n + 1:
            scene.own_project(valid_from=start)
            w.near(scene.class_claims()[0], "项目在开班当天入目录")
        else:
            scene.own_project(valid_to=start - DAY)
            for claim in scene.class_claims():
                w.near(reject(claim), "未入目录的申领已被驳回")


@plant(
    "institution_not_listed",
    "outside_catalogue",
    lambda n: [need("employment", size=FEW) for _ in range(n + 2)] + [need("upskilling", size=FEW)],
)
def institution_not_listed(w: Workshop, *scenes: Scene) -> None:
    for at, scene in enumerate(scenes[:-1]):
        start, division = scene.c["start_date"], scene.c["division"]
        if at < w.n:
            terms: Row = [{"listed_to": start - DAY}, {"listed_from": start + DAY}, {"listed_from": None}][at % 3]
            scene.move(w.institution("training", division, **terms))
            for claim in scene.class_claims():
                w.hit(
                    claim,
                    ("培训机构在开班前一天已退出目录", "培训机构在开班后一天才入目录", "培训机构从未入目录")[at % 3],
                )
        else:
            scene.move(
                w.institution("training", division, **({"listed_to": start} if at == w.n else {"listed_from": start}))
            )
            w.near(scene.class_claims()[0], "开班当天在目录中")
    w.near(scenes[-1].class_claims()[0], "企业培训本单位职工，不必入培训机构目录")


@plant("assessor_not_listed", "outside_catalogue")
def assessor_not_listed(w: Workshop) -> None:
    assessed = date(2021, 8, 25)
    for at in range(w.n):
        changes: list[Row] = [{"listed_to": assessed - DAY}, {"listed_from": assessed + DAY}, {"listed_from": None}]
        terms = changes[at % 3]
        assessor = w.assessor(TRADE, **terms)
        certificate = w.certificate(assessor, assessed=assessed)
        w.hit(w.certificate_claim(certificate, assessor), "评价日评价机构不在目录中")
    for limits in ({"listed_to": assessed}, {"listed_from": assessed}):
        assessor = w.assessor(TRADE, **limits)
        w.near(w.certificate_claim(w.certificate(assessor, assessed=assessed), assessor), "评价当天在目录中")
    outside = w.institution("assessor", listed_from=None)
    w.near(
        w.certificate_claim(w.certificate(outside, kind="special_operation", level=None), outside),
        "特种作业考核机构不在人社目录中",
    )
    w.near(w.certificate_claim(w.certificate(outside, kind="qualification"), outside), "职业资格鉴定机构不在人社目录中")
    w.near(
        w.certificate_claim(w.certificate(outside, registry="moe", certificate_no=f"J14{w.serial:017d}"), outside),
        "教育部门登记的证书",
    )
    gone = w.assessor(TRADE, listed_to=assessed - DAY)
    w.near(reject(w.certificate_claim(w.certificate(gone, assessed=assessed), gone)), "申领已被驳回")


@plant("assessor_out_of_scope", "outside_catalogue")
def assessor_out_of_scope(w: Workshop) -> None:
    assessed = date(2021, 8, 25)
    for at in range(w.n):
        assessor = w.institution("assessor")
        if at % 3 == 0:
            w.scope(assessor, TRADE, "4", valid_to=assessed - DAY)
        elif at % 3 == 1:
            w.scope(assessor, TRADE, "5")
        else:
            w.scope(assessor, "6-20-01-01", "4")
        w.hit(
            w.certificate_claim(w.certificate(assessor, assessed=assessed), assessor),
            ("备案在评价前一天到期", "备案没有该等级", "备案没有该职业")[at % 3],
        )
    for level, terms in ((None, {}), ("4", {"valid_to": assessed}), ("4", {"valid_from": assessed})):
        assessor = w.institution("assessor")
        w.scope(assessor, TRADE, level, **terms)
        w.near(w.certificate_claim(w.certificate(assessor, assessed=assessed), assessor), "评价当天在备案范围内")
    lacking = w.institution("assessor")
    w.near(reject(w.certificate_claim(w.certificate(lacking), lacking)), "申领已被驳回")


@plant("not_in_roster", "ghost", lambda n: [need("employment", size=(n + 4, n + 6))])
def not_in_roster(w: Workshop, scene: Scene) -> None:
    for at, (person, claim) in enumerate(scene.claimed()):
        if at < w.n or at == w.n + 1:
            scene.strip(person)
            scene.sessions = [row for row in scene.sessions if row["id_number"] != person["id_number"]]
            if at % 3 == 2:
                claim["class_id"] = f"{scene.key[:-5]}99{at:03d}"
            scene.people.remove(person)
            if at < w.n:
                w.hit(claim, "申领的班级没有开班信息" if at % 3 == 2 else "申领人不在班级名册中")
            else:
                w.near(reject(claim), "名册外的申领已被驳回")
        elif at == w.n:
            w.near(claim, "在名册中")
    assessor = w.assessor(TRADE)
    end = scene.c["end_date"]
    elsewhere = w.certificate(assessor, assessed=end, issued=end + timedelta(days=12))
    w.near(w.certificate_claim(elsewhere, assessor, class_id=scene.key), "取证补贴写了别的班级编号")


@plant("certificate_not_registered", "false_certificate")
def certificate_not_registered(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    for at in range(w.n):
        ghost = {
            "level": "4",
            "kind": "skill_level",
            "issued_on": date(2021, 9, 6),
            "occupation_code": TRADE,
            **w.person(assessor["division"][:4]),
        }
        number = None if at % 3 == 2 else f"S000014{777_000 + at:06d}214{660_000 + w.serial:06d}"
        w.serial += 1
        claim = w.certificate_claim(ghost | {"certificate_no": number}, assessor)
        w.hit(claim, "证书编号在两个登记平台都查不到" if number else "取证补贴没有证书编号")
    certificate = w.certificate(assessor)
    number = str(certificate["certificate_no"])
    w.near(
        w.certificate_claim(certificate, assessor, certificate_no=f"{number[:7].lower()}-{number[7:13]} {number[13:]}"),
        "编号的写法不同，规范后查得到",
    )
    ghost = w.certificate(assessor) | {"certificate_no": "S0000147777772140000001"}
    w.near(reject(w.certificate_claim(ghost, assessor)), "申领已被驳回")


@plant("certificate_not_holder", "false_certificate")
def certificate_not_holder(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    for _ in range(w.n):
        certificate, other = w.certificate(assessor), w.person(assessor["division"][:4])
        w.hit(
            w.certificate_claim(certificate | {"id_number": other["id_number"], "name": other["name"]}, assessor),
            "证书登记在他人名下",
        )
    certificate = w.certificate(assessor)
    other = w.person(assessor["division"][:4])
    w.certificate(assessor, other, certificate_no=certificate["certificate_no"])
    w.near(w.certificate_claim(certificate, assessor), "同一编号误登了两个人，申领人是其中之一")
    again = w.certificate(assessor)
    w.near(
        reject(w.certificate_claim(again | {"id_number": other["id_number"], "name": other["name"]}, assessor)),
        "申领已被驳回",
    )


@plant("certificate_revoked", "false_certificate")
def certificate_revoked(w: Workshop) -> None:
    assessor = w.assessor(TRADE)
    for _ in range(w.n):
        w.hit(w.certificate_claim(w.certificate(assessor, status="revoked"), assessor), "所申领的证书已注销")
    w.near(reject(w.certificate_claim(w.certificate(assessor, status="revoked"), assessor)), "注销证书的申领已被驳回")
    holder = w.certificate(assessor)
    w.certificate(assessor, {"id_number": holder["id_number"], "name": holder["name"]}, level="5", status="revoked")
    w.near(w.certificate_claim(holder, assessor), "持证人另一本未申领的证书已注销")
