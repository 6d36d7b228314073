"""Hand out what a stranger needs to verify certificates of this installation offline."""

from pathlib import Path

import click

from credentialing.cli.installation import settings_of


@click.command(name="export-trust")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """Write root.pem, did.json, trust.json and summary.json into DIR: public keys only, no certificate and no secret."""
    from credentialing.app.office import open_office
    from credentialing.services.exporting import write_summary

    write_summary(open_office(settings_of(context)), lines=(), folder=folder)
    click.echo(f"wrote {folder}", err=True)
