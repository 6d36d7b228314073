"""The status lists, for any program that wants to know whether a certificate still counts without asking about that certificate."""

from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from credentialing.certificate.statuslist import StatusPurpose
from credentialing.services.status_lists import signed_list
from credentialing.web.gate import PUBLIC, route
from credentialing.web.surroundings import surroundings

HEADERS: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=5"}
"""A copy is good for five seconds; after that a question with its ETag costs a few bytes."""

blueprint = Blueprint("status_files", __name__)


@route(blueprint, "/status/<int:list_number>", who=PUBLIC, stateless=True)
def revocations(list_number: int) -> Response:
    """The list of certificates that were revoked or replaced, as a signed credential."""
    return _list(list_number, "revocation")


@route(blueprint, "/status/<int:list_number>/suspension", who=PUBLIC, stateless=True)
def suspensions(list_number: int) -> Response:
    """The list of certificates that are suspended, as a signed credential."""
    return _list(list_number, "suspension")


def _list(list_number: int, purpose: StatusPurpose) -> Response:
    body = signed_list(surroundings().register, list_number=list_number, purpose=purpose)
    answer = Response(body, mimetype="application/json", headers=HEADERS)
    answer.add_etag()
    answer.make_conditional(request)
    return answer
