"""People who work here: their roles, accounts and deputies."""

from datetime import datetime

import click

from credentialing.cli.installation import settings_of
from credentialing.domain.calendars import ZONES, end_of_day
from credentialing.domain.contacts import parse_contact
from credentialing.domain.errors import BadInputError, CredentialingError, NotFoundError, RefusedError
from credentialing.domain.people import STAFF_ROLES, Role
from credentialing.services.office import Office

_ROLES = click.Choice([role.value for role in STAFF_ROLES])
_SENTENCES = {
    "contact_wrong": "That is neither an e-mail address nor a phone number.",
    "staff_number_differs": "The account of this contact has another staff number: it belongs to somebody else.",
    "administrator_apart": "Whoever administers accounts and procedures holds no other role, with any account or as a deputy.",
    "role_not_held": "The person to be replaced does not hold that role.",
    "deputy_of_oneself": "These two accounts belong to one person, who cannot stand in for themselves.",
    "deputy_already": "This person already stands in for that person in this role.",
    "until_out_of_range": "Choose a day after today and at most a year ahead.",
    "field_blank": "Give the staff number, or the number of an identity document.",
    "field_too_short": "The staff number needs at least three letters or digits.",
    "field_too_long": "The staff number has at most 40 letters and digits.",
}
"""What the operator reads for each reason."""


def said(error: CredentialingError) -> click.ClickException:
    """The error in sentences, for the operator."""
    if isinstance(error, RefusedError | BadInputError):
        return click.ClickException(" ".join(_SENTENCES.get(reason.code, reason.code.replace("_", " ")) for reason in error.reasons))
    return click.ClickException("There is no such person, role or deputyship.")


def office_of(context: click.Context) -> Office:
    """The office of the installation that the command works on."""
    from credentialing.app.office import open_office

    return open_office(settings_of(context))


@click.group(name="users")
def command() -> None:
    """People who work here, and their roles."""


@command.command()
@click.argument("contact")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=_ROLES)
@click.option("--staff-number", required=True, help="The institution's own number of the person, or of an identity document: kept as a keyed hash only.")
@click.option("--language", type=click.Choice(["es", "en", "pt"]), default="es")
@click.option("--country", type=click.Choice(sorted(set(ZONES) - {"XX"})), default="CO", help="Where a phone number without its country code belongs.")
@click.pass_context
def add(context: click.Context, contact: str, name: str, roles: tuple[str, ...], staff_number: str, language: str, country: str) -> None:
    """Give ROLES to the person called NAME who is reached at CONTACT (an e-mail address or a phone number)."""
    from credentialing.services import people

    office = office_of(context)
    try:
        person_id = people.hire(
            office,
            actor=None,
            contact=parse_contact(contact, country),
            display_name=name,
            roles=frozenset(map(Role, roles)),
            language=language,
            staff_number=staff_number,
        )
    except CredentialingError as error:
        raise said(error) from error
    click.echo(f"{name} may now act as {', '.join(roles)}. Their id is {person_id}.")


@command.command()
@click.argument("person_id")
@click.argument("role", type=_ROLES)
@click.pass_context
def dismiss(context: click.Context, person_id: str, role: str) -> None:
    """End ROLE of the person with PERSON_ID, at once."""
    from credentialing.services import people

    office = office_of(context)
    try:
        people.take_role(office, actor=None, person_id=person_id, role=Role(role))
    except NotFoundError as error:
        raise click.ClickException("That person does not hold that role.") from error
    click.echo("Done.")


@command.command()
@click.argument("person_id")
@click.pass_context
def disable(context: click.Context, person_id: str) -> None:
    """Close the account of PERSON_ID: roles, deputyships and sessions end at once."""
    from credentialing.services import people

    office = office_of(context)
    try:
        people.disable_person(office, actor=None, person_id=person_id)
    except CredentialingError as error:
        raise said(error) from error
    click.echo("Done.")


@command.command()
@click.argument("person_id")
@click.argument("stands_in_for")
@click.argument("role", type=_ROLES)
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, as 2026-12-31.")
@click.option("--country", type=click.Choice(sorted(ZONES)), default="CO", help="Where that day ends.")
@click.pass_context
def deputy(context: click.Context, person_id: str, stands_in_for: str, role: str, until: datetime, country: str) -> None:
    """Let PERSON_ID stand in for STANDS_IN_FOR in ROLE until a day, that day included."""
    from credentialing.services import deputies

    office = office_of(context)
    end = end_of_day(country, until.date())
    try:
        deputy_id = deputies.appoint_deputy(office, actor=None, person_id=person_id, stands_in_for=stands_in_for, role=Role(role), until=end)
    except CredentialingError as error:
        raise said(error) from error
    click.echo(f"Appointed. The id of the deputyship is {deputy_id}.")


@command.command(name="end-deputy")
@click.argument("deputy_id")
@click.pass_context
def end_deputy(context: click.Context, deputy_id: str) -> None:
    """End the deputyship DEPUTY_ID before its time."""
    from credentialing.services import deputies

    office = office_of(context)
    try:
        deputies.end_deputy(office, actor=None, deputy_id=deputy_id)
    except CredentialingError as error:
        raise said(error) from error
    click.echo("Done.")
