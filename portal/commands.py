"""`skillwatch portal` and `skillwatch account`: arguments in, a line out. Loaded only when one of them is asked for.

Belongs here: commands. Does not belong here: what they do (`serving.py`, `accounts.py`).
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipelines.home import Home, HomeError

if TYPE_CHECKING:
    from portal.accounts import Accounts
    from portal.audit import AuditLog

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where everything is kept; default SKILLWATCH_HOME or .skillwatch.",
)
_OPERATOR = "(shell)"


@click.command()
@_HOME
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Loopback unless you say otherwise; put a proxy with https before it.",
)
@click.option("--port", type=int, default=8600, show_default=True)
@click.option(
    "--proxies", default="127.0.0.1", show_default=True, help="Addresses of proxies whose X-Forwarded-For is believed."
)
def portal(home: Path | None, host: str, port: int, proxies: str) -> None:
    """Serve the regulators' portal: case list, evidence, downloads, judgements."""
    from assets.keys import KeyProblem
    from portal.secret import SecretProblem
    from portal.serving import LOOPBACK, serve
    from portal.settings import SettingsProblem

    target = Home.at(home)
    try:
        target.prepare()
        if host not in LOOPBACK:
            click.echo(
                "提醒：门户不在本机地址上，请在前面加一层带 https 的反向代理。 / Not on loopback: put a proxy with https before it.",
                err=True,
            )
        click.echo(f"http://{host}:{port}", err=True)
        serve(target, host, port, proxies)
    except (HomeError, SettingsProblem, SecretProblem, KeyProblem) as error:
        _fail(str(error))


@click.group()
def account() -> None:
    """The portal's accounts."""


@account.command("add")
@click.argument("name")
@_HOME
@click.option("--role", type=click.Choice(["viewer", "inspector", "officer", "admin"]), required=True)
@click.option(
    "--division",
    "divisions",
    multiple=True,
    required=True,
    help="Six-digit code, may be given several times: 140000 the province, 140100 a city.",
)
@click.option("--shown", default="", help="The person's name as others see it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@click.option("--generate", is_flag=True, help="Make a password and print it once.")
@click.option("--openid-only", is_flag=True, help="No password: signs in through the provider alone.")
def add(
    name: str,
    home: Path | None,
    role: str,
    divisions: tuple[str, ...],
    shown: str,
    password_stdin: bool,
    generate: bool,
    openid_only: bool,
) -> None:
    """Make an account."""
    from portal.accounts import AccountProblem

    accounts, audit = _open(home)
    password = None if openid_only else _password(password_stdin, generate)
    try:
        made = accounts.add(name, role, divisions, password, shown)
    except AccountProblem as problem:
        _fail(str(problem))
    audit.add(_OPERATOR, "account_added", name, role=role, divisions=",".join(made.divisions))
    click.echo(
        f"{made.name}\t{made.role.value}\t{','.join(made.divisions)}"
        + (f"\t{password}" if generate and password else "")
    )


@account.command("list")
@_HOME
def listed(home: Path | None) -> None:
    """Every account: name, role, divisions, state."""
    from portal.accounts import Accounts
    from portal.settings import FOLDER

    for one in Accounts(_existing(home).root / FOLDER).all():
        click.echo(
            f"{one.name}\t{one.role.value}\t{','.join(one.divisions)}\t{'disabled' if one.disabled else 'active'}\t{one.shown}"
        )


@account.command("disable")
@click.argument("name")
@_HOME
@click.option("--enable", is_flag=True, help="Let the account in again.")
def disable(name: str, home: Path | None, enable: bool) -> None:
    """Shut an account out at once; its sessions end."""
    from portal.accounts import AccountProblem

    accounts, audit = _open(_existing(home).root)
    try:
        accounts.disable(name, disabled=not enable)
    except AccountProblem as problem:
        _fail(str(problem))
    audit.add(_OPERATOR, "account_enabled" if enable else "account_disabled", name)


@account.command("password")
@click.argument("name")
@_HOME
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@click.option("--generate", is_flag=True, help="Make a password and print it once.")
def password(name: str, home: Path | None, password_stdin: bool, generate: bool) -> None:
    """Set a new password; the account's sessions end."""
    from portal.accounts import AccountProblem

    accounts, audit = _open(_existing(home).root)
    new = _password(password_stdin, generate)
    try:
        accounts.set_password(name, new)
    except AccountProblem as problem:
        _fail(str(problem))
    audit.add(_OPERATOR, "account_password", name)
    if generate:
        click.echo(new)


COMMANDS = {"portal": portal, "account": account}


def _existing(home: Path | None) -> Home:
    """The home, for whoever makes none: only `account add` and the portal may be the first in it."""
    target = Home.at(home)
    try:
        target.must_exist()
    except HomeError as error:
        _fail(str(error))
    return target


def _open(home: Path | None) -> tuple[Accounts, AuditLog]:
    from assets.keys import load_keys
    from portal.accounts import Accounts
    from portal.audit import AuditLog
    from portal.state import folder_of

    target = Home.at(home)
    try:
        target.prepare()
    except HomeError as error:
        _fail(str(error))
    folder = folder_of(target)
    return Accounts(folder), AuditLog(folder, load_keys(target.root).signing)


def _password(from_stdin: bool, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码 password", hide_input=True, confirmation_prompt="再输一次 again"))


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
