"""Only while the service runs on invented data: the letters it would send, and ready accounts. Elsewhere these addresses lead nowhere."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from credentialing.services.letters import readable_letters
from credentialing.services.signing_in import enter_demonstration
from credentialing.web.applicant.mine import office
from credentialing.web.applicant.signing_in import CODE_PATH, start_session
from credentialing.web.gate import PUBLIC, route

SHOWN = 20

blueprint = Blueprint("demonstration", __name__, url_prefix="/demo")


@route(blueprint, "/messages", who=PUBLIC)
def messages() -> str:
    """The newest letters."""
    return render_template("pages/applicant/messages.html", letters=readable_letters(office(), limit=SHOWN), code_path=CODE_PATH)


@route(blueprint, "/enter/<person_id>", who=PUBLIC, methods=("POST",))
def enter(person_id: str) -> Response:
    """Come in as a ready account with one press."""
    return start_session(enter_demonstration(office(), person_id=person_id))
