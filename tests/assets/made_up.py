"""Made-up frames of a publication, for the tests of writing, reading and proving one. No person in them is real."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assets.changes import changes
from assets.publication import write_publication
from models.case import CASE_SCHEMA, case_id

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
SCAN = "2022-02-28-0123456789ab"


def case(rule: str, subject: str, **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "case_id": case_id(b"k" * 32, rule, subject), "rule_id": rule, "clause": "九（二）", "severity": "violation",
        "rating": "A", "subject_kind": "claim", "subject_key": subject, "institution_id": "91140200MAW1MWR218",
        "division": "140200", "claim_ids": [subject], "amount_at_risk": Decimal("400.00"), "score": 1.0,
        "title_zh": "取证补贴金额不符合标准", "title_en": "Certificate subsidy differs from the standard",
        "explanation_zh": "证书T140107********4070（四级）应补600.00元，实申1,000.00元。", "explanation_en": "600.00 due, 1,000.00 claimed.",
        "innocent_zh": "市级备案标准尚未入库；等级录入错误。", "remedy_zh": "退回超出部分；核对等级是否录入错误。",
        "observed": "1,000.00", "allowed": "600.00", "margin": "-400.00", "rule_sha": "ab" * 32,
        "first_seen": dt.date(2022, 2, 28), "last_seen": dt.date(2022, 2, 28), "status": "new",
    }  # fmt: skip
    return {**values, **more}


def cases(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=CASE_SCHEMA)


def frames(many: int = 30) -> dict[str, pl.DataFrame]:
    listed = cases(
        *(case("certificate_amount", f"SL14020021122000{i:05d}", amount_at_risk=Decimal(i)) for i in range(many)),
        case("night_class", "BJ14010020210800601", severity="lead", rating="C", subject_kind="class", score=0.3,
             claim_ids=[f"SL14010021091900{i:05d}" for i in range(35)], observed="=HYPERLINK(\"x\")", allowed="@SUM(A1)",
             margin="+1", status="open", explanation_zh="-1+1 即夜间\n两行", amount_at_risk=Decimal("13920.00")),
    )  # fmt: skip
    return {
        "cases": listed,
        "evidence": pl.DataFrame({
            "case_id": listed["case_id"], "source": "claims", "file": "补贴申领_大同市_202112.xlsx", "sheet": "补贴申领",
            "line": list(range(3, 3 + listed.height)), "row": '{"name": "张*", "id_number": "140105********1234"}',
        }),
        "rules": pl.DataFrame({
            "rule_id": ["certificate_amount", "night_class"], "title_zh": ["取证补贴金额不符合标准", "夜间办班"],
            "clause": ["九（二）", "七"], "severity": ["violation", "lead"], "examined": [4597, 0], "hits": [many, 1],
            "claims": [many, 35], "amount": [Decimal("435.00"), Decimal("13920.00")],
            "precision": [None, 0.5], "precision_low": [None, 0.2], "precision_high": [None, 0.8],
        }),
        "risk": pl.DataFrame({
            "subject_kind": ["class", "claim"], "subject_key": ["B", "S"], "score": [0.9, 0.1], "rank": [1, 1],
            "amount": [Decimal("10.00"), None], "expected_loss": [9.0, 0.0],
            "reasons": [[{"feature": "夜间课比例", "value": 0.9, "typical": 0.0, "contribution": 1.5}], []],
        }),
        "files": pl.DataFrame({
            "source": ["claims", "bank", "bank"], "city": ["140200", "140300", None], "period": ["202112", None, None],
            "file": ["补贴申领_大同市_202112.xlsx", "银行流水_阳泉市.csv", "坏.xlsx"], "sha256": ["aa" * 32, "bb" * 32, "cc" * 32],
            "status": ["accepted", "partly", "quarantined"], "rows_read": [30, 20, 0], "rows_accepted": [30, 18, 0],
            "rows_quarantined": [0, 2, 0], "rows_superseded": [0, 0, 0],
        }),
        "promises": pl.DataFrame({"table": ["claims"], "promise": ["claim_id unique"], "expected": ["0"], "found": ["0"]}),
        "quarantine": pl.DataFrame({
            "file": ["银行流水_阳泉市.csv"], "sheet": [None], "line": [4], "column": ["amount"], "reason": ["money unreadable"],
            "row": ["T2021012100000174 | 壹仟贰"],
        }, schema_overrides={"sheet": pl.String}),
        "changes": changes(None, listed),
    }  # fmt: skip


def publish(root: Path, name: str = SCAN, key: Ed25519PrivateKey = KEY, **more: Any) -> Path:
    reports = {"school_load": pl.DataFrame({"institution_id": ["91140200MAW1MWR218"], "classes": [4]})}
    manifest = {"as_of": "2022-02-28", "code": "1.0.0", "parameters": {"directed_cap": 8000}}
    return write_publication(
        root, name, more.pop("tables", None) or frames(), manifest, key, **{"reports": reports, **more}
    )


def shuffled(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: frame.reverse() for name, frame in reversed(tables.items())}
