"""Walk real cases from application to certificate in a throw-away instance, and leave everything a stranger needs to check them."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from credentialing.services.exporting import Line


@click.command(name="demo")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write to; it must be empty or new.")
def command(out: Path) -> None:
    """Walk real cases from application to certificate in a throw-away instance, through the same use cases as the web."""
    if out.exists() and any(out.iterdir()):
        raise click.ClickException("That folder is not empty: name a new one.")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="demo-") as instance:
        lines = _walk(Path(instance), out)
    for line in lines:
        click.echo(f"{line.number}  {line.kind:6}  {line.holder}  {line.pdf}")


def _walk(instance: Path, out: Path) -> "list[Line]":
    from credentialing.adapters.doubles import HandClock, MemoryJobs
    from credentialing.adapters.system import SystemClock
    from credentialing.app.office import open_office
    from credentialing.cli.opening import open_database, open_keys
    from credentialing.config import load_settings
    from credentialing.resources import samples_dir
    from credentialing.services import exporting
    from credentialing.services.demonstration import DEGREE, RPL, Story, engineer, welder
    from credentialing.services.work import HANDLERS

    settings = load_settings(instance, {})
    begin = SystemClock().now() - timedelta(days=60)
    engine = open_database(settings)
    open_keys(settings, now=begin)
    clock, jobs = HandClock(begin), MemoryJobs()
    office = replace(open_office(settings, engine=engine), clock=clock, jobs=jobs)

    def run_jobs() -> None:
        jobs.run_all(HANDLERS, office)

    story = Story(office, clock=clock, run_jobs=run_jobs, samples=samples_dir())
    cases = (
        (engineer("+573005550101", "Mariángel", "Peñalver Núñez", "4821"), DEGREE),
        (welder("+573005550102", "Deivis Alexander", "Ñáñez Carrillo", "9014"), RPL),
    )
    lines = []
    for person, procedure in cases:
        click.echo(f"Walking {procedure} …", err=True)
        clock.set(begin)
        case_id = story.walk(person, procedure, until="certified", letter=procedure == DEGREE)
        lines.append(exporting.export_certificate(office, actor=story.welcome(person), case_id=case_id, folder=out))
    clock.set(SystemClock().now())
    exporting.write_summary(office, lines=lines, folder=out)
    engine.dispose()
    return lines
