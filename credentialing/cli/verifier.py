"""Serve the public verification pages only, from a read-only database."""

import click

from credentialing.cli.installation import settings_of


@click.command(name="verifier")
@click.option("--port", type=click.IntRange(1, 65535), help="Another port than the one in the settings.")
@click.pass_context
def command(context: click.Context, port: int | None) -> None:
    """Serve the public verification pages only, from a read-only database."""
    from dataclasses import replace

    from credentialing.app.verifier import create_verifier_app
    from credentialing.cli.gunicorn import Server

    settings = settings_of(context)
    chosen = replace(settings, port=port) if port else settings
    Server(chosen, lambda: create_verifier_app(chosen), begin=lambda: None, end=lambda: None).run()
