"""The keys of the installation: their history, and every act on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from credentialing.cli.installation import settings_of
from credentialing.crypto.keyfiles import KeyRecord, KeyState, Purpose

if TYPE_CHECKING:
    from credentialing.services.exposure import Exposed

_SENTENCES = {
    "key_not_rotatable": "This key is never exchanged: everything else hangs on it.",
    "key_unknown": "There is no key with this id: ./run keys list names them.",
    "key_last_in_use": "It is the only one of its purpose in use: put another one in use first, ./run keys rotate PURPOSE.",
    "key_state_goes_back": "States go forward only: active, retired, compromised; and compromised only from an earlier moment on.",
    "key_not_signing": "It signs nothing: exchange it, ./run keys rotate PURPOSE.",
    "moment_in_future": "That moment has not come yet.",
    "root_offline": "The root must certify this, and its private part is not here: ./run keys certify --request FILE asks for it.",
    "root_without_authorities": "The root of this installation is an old one that may have no authority below it: it certifies seals itself.",
    "request_damaged": "That is no request for a certificate, or it was changed.",
    "certificate_damaged": "That is not one certificate.",
    "certificate_foreign": "Our root did not sign this certificate, or not for an issuing authority.",
    "certificate_of_another_key": "The key of this certificate was not made here, or is in use already.",
}


@click.group(name="keys")
def command() -> None:
    """The keys: list, rotate, retire, compromise, certify."""


@contextmanager
def _explained() -> Iterator[None]:
    """A refusal ends the command with a sentence for each reason."""
    from credentialing.domain.errors import BadInputError, RefusedError

    try:
        yield
    except (RefusedError, BadInputError) as refused:
        raise click.ClickException(" ".join(_SENTENCES.get(reason.code, f"That cannot be: {reason.code}.") for reason in refused.reasons)) from refused


def _place(context: click.Context) -> tuple[Path, dict[str, Any]]:
    """The key folder, and the moment and token for acts in it."""
    from credentialing.adapters.system import SystemClock
    from credentialing.app.keys import token_of

    settings = settings_of(context)
    return settings.keys, {"now": SystemClock().now(), "token": token_of(settings)}


def _line(record: KeyRecord) -> str:
    since = f"  from {record.since:%Y-%m-%d %H:%M} UTC on" if record.state is KeyState.COMPROMISED else ""
    until = f"{record.until:%Y-%m-%d %H:%M}" if record.until else "in use"
    return f"{record.purpose:10} {record.id:34} {record.state:12} {record.created:%Y-%m-%d %H:%M} - {until:16} {record.place}{since}"


@command.command(name="list")
@click.pass_context
def list_keys(context: click.Context) -> None:
    """One line a key: purpose, id, state, from when until when it was used, where it lies. Never the key itself. Keys that are due are named on stderr."""
    from credentialing.crypto.keyring import KeyRing

    folder, common = _place(context)
    ring = KeyRing.open(folder, token=common["token"])
    for record in ring.records:
        click.echo(_line(record))
    for record in ring.ageing(common["now"]):
        click.echo(f"The {record.purpose} key is in use since {record.created:%Y-%m-%d}. It is due: ./run keys rotate {record.purpose}", err=True)


@command.command()
@click.argument("purpose", type=click.Choice([purpose.value for purpose in Purpose]))
@click.pass_context
def rotate(context: click.Context, purpose: str) -> None:
    """Make a new key for PURPOSE; the old one retires and goes on verifying what it signed."""
    _rotate(context, Purpose(purpose))


def _rotate(context: click.Context, purpose: Purpose) -> None:
    from credentialing.adapters.system import SystemEntropy
    from credentialing.crypto.keyring import rotate_key

    folder, common = _place(context)
    with _explained():
        rotate_key(folder, purpose, entropy=SystemEntropy(), **common)
    click.echo(f"A new key for {purpose} is in use, in what is running too.")


@command.command()
@click.argument("key_id", metavar="ID")
@click.pass_context
def retire(context: click.Context, key_id: str) -> None:
    """Take a key out of use that is not the last of its purpose; it goes on verifying what it signed."""
    from credentialing.crypto.keyring import retire_key

    folder, common = _place(context)
    with _explained():
        retire_key(folder, key_id, **common)
    click.echo(f"The key {key_id} is retired.")


@command.command()
@click.argument("key_id", metavar="ID")
@click.option("--at", "moment", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From when on others may have had the key, UTC.")
@click.option("--list", "names", is_flag=True, help="Name every certificate that nothing protects any more.")
@click.pass_context
def compromise(context: click.Context, key_id: str, moment: datetime, names: bool) -> None:
    """Say that others may have had a key from a moment on. A key in use is exchanged first. What no trusted time of before that moment protects is not
    trusted any more; those certificates are counted, so that they can be issued again. Whoever does not know the moment gives the day the key was made."""
    from credentialing.crypto.keyring import KeyRing, compromise_key
    from credentialing.domain.errors import Reason, RefusedError

    folder, common = _place(context)
    at = moment.replace(tzinfo=UTC)
    record = next((r for r in KeyRing.open(folder, token=common["token"]).records if r.id == key_id), None)
    with _explained():
        if at > common["now"]:
            raise RefusedError(Reason("moment_in_future"))
    if record is not None and record.state is KeyState.ACTIVE and record.purpose is not Purpose.ROOT:
        _rotate(context, record.purpose)
    with _explained():
        compromise_key(folder, key_id, at=at, **common)
    click.echo(f"The key {key_id} is compromised since {moment:%Y-%m-%d %H:%M} UTC.")
    exposed = list(_exposed(context))
    click.echo(f"Certificates in force that nothing protects any more: {len(exposed)}." + ("" if names or not exposed else " ./run keys exposed names them."))
    if names:
        _tell(exposed)


@command.command()
@click.pass_context
def exposed(context: click.Context) -> None:
    """Name every certificate in force that a compromised key signed and no trusted time protects: issue it again."""
    _tell(list(_exposed(context)))


def _tell(exposed: "list[Exposed]") -> None:
    for each in exposed:
        click.echo(f"{each.certificate}  {each.case}  {', '.join(each.purposes)}")


def _exposed(context: click.Context) -> "Iterator[Exposed]":
    from credentialing.app.office import open_office
    from credentialing.services.exposure import exposed_certificates

    return exposed_certificates(open_office(settings_of(context)))


@command.command()
@click.option("--request", "request_to", type=click.Path(dir_okay=False, path_type=Path), help="Make a key for an issuing authority; write its request here.")
@click.option("--sign", "request_from", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Where the root is: sign this request …")
@click.option("--out", "certificate_to", type=click.Path(dir_okay=False, path_type=Path), help="… and write the certificate here.")
@click.option("--take", "certificate_from", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Put this authority in use.")
@click.pass_context
def certify(context: click.Context, request_to: Path | None, request_from: Path | None, certificate_to: Path | None, certificate_from: Path | None) -> None:
    """A new issuing authority when the private part of the root is kept on another machine: --request here, --sign there, --take here."""
    from credentialing.adapters.system import SystemEntropy
    from credentialing.crypto import ceremony

    folder, common = _place(context)
    with _explained():
        if request_to and not (request_from or certificate_from):
            request_to.write_bytes(ceremony.request_authority(folder, entropy=SystemEntropy(), **common))
            click.echo(f"Let the root sign it: ./run keys certify --sign {request_to.name} --out FILE")
        elif request_from and certificate_to and not (request_to or certificate_from):
            certificate_to.write_bytes(ceremony.certify_authority(folder, request_from.read_bytes(), entropy=SystemEntropy(), **common))
            click.echo(f"Take it in where the keys are: ./run keys certify --take {certificate_to.name}")
        elif certificate_from and not (request_to or request_from):
            ceremony.take_authority(folder, certificate_from.read_bytes(), **common)
            click.echo("The new issuing authority is in use. It certifies the next seal: ./run keys rotate seal")
        else:
            raise click.UsageError("Say one of --request FILE, --sign REQUEST --out FILE, --take CERTIFICATE.")


@command.command()
@click.option("--out", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write the list.")
@click.pass_context
def revoked(context: click.Context, target: Path) -> None:
    """What the root has revoked, when its private part is kept on another machine: write it there once a year, lay it into keys/ here as revoked-ID.crl."""
    from credentialing.crypto import ceremony

    folder, common = _place(context)
    with _explained():
        target.write_bytes(ceremony.list_revoked(folder, **common))
