"""Audits from a terminal: does the trail add up to what the cases say of themselves, and are the logs what was once signed."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from credentialing.cli.installation import settings_of

if TYPE_CHECKING:
    from credentialing.services.audit import Audit
    from credentialing.services.replaying import Replay


@click.group(name="audit")
def command() -> None:
    """The audit trail and the transparency log: replay, verify, checkpoint."""


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


@command.command()
@click.option("--checkpoint", "outside", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A checkpoint held elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for other programs.")
@click.pass_context
def verify(context: click.Context, outside: tuple[Path, ...], as_json: bool) -> None:
    """Compute both logs again from their leaves and compare them with everything that was signed; exit 1 with a line for each thing that is wrong.

    Against whoever can change everything here, the keys included, only a checkpoint helps that was kept elsewhere: `audit checkpoint` prints it.
    """
    done = _audit(context, tuple(note for path in outside for note in _notes(path.read_text("utf-8"))))
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=2))
    else:
        for each in done.findings:
            click.echo(f"{each.log}  {each.what}: {each.where}")
        counted = f"leaves: {done.leaves}, checkpoints: {done.checkpoints}, certificates: {done.certificates}, events: {done.events}"
        click.echo(f"{counted}, findings: {len(done.findings)}")
    if done.findings:
        sys.exit(1)


@command.command()
@click.pass_context
def checkpoint(context: click.Context) -> None:
    """Sign what is new and print the checkpoints of both logs: to be kept where nobody of the house can change them."""
    from credentialing.app.office import open_office
    from credentialing.domain.errors import MisconfiguredError, NotFoundError
    from credentialing.services import publishing, trail_log
    from credentialing.services.audit import checkpoints_to_keep

    office = open_office(settings_of(context))
    publishing.publish(office)
    trail_log.seal_trail(office)
    try:
        click.echo("\n".join(checkpoints_to_keep(office)), nl=False)
    except NotFoundError:
        raise MisconfiguredError("There is nothing in the logs yet.") from None


def _notes(text: str) -> list[str]:
    """The checkpoints in a file, which may hold several, an empty line between them: a line that begins with a dash ends one when no other follows."""
    notes, current, signed = [], list[str](), False
    for line in text.splitlines(keepends=True):
        if signed and not line.startswith("— "):
            notes.append("".join(current))
            current, signed = [], False
            if not line.strip():
                continue
        current.append(line)
        signed = line.startswith("— ")
    return [*notes, "".join(current)] if current else notes


def _audit(context: click.Context, outside: tuple[str, ...]) -> "Audit":
    from credentialing.app.office import open_office
    from credentialing.services.audit import audit

    office = open_office(settings_of(context))
    with _progress("Auditing") as tell:
        return audit(office, outside=outside, tell=tell)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's standard error while the block lasts."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
