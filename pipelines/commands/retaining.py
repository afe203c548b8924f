"""Personal data that has been kept long enough: what would go, and on demand the deletion."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from pipelines.commands.options import HOME, JSON, fail
from pipelines.home import Home, HomeError


@click.command()
@click.option(
    "--years",
    type=click.IntRange(1, 100),
    required=True,
    help="Keep so many years before the newest as-of date; your bureau decides how many.",
)
@click.option("--apply", "applied", is_flag=True, help="Delete. Without it nothing changes: what would go is listed.")
@click.option(
    "--originals",
    is_flag=True,
    help="Only list files of the inbox that are older and wholly read, one a line: they may be archived elsewhere.",
)
@HOME
@click.option(
    "--wait", "wait_seconds", type=float, default=900.0, show_default=True, help="Seconds to wait for a scan."
)
@JSON
def retain(years: int, applied: bool, originals: bool, home: Path | None, wait_seconds: float, as_json: bool) -> None:
    """Delete revealed publications, sealed values and scan logs older than the limit; a dry run unless --apply."""
    from pipelines.originals import archivable
    from pipelines.retention import LOG, RetentionProblem, delete, look

    at = Home.at(home)
    if originals and applied:
        raise click.UsageError(
            "--originals 只列出，不删原件；请自行归档。 / --originals lists and deletes nothing: archive them yourself."
        )
    try:
        if originals:
            limit = look(at, years, date.today()).limit
            names = [path.relative_to(at.inbox).as_posix() for path in archivable(at, limit)]
            click.echo(
                json.dumps({"limit": str(limit), "originals": names}, ensure_ascii=False)
                if as_json
                else "\n".join(names)
            )
            return
        found = (
            delete(at, years, date.today(), wait=wait_seconds, say=lambda text: click.echo(text, err=True))
            if applied
            else look(at, years, date.today())
        )
    except (HomeError, RetentionProblem) as error:
        fail(str(error), as_json)
    if as_json:
        told = {"applied": applied, "home": str(at.root), **asdict(found)}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    done = "已删除 deleted" if applied else "将删除 would go"
    click.echo(f"截至 as of {found.newest}，保存 {years} 年 years：早于 before {found.limit}")
    for one in found.goes:
        click.echo(f"  {done}: {one.kind} {one.name}  {one.count:,} 个 items  {one.bytes:,} 字节 bytes")
    if not found.goes:
        click.echo("  没有到期的。 / Nothing is too old.")
    for kept in found.stays:
        if kept.count:
            click.echo(f"  保留 stays: {kept.kind}  {kept.count:,} 个 items  {kept.bytes:,} 字节 bytes  {kept.why}")
    if applied and found.goes:
        click.echo(f"每项删除记在 each deletion is a line in {at.root / 'logs' / LOG}")
    elif found.goes:
        click.echo("这是预演，什么也没有删；加 --apply 才删除。 / A dry run: nothing was deleted; --apply deletes.")
