"""Plants for the signs in wages, insurance and certificates."""

from __future__ import annotations

from datetime import date

from models.province.plants.registry import plant
from models.province.plants.scene import Scene, plus_months
from models.province.plants.workshop import Workshop, need, reject


@plant("wage_account_shared", "fake_employment")
def wage_account_shared(w: Workshop) -> None:
    for at in range(w.n + 1):
        crew = w.crew(4, months=1)
        account = crew.workers[0]["wage_account"]
        sharing = {worker["id_number"] for worker in crew.workers[: 3 if at < w.n else 2]}
        for row in crew.payroll:
            if row["id_number"] in sharing:
                row["bank_account"] = account
        key = f"{crew.employer['institution_id']}|{account}"
        if at < w.n:
            w.hit(key, "三名职工的工资发到同一个账号", [], amount=0)
        else:
            w.near(key, "夫妻二人共用一个账号")


@plant("wages_only_when_claimed", "fake_employment")
def wages_only_when_claimed(w: Workshop) -> None:
    for at in range(w.n):
        crew = w.crew(5, months=2, insured=False, spare=0, first=date(2021, 3 + at % 6, 1))
        w.hit(crew.employer["institution_id"], "只在申领补贴的月份发工资，也没有参保", crew.claims)
    nine = w.crew(3, months=3, insured=False, spare=0)
    w.near(nine.employer["institution_id"], "只有九笔申领")
    insured = w.crew(5, months=2, insured=False, spare=0)
    for worker in insured.workers[:1]:
        insured.insurance.append(w.premium(insured.employer, worker, date(2021, 4, 1)))
    w.near(insured.employer["institution_id"], "五人中有一人参保，不到九成")
    longer = w.crew(5, months=2, insured=False, spare=1)
    w.near(longer.employer["institution_id"], "未申领的月份也发工资")


@plant(
    "training_on_full_workdays",
    "fake_training",
    lambda n: [need("upskilling", size=(n + 5, n + 7), organiser_kind="training", category="employee")],
)
def training_on_full_workdays(w: Workshop, scene: Scene) -> None:
    month = scene.c["start_date"].replace(day=1)
    length = (plus_months(month, 1) - month).days
    employer = {"institution_id": scene.c["_employers"][0]}
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 3]):
        days = len(
            {row["session_date"] for row in scene.sessions_of(person) if row["session_date"].replace(day=1) == month}
        )
        scene.payroll = [
            row for row in scene.payroll if row["id_number"] != person["id_number"] or row["month"] != month
        ]
        worked = None if at == w.n + 1 else length - days + (0 if at == w.n else 1)
        scene.payroll.append(w.wage(employer, person, month, days_worked=worked))
        if at < w.n:
            w.hit(claim, "出勤天数加培训天数超过当月天数")
        else:
            w.near(reject(claim) if at == w.n + 2 else claim, "恰等于当月天数、没有出勤天数，或申领已被驳回")


@plant("pass_rate_perfect", "lax_assessment")
def pass_rate_perfect(w: Workshop) -> None:
    for at in range(w.n + 2):
        assessor = w.assessor()
        rows = [
            w.certificate(
                assessor,
                theory_score=80.0 if at % 2 == 0 else 70.0 + i % 20,
                practice_score=90.0 if at % 2 else 60.0 + i % 30,
            )
            for i in range(49 if at == w.n else 50)
        ]
        key = f"{assessor['institution_id']}|6-18-01-01|4"
        if at < w.n:
            w.hit(key, "一天内五十人成绩完全相同", [], amount=0)
        elif at == w.n:
            w.near(key, "只有四十九人")
        else:
            rows[7].update(theory_score=81.0, practice_score=91.0)
            w.near(key, "五十人中有一人成绩不同")


@plant("certificate_number_form", "false_certificate")
def certificate_number_form(w: Workshop) -> None:
    assessor = w.assessor()
    for at in range(w.n):
        certificate = w.certificate(assessor)
        number = str(certificate["certificate_no"])
        certificate["certificate_no"] = (
            f"{number[:15]}3{number[16:]}" if at % 2 == 0 else f"{number[:13]}20{number[15:]}"
        )
        claim = w.certificate_claim(certificate, assessor)
        w.hit(certificate["certificate_no"], "证书编号中的等级位或年份与登记不符", [claim])
    short = w.certificate(assessor, certificate_no=f"S0000142{w.serial:05d}0321")
    w.certificate_claim(short, assessor)
    w.near(short["certificate_no"], "不是22位编号")
    certificate = w.certificate(assessor)
    number = str(certificate["certificate_no"])
    certificate["certificate_no"] = f"{number[:15]}3{number[16:]}"
    reject(w.certificate_claim(certificate, assessor))
    w.near(certificate["certificate_no"], "没有有效的取证补贴申领")


@plant("employee_without_employment", "ineligible_person", lambda n: [need("upskilling", size=(n + 5, n + 7))])
def employee_without_employment(w: Workshop, scene: Scene) -> None:
    first, last = scene.c["start_date"].replace(day=1), scene.c["end_date"].replace(day=1)
    employer = {"institution_id": scene.c["_employers"][0]}
    for at, (person, claim) in enumerate(scene.claimed()[: w.n + 3]):
        for source in (scene.payroll, scene.insurance):
            source[:] = [row for row in source if row["id_number"] != person["id_number"]]
        if at < w.n:
            if at % 2:
                scene.insurance.append(w.premium(employer, person, plus_months(first, -4)))
            w.hit(claim, "企业职工在培训前后没有工资也没有参保")
        elif at == w.n:
            scene.insurance.append(w.premium(employer, person, plus_months(first, -3)))
            w.near(claim, "开班前三个月那个月参保")
        elif at == w.n + 1:
            scene.payroll.append(w.wage(employer, person, last))
            w.near(claim, "结业当月发过工资")
        else:
            w.near(reject(claim), "申领已被驳回")
