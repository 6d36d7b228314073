"""Carry the seals of certificates further in time."""

import sys

import click

from credentialing.cli.installation import settings_of


@click.command(name="archive")
@click.pass_context
def command(context: click.Context) -> None:
    """Archive every issued certificate that is due (level B-LTA): those never archived, and those whose last time stamp ends within a year.
    Run it once a month. Exit 1 with a line for each that could not be; what was archived stays so."""
    from credentialing.app.office import open_office
    from credentialing.domain.errors import BrokenSealError
    from credentialing.services.archiving import archive_certificate, due_for_archive

    office = open_office(settings_of(context))
    done = left = 0
    for certificate_id in due_for_archive(office):
        try:
            archive_certificate(office, certificate_id=certificate_id)
            done += 1
        except BrokenSealError as error:
            click.echo(f"{certificate_id}: {error}", err=True)
            left += 1
    click.echo(f"archived: {done}, left as they were: {left}")
    if left:
        sys.exit(1)
