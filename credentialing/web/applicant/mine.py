"""What every page of the applicant begins with: who acts, which case of theirs, and where its pages are."""

from flask import request
from werkzeug.wrappers import Response

from credentialing.domain.people import Actor, Role
from credentialing.services.looking import CaseView, my_case
from credentialing.services.office import Office
from credentialing.web.gate import acting
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for

APPLICANTS = (Role.APPLICANT,)
NEVER_SEEN = -1


def office() -> Office:
    """The office behind the pages."""
    return surroundings().office


def me() -> Actor:
    """The person who acts, as an applicant only: their roles on the staff open nothing here."""
    return Actor(acting().person_id, frozenset({Role.APPLICANT}))


def open_mine(case_id: str) -> CaseView:
    """The acting person's own case; NotFoundError when it is not theirs. From here on the page speaks the words of its procedure."""
    view = my_case(office(), actor=me(), case_id=case_id)
    speak_for(*(subject for subject in (view.definition, view.standard) if subject is not None))
    return view


def address(case_id: str, *parts: str) -> str:
    """The address of a page of a case: opaque ids and fixed words only, nothing about a person."""
    return "/".join(("/applications", case_id, *parts))


def seen_revision() -> int:
    """The revision that the sent form was made for; one that never fits when it is missing, so that the case page is opened again."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NEVER_SEEN


def page(body: str, status: int = 200) -> Response:
    """A page of HTML with its status."""
    return Response(body, status=status, mimetype="text/html")
