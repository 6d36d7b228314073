"""Our own files for the browser: stylesheet, scripts, fonts. Addresses carry a hash of the whole folder, so they may be kept for a year."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, current_app, url_for
from werkzeug.wrappers import Response

from credentialing.domain.errors import NotFoundError
from credentialing.web.gate import PUBLIC, route
from credentialing.web.security import pack
from credentialing.web.surroundings import surroundings

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain"}
_YEAR = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files as they were when the application started: name to bytes, and one hash over all."""

    files: dict[str, bytes]
    version: str


def fill_shelf(colours: Mapping[str, str], emblem: Path | None = None) -> Shelf:
    """Read `static/` once, write the brand's colours into a small stylesheet of their own, and lay the operator's emblem beside them."""
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix in TYPES}
    if emblem is not None:
        files["emblem.svg"] = emblem.read_bytes()
    if colours:
        files["brand.css"] = _brand(colours).encode()
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return Shelf(files, digest.hexdigest()[:12])


def _brand(colours: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in sorted(colours.items())) + "}\n"


def shelf() -> Shelf:
    """The files of the running application."""
    return cast(Shelf, current_app.extensions["shelf"])


def asset(name: str) -> str:
    """The address of a file in `static/`, with the hash of the folder in it."""
    return url_for("assets.file", version=shelf().version, name=name)


def has_asset(name: str) -> bool:
    """Whether the file is there; fonts are cut at set-up and may be missing."""
    return name in shelf().files


@route(blueprint, "/static/<version>/<path:name>", who=PUBLIC, stateless=True)
def file(version: str, name: str) -> Response:
    """One file. An old hash still finds it, but is not to be kept."""
    data = shelf().files.get(name)
    if data is None:
        raise NotFoundError
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
    answer = Response(data, mimetype=kind, headers={"Cache-Control": _YEAR if version == shelf().version else "no-cache"})
    return pack(answer) if kind != "font/woff2" else answer


@route(blueprint, "/favicon.ico", who=PUBLIC, stateless=True)
def favicon() -> Response:
    """Browsers ask for this address by habit: the mark, as a drawing."""
    return file(shelf().version, "mark.svg")


@route(blueprint, "/robots.txt", who=PUBLIC, stateless=True)
def robots() -> Response:
    """Search engines may list the first page and the help, and nothing about anybody's papers."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/c/", "/verify", "/applications", "/desk", "/admin", "/sign-in", "/demo"))
    return Response(f"User-agent: *\n{closed}# {surroundings().settings.base_url}\n", mimetype="text/plain")
