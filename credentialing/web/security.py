"""What every answer carries and every form must bring: headers, cookies, form tokens, limits of size.

A form token is salt + HMAC-SHA-256(cookie, salt): it proves that the sender could read a page made for this cookie. The cookie is the session's own
opaque token or, before anybody signed in, a random one that serves only this purpose. No secret of the server is needed, and the salt keeps the
token different on every page.
"""

import base64
import binascii
import gzip
import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from credentialing.config import Settings
from credentialing.web.gate import current_entry, session_cookie, session_token
from credentialing.web.surroundings import surroundings

CONTENT_POLICY: Final = "; ".join((
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
))
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
LARGEST_REQUEST: Final = 16 * 1024 * 1024
LARGEST_FORM: Final = 512 * 1024
MOST_PARTS: Final = 400
SESSION_SECONDS: Final = 12 * 3600
FORM_FIELD: Final = "csrf_token"
FORM_HEADER: Final = "X-CSRF-Token"
_SALT = 9
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_WORTH_PACKING = 1024


class StaleFormError(BadRequest):
    """A form came without a token that fits the sender's cookie, or from a page that is not ours."""


def set_limits(app: Flask, settings: Settings) -> None:
    """Limits of size, and the hosts that we answer for: those of the settings, and the loopback names while we are not on https."""
    hosts = {urlsplit(settings.base_url).hostname or "localhost", settings.verify_host, *settings.trusted_hosts}
    if not settings.base_url.startswith("https://"):
        hosts |= {"localhost", "127.0.0.1"}
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_PARTS, TRUSTED_HOSTS=sorted(hosts))


def keep_session(response: Response, token: str, *, staff: bool) -> Response:
    """Give the browser its session token: unreadable to scripts, bound to the host, strict for staff."""
    _set(response, session_cookie(), token, strict=staff, seconds=SESSION_SECONDS)
    return response


def forget_session(response: Response) -> Response:
    """Take the session token back from the browser."""
    response.delete_cookie(session_cookie(), secure=surroundings().is_https, httponly=True, samesite="Lax")
    return response


def form_token() -> str:
    """A fresh form token for this visitor; mints the form cookie for a visitor without a session. Empty on addresses that use no cookies."""
    entry = current_entry()
    if entry is not None and entry.stateless:
        return ""
    key = _form_key()
    if key is None:
        key = g.new_form_cookie = surroundings().entropy.bytes(32).hex()
    return _token(key, surroundings().entropy.bytes(_SALT))


def check_form() -> None:
    """Before every change: StaleFormError unless the request comes from a page of ours, made for this visitor."""
    entry = current_entry()
    if request.method not in _CHANGING or entry is None or entry.stateless:
        return
    if not _from_our_page():
        raise StaleFormError
    key, given = _form_key(), request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    if key is None or not _fits(key, given):
        raise StaleFormError


def finish(response: Response) -> Response:
    """After every answer: the headers, the form cookie when one was minted, and a smaller body where packing is safe."""
    here = surroundings()
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if here.is_https:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if fresh := g.get("new_form_cookie"):
        _set(response, form_cookie(), fresh, strict=False, seconds=None)
    if g.get("actor") is None and response.mimetype == "text/html":
        return pack(response)
    return response


def pack(response: Response) -> Response:
    """Gzip a body for a browser that takes it. Pages of a signed-in person are never packed: length must not tell about their content."""
    response.vary.add("Accept-Encoding")
    small = response.direct_passthrough or response.status_code != 200 or len(response.get_data()) < _WORTH_PACKING
    if small or "Content-Encoding" in response.headers or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def form_cookie() -> str:
    """The name of the cookie that ties forms to a visitor who is not signed in."""
    return "__Host-form" if surroundings().is_https else "form"


def _form_key() -> str | None:
    if g.get("actor") is not None:
        return session_token()
    return g.get("new_form_cookie") or request.cookies.get(form_cookie())


def _token(key: str, salt: bytes) -> str:
    return base64.urlsafe_b64encode(salt + hmac.digest(key.encode(), b"form" + salt, hashlib.sha256)).decode()


def _fits(key: str, given: str) -> bool:
    try:
        salt = base64.urlsafe_b64decode(given.encode())[:_SALT]
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(_token(key, salt).encode(), given.encode())


def _from_our_page() -> bool:
    """Pages are sent with `no-referrer`, so browsers name the origin of their forms `null`; what tells then is Sec-Fetch-Site, and always the token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin == request.host_url.rstrip("/")


def _set(response: Response, name: str, value: str, *, strict: bool, seconds: int | None) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=surroundings().is_https, httponly=True, samesite="Strict" if strict else "Lax")
