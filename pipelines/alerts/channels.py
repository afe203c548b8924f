"""The ways out: mail and a webhook. Belongs here: sending one message. Does not belong here: when, and whether again (`outbox.py`).

An error names the channel and what kind of error it was, never an address, a token or an answer.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import httpx2

from pipelines.alerts.messages import Message
from pipelines.home import Home
from pipelines.settings import Smtp, Webhook, read_settings, secret

SECONDS = 20.0
Channel = Callable[[Message], None]


class ChannelFailed(Exception):
    """A message could not be sent; says by which channel and why, without an address or a secret."""


def channels(home: Home) -> dict[str, Channel]:
    """The channels that the home's settings name; none where they name none. Raises SettingsProblem."""
    alerts = read_settings(home).alerts
    found: dict[str, Channel] = {}
    if (smtp := alerts.smtp) is not None:
        password = secret(home, "SKILLWATCH_SMTP_PASSWORD", "smtp_password")
        found["smtp"] = lambda message: _mail(smtp, password, message)
    if (webhook := alerts.webhook) is not None:
        token = secret(home, "SKILLWATCH_WEBHOOK_TOKEN", "webhook_token")
        found["webhook"] = lambda message: _post(webhook, token, message)
    return found


def _mail(smtp: Smtp, password: str, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, smtp.sender, ", ".join(smtp.to)
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain=smtp.sender.rpartition("@")[2])
    mail.set_content(message.text)
    try:
        context = ssl.create_default_context()
        server: smtplib.SMTP = (
            smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SECONDS, context=context)
            if smtp.security == "tls"
            else smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS)
        )
        with server:
            if smtp.security == "starttls":
                server.starttls(context=context)
            if smtp.user:
                server.login(smtp.user, password)
            if server.send_message(mail):
                raise ChannelFailed("smtp: 有收件人被拒绝 / some recipients were refused")
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelFailed(f"smtp: {type(error).__name__}") from error


def _post(webhook: Webhook, token: str, message: Message) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = httpx2.post(webhook.url, json=message.as_json(), headers=headers, timeout=SECONDS)
    except httpx2.HTTPError as error:
        raise ChannelFailed(f"webhook: {type(error).__name__}") from error
    if answer.status_code >= 300:
        raise ChannelFailed(f"webhook: HTTP {answer.status_code}")
