"""Two addresses for the machine that watches the service."""

from flask import Blueprint
from werkzeug.wrappers import Response

from credentialing.web.gate import PUBLIC, route
from credentialing.web.surroundings import surroundings

blueprint = Blueprint("health", __name__)


@route(blueprint, "/healthz", who=PUBLIC, stateless=True)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@route(blueprint, "/readyz", who=PUBLIC, stateless=True)
def ready() -> Response:
    """200 when everything needed is reachable, otherwise 503 and the name of each part that is not."""
    missing = surroundings().unready()
    return Response("\n".join(missing) + "\n" if missing else "ready\n", status=503 if missing else 200, mimetype="text/plain")
