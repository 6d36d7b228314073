"""The places of the institution: add, list, close, and who works where."""

import click

from credentialing.cli.users import office_of, said
from credentialing.domain.calendars import ZONES
from credentialing.domain.errors import CredentialingError, NotFoundError, RefusedError


@click.group(name="centres")
def command() -> None:
    """The places of the institution, and who works where."""


@command.command()
@click.argument("name")
@click.argument("city")
@click.argument("country", type=click.Choice(sorted(set(ZONES) - {"XX"})))
@click.pass_context
def add(context: click.Context, name: str, city: str, country: str) -> None:
    """Open the centre NAME in CITY."""
    from credentialing.services import centres

    try:
        centre_id = centres.add_centre(office_of(context), actor=None, name=name, city=city, country=country)
    except RefusedError as error:
        raise click.ClickException("There is already a centre with this name.") from error
    except CredentialingError as error:
        raise click.ClickException("A centre needs a name of 2 to 120 letters and a city.") from error
    click.echo(f"Opened. Its id is {centre_id}.")


@command.command(name="list")
@click.pass_context
def list_all(context: click.Context) -> None:
    """Print every centre: id, country, city, name, open cases, staff."""
    from credentialing.services import centres

    for line in centres.all_centres(office_of(context), actor=None):
        closed = "" if line.is_open else "\tclosed"
        click.echo(f"{line.centre_id}\t{line.country}\t{line.city}\t{line.name}\t{line.cases}\t{line.staff}{closed}")


@command.command()
@click.argument("centre_id")
@click.pass_context
def close(context: click.Context, centre_id: str) -> None:
    """Close CENTRE_ID, when no open case and nobody of the staff is left in it."""
    from credentialing.services import centres

    try:
        centres.close_centre(office_of(context), actor=None, centre_id=centre_id)
    except RefusedError as error:
        left = error.reasons[0].details
        sentence = f"It still has {left['cases']} open cases and {left['staff']} people. Move them to another centre first."
        raise click.ClickException(sentence) from error
    except NotFoundError as error:
        raise click.ClickException("There is no open centre with this id.") from error
    click.echo("Closed.")


@command.command()
@click.argument("person_id")
@click.argument("centre_id", required=False)
@click.pass_context
def place(context: click.Context, person_id: str, centre_id: str | None) -> None:
    """Let PERSON_ID work in CENTRE_ID; without a centre, they see the cases of all."""
    from credentialing.services import centres

    try:
        centres.place_person(office_of(context), actor=None, person_id=person_id, centre_id=centre_id)
    except CredentialingError as error:
        raise said(error) from error
    click.echo("Done.")
