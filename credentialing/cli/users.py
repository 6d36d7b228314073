"""People who work here, and their roles."""

import click

from credentialing.cli.installation import settings_of
from credentialing.domain.contacts import parse_contact
from credentialing.domain.errors import BadInputError, NotFoundError
from credentialing.domain.people import STAFF_ROLES, Role


@click.group(name="users")
def command() -> None:
    """People who work here, and their roles."""


@command.command()
@click.argument("contact")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=click.Choice([role.value for role in STAFF_ROLES]))
@click.option("--language", type=click.Choice(["es", "en", "pt"]), default="es")
@click.pass_context
def hire(context: click.Context, contact: str, name: str, roles: tuple[str, ...], language: str) -> None:
    """Give ROLES to the person called NAME who is reached at CONTACT (an e-mail address or a phone number)."""
    from credentialing.app.office import open_office
    from credentialing.services import people

    office = open_office(settings_of(context))
    try:
        where = parse_contact(contact, "CO")
    except BadInputError as error:
        raise click.ClickException("That is neither an e-mail address nor a phone number.") from error
    person_id = people.hire(office, actor=None, contact=where, display_name=name, roles=frozenset(map(Role, roles)), language=language)
    click.echo(f"{name} may now act as {', '.join(roles)}. Their id is {person_id}.")


@command.command()
@click.argument("person_id")
@click.argument("role", type=click.Choice([role.value for role in STAFF_ROLES]))
@click.pass_context
def dismiss(context: click.Context, person_id: str, role: str) -> None:
    """End ROLE of the person with PERSON_ID, at once."""
    from credentialing.app.office import open_office
    from credentialing.services import people

    office = open_office(settings_of(context))
    try:
        people.take_role(office, actor=None, person_id=person_id, role=Role(role))
    except NotFoundError as error:
        raise click.ClickException("That person does not hold that role.") from error
    click.echo("Done.")
