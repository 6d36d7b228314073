"""What every page of the desk has in common: its navigation and its addresses."""

from typing import Any

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from credentialing.domain.people import Role
from credentialing.web.language import _

CASES = "/desk/"
PROCEDURES = "/desk/procedures"
ADMINISTRATION = "/admin/procedures"


def desk_page(template: str, *, here: str = "cases", status: int = 200, **values: Any) -> Response:
    """A page of the desk; `here` is the item of the navigation that it belongs to."""
    administers = g.get("actor") is not None and Role.ADMINISTRATOR in g.actor.roles  # who does so sees no case
    first = (_("Administration"), ADMINISTRATION) if administers else (_("Cases"), CASES)
    items = [
        {"text": first[0], "href": first[1], "current": here == "cases"},
        {"text": _("Procedures"), "href": PROCEDURES, "current": here == "procedures"},
        {"text": _("Help"), "href": "/help", "current": False},
    ]
    return make_response(render_template(template, desk_items=items, desk_here=here, **values), status)


def case_url(case_id: str, query: str = "", fragment: str = "") -> str:
    """The address of a case on the desk, how its papers are shown, and where on the page to begin."""
    return f"/desk/cases/{case_id}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
