"""Serve applicants and staff only; durable work runs in a process of its own."""

import click

from credentialing.cli.installation import settings_of
from credentialing.cli.serve import serve


@click.command(name="web")
@click.pass_context
def command(context: click.Context) -> None:
    """Serve applicants and staff only; durable work runs elsewhere."""
    serve(settings_of(context), with_worker=False)
