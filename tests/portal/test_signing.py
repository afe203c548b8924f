"""Signatures: of a publication and of a division's month, by an officer, in the audit log, for the bytes and figures that were signed."""

from __future__ import annotations

import polars as pl
import pytest

from portal.audit import verify_audit
from portal.pages.publications import signature, waiting_of
from portal.reconciling import divisions, months
from portal.sign_offs import SignOffs, month_key
from portal.state import Portal
from tests.portal.conftest import PASSWORD, SignIn
from tests.portal.made_up import DATONG, FIRST, PROVINCE, SECOND, TAIYUAN, reconciliation

ROOT = f"/publications/{SECOND}"
MONTH = {"division": TAIYUAN, "month": "2021-09"}


@pytest.fixture
def chief(portal: Portal, signed_in: SignIn):
    portal.accounts.add("chief", "officer", (PROVINCE,), PASSWORD)
    return signed_in("chief")


def post(client, address: str, **fields: str):
    return client.post(address, data={"csrf": client.headers["x-test-csrf"], **fields})


def test_a_month_end_waits_until_an_officer_of_the_province_signs_its_bytes(
    portal: Portal, chief, signed_in: SignIn
) -> None:
    assert waiting_of(portal.publications.all()) == {FIRST, SECOND}, "both are of the last day of a month"
    assert "待签发" in signed_in("viewer").get(ROOT).text
    assert post(chief, f"{ROOT}/sign-off", note="已核对").status_code == 303
    page = signed_in("viewer").get(ROOT).text
    assert "已签发" in page and "chief" in page and "已核对" in page and "月度发布，待签发" not in page
    one = portal.publications.find(SECOND)
    assert (
        one is not None
        and signature(portal, one) is not None
        and signature(portal, portal.publications.find(FIRST)) is None
    )
    assert "已签发" in chief.get("/publications").text
    (line,) = portal.audit.newest(1, action="sign_off")
    assert line.account == "chief" and line.target == SECOND and len(line.detail["on"]) == 64
    post(chief, f"{ROOT}/sign-off", withdraw="1")
    assert signature(portal, one) is None and "待签发" in chief.get(ROOT).text
    assert verify_audit(portal.folder, portal.keys.signing.public_key())[0] == []


def test_a_signature_of_other_bytes_does_not_count(portal: Portal, chief) -> None:
    portal.audit.add("chief", "sign_off", SECOND, on="0" * 64, note="")
    assert signature(portal, portal.publications.find(SECOND)) is None
    assert "月度发布，待签发" in chief.get(ROOT).text


@pytest.mark.parametrize("name", ["viewer", "inspector", "admin", "officer"])
def test_who_may_not_sign_a_publication(signed_in: SignIn, portal: Portal, name: str) -> None:
    """An officer of a city answers for the city's months, not for the province's publication."""
    client = signed_in(name)
    assert post(client, f"{ROOT}/sign-off").status_code == 403
    assert f'action="{ROOT}/sign-off"' not in client.get(ROOT).text
    assert portal.audit.newest(1)[0].action == "refused" and portal.sign_offs.of(SECOND) is None


def test_a_month_is_signed_with_its_figures(signed_in: SignIn, portal: Portal) -> None:
    officer = signed_in("officer")
    page = officer.get(f"{ROOT}/reconciliation?division={TAIYUAN}&month=2021-09").text
    assert "签认本月对账" in page and "-150.00" in page
    answer = post(officer, f"{ROOT}/reconciliation/sign-off", note="退票 13812345678 待冲", **MONTH)
    assert answer.status_code == 303 and answer.headers["location"].endswith(f"?division={TAIYUAN}&month=2021-09")
    (line,) = portal.audit.newest(1, action="sign_off")
    assert line.detail["on"] == "claims=500.00 ledger=600.00 bank=500.00 report=-" and "13812345678" not in str(line)
    listed = officer.get(f"{ROOT}/reconciliation?division={TAIYUAN}").text
    assert listed.count("已签") == 1 and "officer" in listed
    assert "1 / 2" in officer.get(f"{ROOT}/reconciliation").text
    post(officer, f"{ROOT}/reconciliation/sign-off", withdraw="1", **MONTH)
    assert "已签" not in officer.get(f"{ROOT}/reconciliation?division={TAIYUAN}").text


def test_a_signature_falls_when_the_figures_change_and_holds_where_they_do_not(portal: Portal, chief) -> None:
    post(chief, f"{ROOT}/reconciliation/sign-off", **MONTH)
    table = reconciliation()["reconciliation"]
    assert months(table, TAIYUAN, portal.sign_offs)[0].stale is False
    later = table.with_columns(bank=pl.when(pl.col("bank") == 500).then(pl.col("bank") + 1).otherwise(pl.col("bank")))
    changed = months(later, TAIYUAN, portal.sign_offs)[0]
    assert changed.stale and changed.signature is not None
    lines = {line["division"]: line for line in divisions(later, portal.sign_offs)}
    assert lines[TAIYUAN]["signed"] == 0 and lines[TAIYUAN]["months"] == 2 and lines[TAIYUAN]["open"] == 250


def test_nobody_sees_or_signs_another_division(signed_in: SignIn) -> None:
    officer = signed_in("officer")
    assert officer.get(f"{ROOT}/reconciliation?division={DATONG}").status_code == 404
    assert post(officer, f"{ROOT}/reconciliation/sign-off", division=DATONG, month="2021-09").status_code == 404
    assert post(officer, f"{ROOT}/reconciliation/sign-off", division=TAIYUAN, month="2020-01").status_code == 404
    assert post(signed_in("inspector"), f"{ROOT}/reconciliation/sign-off", **MONTH).status_code == 403
    assert "大同" not in officer.get(f"{ROOT}/reconciliation").text
    assert post(officer, f"{ROOT}/reconciliation/sign-off", division="14*", month="2021-09").status_code == 422


def test_only_what_was_added_to_the_log_is_read_again(portal: Portal) -> None:
    signed = SignOffs(portal.folder)
    assert signed.of(month_key(TAIYUAN, "2021-09")) is None
    for number in range(3):
        portal.audit.add("a", "view_case", f"sign_off {number}")
        portal.audit.add("a", "sign_off", f"{SECOND}/{TAIYUAN}/2021-09", on=str(number), note="")
        found = signed.of(month_key(TAIYUAN, "2021-09"))
        assert found is not None and found.on == str(number)
    log = portal.folder / "audit.jsonl"
    log.write_text("\n".join(log.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
    found = signed.of(month_key(TAIYUAN, "2021-09"))
    assert found is not None and found.on == "0", "a log that was put back is read from its beginning"
