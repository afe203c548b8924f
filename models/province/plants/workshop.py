"""What every plant works with: scenes, crews, single certificates, institutions of its own, and the list of truths. No rule is known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from models.province.classes import LAST_DAY
from models.province.institutions import Ground, InstitutionMaker
from models.province.occupations import CERTIFICATE_AMOUNTS, EARLIER_AMOUNTS
from models.province.plants.scene import Row, Scene, plus_months
from models.province.population import Population
from models.province.registers import PENSION_INSURANCE

LAST_PAID_DECISION = date(2022, 1, 31)
NOTICE_DAY = date(2021, 7, 8)
CITY_CODES = ("1401", "1402", "1404", "1405", "1406", "1408", "1409", "1410", "1411", "1407", "1403")


@dataclass(frozen=True)
class Need:
    """A class that a plant asks for."""

    line: str
    size: tuple[int, int] = (9, 12)
    window: tuple[date, date] = (date(2021, 7, 10), date(2021, 9, 30))
    wishes: dict[str, Any] = field(default_factory=dict)


def need(line: str, size: tuple[int, int] = (9, 12), window: tuple[date, date] | None = None, **wishes: Any) -> Need:
    usual = (date(2021, 7, 9), date(2021, 7, 24)) if line == "directed" else (date(2021, 7, 10), date(2021, 9, 30))
    kinds = {"upskilling": "enterprise"}.get(line, "training")
    defaults = {
        "style": "halves",
        "hours_ratio": 1.0,
        "organiser_kind": "enterprise" if line == "apprenticeship" else kinds,
        "method": "face",
    }
    if defaults["organiser_kind"] == "training" and line in ("employment", "directed"):
        defaults["category"] = "unemployed"
    return Need(line, size, window or usual, defaults | wishes)


FEW, SOME = (4, 5), (14, 17)


@dataclass
class Crew:
    """An enterprise with its workers in work-for-training."""

    employer: Row
    workers: list[Row]
    claims: list[Row]
    payroll: list[Row]
    insurance: list[Row]

    def of(self, rows: list[Row], worker: Row) -> list[Row]:
        return [row for row in rows if row["id_number"] == worker["id_number"]]


@dataclass
class Truth:
    rule: str
    key: Row | str | Callable[[], str]
    claims: list[Row]
    amount: Any
    what: str
    mechanism: str
    violation: bool = True


@dataclass
class Workshop:
    """`n` is how many violations a plant makes; what plants make is collected in `rows`, `claims`, `scenes`, `crews`."""

    n: int
    ground: Ground
    population: Population
    maker: InstitutionMaker
    rng: np.random.Generator
    rule: str = ""
    mechanism: str = ""
    scenes: list[Scene] = field(default_factory=list)
    crews: list[Crew] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    vouchers: list[Row] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    serial: int = 0

    def hit(
        self,
        key: Row | str | Callable[[], str],
        what: str,
        claims: list[Row] | None = None,
        amount: Any = None,
        rule: str | None = None,
    ) -> None:
        """A violation. A claim as key is that claim; `rule` where another rule than the planted one must hit as well."""
        named = claims if claims is not None else ([key] if isinstance(key, dict) and "claim_id" in key else [])
        self.truths.append(Truth(rule or self.rule, key, named, amount, what, self.mechanism))

    def near(self, key: Row | str | Callable[[], str], what: str) -> None:
        """Something that looks like the rule's violation and is none."""
        self.truths.append(Truth(self.rule, key, [], None, what, "lawful", violation=False))

    def add(self, source: str, **row: Any) -> Row:
        self.rows.setdefault(source, []).append(row)
        return row

    def city(self) -> str:
        self.serial += 1
        return CITY_CODES[self.serial % len(CITY_CODES)]

    def person(self, city: str | None = None, **birth: Any) -> Row:
        return self.population.one(city or self.city(), **birth)

    def institution(self, kind: str, division: str | None = None, **changes: Any) -> Row:
        """An institution that no other plant uses."""
        row = self.maker.make(kind, division or self.ground.bureaus[self.city()][0], _apart="plant", **changes)
        self.ground.institutions.append(row)
        return row

    def scope(self, assessor: Row, occupation: str, level: str | None = None, **changes: Any) -> None:
        self.ground.scopes.append(
            {
                "assessor_id": assessor["institution_id"],
                "occupation_code": occupation,
                "level": level,
                "valid_from": date(2020, 1, 1),
                "valid_to": None,
            }
            | changes
        )

    def claim(self, claimant: Row, person: Row, kind: str, amount: Any, claimed_on: date, **changes: Any) -> Row:
        """A live claim, decided eight days after it was filed."""
        decided = claimed_on + timedelta(days=8)
        status = "submitted" if decided > LAST_DAY else "paid" if decided <= LAST_PAID_DECISION else "approved"
        row = {
            "claim_id": None, "subsidy_kind": kind, "division": claimant["division"], "claimant_id": claimant["institution_id"],
            "payee_id": claimant["institution_id"], "payee_account": claimant["bank_account"], "id_number": person["id_number"], "name": person["name"],
            "class_id": None, "certificate_no": None, "occupation_code": None, "month": None, "standard": Decimal(str(amount)), "amount": Decimal(str(amount)),
            "claimed_on": claimed_on, "status": status, "decided_on": None if status == "submitted" else decided, "reject_reason": None,
            "agreement_no": None, "batch_no": None, "reviewer_id": None, "fund": "special_account",
        } | changes  # fmt: skip
        self.claims.append(row)
        return row

    def again(self, claim: Row, **changes: Any) -> Row:
        """The same claim once more, a fortnight later."""
        later = min(claim["claimed_on"] + timedelta(days=14), LAST_DAY)
        decided = later + timedelta(days=8)
        row = (
            claim
            | {
                "claim_id": None,
                "claimed_on": later,
                "decided_on": decided if decided <= LAST_DAY else None,
                "status": "submitted"
                if decided > LAST_DAY
                else "paid"
                if decided <= LAST_PAID_DECISION
                else "approved",
            }
            | changes
        )
        self.claims.append(row)
        return row

    def crew(
        self, size: int, months: int = 2, first: date = date(2021, 4, 1), insured: bool = True, spare: int = 1
    ) -> Crew:
        """A new enterprise that pays its workers and claims some of the months; `spare` months before and after are not claimed."""
        employer = self.institution("enterprise")
        crew = Crew(employer, [self.person(employer["division"][:4]) for _ in range(size)], [], [], [])
        for worker in crew.workers:
            for at in range(-spare, months + spare):
                month = plus_months(first, at)
                crew.payroll.append(self.wage(employer, worker, month))
                if insured:
                    crew.insurance.append(self.premium(employer, worker, month))
                if 0 <= at < months:
                    filed = plus_months(month, 1) + timedelta(days=int(self.rng.integers(4, 19)))
                    crew.claims.append(
                        self.claim(employer, worker, "work_training", 300, min(filed, date(2022, 2, 19)), month=month)
                    )
        self.crews.append(crew)
        return crew

    def wage(self, employer: Row, worker: Row, month: date, **changes: Any) -> Row:
        gross = Decimal(int(self.rng.integers(300_000, 550_000))) / 100
        return {"employer_id": employer["institution_id"], "id_number": worker["id_number"], "name": worker["name"], "month": month,
                "gross_pay": gross, "net_pay": (gross * Decimal("0.89")).quantize(Decimal("0.01")), "paid_on": plus_months(month, 1) + timedelta(days=9),
                "bank_account": worker["wage_account"], "days_worked": None} | changes  # fmt: skip

    def premium(self, employer: Row, worker: Row, month: date) -> Row:
        return {
            "employer_id": employer["institution_id"],
            "id_number": worker["id_number"],
            "month": month,
            "insurance_kind": PENSION_INSURANCE,
            "base": Decimal(4100),
            "paid_on": month + timedelta(days=19),
        }

    def assessor(self, occupation: str = "6-18-01-01", **changes: Any) -> Row:
        """A listed assessor with a scope for every level of the occupation."""
        row = self.institution("assessor", **changes)
        self.scope(row, occupation)
        return row

    def certificate(
        self,
        assessor: Row,
        person: Row | None = None,
        kind: str = "skill_level",
        level: str | None = "4",
        assessed: date = date(2021, 8, 25),
        issued: date = date(2021, 9, 6),
        **changes: Any,
    ) -> Row:
        person = person or self.person(assessor["division"][:4])
        self.serial += 1
        number = {
            "special_operation": f"T{person['id_number']}",
            "special_equipment": person["id_number"],
            "skill_level": f"S000014{9000 + self.serial % 900:06d}{issued:%y}{level}{800_000 + self.serial:06d}",
        }.get(kind, f"{issued:%y}14{700_000 + self.serial:06d}00{level or 0}")
        row = {"certificate_no": number, "registry": "hrss", "kind": kind, "occupation_code": "6-18-01-01", "level": level,
               "id_number": person["id_number"], "name": person["name"], "assessor_id": assessor["institution_id"], "assessed_on": assessed,
               "issued_on": issued, "theory_score": float(self.rng.integers(61, 97)), "practice_score": float(self.rng.integers(61, 97)),
               "first_issue": True, "status": "valid"} | changes  # fmt: skip
        return self.add("certificates", **row)

    def certificate_claim(self, certificate: Row, claimant: Row, **changes: Any) -> Row:
        """A lawful claim on the certificate, three weeks after its issue."""
        key = certificate["level"] if certificate["kind"] in ("skill_level", "qualification") else certificate["kind"]
        amounts = CERTIFICATE_AMOUNTS if certificate["issued_on"] >= NOTICE_DAY else EARLIER_AMOUNTS
        shared = certificate["kind"] in ("special_operation", "special_equipment")
        standing = {
            "certificate_no": certificate["certificate_no"],
            "occupation_code": certificate["occupation_code"] if shared else None,
        }
        filed = changes.pop("claimed_on", certificate["issued_on"] + timedelta(days=int(self.rng.integers(14, 30))))
        return self.claim(
            claimant,
            certificate,
            "certificate",
            changes.pop("amount", amounts.get(key, 1000)),
            filed,
            **(standing | changes),
        )

    def status(self, person: Row, kind: str, since: date, until: date | None = None) -> None:
        self.add(
            "status_registers",
            id_number=person["id_number"],
            name=person["name"],
            status_kind=kind,
            from_date=since,
            to_date=until,
        )


REJECTED = {"status": "rejected", "reject_reason": "材料不全", "batch_no": None}


def reject(claim: Row) -> Row:
    """The bureau refuses the claim, for a lawful reason."""
    claim.update(REJECTED | {"decided_on": claim["decided_on"] or claim["claimed_on"]})
    return claim
