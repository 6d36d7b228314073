"""Everybody who works here, the deputies of today, and the form that adds somebody."""

from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.contacts import parse_contact
from credentialing.domain.errors import BadInputError, RefusedError
from credentialing.domain.people import STAFF_ROLES
from credentialing.services.people import hire
from credentialing.services.staff import DeputyLine, Staff, StaffLine, staff
from credentialing.web.admin.page import ADMINISTRATORS, PEOPLE, Fault, admin_page, fault_of, role_choices, role_title, roles_of, text_of
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import NAMES, _
from credentialing.web.surroundings import surroundings

blueprint = Blueprint("admin_people", __name__, url_prefix=PEOPLE)

LONGEST_NAME = 120


@route(blueprint, "", who=ADMINISTRATORS)
def everybody() -> Response:
    """The list, with the form below it."""
    return _page()


@route(blueprint, "", who=ADMINISTRATORS, methods=("POST",))
def add() -> Response:
    """Give somebody their first role, and go to their page."""
    try:
        person_id = hire(
            surroundings().office, actor=acting(), contact=parse_contact(request.form.get("contact", ""), surroundings().country),
            display_name=text_of("name", limit=LONGEST_NAME), roles=roles_of("roles"), language=_language(), staff_number=request.form.get("staff_number", ""),
        )
    except (BadInputError, RefusedError) as error:
        return _page(fault_of("add", error))
    return redirect(f"{PEOPLE}/{person_id}", code=303)


def _language() -> str:
    asked, known = request.form.get("language", ""), surroundings().settings.languages
    return asked if asked in known else known[0]


def _page(fault: Fault | None = None) -> Response:
    found = staff(surroundings().office, actor=acting())
    return admin_page(
        "pages/admin/people.html", here="people", fault=fault, lines=[_line(line) for line in found.people], fields=_fields(fault or Fault()), address=PEOPLE,
        deputies=[told(each, found) for each in found.deputies],
    )


def _line(line: StaffLine) -> dict[str, Any]:
    return {
        "name": line.name or line.contact, "contact": line.contact, "url": f"{PEOPLE}/{line.person_id}", "roles": [role_title(role) for role in line.roles],
        "centre": line.centre, "closed": line.is_closed, "has_number": line.has_number,
    }


def told(line: DeputyLine, people: Staff) -> dict[str, Any]:
    """One deputyship in words."""
    return {
        "id": line.deputy_id, "person_id": line.person_id, "name": people.name(line.person_id), "url": f"{PEOPLE}/{line.person_id}",
        "for": people.name(line.stands_in_for), "for_id": line.stands_in_for, "role": role_title(line.role), "until": line.until_at, "rests": line.rests,
    }


def number_field(typed: dict[str, str], reasons: Any) -> FieldView:
    """The question for the staff number."""
    return simple_view(
        "staff_number", _("Staff number, or number of an identity document"), value=typed.get("staff_number", ""), reasons=reasons,
        hint=_("It makes sure that one person never acts as two. Only a fingerprint of it is kept."), classes="govuk-input--width-20",
    )


def _fields(fault: Fault) -> list[FieldView]:
    typed, reasons = fault.of("add")
    languages = [(code, NAMES.get(code, code)) for code in surroundings().settings.languages]
    return [
        simple_view("name", _("Name"), value=typed.get("name", ""), reasons=reasons, max_length=LONGEST_NAME),
        simple_view(
            "contact", _("Phone number or e-mail address of work"), value=typed.get("contact", ""), reasons=reasons,
            hint=_("The code for signing in is sent there."),
        ),
        number_field(typed, reasons),
        simple_view("roles", _("Roles"), kind="several", value=typed.get("roles", ""), choices=role_choices(STAFF_ROLES), reasons=reasons),
        simple_view("language", _("Language of letters"), kind="choice", value=typed.get("language", languages[0][0]), choices=languages, reasons=reasons),
    ]
