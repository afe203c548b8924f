"""Plants for the rules of clause 八: reviewers."""

from __future__ import annotations

from datetime import timedelta

from models.province.plants.registry import plant
from models.province.plants.scene import Scene
from models.province.plants.workshop import Workshop, need, reject

DAY = timedelta(days=1)


@plant("reviewer_conflict", "collusion", lambda n: [need("employment", size=(n + 6, n + 8))])
def reviewer_conflict(w: Workshop, scene: Scene) -> None:
    organiser = w.institution("training", scene.c["division"])
    scene.move(organiser)
    phone = w.institution("third_party", scene.c["division"], phone=f"{organiser['phone']}")
    account = w.institution("third_party", scene.c["division"], bank_account=organiser["bank_account"])
    for at, (_, claim) in enumerate(scene.claimed()[: w.n + 3]):
        if at < w.n:
            claim["reviewer_id"] = [phone, account, organiser][at % 3]["institution_id"]
            w.hit(claim, ("审核机构与培训主体电话相同", "审核机构与培训主体账号相同", "培训主体自己审核自己")[at % 3])
            if at % 3 == 2:
                w.hit(claim, "审核机构不是目录中的第三方机构", rule="reviewer_not_listed")
        elif at == w.n:
            # neither gives a phone: empty equals nothing
            claim["reviewer_id"] = w.institution("third_party", scene.c["division"], phone=None)["institution_id"]
            w.near(claim, "审核机构没有登记电话")
        elif at == w.n + 1:
            other = w.institution("training", scene.c["division"])
            claim["reviewer_id"] = w.institution("third_party", scene.c["division"], phone=other["phone"])[
                "institution_id"
            ]
            w.near(claim, "审核机构与另一家无关机构电话相同")
        else:
            claim["reviewer_id"] = phone["institution_id"]
            w.near(reject(claim), "申领已被驳回")


@plant("reviewer_same_representative", "collusion", lambda n: [need("employment", size=(n + 3, n + 5))])
def reviewer_same_representative(w: Workshop, scene: Scene) -> None:
    organiser = w.institution("training", scene.c["division"])
    scene.move(organiser)
    related = w.institution("third_party", scene.c["division"], legal_representative=organiser["legal_representative"])
    other = w.institution("third_party", scene.c["division"])
    for at, (_, claim) in enumerate(scene.claimed()[: w.n + 2]):
        claim["reviewer_id"] = related["institution_id"] if at != w.n else other["institution_id"]
        if at < w.n:
            w.hit(claim, "审核机构与培训主体法定代表人同名")
        else:
            w.near(claim if at == w.n else reject(claim), "法定代表人不同，或申领已被驳回")


@plant("reviewer_not_listed", "procedure", lambda n: [need("employment", size=(n + 4, n + 6))])
def reviewer_not_listed(w: Workshop, scene: Scene) -> None:
    place = scene.c["division"]
    for at, (_, claim) in enumerate(scene.claimed()[: w.n + 3]):
        filed = claim["claimed_on"]
        if at < w.n:
            reviewer = [
                w.institution("third_party", place, listed_to=filed - DAY),
                w.institution("assessor", place),
                {"institution_id": "91149900MA0QQQQQ4Q"},
            ][at % 3]
            w.hit(claim, ("第三方机构在申领前一天已退出目录", "审核机构不是第三方机构", "审核机构查无登记")[at % 3])
        elif at == w.n + 1:
            reviewer = w.institution("third_party", place, listed_from=filed)
            w.near(claim, "申领当天入目录")
        elif at == w.n:
            reviewer = w.institution("third_party", place, listed_to=filed)
            w.near(claim, "申领当天仍在目录中")
        else:
            reviewer = w.institution("assessor", place)
            w.near(reject(claim), "申领已被驳回")
        claim["reviewer_id"] = reviewer["institution_id"]
