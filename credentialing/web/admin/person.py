"""One person of the staff: roles, centre, deputies, and the end of an account."""

from datetime import date, datetime

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.calendars import end_of_day
from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.people import STAFF_ROLES, Role
from credentialing.services import people
from credentialing.services.centres import CentreLine, all_centres, place_person
from credentialing.services.deputies import appoint_deputy, end_deputy
from credentialing.services.staff import Staff, StaffLine, staff
from credentialing.web.admin.page import ADMINISTRATORS, PEOPLE, Fault, admin_page, fault_of, role_choices, role_title, roles_of
from credentialing.web.admin.people import number_field, told
from credentialing.web.forms import FieldView, parse_fields, simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import _
from credentialing.web.surroundings import surroundings
from credentialing.workflow.registry import Field

blueprint = Blueprint("admin_person", __name__, url_prefix=f"{PEOPLE}/<person_id>")

UNTIL = Field("until", "date", "", True, 10)


@route(blueprint, "", who=ADMINISTRATORS)
def one(person_id: str) -> Response:
    """The page of one person."""
    return _page(person_id)


@route(blueprint, "/roles", who=ADMINISTRATORS, methods=("POST",))
def give(person_id: str) -> Response:
    """Give more roles, with the staff number when none is recorded yet."""
    number = None if _staff().one(person_id).has_number else request.form.get("staff_number", "")
    try:
        people.give_roles(surroundings().office, actor=acting(), person_id=person_id, roles=roles_of("roles"), staff_number=number)
    except (BadInputError, RefusedError) as error:
        return _page(person_id, fault_of("give", error))
    return _back(person_id)


@route(blueprint, "/roles/<role>/end", who=ADMINISTRATORS, methods=("POST",))
def take(person_id: str, role: str) -> Response:
    """End one role at once."""
    people.take_role(surroundings().office, actor=acting(), person_id=person_id, role=_role(role))
    return _back(person_id)


@route(blueprint, "/centre", who=ADMINISTRATORS, methods=("POST",))
def place(person_id: str) -> Response:
    """Place the person in a centre, or in none."""
    place_person(surroundings().office, actor=acting(), person_id=person_id, centre_id=request.form.get("centre", "") or None)
    return _back(person_id)


@route(blueprint, "/deputies", who=ADMINISTRATORS, methods=("POST",))
def appoint(person_id: str) -> Response:
    """Let a colleague stand in for this person for a while."""
    try:
        appoint_deputy(
            surroundings().office, actor=acting(), person_id=_chosen("deputy"), stands_in_for=person_id, role=_role(_chosen("role")), until=_until()
        )
    except (BadInputError, RefusedError) as error:
        return _page(person_id, fault_of("deputy", error))
    return _back(person_id)


@route(blueprint, "/deputies/<deputy_id>/end", who=ADMINISTRATORS, methods=("POST",))
def end(person_id: str, deputy_id: str) -> Response:
    """End a deputyship before its time."""
    end_deputy(surroundings().office, actor=acting(), deputy_id=deputy_id)
    return _back(person_id)


@route(blueprint, "/close", who=ADMINISTRATORS, methods=("POST",))
def close(person_id: str) -> Response:
    """Close the account at once."""
    try:
        people.disable_person(surroundings().office, actor=acting(), person_id=person_id)
    except RefusedError as error:
        return _page(person_id, fault_of("close", error))
    return _back(person_id)


def _back(person_id: str) -> Response:
    return redirect(f"{PEOPLE}/{person_id}", code=303)


def _staff() -> Staff:
    return staff(surroundings().office, actor=acting())


def _role(text: str) -> Role:
    if text not in {role.value for role in STAFF_ROLES}:
        raise NotFoundError("no such role")
    return Role(text)


def _chosen(name: str) -> str:
    text = request.form.get(name, "")
    if not text:
        raise BadInputError(Reason("field_blank", {"field": name}))
    return text


def _until() -> datetime:
    """The end of the day that was typed, where this installation is."""
    parsed = parse_fields([UNTIL], request.form, required_now=True)
    return end_of_day(surroundings().country, date.fromisoformat(parsed.demand()["until"]))


def _page(person_id: str, fault: Fault | None = None) -> Response:
    found, wrong = _staff(), fault or Fault()
    line = found.one(person_id)
    centres = [each for each in all_centres(surroundings().office, actor=acting()) if each.is_open]
    give_fields, deputy_fields = _give_fields(line, wrong), _deputy_fields(line, found, wrong)
    return admin_page(
        "pages/admin/person.html", here="people", fault=fault, line=line, name=line.name or line.contact, back_url=PEOPLE, address=f"{PEOPLE}/{person_id}",
        roles=[{"role": role.value, "title": role_title(role)} for role in line.roles], give_fields=give_fields, deputy_fields=deputy_fields,
        centre=_centre_field(line, centres) if centres else None, all_fields=[*give_fields, *deputy_fields],
        others=[{"name": found.name(each) or each[:6], "url": f"{PEOPLE}/{each}"} for each in sorted(line.other_accounts)],
        deputies=[told(each, found) for each in found.deputies if person_id in (each.person_id, each.stands_in_for)],
        is_me=person_id == acting().person_id or person_id in acting().acts_for,
    )


def _give_fields(line: StaffLine, fault: Fault) -> list[FieldView]:
    """The form for more roles; nothing for an administrator, who has no other role."""
    typed, reasons = fault.of("give")
    free = [role for role in STAFF_ROLES if role not in line.roles and not (line.roles and role is Role.ADMINISTRATOR)]
    if Role.ADMINISTRATOR in line.roles:
        return []
    roles = simple_view("roles", _("More roles"), kind="several", value=typed.get("roles", ""), choices=role_choices(free), reasons=reasons)
    return [roles] if line.has_number else [roles, number_field(typed, reasons)]


def _centre_field(line: StaffLine, centres: list[CentreLine]) -> FieldView:
    choices = [("", _("None: sees the cases of all centres")), *((each.centre_id, each.name) for each in centres)]
    return simple_view("centre", _("Works in"), kind="choice", value=line.centre_id or "", choices=choices, always_radios=True)


def _deputy_fields(line: StaffLine, found: Staff, fault: Fault) -> list[FieldView]:
    """The form for a deputy; nothing when the person has no role that somebody could do meanwhile, or there is nobody to do it."""
    typed, reasons = fault.of("deputy")
    roles = [role for role in line.roles if role is not Role.ADMINISTRATOR]
    colleagues = [
        (each.person_id, each.name or each.contact)
        for each in found.people
        if each.roles and Role.ADMINISTRATOR not in each.roles and each.person_id not in {line.person_id, *line.other_accounts} and not each.is_closed
    ]
    if not roles or not colleagues:
        return []
    return [
        simple_view("deputy", _("Who stands in"), kind="choice", value=typed.get("deputy", ""), choices=colleagues, reasons=reasons),
        simple_view("role", _("In which role"), kind="choice", value=typed.get("role", ""), choices=role_choices(roles), reasons=reasons, always_radios=True),
        simple_view("until", _("Until which day"), kind="date", values=typed, reasons=reasons, hint=_("That day included.")),
    ]


