"""The portal over a long list: server time per page, time and memory of downloads.

`python -m benchmarks.portal [CASES]` makes a publication of so many made-up cases (default 100,000, four evidence rows each) in a
temporary home, serves it in a process of its own, asks for every kind of page as people do, and prints the median of five answers
and the process's greatest memory so far. No person in it is real.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import multiprocessing.process
import re
import socket
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import httpx2
import polars as pl

from assets.changes import changes
from assets.evidence import SCHEMA as EVIDENCE
from assets.keys import load_keys
from assets.publication import write_publication
from checks.rule import read_rules
from models.case import CASE_SCHEMA
from pipelines.home import Home
from portal.state import open_portal

SCAN = "2022-02-28-ba9876543210"
ROOT = f"/publications/{SCAN}"
PASSWORD = "a long passphrase"
REPEATS = 5


def cases_of(many: int) -> pl.DataFrame:
    """Cases over eleven cities, 400 institutions and every rule."""
    rules = list(read_rules().values())
    rows = []
    for n in range(many):
        rule, city = rules[n % len(rules)], 1401 + n % 11
        key = f"SL{city}00210911{n:07d}"
        rows.append({
            "case_id": f"{n:020x}", "rule_id": rule.rule_id, "clause": rule.clause, "severity": rule.severity, "rating": "ABC"[n % 3],
            "subject_kind": "claim", "subject_key": key, "institution_id": f"91{city}00MA1K{n % 400:04d}4L", "division": f"{city}00", "claim_ids": [key],
            "amount_at_risk": Decimal(100 + n % 7919), "score": (1 + n % 97) / 98, "title_zh": rule.title["zh"], "title_en": rule.title["en"],
            "explanation_zh": f"申领{key}应补600.00元，实申{1000 + n % 7919}.00元，差额由所在机构说明。", "explanation_en": f"Claim {key}: 600.00 due.",
            "innocent_zh": rule.innocent, "remedy_zh": rule.remedy, "observed": "1,000.00", "allowed": "600.00", "margin": "400.00", "rule_sha": rule.sha,
            "first_seen": dt.date(2022, 1, 31), "last_seen": dt.date(2022, 2, 28), "status": "open",
        })  # fmt: skip
    return pl.DataFrame(rows, schema=CASE_SCHEMA)


def evidence_of(cases: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for n, (case, key) in enumerate(cases.select("case_id", "subject_key").iter_rows()):
        claim = json.dumps(
            {
                "claim_id": key,
                "id_number": "140105********1234",
                "name": "张*",
                "class_id": f"BJ{n // 20:014d}",
                "claimed_on": "2021-09-11",
            },
            ensure_ascii=False,
        )
        day = json.dumps({"class_id": f"BJ{n // 20:014d}", "session_date": "2021-08-09", "device_id": "HW0001"})
        rows += [(case, "claims", "补贴申领_太原市_202109.xlsx", "补贴申领", n, claim)]
        rows += [(case, "attendance", "考勤签到_太原市_2021.csv", "", n * 3 + i, day) for i in range(3)]
    return pl.DataFrame(rows, schema=EVIDENCE, orient="row")


def publish(home: Home, many: int) -> None:
    cases = cases_of(many)
    rules = cases.group_by("rule_id", "title_zh", "clause", "severity").agg(pl.len().alias("hits")).with_columns(
        examined=pl.col("hits"), judged=pl.lit(0), precision=pl.lit(None, pl.Float64), precision_low=pl.lit(None, pl.Float64), precision_high=pl.lit(None, pl.Float64)
    )  # fmt: skip
    files = pl.DataFrame({
        "file": ["补贴申领_太原市_202109.xlsx"], "source": ["claims"], "city": ["140100"], "period": ["202109"], "sha256": ["ab" * 32], "status": ["accepted"],
        "rows_read": [many], "rows_accepted": [many], "rows_quarantined": [0], "rows_superseded": [0], "note": [""],
    })  # fmt: skip
    nothing = pl.DataFrame({"source": ["claims"]})
    frames = {
        "cases": cases,
        "evidence": evidence_of(cases),
        "rules": rules,
        "files": files,
        "changes": changes(None, cases),
        "promises": nothing,
        "quarantine": nothing,
    }
    manifest = {
        "as_of": "2022-02-28",
        "reveal": False,
        "counts": {"amount_at_risk": "1.00", "amount_unreconciled": "0.00"},
        "parameters": [],
    }
    write_publication(home.publications, SCAN, frames, manifest, load_keys(home.root).signing)


def served(root: Path, port: int) -> None:
    from portal.serving import serve

    serve(Home.at(root), "127.0.0.1", port)


def memory(process: multiprocessing.process.BaseProcess) -> str:
    """Memory of the serving process now and at its greatest, where the system tells."""
    path = Path(f"/proc/{process.pid}/status")
    if not path.is_file():
        return ""
    told = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", path.read_text()))
    return f"now {int(told['VmRSS']) // 1024:,} MB, greatest {int(told['VmHWM']) // 1024:,} MB"


def main(many: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder) / "home")
        home.prepare()
        started = time.perf_counter()
        publish(home, many)
        print(f"{many:,} cases published in {time.perf_counter() - started:.1f} s")
        open_portal(home).accounts.add("bench", "inspector", ["140000"], PASSWORD)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = multiprocessing.get_context("spawn").Process(target=served, args=(home.root, port), daemon=True)
        process.start()
        try:
            _ask(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.join()


def _ask(base: str, process: multiprocessing.process.BaseProcess) -> None:
    with httpx2.Client(base_url=base, timeout=600) as client:
        for _ in range(200):
            try:
                page = client.get("/sign-in").text
                break
            except httpx2.TransportError:
                time.sleep(0.2)
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token
        client.post("/sign-in", data={"account": "bench", "password": PASSWORD, "token": token[1]})
        case = f"{12345 % 10**6:020x}"
        pages = {
            "list, first page": "/cases", "list, page 1000": "/cases?page=1000", "list, by amount": "/cases?sort=amount",
            "list, city, rating, rule": "/cases?city=140100&rating=A&rule=night_class", "list, text": "/cases?text=SL1402002109110012345",
            "overview": "", "institutions": "/institutions", "case": f"/cases/{case}", "changes": "/changes", "quality": "/quality", "downloads": "/downloads",
        }  # fmt: skip
        for name, path in pages.items():
            times = [_timed(client, ROOT + path)[0] for _ in range(REPEATS)]
            print(
                f"{name:28} first {times[0]:7.0f} ms, then {statistics.median(times[1:]):6.0f} ms    {memory(process)}"
            )
        for what in ("cases.csv", "cases.parquet", "cases.xlsx", "publication.zip", "cases.xlsx?city=140100"):
            took, size = _timed(client, f"{ROOT}/downloads/{what}")
            print(f"{what:28} {took / 1000:6.1f} s, {size / 1e6:6.1f} MB    {memory(process)}")
        took, size = _timed(client, f"{ROOT}/packs/city/140100.zip")
        print(f"{'pack of a city':28} {took / 1000:6.1f} s, {size / 1e6:6.1f} MB    {memory(process)}")


def _timed(client: httpx2.Client, path: str) -> tuple[float, int]:
    started, size = time.perf_counter(), 0
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        for chunk in answer.iter_bytes():
            size += len(chunk)
    return 1000 * (time.perf_counter() - started), size


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
