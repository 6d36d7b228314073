"""What the pages of administrators have in common: navigation, addresses, reading a form, and saying what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, Reason, RefusedError
from credentialing.domain.people import STAFF_ROLES, Role
from credentialing.web.forms import clean, strange_letters
from credentialing.web.language import _, choose_language
from credentialing.web.surroundings import surroundings

ADMIN: Final = "/admin"
PROCEDURES: Final = f"{ADMIN}/procedures"
PEOPLE: Final = f"{ADMIN}/people"
CENTRES: Final = f"{ADMIN}/centres"
ADMINISTRATORS: Final = (Role.ADMINISTRATOR,)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with a form: which one, what was typed, and every reason."""

    form: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()

    def of(self, form: str) -> tuple[dict[str, str], tuple[Reason, ...]]:
        """What was typed into this form and the reasons against it; nothing for another form."""
        return (self.typed, self.reasons) if self.form == form else ({}, ())


def fault_of(form: str, error: BadInputError | RefusedError) -> Fault:
    """The fault of the form that was just posted."""
    typed = {name: " ".join(request.form.getlist(name)) for name in request.form if name != "csrf_token"}
    return Fault(form, typed, error.reasons)


def admin_page(template: str, *, here: str, fault: Fault | None = None, **values: Any) -> Response:
    """A page of the administration; `here` is the item of the navigation that it belongs to. 422 when a form was wrong."""
    items = [
        {"text": _("Procedures"), "href": PROCEDURES, "current": here == "procedures"},
        {"text": _("People"), "href": PEOPLE, "current": here == "people"},
        {"text": _("Centres"), "href": CENTRES, "current": here == "centres"},
        {"text": _("Help"), "href": "/help", "current": False},
    ]
    reasons = fault.reasons if fault else ()
    return make_response(render_template(template, desk_items=items, desk_here=here, reasons_of_form=reasons, **values), 422 if reasons else 200)


def text_of(name: str, *, limit: int, lines: bool = False) -> str:
    """A text of the posted form, clean; BadInputError when it is blank, too long, or holds signs that cannot be seen."""
    text = clean(request.form.get(name, ""), lines=lines)
    code = "field_blank" if not text else "field_too_long" if len(text) > limit else strange_letters(text)
    if code is not None:
        raise BadInputError(Reason(code, {"field": name, "limit": limit}))
    return text


def roles_of(name: str) -> frozenset[Role]:
    """The roles that were ticked; BadInputError when there is none, or one that nobody may be given."""
    ticked = request.form.getlist(name)
    if not ticked:
        raise BadInputError(Reason("field_blank", {"field": name}))
    if any(role not in {each.value for each in STAFF_ROLES} for role in ticked):
        raise BadInputError(Reason("field_not_a_choice", {"field": name}))
    return frozenset(Role(role) for role in ticked)


def role_title(role: Role) -> str:
    """The name of a role standing alone."""
    return str(surroundings().library.words(choose_language()).shared().text(f"roles.{role}"))


def role_choices(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """Roles as the choices of a form."""
    return [(role.value, role_title(role)) for role in roles]

