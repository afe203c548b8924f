"""A class with all that hangs on it, as rows that a plant may change. Making classes is classes.py's; what to change is each plant's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.province.institutions import Ground

Row = dict[str, Any]
SLOT_SOURCES = ("people", "sessions", "certificates", "claims", "payroll", "insurance")


def plus_months(day: date, months: int) -> date:
    """Calendar months later, clamped at the month's end."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


@dataclass
class Scene:
    """One class, exclusively one rule's."""

    c: Row
    ground: Ground
    people: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)
    certificates: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    payroll: list[Row] = field(default_factory=list)
    insurance: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.c["class_id"])

    @property
    def project(self) -> Row:
        return self.c["_project"]  # type: ignore[no-any-return]

    @property
    def organiser(self) -> Row:
        return self.c["_organiser"]  # type: ignore[no-any-return]

    def class_claims(self) -> list[Row]:
        return [claim for claim in self.claims if claim["subsidy_kind"] == "training" and claim["status"] != "rejected"]

    def claimed(self) -> list[tuple[Row, Row]]:
        """Trainees with their class claim, in the roster's order."""
        by_person = {claim["id_number"]: claim for claim in reversed(self.class_claims())}
        return [(person, by_person[person["id_number"]]) for person in self.people if person["id_number"] in by_person]

    def sessions_of(self, person: Row) -> list[Row]:
        mine = [row for row in self.sessions if row["id_number"] == person["id_number"]]
        return sorted(mine, key=lambda row: row["check_in"])

    def certificate_of(self, person: Row) -> Row | None:
        return next((row for row in self.certificates if row["id_number"] == person["id_number"]), None)

    def strip(self, person: Row) -> None:
        """The person takes no certificate: none is registered, none is claimed."""
        self.certificates = [row for row in self.certificates if row["id_number"] != person["id_number"]]
        self.drop_certificate_claims(person)

    def drop_certificate_claims(self, person: Row) -> None:
        self.claims = [
            row
            for row in self.claims
            if row["subsidy_kind"] != "certificate" or row["id_number"] != person["id_number"]
        ]

    def drop_class_claim(self, person: Row) -> None:
        self.claims = [
            row for row in self.claims if row["subsidy_kind"] != "training" or row["id_number"] != person["id_number"]
        ]

    def replace(self, old: Row, new: Row) -> None:
        """Someone else sits in the place: everything about the old person here is about the new one."""
        number = old["id_number"]
        changes = {
            "id_number": new["id_number"],
            "name": new["name"],
            "phone": new["phone"],
            "residence_division": new["residence_division"],
        }
        for source in SLOT_SOURCES:
            for row in getattr(self, source):
                if row["id_number"] == number:
                    row.update({name: value for name, value in changes.items() if name in row})

    def own_project(self, **changes: Any) -> Row:
        """A project of this class alone."""
        code = f"{self.project['project_code']}T{self.key[-5:]}"
        row = self.project | {"project_code": code, "_line": "plant"} | changes
        self.ground.projects.append(row)
        self.c.update(project_code=code, _project=row)
        return row

    def move(self, organiser: Row, division: str | None = None) -> None:
        """Another organiser, that claims and is paid in the former's place."""
        former = self.organiser["institution_id"]
        self.c.update(
            organiser_id=organiser["institution_id"], _organiser=organiser, division=division or self.c["division"]
        )
        for claim in self.claims:
            claim["division"] = self.c["division"]
            if claim["claimant_id"] == former:
                claim.update(
                    claimant_id=organiser["institution_id"],
                    payee_id=organiser["institution_id"],
                    payee_account=organiser["bank_account"],
                )

    def shift(self, by: timedelta) -> None:
        """Everything happens so much later (or earlier)."""
        for name in ("start_date", "end_date"):
            self.c[name] += by
        for source in ("sessions", "certificates", "claims"):
            for row in getattr(self, source):
                for name, value in row.items():
                    if isinstance(value, date) and name != "month":
                        row[name] = value + by

    def restart(self, start: date) -> None:
        """Another first day; the lessons spread between it and the last day."""
        before, end = self.c["start_date"], self.c["end_date"]
        factor = (end - start).days / max((end - before).days, 1)
        for row in self.sessions:
            to = start + timedelta(days=int((row["session_date"] - before).days * factor))
            by = to - row["session_date"]
            row["session_date"] = to
            for name in ("check_in", "check_out"):
                row[name] = row[name] and row[name] + by
        self.c["start_date"] = start
