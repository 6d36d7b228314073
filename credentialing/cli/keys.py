"""The keys of the installation: list them with their history, rotate one."""

from datetime import UTC, datetime

import click

from credentialing.cli.installation import settings_of
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.errors import RefusedError


@click.group(name="keys")
def command() -> None:
    """The keys: list, rotate."""


@command.command(name="list")
@click.pass_context
def list_keys(context: click.Context) -> None:
    """One line a key: purpose, id, state, since when. Never the key itself."""
    from credentialing.crypto.keyring import KeyRing

    for record in KeyRing.open(settings_of(context).keys).records:
        click.echo(f"{record.purpose:10} {record.id:34} {record.state:12} {record.since:%Y-%m-%d %H:%M} UTC")


@command.command()
@click.argument("purpose", type=click.Choice([purpose.value for purpose in Purpose]))
@click.pass_context
def rotate(context: click.Context, purpose: str) -> None:
    """Make a new key for PURPOSE; the old one retires and goes on verifying what it signed."""
    from credentialing.adapters.system import SystemClock, SystemEntropy
    from credentialing.crypto.keyring import rotate_key

    rotate_key(settings_of(context).keys, Purpose(purpose), now=SystemClock().now(), entropy=SystemEntropy())
    click.echo(f"A new key for {purpose} is in use. Restart what is running.")


@command.command()
@click.argument("key_id", metavar="ID")
@click.pass_context
def retire(context: click.Context, key_id: str) -> None:
    """Take a key out of use that is not the last of its purpose; it goes on verifying what it signed."""
    from credentialing.adapters.system import SystemClock
    from credentialing.crypto.keyring import retire_key

    try:
        retire_key(settings_of(context).keys, key_id, now=SystemClock().now())
    except RefusedError as refused:
        raise click.ClickException(f"That cannot be: {', '.join(reason.code for reason in refused.reasons)}.") from refused
    click.echo(f"The key {key_id} is retired.")


@command.command()
@click.argument("key_id", metavar="ID")
@click.option("--at", "moment", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From when on others may have had the key, UTC.")
@click.pass_context
def compromise(context: click.Context, key_id: str, moment: datetime) -> None:
    """Say that others may have had a key from a moment on: what no trusted time protects is not trusted any more."""
    from credentialing.adapters.system import SystemClock
    from credentialing.crypto.keyring import compromise_key

    try:
        compromise_key(settings_of(context).keys, key_id, at=moment.replace(tzinfo=UTC), now=SystemClock().now())
    except RefusedError as refused:
        raise click.ClickException(f"That cannot be: {', '.join(reason.code for reason in refused.reasons)}.") from refused
    click.echo(f"The key {key_id} is compromised since {moment:%Y-%m-%d %H:%M} UTC.")
