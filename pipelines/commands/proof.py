"""Is a publication unchanged, is the installation sound?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from pipelines.commands.options import FAILED, HOME, JSON
from pipelines.home import Home


@click.command()
@click.argument("publication", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@HOME
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The public key to trust; default the home's.",
)
@click.option("--chain", is_flag=True, help="Also every publication before it; of a plan, all plans.")
@click.option("--audit", is_flag=True, help="Also the portal's audit log in the home.")
def verify(publication: Path | None, home: Path | None, key: Path | None, chain: bool, audit: bool) -> None:
    """Check a publication's or a plan's hashes and signature, offline. Exit 0 only when nothing was changed."""
    from assets.verification import verify_command

    if publication is None and not audit:
        raise click.UsageError("Name a publication, or --audit.")
    codes = []
    if publication is not None:
        told, code = verify_command(publication, key=key, keys_folder=Home.at(home).keys, chain=chain)
        click.echo(told)
        codes.append(code)
    if audit:
        from portal.audit import audit_command

        told, code = audit_command(Home.at(home).root, key)
        click.echo(told)
        codes.append(code)
    sys.exit(max(codes, key=lambda code: (code == FAILED, code)))


@click.command()
@HOME
@JSON
def doctor(home: Path | None, as_json: bool) -> None:
    """Prove the installation: a made-up province with planted cases of every rule, scanned and compared. Exit 0 or 1."""
    from pipelines.doctor import examine

    found = examine(Home.at(home))
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.as_text())
    sys.exit(0 if found.sound else FAILED)
