"""The places of the institution: the list, the form that opens one, and the button that closes one."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, RefusedError
from credentialing.services.centres import COUNTRIES, LONGEST, add_centre, all_centres, close_centre
from credentialing.web.admin.page import ADMINISTRATORS, CENTRES, Fault, admin_page, fault_of, text_of
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import acting, route
from credentialing.web.language import _
from credentialing.web.public.questions import country_name
from credentialing.web.surroundings import surroundings

blueprint = Blueprint("admin_centres", __name__, url_prefix=CENTRES)


@route(blueprint, "", who=ADMINISTRATORS)
def every() -> Response:
    """The list, with the form below it."""
    return _page()


@route(blueprint, "", who=ADMINISTRATORS, methods=("POST",))
def add() -> Response:
    """Open a centre."""
    try:
        texts = {name: text_of(name, limit=LONGEST[name]) for name in ("name", "city")}
        add_centre(surroundings().office, actor=acting(), country=request.form.get("country", ""), **texts)
    except (BadInputError, RefusedError) as error:
        return _page(fault_of("add", error))
    return redirect(CENTRES, code=303)


@route(blueprint, "/<centre_id>/close", who=ADMINISTRATORS, methods=("POST",))
def close(centre_id: str) -> Response:
    """Close a centre that nobody and nothing is left in."""
    try:
        close_centre(surroundings().office, actor=acting(), centre_id=centre_id)
    except RefusedError as error:
        return _page(fault_of("close", error))
    return redirect(CENTRES, code=303)


def _page(fault: Fault | None = None) -> Response:
    lines = all_centres(surroundings().office, actor=acting())
    return admin_page(
        "pages/admin/centres.html", here="centres", fault=fault, fields=_fields(fault or Fault()), address=CENTRES,
        lines=[{"centre": line, "country": country_name(line.country), "url": f"{CENTRES}/{line.centre_id}"} for line in lines],
    )


def _fields(fault: Fault) -> list[FieldView]:
    typed, reasons = fault.of("add")
    countries = sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1])
    return [
        simple_view("name", _("Name"), value=typed.get("name", ""), reasons=reasons, max_length=LONGEST["name"]),
        simple_view("city", _("City"), value=typed.get("city", ""), reasons=reasons, max_length=LONGEST["city"]),
        simple_view("country", _("Country"), kind="choice", value=typed.get("country", surroundings().country), choices=countries, reasons=reasons),
    ]
