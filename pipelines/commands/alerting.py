"""Send the alerts that wait, or try the channels."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.commands.options import HOME, fail
from pipelines.home import Home, HomeError


@click.command()
@HOME
@click.option("--trial", is_flag=True, help="Send a trial message too.")
def alerts(home: Path | None, trial: bool) -> None:
    """Send the alerts that could not be sent before, by mail and webhook as HOME/settings.yaml says."""
    from pipelines.alerts.channels import channels
    from pipelines.alerts.messages import trial as trial_message
    from pipelines.alerts.outbox import Outbox

    target = Home.at(home)
    try:
        target.must_exist()
        target.prepare()
        ways = channels(target)
        if not ways:
            fail(
                f"{target.settings} 里没有配置告警渠道（alerts.smtp 或 alerts.webhook）。 / No channel is set up there."
            )
        outbox = Outbox(target)
        if trial:
            outbox.put(trial_message())
        sent, failed = outbox.send(ways)
    except HomeError as error:
        fail(str(error))
    except OSError as error:
        fail(
            f"{target.root / 'alerts'} 写不进去（{error.strerror}），什么也没有发：请腾出空间或检查权限。 / It cannot be written; nothing was sent."
        )
    click.echo(f"发出 {sent} 条，渠道 {'、'.join(ways)}。 / Sent: {sent}.")
    if failed:
        fail("没有发出，下次再试 / not sent, will be tried again: " + "; ".join(failed))
