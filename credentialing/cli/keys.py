"""The keys of the installation: list them with their history, rotate one."""

import click

from credentialing.cli.installation import settings_of
from credentialing.crypto.keyfiles import KeyState, Purpose
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
@click.argument("key_id")
@click.argument("state", type=click.Choice([KeyState.RETIRED.value, KeyState.COMPROMISED.value]))
@click.pass_context
def mark(context: click.Context, key_id: str, state: str) -> None:
    """Retire a key, or say that it is compromised: nothing signed with it is trusted any more."""
    from credentialing.adapters.system import SystemClock
    from credentialing.crypto.keyring import mark_key

    try:
        mark_key(settings_of(context).keys, key_id, KeyState(state), now=SystemClock().now())
    except RefusedError as refused:
        raise click.ClickException(f"That cannot be: {', '.join(reason.code for reason in refused.reasons)}.") from refused
    click.echo(f"The key {key_id} is {state}.")
