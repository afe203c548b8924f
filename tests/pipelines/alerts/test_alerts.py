"""Alerts: one message a scan, to local servers, again where one fails, and nothing in it that names anybody."""

from __future__ import annotations

import email
import email.policy
import json
import re
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from click.testing import CliRunner

from assets.chain import month_end
from pipelines.alerts.channels import channels
from pipelines.alerts.messages import of_failure, of_publication
from pipelines.alerts.outbox import SENT, Outbox
from pipelines.alerts.runs import publication_of_run, tell
from pipelines.cli import cli
from pipelines.home import Home
from pipelines.scanning import _tell
from pipelines.sensors import scan_alerts
from pipelines.settings import Alerts, Settings, SettingsProblem
from tests.conftest import publication_of
from tests.pipelines.alerts.servers import mail_server, webhook_server

LOW = Settings(alerts=Alerts(least_amount=100))
FAILURE = of_failure("run-1", [("cases", "BinderException")], LOW)


def _settings(home: Home, text: str) -> Home:
    home.prepare()
    home.settings.write_text(text, encoding="utf-8")
    return home


def test_a_scan_is_told_once_by_mail_and_webhook(province: Home, tmp_path: Path) -> None:
    message = of_publication(publication_of(province), LOW)
    assert message is not None and message.facts["new_serious"] > 0
    with mail_server() as (port, mails), webhook_server() as (url, calls, _):
        home = _settings(Home.at(tmp_path), f"""
alerts:
  smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: a@example.org, to: [b@example.org, c@example.org]}}
  webhook: {{url: "{url}"}}
""")  # fmt: skip
        home.keys.mkdir()
        (home.keys / "webhook_token").write_text("s3cret\n")
        (home.keys / "webhook_token").chmod(0o600)
        outbox = Outbox(home)
        assert outbox.put(message) and not outbox.put(message)
        assert outbox.send(channels(home)) == (1, [])
        assert not outbox.put(message), "what went out is not told again"
        assert outbox.send(channels(home)) == (0, [])
    assert len(mails) == 1 and len(calls) == 1
    mail = email.message_from_string(mails[0], policy=email.policy.default)
    assert mail["To"] == "b@example.org, c@example.org" and "新的违规线索" in mail["Subject"]
    assert message.facts["publication"] in mail.get_content() and "线索不等于结论" in mail.get_content()
    authorization, body = calls[0]
    assert authorization == "Bearer s3cret" and body["facts"] == message.facts
    assert sum(body["facts"]["rules"].values()) == sum(body["facts"]["cities"].values()) == body["facts"]["new_serious"]


def test_a_scan_that_also_reveals_tells_of_the_masked_publication(
    province: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(province.dagster))
    with dg.DagsterInstance.get() as instance:
        first = instance.get_runs(dg.RunsFilter(job_name="scan_inbox"), ascending=True)[
            0
        ]  # others may have scanned since
        folder = publication_of_run(instance, first.run_id)
    assert folder is not None and (folder.parent.name, folder.name) == ("publications", publication_of(province).name)


@pytest.mark.parametrize("unchanged", [False, True])
def test_a_run_on_record_from_an_earlier_version_is_told_too(tmp_path: Path, unchanged: bool) -> None:
    told = {"publication": dg.MetadataValue.path(str(tmp_path)), "unchanged": dg.MetadataValue.bool(unchanged)}

    @dg.op
    def published():
        yield dg.AssetMaterialization("publication", metadata=told)
        yield dg.Output(None)

    @dg.job
    def earlier() -> None:
        published()

    with dg.DagsterInstance.ephemeral() as instance:
        run = earlier.execute_in_process(instance=instance)
        assert publication_of_run(instance, run.run_id) == (None if unchanged else tmp_path)


def test_what_fails_waits_and_goes_out_by_that_channel_alone(tmp_path: Path) -> None:
    with mail_server(refuses=True) as (port, _), webhook_server() as (url, calls, answers):
        home = _settings(Home.at(tmp_path), f"""
alerts:
  smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: a@example.org, to: [b@example.org]}}
  webhook: {{url: "{url}"}}
""")  # fmt: skip
        outbox = Outbox(home)
        outbox.put(FAILURE)
        answers.append(503)
        whole, failed = outbox.send(channels(home))
        assert whole == 0 and failed == [
            "failure-run-1: smtp: SMTPRecipientsRefused",
            "failure-run-1: webhook: HTTP 503",
        ]
        assert outbox.send(channels(home))[1] == ["failure-run-1: smtp: SMTPRecipientsRefused"]
        assert [one.name for one in outbox.waiting()] == ["failure-run-1.json"] and len(calls) == 2
    with mail_server() as (port, mails):
        home.settings.write_text(
            f"alerts: {{smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: a@example.org, to: [b@example.org]}}}}"
        )
        assert Outbox(home).send(channels(home)) == (1, []) and len(mails) == 1
    told = [json.loads(line)["channel"] for line in (tmp_path / "alerts" / SENT).read_text().splitlines()]
    assert told == ["webhook", "smtp"]


def test_a_torn_line_of_what_was_sent_holds_up_no_message(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    outbox = Outbox(home)
    (tmp_path / "alerts" / SENT).write_text('{"at": "2022-02-28", "key": "failure-ru', encoding="utf-8")
    assert outbox.put(FAILURE) and outbox.send({"trial": lambda message: None}) == (1, [])
    assert not outbox.put(FAILURE), "the line after the torn one is read"


@pytest.mark.parametrize("where", ["folder", "log", "room"])
def test_an_outbox_that_cannot_be_written_sends_nothing_fails_no_scan_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    """Read-only: as a whole, or what was sent alone; or full. What could not be kept as sent would go out again and again."""
    real = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if self.parent.name == "alerts":
            raise OSError(28, "No space left on device")
        return real(self, content)

    with webhook_server() as (url, calls, _), dg.DagsterInstance.ephemeral() as instance:
        home = _settings(Home.at(tmp_path / "home"), f'alerts: {{webhook: {{url: "{url}"}}}}')
        monkeypatch.setenv("SKILLWATCH_HOME", str(home.root))
        run = dg.DagsterRun(job_name="scan_inbox", status=dg.DagsterRunStatus.FAILURE)
        instance.add_run(run)
        in_the_way = home.root / "alerts"
        if where == "folder":
            in_the_way.write_text("")
        else:
            Outbox(home).put(FAILURE)
            in_the_way = in_the_way / SENT
            monkeypatch.setattr(Path, "write_bytes", full) if where == "room" else in_the_way.mkdir()
        _tell(instance, home, run.run_id)
        assert "写不进去" in capsys.readouterr().err and calls == []
        context = dg.build_sensor_context(instance, cursor="[0, 0]")
        with pytest.raises(dg.Failure, match="写不进去"):
            scan_alerts(context)
        assert calls == [] and context.cursor == "[0, 0]"
        monkeypatch.setattr(Path, "write_bytes", real)
        if where != "room":
            in_the_way.unlink() if where == "folder" else in_the_way.rmdir()
        _tell(instance, home, run.run_id)
        _tell(instance, home, run.run_id)
        assert len(calls) == (1 if where == "folder" else 2), "each message once"


def test_a_message_names_nobody(province: Home) -> None:
    message = of_publication(publication_of(province), LOW)
    assert message is not None
    text = json.dumps(message.as_json(), ensure_ascii=False)
    link = message.facts["link"]
    assert not re.search(
        r"\d{8,}|\*{2,}|[PTA][0-9a-f]{10,}", text.replace(message.facts["publication"], "").replace(link, "")
    )
    assert set(message.facts) == {
        "kind", "publication", "as_of", "new_serious", "least_amount", "rules", "cities", "waits_for_sign_off", "link",
    }  # fmt: skip


def test_nothing_new_and_serious_is_no_message_but_a_month_end_waits_for_its_signature(
    province: Home, tmp_path: Path
) -> None:
    folder = publication_of(province)
    nobody = Settings(alerts=Alerts(least_amount=1e12))
    as_of = json.loads((folder / "manifest.json").read_text())["as_of"]
    message = of_publication(folder, nobody)
    assert (message is not None) == month_end(as_of)
    assert [month_end(day) for day in ("2022-02-28", "2024-02-28", "2024-02-29", "2021-12-30")] == [
        True,
        False,
        True,
        False,
    ]
    if message is not None:
        assert message.facts["new_serious"] == 0 and "待签发" in message.subject


def _publication(root: Path, name: str, previous: str | None, *cases: tuple[str, str, int]) -> Path:
    """(case id, rating, yuan) of each case."""
    folder = root / name
    folder.mkdir(parents=True)
    told = {"as_of": "2022-02-27", "previous": {"scan_id": previous} if previous else None}
    (folder / "manifest.json").write_text(json.dumps(told))
    rows = [(case, "certificate_amount", rating, "140105", yuan) for case, rating, yuan in cases]
    pl.DataFrame(
        rows, schema=["case_id", "rule_id", "rating", "division", "amount_at_risk"], orient="row"
    ).write_parquet(folder / "cases.parquet")
    return folder


def test_a_case_is_told_when_it_first_stands_on_its_own_feet_and_never_again(tmp_path: Path) -> None:
    """A violation that only lacked a delivery is rated C; it is told when the delivery came and it is still there. One that was too
    small to be told is told when it has grown."""
    first = _publication(tmp_path, "1", None, ("a", "C", 500), ("b", "A", 99), ("c", "A", 100))
    second = _publication(tmp_path, "2", "1", ("a", "A", 500), ("b", "A", 100), ("c", "A", 900))
    month = _publication(tmp_path, "3", "2", ("b", "A", 900))
    back = _publication(tmp_path, "4", "3", ("a", "A", 500), ("b", "A", 900), ("c", "A", 900))
    told = [
        message.facts["new_serious"] if message else 0
        for message in (of_publication(one, LOW) for one in (first, second, month, back))
    ]
    assert told == [1, 2, 0, 0]


def test_a_failed_run_says_step_and_kind_of_error_and_no_value(tmp_path: Path) -> None:
    @dg.op
    def breaks() -> None:
        raise ValueError("140105199001011234 王小明 13812345678")

    @dg.job(name="scan_inbox")
    def job() -> None:
        breaks()

    with webhook_server() as (url, calls, _):
        home = _settings(Home.at(tmp_path), f'alerts: {{webhook: {{url: "{url}"}}}}')
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
            run = instance.get_run_by_id(result.run_id)
            assert run and tell(instance, home, [run]) == (1, []) and tell(instance, home, [run]) == (0, [])
    assert len(calls) == 1 and calls[0][1]["facts"]["steps"] == [{"step": "breaks", "error": "ValueError"}]
    assert "1990" not in json.dumps(calls[0][1]) and "王" not in json.dumps(calls[0][1], ensure_ascii=False)


def test_a_secret_that_others_may_read_is_refused_and_without_channels_nothing_is_kept(tmp_path: Path) -> None:
    home = _settings(Home.at(tmp_path), 'alerts: {webhook: {url: "http://127.0.0.1:9/x"}}')
    home.keys.mkdir()
    (home.keys / "webhook_token").write_text("s3cret")
    (home.keys / "webhook_token").chmod(0o644)
    with pytest.raises(SettingsProblem, match="chmod 600"):
        channels(home)
    home.settings.write_text("")
    with dg.DagsterInstance.ephemeral() as instance:
        assert tell(instance, home, []) == (0, []) and not (tmp_path / "alerts").exists()


def test_the_shell_tries_the_channels(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    told = CliRunner().invoke(cli, ["alerts", "--home", str(nowhere)])
    assert told.exit_code == 1 and "不是工作目录" in told.stderr and not nowhere.exists()
    Home.at(tmp_path).prepare()
    told = CliRunner().invoke(cli, ["alerts", "--home", str(tmp_path)])
    assert told.exit_code == 1 and "alerts.smtp" in told.stderr
    with webhook_server() as (url, calls, answers):
        Home.at(tmp_path).settings.write_text(f'alerts: {{webhook: {{url: "{url}"}}}}')
        answers.append(500)
        assert CliRunner().invoke(cli, ["alerts", "--trial", "--home", str(tmp_path)]).exit_code == 1
        told = CliRunner().invoke(cli, ["alerts", "--home", str(tmp_path)])
        assert told.exit_code == 0 and [body["facts"]["kind"] for _, body in calls] == ["trial", "trial"]
