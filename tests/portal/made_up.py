"""A made-up home with two publications of three cities, for the portal's tests. No person in it is real."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from assets.changes import changes
from assets.evidence import SCHEMA as EVIDENCE
from assets.keys import load_keys, seal
from assets.publication import write_publication
from checks.rule import read_rules
from models.case import CASE_SCHEMA, case_id
from models.privacy import Pseudonyms
from pipelines.home import Home

FIRST, SECOND = "2022-01-31-0123456789ab", "2022-02-28-ba9876543210"
TAIYUAN, DATONG, PROVINCE = "140100", "140200", "140000"
COUNTY = "140105"
NUMBER = "140105199001011234"
SCHOOL, OTHER_SCHOOL = "91140100MA1KRXA24L", "91140200MAW1MWR218"
CLASS = "BJ14010020210800147"
FORMULA = '=HYPERLINK("http://x.example","看")'
RULES = read_rules()


def case(rule_id: str, subject: str, division: str, **more: Any) -> dict[str, Any]:
    """A case with a subject of the rule's kind, told in the rule's own words."""
    rule = RULES[rule_id]
    values: dict[str, Any] = {
        "case_id": case_id(b"k" * 32, rule_id, subject), "rule_id": rule_id, "clause": rule.clause, "severity": rule.severity,
        "rating": "A", "subject_kind": rule.subject, "subject_key": subject, "institution_id": SCHOOL, "division": division,
        "claim_ids": [subject] if rule.subject == "claim" else [], "amount_at_risk": Decimal("400.00"), "score": 1.0,
        "title_zh": rule.title["zh"], "title_en": rule.title["en"], "explanation_zh": f"申领{subject}应补600.00元，实申1,000.00元。",
        "explanation_en": f"Claim {subject}: 600.00 due, 1,000.00 claimed.", "innocent_zh": rule.innocent, "remedy_zh": rule.remedy,
        "observed": "1,000.00", "allowed": "600.00", "margin": "400.00", "rule_sha": rule.sha,
        "first_seen": dt.date(2022, 1, 31), "last_seen": dt.date(2022, 2, 28), "status": "open",
    }  # fmt: skip
    return {**values, **more}


def claim(subject: str, division: str) -> str:
    row = {
        "claim_id": subject, "subsidy_kind": "training", "division": division, "id_number": "140105********1234", "name": "张*",
        "class_id": CLASS, "amount": "1000.00", "claimed_on": "2021-09-11", "status": "paid", "decided_on": "2021-10-05",
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=False)


def listed(phone: str) -> list[dict[str, Any]]:
    """Cases of Taiyuan (with one county) and Datong; `phone` is the pseudonym of a shared phone."""
    return [
        *(case("certificate_amount", f"SL14010020210911000{i:04d}", TAIYUAN, amount_at_risk=Decimal(100 + i)) for i in range(60)),
        case("certificate_amount", "SL14010520210911000099", COUNTY, amount_at_risk=Decimal("55.00")),
        case("phone_shared", phone, TAIYUAN, rating="C", score=0.3, amount_at_risk=Decimal("8775.00"), explanation_zh="电话138****5678登记在5名学员名下。"),
        case("night_class", CLASS, TAIYUAN, rating="C", score=0.3, observed=FORMULA, allowed="@SUM(A1)", margin="+1+1",
             explanation_zh="-1+1 即夜间\n两行", status="dismissed", claim_ids=[f"SL14010020210911000{i:04d}" for i in range(35)]),
        case("certificate_amount", "SL14020020210911000001", DATONG, institution_id=OTHER_SCHOOL, amount_at_risk=Decimal("700.00"), status="confirmed"),
        case("balance_broken", "140200|2022-01", DATONG, institution_id=None, amount_at_risk=Decimal("5000.00")),
    ]  # fmt: skip


def evidence(cases: pl.DataFrame) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    of_class = json.dumps(
        {
            "class_id": CLASS,
            "organiser_id": SCHOOL,
            "start_date": "2021-08-09",
            "end_date": "2021-08-12",
            "trainer_name": "邢*",
        },
        ensure_ascii=False,
    )
    for place, (one, key, kind, division) in enumerate(
        cases.select("case_id", "subject_key", "subject_kind", "division").iter_rows()
    ):
        if kind == "claim":
            rows.append((one, "claims", "补贴申领_太原市_202109.xlsx", "补贴申领", 3 + place, claim(key, division)))
        if kind in ("claim", "class"):
            rows.append((one, "classes", "开班信息_太原市_2021.csv", "", 12, of_class))
        if kind == "phone":
            for i in range(5):
                row = {
                    "class_id": CLASS,
                    "id_number": f"140105********{1000 + i}",
                    "name": "王*",
                    "phone": "138****5678",
                }
                rows.append(
                    (one, "enrolments", "培训学员名册_太原市_2021.csv", "", 20 + i, json.dumps(row, ensure_ascii=False))
                )
    return pl.DataFrame(rows, schema=EVIDENCE, orient="row").sort("case_id", "source", "file", "line")


def files() -> pl.DataFrame:
    rows = [
        (f"补贴申领_{city}_2021{month:02d}.xlsx", "claims", city, f"2021{month:02d}", "ab" * 32, "accepted", 30, 30, 0, 0, "")
        for city in (TAIYUAN, DATONG, "140300", "140400") for month in range(7, 11) if (city, month) != (DATONG, 9)
    ]  # fmt: skip
    rows += [
        ("银行流水_140200_2021.csv", "bank", DATONG, "2021", "cd" * 32, "partly", 20, 18, 2, 0, ""),
        (
            "银行流水_140100_2021.xlsx",
            "bank",
            TAIYUAN,
            "2021",
            "ba" * 32,
            "quarantined",
            0,
            0,
            0,
            0,
            "打不开 / cannot be opened",
        ),
        ("培训评价机构目录_2021.xlsx", "institutions", "", "2021", "ef" * 32, "accepted", 9, 9, 0, 0, ""),
    ]
    names = [
        "file",
        "source",
        "city",
        "period",
        "sha256",
        "status",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_superseded",
        "note",
    ]
    return pl.DataFrame(rows, schema=names, orient="row")


def rules(cases: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame([
        {
            "rule_id": name, "title_zh": rule.title["zh"], "clause": rule.clause, "severity": rule.severity, "examined": 4597,
            "hits": cases.filter(pl.col("rule_id") == name).height, "claims": 1, "amount": Decimal("1.00"),
            "precision": 0.5 if name == "night_class" else None, "precision_low": 0.1 if name == "night_class" else None,
            "precision_high": 0.9 if name == "night_class" else None, "judged": 2 if name == "night_class" else 0, "rule_sha": rule.sha,
        }
        for name, rule in RULES.items()
    ], schema_overrides={"amount": pl.Decimal(14, 2), "precision": pl.Float64, "precision_low": pl.Float64, "precision_high": pl.Float64})  # fmt: skip


def reconciliation() -> dict[str, pl.DataFrame]:
    """Two months of Taiyuan (one open) and one of Datong; what is open, by age."""
    money = pl.Decimal(14, 2)
    columns = {"division": pl.String, "month": pl.Date, **dict.fromkeys(
        ("claims", "claims_timing", "claims_open", "ledger", "bank_timing", "bank_open", "bank", "report_open", "report"), money
    )}  # fmt: skip
    rows = [
        (TAIYUAN, dt.date(2021, 8, 1), "1000", "0", "0", "1000", "0", "0", "1000", "0", "1000"),
        (TAIYUAN, dt.date(2021, 9, 1), "500", "0", "100", "600", "50", "-150", "500", None, None),
        (DATONG, dt.date(2021, 9, 1), "70", "0", "0", "70", "0", "0", "70", "7", "77"),
    ]
    aged = [(TAIYUAN, "台账与银行", "31 至 90 天", 2, "150", 60), (DATONG, "台账与月报", "超过 180 天", 1, "7", 200)]
    made = [
        [Decimal(value) if isinstance(value, str) and place > 1 else value for place, value in enumerate(row)]
        for row in rows
    ]
    return {
        "reconciliation": pl.DataFrame(made, schema=columns, orient="row"),
        "open_differences": pl.DataFrame(
            [(*row[:4], Decimal(row[4]), row[5]) for row in aged],
            schema={"division": pl.String, "difference": pl.String, "age": pl.String, "items": pl.Int64, "amount": money, "oldest_days": pl.Int64},
            orient="row",
        ),
    }  # fmt: skip


def reports() -> dict[str, pl.DataFrame]:
    return {
        **reconciliation(),
        "fund_use": pl.DataFrame({"division": [TAIYUAN, DATONG], "year": [2021, 2021], "paid": [Decimal("7.00"), Decimal("88.00")], "used_share": [0.5, 0.25]}),
        "expectations": pl.DataFrame({"suite": ["claims"], "expectation": ["claim_id unique"], "met": [True]}),
    }  # fmt: skip


def pictures() -> dict[str, str]:
    """One case has a picture of its own beside the list."""
    night = case_id(b"k" * 32, "night_class", CLASS)
    return {f"pictures/{night}.svg": '<svg xmlns="http://www.w3.org/2000/svg"><title>一班人马几块牌子</title></svg>'}


def make_home(root: Path) -> Home:
    """The home with its two publications, its keys and one sealed phone."""
    home = Home.at(root)
    home.prepare()
    keys = load_keys(home.root)
    pseudonyms = Pseudonyms(keys.pseudonym)
    phone = pseudonyms.of("phone", "13812345678")
    seal(home.root, pseudonyms.seen)
    first = pl.DataFrame(listed(phone)[:-1], schema=CASE_SCHEMA)
    second = pl.DataFrame(listed(phone), schema=CASE_SCHEMA)
    before: Path | None = None
    for name, as_of, cases, old in ((FIRST, "2022-01-31", first, None), (SECOND, "2022-02-28", second, first)):
        frames = {
            "cases": cases, "evidence": evidence(cases), "rules": rules(cases), "files": files(), "changes": changes(old, cases),
            "promises": pl.DataFrame({"source": ["claims"], "promise": ["unique"]}),
            "quarantine": pl.DataFrame({"file": ["银行流水_140200_2021.csv"], "row": ["T2021 | 壹仟贰"]}),
        }  # fmt: skip
        manifest = {
            "as_of": as_of, "reveal": False, "counts": {"cases": cases.height, "amount_at_risk": "9999.00", "amount_unreconciled": "5000.00"},
            "parameters": [{"id": "certificate_amount.skill_level.5", "value": "400", "notice": "shanxi-2021-600", "clause": "九（二）", "valid_from": "2021-07-08"}],
        }  # fmt: skip
        before = write_publication(
            home.publications,
            name,
            frames,
            manifest,
            keys.signing,
            previous=before,
            reports=reports(),
            pages=pictures(),
        )
    return home
