"""The transparency log for mirrors, monitors and witnesses: the checkpoint, tiles and entries at the addresses of C2SP tlog-tiles."""

from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from credentialing.services import tree
from credentialing.web.gate import PUBLIC, route
from credentialing.web.surroundings import surroundings

_ANY_SITE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
# "SHOULD prevent caching beyond a few seconds" for the one, "SHOULD be long-lived" for the others. A tile of one width never changes, a partial one neither.
_FRESH: Final = _ANY_SITE | {"Cache-Control": "public, max-age=5"}
_FOR_EVER: Final = _ANY_SITE | {"Cache-Control": "public, max-age=31536000, immutable"}

blueprint = Blueprint("log_files", __name__)


@route(blueprint, "/log/checkpoint", who=PUBLIC, stateless=True)
def checkpoint() -> Response:
    """The size and root of the log, signed."""
    answer = Response(tree.public_checkpoint(surroundings().register), content_type="text/plain; charset=utf-8", headers=_FRESH)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@route(blueprint, "/log/tile/<path:rest>", who=PUBLIC, stateless=True)
def tile(rest: str) -> Response:
    """A tile, or a bundle of entries."""
    _, data = tree.public_tile(surroundings().register, path=f"tile/{rest}")
    return Response(data, content_type="application/octet-stream", headers=_FOR_EVER)
