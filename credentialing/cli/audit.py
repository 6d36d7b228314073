"""The audit trail, from a terminal: does what it tells add up to what the cases say of themselves."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from credentialing.cli.installation import settings_of

if TYPE_CHECKING:
    from credentialing.services.replaying import Replay


@click.group(name="audit")
def command() -> None:
    """The audit trail: replay."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for other programs.")
@click.pass_context
def replay(context: click.Context, as_json: bool) -> None:
    """Fold the events of every case under the rules it was pinned to; exit 1 with a line for each difference from the database."""
    done = _replay(context)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=2))
    else:
        for each in done.differences:
            click.echo(f"{each.number}  {each.what}: the trail says “{each.told}”, the case says “{each.kept}”")
        click.echo(f"cases: {done.cases}, events: {done.events}, differences: {len(done.differences)}")
    if done.differences:
        sys.exit(1)


def _replay(context: click.Context) -> "Replay":
    from credentialing.app.office import open_office
    from credentialing.services import replaying

    office = open_office(settings_of(context))
    with click.progressbar(length=1, label="Replaying", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return replaying.replay(office, tell=tell)
