"""The home as one file, and back."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipelines.commands.options import HOME, JSON, fail
from pipelines.home import Home, HomeError

_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File whose first line is the passphrase; for timers.",
)
_SHORTEST = 12


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@HOME
@click.option("--encrypt", is_flag=True, help="Ask for a passphrase, without which nobody can open the backup.")
@_PASSPHRASE
@click.option("--without-keys", is_flag=True, help="Leave HOME/keys out: you keep them elsewhere, offline.")
@click.option("--with-warehouse", is_flag=True, help="Also the warehouse, which a scan builds again.")
@click.option(
    "--wait", "wait_seconds", type=float, default=900.0, show_default=True, help="Seconds to wait for a scan."
)
@JSON
def backup(
    file: Path,
    home: Path | None,
    encrypt: bool,
    passphrase_file: Path | None,
    without_keys: bool,
    with_warehouse: bool,
    wait_seconds: float,
    as_json: bool,
) -> None:
    """Write the home into FILE: deliveries, publications, keys, portal, plans, settings, inbox. Mode 0600."""
    from pipelines.backup import BackupProblem
    from pipelines.backup import backup as write_backup

    passphrase = _passphrase(passphrase_file, ask=encrypt, new=True)
    try:
        kept = write_backup(
            Home.at(home), file.absolute(), passphrase=passphrase, keys=not without_keys, warehouse=with_warehouse,
            wait=wait_seconds, say=lambda text: click.echo(text, err=True),
        )  # fmt: skip
    except (HomeError, BackupProblem) as error:
        fail(str(error), as_json)
    if passphrase is None:
        click.echo(
            "这份备份没有加密，内有个人信息"
            + ("" if without_keys else "和密钥")
            + "，请像原件一样保管。 / Not encrypted: keep it as safe as the home itself.",
            err=True,
        )
    told = {
        "backup": str(file.absolute()),
        "files": kept.files,
        "bytes": kept.bytes,
        "keys": kept.keys,
        "encrypted": passphrase is not None,
    }
    click.echo(
        json.dumps(told, ensure_ascii=False)
        if as_json
        else f"{file}: {kept.files} 个文件 files, {kept.bytes:,} 字节 bytes"
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@HOME
@_PASSPHRASE
@JSON
def restore(file: Path, home: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Unpack a backup into a home that does not exist yet; every checksum is compared."""
    from pipelines.backup import BackupProblem, sealed
    from pipelines.backup import restore as unpack
    from pipelines.sealing import WrongPassphrase

    passphrase = _passphrase(passphrase_file, ask=sealed(file), new=False)
    target = Home.at(home)
    try:
        kept = unpack(file, target, passphrase)
    except (BackupProblem, WrongPassphrase) as error:
        fail(str(error), as_json)
    if not kept.keys:
        click.echo(
            f"备份里没有密钥：扫描之前先把密钥放回 {target.keys}，否则会生成新的，线索编号和化名都会变。 / "
            f"No keys in this backup: put them into {target.keys} before the next scan, or case ids change.",
            err=True,
        )
    told = {"home": str(target.root), "files": kept.files, "bytes": kept.bytes, "keys": kept.keys}
    click.echo(
        json.dumps(told, ensure_ascii=False)
        if as_json
        else f"{target.root}: {kept.files} 个文件 files, {kept.bytes:,} 字节 bytes"
    )


def _passphrase(file: Path | None, *, ask: bool, new: bool) -> bytes | None:
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except UnicodeDecodeError:
            raise click.UsageError(
                f"{file} 不是 UTF-8 文本，请另存为 UTF-8。 / {file} is no UTF-8 text; save it as UTF-8."
            ) from None
    elif ask:
        text = str(click.prompt("口令 passphrase", hide_input=True, err=True, confirmation_prompt=new))
    else:
        return None
    if new and len(text) < _SHORTEST:
        raise click.UsageError(f"口令至少 {_SHORTEST} 个字符。 / A passphrase has at least {_SHORTEST} characters.")
    return text.encode()
