"""The database: bring it to this version's schema, or check that it is there."""

import sys

import click

from credentialing.cli.installation import settings_of


@click.group(name="db")
def command() -> None:
    """The database: upgrade, check."""


@command.command()
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Apply every missing revision, and make the job engine's tables."""
    from credentialing.cli.opening import open_database

    settings = settings_of(context)
    open_database(settings).dispose()
    click.echo("The database is at the schema of this version.")


@command.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Compare the database with what this version expects; exit code 1 and a line each when they differ."""
    from credentialing.storage.engine import make_engine
    from credentialing.storage.migrate import differences, is_current

    settings = settings_of(context)
    engine = make_engine(settings.database_url)
    found = differences(engine) if is_current(engine) else ["The schema is not that of this version: run ./run db upgrade."]
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo("The database agrees with this version.")
