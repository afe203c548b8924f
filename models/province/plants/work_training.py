"""Plants for the rules of clause 二: work-for-training and the one on-the-job training beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from models.province.plants.registry import plant
from models.province.plants.scene import Scene
from models.province.plants.workshop import FEW, Workshop, need, reject

JANUARY = date(2022, 1, 1)


@plant("work_training_expired", "outside_policy")
def work_training_expired(w: Workshop) -> None:
    crew = w.crew(w.n + 1, months=2, first=date(2021, 12, 1), spare=0)
    for at, worker in enumerate(crew.workers):
        december, january = crew.of(crew.claims, worker)
        w.near(december, "补贴所属月为政策最后一月")
        if at < w.n:
            w.hit(january, "以工代训补贴所属月为2022年1月，政策已到期")
        else:
            w.near(reject(january), "到期后的申领已被驳回")


@plant("work_training_unpaid", "fake_employment")
def work_training_unpaid(w: Workshop) -> None:
    crew, other = w.crew(w.n + 3, months=1), w.crew(1, months=1)
    month = crew.claims[0]["month"]
    for at, worker in enumerate(crew.workers):
        claim = crew.of(crew.claims, worker)[0]
        wage = next(row for row in crew.of(crew.payroll, worker) if row["month"] == month)
        if at < w.n:
            if at % 3 == 0:
                crew.payroll.remove(wage)
            elif at % 3 == 1:
                wage["net_pay"] = Decimal(0)
            else:
                wage["employer_id"] = other.employer["institution_id"]
            w.hit(claim, ("当月没有工资记录", "当月实发工资为零", "当月工资由另一单位发放")[at % 3])
        elif at == w.n:
            wage["net_pay"] = Decimal("0.01")
            w.near(claim, "当月实发工资一分")
        elif at == w.n + 1:
            crew.payroll.append(wage | {"net_pay": Decimal(0), "gross_pay": Decimal(0), "days_worked": None})
            w.near(claim, "当月另有一笔为零的奖金")
        else:
            crew.payroll.remove(wage)
            w.near(reject(claim), "没有工资的申领已被驳回")


@plant("work_training_repeated", "duplicate_claim")
def work_training_repeated(w: Workshop) -> None:
    first, second = w.crew(w.n + 2, months=1, first=date(2021, 3, 1)), w.crew(1, months=1, first=date(2021, 3, 1))
    month = date(2021, 3, 1)
    for at, worker in enumerate(first.workers):
        claim = first.of(first.claims, worker)[0]
        if at == w.n + 1:
            month = date(2021, 5, 1)
        second.payroll.append(w.wage(second.employer, worker, month))
        second.insurance.append(w.premium(second.employer, worker, month))
        again = w.claim(second.employer, worker, "work_training", 300, date(2021, 6, 11), month=month)
        if at < w.n:
            w.hit(again, "同一人同一月份已由另一企业申领以工代训补贴", [claim, again], amount=300)
        elif at == w.n:
            w.near(reject(claim) and again, "前一笔被驳回后另一企业申领")
        else:
            w.near(again, "换单位后的另一月份")


@plant(
    "upskilling_repeated",
    "duplicate_claim",
    lambda n: [
        need("upskilling", size=(n + 2, n + 4), window=(date(2021, 3, 1), date(2021, 3, 20)), city="1404"),
        need("upskilling", size=(n + 4, n + 7), window=(date(2021, 8, 1), date(2021, 8, 20)), city="1405"),
        need("upskilling", size=FEW, window=(date(2020, 11, 1), date(2020, 11, 20)), city="1406"),
        need("employment", size=FEW, window=(date(2021, 5, 1), date(2021, 5, 20)), city="1406"),
    ],
)
def upskilling_repeated(w: Workshop, first: Scene, second: Scene, year_before: Scene, employment: Scene) -> None:
    second.own_project(occupation_code="4-07-05-01", occupation="保安员")
    seats = iter(second.claimed())
    for person, claim in first.claimed()[: w.n]:
        seat, later = next(seats)
        second.strip(seat)
        second.replace(seat, person)
        w.hit(later, "同一职工同一年度第二次享受企业在岗职工培训", [claim, later], amount=later["amount"])
    for scene, what in ((year_before, "上一年度的在岗培训之后"), (employment, "同年另有就业技能培训")):
        person = scene.claimed()[0][0]
        seat, later = next(seats)
        second.strip(seat)
        second.replace(seat, person)
        w.near(later, what)
